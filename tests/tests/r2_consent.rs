//! R2: confidential information goes to others only after consent, and only as far as recipient,
//! category, purpose, direction and time are covered. Who may record that, and who never.

use jiff::ToSpan as _;
use samrad_tests::cases::Discussion;
use samrad_tests::consents::{Consent, grant, person, unit, withdraw};
use samrad_tests::sides::Sides;
use samrad_tests::{Caller as _, clock, on_both};
use serde_json::{Value, json};

const TOPICS: &[&str] = &["identity", "workReadiness"];

/// A discussion of the patient's case before the NAV office.
fn discussed(sides: &Sides) -> Discussion {
    sides
        .clinician
        .discusses(&sides.patient, &sides.nav, "caseDiscussion")
}

/// A draft of what the clinician's unit may tell.
fn draft(sides: &Sides, to: Value) -> (Consent, String) {
    let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
    let grants = json!([grant(&sides.dps, to, TOPICS)]);
    (
        sides
            .clinician
            .drafts(&sides.patient, "caseDiscussion", grants),
        information,
    )
}

/// What a grant by the patient says.
fn by_the_patient(information: &str) -> Value {
    json!({"form": "electronic", "givenBy": "self", "informationRecordId": information})
}

on_both! {
    /// The case team of the source records what the patient agreed to, and the recipient sees it.
    fn the_team_of_the_source_records_a_grant(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
        let (consent, information) = draft(&sides, unit(&sides.nav));
        let granted = sides.clinician.records_grant(&consent, &information, json!({})).expect(200);
        assert_eq!(granted.etag(), "\"v2\"");
        assert_eq!(granted.at("/state"), "active");
        assert_eq!(granted.at("/status"), "inForce");
        assert_eq!(sides.adviser.sees(&discussion), "identified");
    }

    /// The patient does the same with their own token.
    fn the_patient_grants_with_their_own_token(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let (consent, information) = draft(&sides, person(&sides.adviser));
        let path = format!("/consents/{}/grant", consent.id);
        sides.patient.post(&path, by_the_patient(&information)).expect(200).done();
        assert_eq!(sides.adviser.sees(&discussion), "identified");
    }

    /// Belonging to the source's unit is not belonging to its case team.
    fn a_colleague_off_the_team_finds_no_draft(world) {
        let sides = world.sides();
        let (consent, information) = draft(&sides, unit(&sides.nav));
        let colleague = world.clinician_at(&sides.dps);
        colleague.records_grant(&consent, &information, json!({})).expect(404).done();
    }

    /// Nor can who would hear record that they may.
    fn a_recipient_does_not_record_the_grant_that_covers_them(world) {
        let sides = world.sides();
        for to in [unit(&sides.nav), person(&sides.adviser)] {
            let (consent, information) = draft(&sides, to);
            sides.adviser.records_grant(&consent, &information, json!({})).expect(404).done();
        }
    }

    /// Not even on the source's team, where a second affiliation is what the grant covers.
    fn a_second_affiliation_that_is_covered_keeps_its_holder_from_recording(world) {
        let sides = world.sides();
        let _ = world.also_at(&sides.clinician, &sides.nav, "navAdviser", 0);
        let in_role = json!({"kind": "roleInUnit", "id": sides.nav.id, "role": "navAdviser"});
        for to in [unit(&sides.nav), in_role, person(&sides.clinician)] {
            let (consent, information) = draft(&sides, to);
            sides.clinician.records_grant(&consent, &information, json!({}))
                .breaks("R2", "recorderIsCovered").done();
        }
    }

    /// The other side may draft what it would like to hear, but not record that it may.
    fn the_other_side_does_not_open_the_source(world) {
        let sides = world.sides();
        let known_to_nav = world.register(&sides.adviser, sides.patient.sheet.clone());
        let information = sides.adviser.informs(&known_to_nav, "caseDiscussion");
        let asked = json!([grant(&sides.dps, unit(&world.dps("Lovisenberg DPS")), TOPICS)]);
        let consent = sides.adviser.drafts(&known_to_nav, "caseDiscussion", asked);
        sides.adviser.records_grant(&consent, &information, json!({}))
            .breaks("R2", "recorderNotOfSource").done();
    }

    /// "Both ways" is two grants, and the team of one side speaks for one.
    fn both_ways_is_for_the_patient_to_grant(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        let consent = sides.clinician.drafts(&sides.patient, "caseDiscussion", json!([
            grant(&sides.dps, unit(&sides.nav), TOPICS), grant(&sides.nav, unit(&sides.dps), TOPICS)]));
        sides.clinician.records_grant(&consent, &information, json!({})).expect(422).done();
        let path = format!("/consents/{}/grant", consent.id);
        sides.patient.post(&path, by_the_patient(&information)).expect(200).done();
        assert_eq!(sides.adviser.sees(&discussion), "identified");
    }

    /// Off by one: another person of the same unit.
    fn another_recipient_is_not_covered(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let colleague = world.nav_adviser_at(&sides.nav);
        let obtained = sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, person(&colleague), TOPICS);
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
        assert_eq!(colleague.sees(&discussion), "identified");
        withdraw(&colleague, &obtained).expect(200).done();
    }

    /// Off by one: everything but who it is.
    fn another_category_is_not_covered(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let _ = sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, unit(&sides.nav), &["workReadiness"]);
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
    }

    /// Off by one: for another cooperation.
    fn another_purpose_is_not_covered(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let _ = sides.clinician.obtains_consent(
            &sides.patient, "threeWayTalk", &sides.dps, unit(&sides.nav), TOPICS);
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
    }

    /// Off by one: what NAV may tell, not what it may hear.
    fn another_direction_is_not_covered(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        let grants = json!([grant(&sides.nav, unit(&sides.dps), TOPICS)]);
        let consent = sides.clinician.drafts(&sides.patient, "caseDiscussion", grants);
        let path = format!("/consents/{}/grant", consent.id);
        sides.patient.post(&path, by_the_patient(&information)).expect(200).done();
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
    }

    /// Off by one: tomorrow.
    fn another_time_is_not_covered(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let (consent, information) = draft(&sides, unit(&sides.nav));
        let tomorrow = clock::now() + 24.hours();
        let granted = sides.clinician
            .records_grant(&consent, &information, json!({"validFrom": tomorrow.to_string()})).expect(200);
        assert_eq!(granted.at("/status"), "CONSENT_NOT_YET_VALID");
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
    }

    /// A job specialist whom the DPS itself employs is an outsider all the same.
    fn a_job_specialist_at_the_dps_still_needs_consent(world) {
        let sides = world.sides();
        let team = world.ips_team_of(&sides.dps.organisation, "IPS Søndre Oslo");
        let specialist = world.job_specialist_at(&team);
        let discussion = sides.clinician.discusses(&sides.patient, &team, "ipsCooperation");
        assert_eq!(specialist.sees(&discussion), "anonymised");
        let _ = sides.clinician.obtains_consent(
            &sides.patient, "ipsCooperation", &sides.dps, person(&specialist), TOPICS);
        assert_eq!(specialist.sees(&discussion), "identified");
    }

    /// An exclusion in force overrides what any consent lets be heard.
    fn what_is_kept_out_stays_out(world) {
        let sides = world.sides();
        let discussion = discussed(&sides);
        let _ = sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, unit(&sides.nav), TOPICS);
        assert_eq!(sides.adviser.sees(&discussion), "identified");
        let information = sides.clinician.informs(&sides.patient, "threeWayTalk");
        let path = format!("/patients/{}/consents", sides.patient.id);
        let body = json!({"purpose": "threeWayTalk", "excludedRecipients": [person(&sides.adviser)],
            "grants": [grant(&sides.dps, unit(&sides.nav), &["workReadiness"])]});
        let consent = Consent { id: sides.clinician.post(&path, body).expect(201).id() };
        sides.clinician.records_grant(&consent, &information, json!({})).expect(200).done();
        assert_eq!(sides.adviser.sees(&discussion), "sealed");
    }

    /// A single use ends with the first discussion that it was used in.
    fn a_single_use_is_for_one_discussion(world) {
        let sides = world.sides();
        let (first, second) = (discussed(&sides), discussed(&sides));
        let (consent, information) = draft(&sides, unit(&sides.nav));
        sides.clinician.records_grant(&consent, &information, json!({"singleUse": true})).expect(200).done();
        assert_eq!(sides.adviser.sees(&first), "identified");
        assert_eq!(sides.adviser.sees(&first), "identified");
        assert_eq!(sides.adviser.sees(&second), "anonymised");
    }
}
