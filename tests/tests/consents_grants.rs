//! The terms of a grant: what it rests on, how long it may last, what the source accepts.

use jiff::{Timestamp, ToSpan as _};
use samrad_tests::consents::{Consent, grant, person, unit};
use samrad_tests::{Caller as _, Reply, Sides, World, clock, on_both};
use serde_json::{Value, json};

const TOPICS: &[&str] = &["identity", "workReadiness"];

fn draft_for(sides: &Sides, purpose: &str, to: Value) -> Consent {
    sides.clinician.drafts(
        &sides.patient,
        purpose,
        json!([grant(&sides.dps, to, TOPICS)]),
    )
}

/// Records the patient's grant of a new draft, with more said.
fn granted(sides: &Sides, to: Value, more: Value) -> Reply {
    let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
    let consent = draft_for(sides, "caseDiscussion", to);
    sides.clinician.records_grant(&consent, &information, more)
}

/// Twelve months later, by the calendar in Oslo.
fn a_year_after(from: Timestamp) -> Timestamp {
    let oslo = jiff::tz::TimeZone::get("Europe/Oslo").expect("Oslo is in the table");
    let later = from.to_zoned(oslo).checked_add(12.months());
    later.expect("within the calendar").timestamp()
}

/// Has the clinician's organisation decide.
fn decides(world: &World, sides: &Sides, recipients: &str, oral: &str) {
    let path = format!("/organisations/{}", sides.dps.organisation.id);
    let etag = world.administrator().get(&path).expect(200).etag();
    let policy = json!({"recipients": recipients, "oral": oral, "retentionYears": 5});
    world
        .administrator()
        .put(&format!("{path}/policy"), &etag, policy)
        .expect(200)
        .done();
}

on_both! {
    /// R1: nothing was told.
    fn no_consent_rests_on_nothing(world) {
        let sides = world.sides();
        let consent = draft_for(&sides, "ipsCooperation", unit(&sides.nav));
        let path = format!("/consents/{}/grant", consent.id);
        let body = json!({"form": "written", "givenBy": "self"});
        sides.clinician.post(&path, body.clone()).breaks("R1", "informationMissing").done();
        sides.patient.post(&path, body).breaks("R1", "informationMissing").done();
    }

    /// R1: for IPS, it is health personnel who tell.
    fn an_ips_consent_needs_information_by_health_personnel(world) {
        let sides = world.sides();
        let known_to_nav = world.register(&sides.adviser, sides.patient.sheet.clone());
        let information = sides.adviser.informs(&known_to_nav, "ipsCooperation");
        let team = world.ips_team("IPS Oslo");
        let grants = json!([grant(&sides.nav, unit(&team), TOPICS)]);
        let consent = sides.adviser.drafts(&known_to_nav, "ipsCooperation", grants);
        sides.adviser.records_grant(&consent, &information, json!({}))
            .breaks("R1", "informationNotByHealthPersonnel").done();
    }

    /// R1: told about another cooperation, or another patient, or never.
    fn information_is_about_this_patient_and_purpose(world) {
        let sides = world.sides();
        let other = world.patient_of(&sides.clinician);
        let consent = draft_for(&sides, "ipsCooperation", unit(&sides.nav));
        let elsewhere = [
            sides.clinician.informs(&sides.patient, "caseDiscussion"),
            sides.clinician.informs(&other, "ipsCooperation"),
            sides.patient.id.clone(),
        ];
        for information in elsewhere {
            sides.clinician.records_grant(&consent, &information, json!({}))
                .breaks("R1", "informationMissing").done();
        }
        let path = format!("/patients/{}/consents", sides.patient.id);
        let told = sides.clinician.informs(&other, "ipsCooperation");
        let body = json!({"purpose": "ipsCooperation", "informationRecordId": told,
            "grants": [grant(&sides.dps, unit(&sides.nav), TOPICS)]});
        sides.clinician.post(&path, body).breaks("R1", "informationMissing").done();
    }

    /// Validity begins with the recording, and never before it.
    fn validity_does_not_begin_before_the_recording(world) {
        let sides = world.sides();
        let before = clock::now() - 1.second();
        granted(&sides, unit(&sides.nav), json!({"validFrom": before.to_string()}))
            .breaks("R2", "validityOutOfBounds").done();
        let plain = granted(&sides, unit(&sides.nav), json!({})).expect(200);
        assert_eq!(plain.at("/validity/from"), plain.at("/validity/grantedAt"));
    }

    /// Twelve months, and not a second more.
    fn a_consent_lasts_twelve_months_at_most(world) {
        let sides = world.sides();
        let from = clock::now() + 1.hour();
        let last = a_year_after(from);
        let terms = |until: Timestamp| json!({"validFrom": from.to_string(), "validUntil": until.to_string()});
        granted(&sides, unit(&sides.nav), terms(last + 1.second())).breaks("R2", "validityOutOfBounds").done();
        granted(&sides, unit(&sides.nav), terms(from)).breaks("R2", "validityOutOfBounds").done();
        granted(&sides, unit(&sides.nav), terms(last)).expect(200).done();
        let unsaid = granted(&sides, unit(&sides.nav), json!({"validFrom": from.to_string()})).expect(200);
        let until: Timestamp = unsaid.at("/validity/until").parse().expect("a moment");
        let from: Timestamp = unsaid.at("/validity/from").parse().expect("a moment");
        assert_eq!(until, a_year_after(from));
    }

    /// What has ended covers nothing from its last moment on.
    fn an_expired_consent_covers_nothing(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let soon = clock::now() + 2.seconds();
        let reply = granted(&sides, unit(&sides.nav), json!({"validUntil": soon.to_string()})).expect(200);
        assert_eq!(sides.adviser.sees(&discussion), "identified");
        std::thread::sleep(std::time::Duration::from_millis(2200));
        assert_eq!(sides.adviser.sees(&discussion), "sealed");
        let read = sides.clinician.get(&format!("/consents/{}", reply.id())).expect(200);
        assert_eq!((read.at("/state"), read.at("/status")), ("active".into(), "CONSENT_EXPIRED".into()));
    }

    /// What a source does not accept by word of mouth.
    fn the_source_decides_whether_a_word_will_do(world) {
        let sides = world.sides();
        let oral = |single: bool| granted(&sides, unit(&sides.nav), json!({"form": "oral", "singleUse": single}));
        decides(world, &sides, "unit", "no");
        oral(true).breaks("R2", "oralNotAccepted").done();
        decides(world, &sides, "unit", "singleUse");
        oral(false).breaks("R2", "oralNotAccepted").done();
        oral(true).expect(200).done();
        decides(world, &sides, "unit", "yes");
        oral(false).expect(200).done();
    }

    /// What a source accepts as recipients.
    fn the_source_decides_whether_a_unit_will_do(world) {
        let sides = world.sides();
        decides(world, &sides, "person", "no");
        let role = json!({"kind": "roleInUnit", "id": sides.nav.id, "role": "navAdviser"});
        for to in [unit(&sides.nav), role] {
            granted(&sides, to, json!({})).breaks("R2", "namedPersonsOnly").done();
        }
        granted(&sides, person(&sides.adviser), json!({})).expect(200).done();
    }

    /// A protected person's recipients are named one by one.
    fn a_protected_patient_names_persons(world) {
        let sides = world.sides();
        let path = format!("/patients/{}", sides.patient.id);
        let etag = sides.clinician.get(&path).expect(200).etag();
        sides.clinician.patch(&path, &etag, json!({"protection": "code6"})).expect(200).done();
        granted(&sides, unit(&sides.nav), json!({})).breaks("R2", "restrictedToNamedPersons").done();
        granted(&sides, person(&sides.adviser), json!({})).expect(200).done();
    }

    /// A single use may be for a discussion that is there, of the source, about this patient.
    fn a_single_use_names_a_discussion_of_this_patient(world) {
        let sides = world.sides();
        let own = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let other = world.patient_of(&sides.clinician);
        let of_another = sides.clinician.discusses(&other, &sides.nav, "caseDiscussion");
        let single = |id: &str| granted(&sides, unit(&sides.nav), json!({"singleUse": true, "discussionId": id}));
        for id in [&of_another.id, &sides.patient.id] {
            let refused = single(id).breaks("R2", "coversNothing");
            assert_eq!(refused.at("/errors/0/pointer"), "/discussionId");
        }
        assert_eq!(single(&own.id).expect(200).at("/discussionId"), own.id);
        granted(&sides, unit(&sides.nav), json!({"discussionId": own.id})).refused(422, "invalid").done();
    }

    /// Everything amiss in a draft is told with its place.
    fn a_draft_is_read_strictly(world) {
        let sides = world.sides();
        let path = format!("/patients/{}/consents", sides.patient.id);
        let good = grant(&sides.dps, unit(&sides.nav), TOPICS);
        let with = |change: Value| {
            let mut grant = good.clone();
            grant.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            json!({"purpose": "caseDiscussion", "grants": [grant]})
        };
        let somebody = sides.patient.id.as_str();
        for (body, pointer) in [
            (json!({"purpose": "caseDiscussion", "grants": []}), "/grants"),
            (with(json!({"categories": []})), "/grants/0/categories"),
            (with(json!({"categories": ["gossip"]})), "/grants/0/categories/0"),
            (with(json!({"recipient": {"kind": "unit", "id": somebody}})), "/grants/0/recipient/id"),
            (with(json!({"recipient": {"kind": "person", "id": somebody}})), "/grants/0/recipient/id"),
            (with(json!({"recipient": {"kind": "unit", "id": sides.nav.id, "role": "gp"}})), "/grants/0/recipient"),
            (with(json!({"recipient": {"kind": "roleInUnit", "id": sides.nav.id, "role": "auditor"}})), "/grants/0/recipient"),
            (with(json!({"source": {"kind": "organisation", "id": sides.dps.id}})), "/grants/0/source/id"),
            (with(json!({"to": "all"})), "/grants/0/to"),
        ] {
            let refused = sides.clinician.post(&path, body).refused(422, "invalid");
            assert_eq!(refused.at("/errors/0/pointer"), pointer, "{}", refused.text());
        }
        let list = sides.clinician.get(&path).expect(200).json();
        assert_eq!(list["items"], json!([]));
    }

    /// A repeat of a draft under the same key makes no second one.
    fn a_draft_is_made_once(world) {
        let sides = world.sides();
        let path = format!("/patients/{}/consents", sides.patient.id);
        let body = json!({"purpose": "caseDiscussion", "grants": [grant(&sides.dps, unit(&sides.nav), TOPICS)]});
        let send = |body: &Value| sides.clinician.call("POST", &path).header("Idempotency-Key", "one").json(body).send();
        let first = send(&body).expect(201).id();
        assert_eq!(send(&body).expect(201).id(), first);
        send(&json!({"purpose": "threeWayTalk", "grants": body["grants"]})).refused(422, "idempotencyMismatch").done();
        let list = sides.clinician.get(&path).expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }

    /// Where the evidence lies is told to the case team and the patient, and kept sealed.
    fn evidence_is_a_pointer_that_few_see(world) {
        let sides = world.sides();
        let canary = "samtykke-arkiv-48213";
        let reply = granted(&sides, person(&sides.adviser), json!({
            "evidence": {"system": "Journalarkivet", "reference": canary}})).expect(200);
        let path = format!("/consents/{}", reply.id());
        for caller in [sides.clinician.client(), sides.patient.client()] {
            assert_eq!(caller.get(&path).expect(200).at("/evidence/reference"), canary);
        }
        assert!(!sides.adviser.get(&path).expect(200).everything().contains(canary));
        let list = sides.clinician.get(&format!("/patients/{}/consents", sides.patient.id)).expect(200);
        assert!(!list.text().contains(canary));
        assert!(!samrad_tests::database::holds(&world.database().dump(), canary));
        let narrowed = sides.clinician.post(&format!("{path}/narrowing"), json!({
            "grants": [grant(&sides.dps, person(&sides.adviser), &["identity"])]})).expect(201);
        assert_eq!(narrowed.at("/evidence/reference"), canary);
    }

    /// Never the evidence itself.
    fn evidence_is_short_and_plain(world) {
        let sides = world.sides();
        for (system, reference) in [("", "x"), ("x", ""), ("x", "a\nb"), ("x", &*"y".repeat(201))] {
            granted(&sides, unit(&sides.nav), json!({"evidence": {"system": system, "reference": reference}}))
                .refused(422, "invalid").done();
        }
    }
}
