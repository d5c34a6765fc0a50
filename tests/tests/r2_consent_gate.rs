//! R2 at the gate: recipient, category, purpose, time and direction must all be covered. Each is
//! missed by one here, and the reader is left with the anonymised view.

use samrad_tests::consents::{grant, person, unit};
use samrad_tests::{Caller, Discussion, Patient, Person, Unit, World, on_both};
use serde_json::{Value, json};

const PURPOSE: &str = "caseDiscussion";
const COVERED: &[&str] = &["identity", "workReadiness"];

/// A clinician's case before a NAV office.
struct Room {
    dps: Unit,
    nav: Unit,
    clinician: Person,
    adviser: Person,
    patient: Patient,
    discussion: Discussion,
}

impl Room {
    fn of(world: &World) -> Self {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.states(&case, "workReadiness", "Kan arbeide to dager i uka.");
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, PURPOSE);
        Self {
            dps,
            nav,
            clinician,
            adviser,
            patient,
            discussion,
        }
    }

    /// Why the adviser could be shown what they could, as the case team is told.
    fn reason(&self) -> String {
        let ask = json!({"recipients": [{"personId": self.adviser.id, "unitId": self.nav.id}],
            "purpose": PURPOSE, "discussionId": self.discussion.id});
        let case = self.clinician.get("/cases").expect(200).json()["items"][0]["id"].clone();
        let path = format!("/cases/{}/may-i-share", case.as_str().expect("an id"));
        let answer = self.clinician.post(&path, ask).expect(200).json();
        answer["items"][0]["reason"]
            .as_str()
            .expect("a reason")
            .to_owned()
    }

    /// The adviser sees it anonymised, and the case team knows why.
    fn stays_anonymised(&self, reason: &str) {
        let view = self.adviser.reads(&self.discussion).expect(200);
        assert_eq!(view.json()["view"], "anonymised");
        assert!(!view.everything().contains(&self.patient.sheet.family));
        assert_eq!(self.reason(), reason);
    }

    fn consents(&self, from: &Unit, to: Value, categories: &[&str], more: Value) {
        let information = self.clinician.informs(&self.patient, PURPOSE);
        let draft =
            self.clinician
                .drafts(&self.patient, PURPOSE, json!([grant(from, to, categories)]));
        self.clinician
            .records_grant(&draft, &information, more)
            .expect(200)
            .done();
    }
}

on_both! {
    fn all_covered_opens(world) {
        let room = Room::of(world);
        room.consents(&room.dps, person(&room.adviser), COVERED, json!({}));
        let view = room.adviser.reads(&room.discussion).expect(200).json();
        assert_eq!(view["view"], "identified");
        assert_eq!(room.reason(), "CONSENT_ACTIVE");
    }

    fn another_recipient_does_not_open(world) {
        let room = Room::of(world);
        let colleague = world.nav_adviser_at(&room.nav);
        room.consents(&room.dps, person(&colleague), COVERED, json!({}));
        room.stays_anonymised("WRONG_RECIPIENT");
        assert_eq!(colleague.sees(&room.discussion), "identified");
    }

    fn categories_without_identity_do_not_open(world) {
        let room = Room::of(world);
        room.consents(&room.dps, person(&room.adviser), &["workReadiness", "plan"], json!({}));
        room.stays_anonymised("CATEGORY_NOT_COVERED");
    }

    fn another_purpose_does_not_open(world) {
        let room = Room::of(world);
        let _consent = room.clinician.obtains_consent(
            &room.patient, "coordinatedPlan", &room.dps, person(&room.adviser), COVERED);
        room.stays_anonymised("WRONG_PURPOSE");
    }

    fn a_consent_that_begins_tomorrow_does_not_open(world) {
        let room = Room::of(world);
        let tomorrow = samrad_tests::clock::in_hours(24);
        room.consents(&room.dps, person(&room.adviser), COVERED, json!({"validFrom": tomorrow}));
        room.stays_anonymised("CONSENT_NOT_YET_VALID");
    }

    fn a_consent_in_the_other_direction_does_not_open(world) {
        let room = Room::of(world);
        // NAV may tell the clinician; the patient gives it with their own token.
        let information = room.clinician.informs(&room.patient, PURPOSE);
        let other_way = json!([grant(&room.nav, person(&room.clinician), COVERED)]);
        let draft = room.clinician.drafts(&room.patient, PURPOSE, other_way);
        let body = json!({"form": "electronic", "givenBy": "self", "singleUse": false,
            "informationRecordId": information});
        room.patient.post(&format!("/consents/{}/grant", draft.id), body).expect(200).done();
        room.stays_anonymised("NO_CONSENT");
    }

    fn an_exclusion_overrides_what_the_unit_was_granted(world) {
        let room = Room::of(world);
        let information = room.clinician.informs(&room.patient, PURPOSE);
        let path = format!("/patients/{}/consents", room.patient.id);
        let body = json!({"purpose": PURPOSE, "grants": [grant(&room.dps, unit(&room.nav), COVERED)],
            "excludedRecipients": [person(&room.adviser)]});
        let draft = samrad_tests::Consent { id: room.clinician.post(&path, body).expect(201).id() };
        room.clinician.records_grant(&draft, &information, json!({})).expect(200).done();
        room.stays_anonymised("EXCLUDED");
        let colleague = world.nav_adviser_at(&room.nav);
        assert_eq!(colleague.sees(&room.discussion), "identified");
    }

    /// Each grant and each exclusion counts, once and in its place.
    fn several_grants_and_exclusions_count_each(world) {
        let room = Room::of(world);
        let (second, third) = (world.nav_adviser_at(&room.nav), world.nav_adviser_at(&room.nav));
        let information = room.clinician.informs(&room.patient, PURPOSE);
        let kept_out = json!([person(&second), person(&room.adviser)]);
        let grants = json!([grant(&room.dps, unit(&room.nav), COVERED),
            grant(&room.dps, person(&third), &["identity"])]);
        let body = json!({"purpose": PURPOSE, "grants": grants, "excludedRecipients": kept_out});
        let path = format!("/patients/{}/consents", room.patient.id);
        let draft = samrad_tests::Consent { id: room.clinician.post(&path, body).expect(201).id() };
        room.clinician.records_grant(&draft, &information, json!({})).expect(200).done();
        let read = room.clinician.get(&format!("/consents/{}", draft.id)).expect(200).json();
        assert_eq!(read["excludedRecipients"], kept_out);
        let granted = read["grants"].as_array().expect("grants");
        let heard: Vec<_> = granted.iter().map(|grant| grant["recipient"].clone()).collect();
        assert_eq!(heard, [unit(&room.nav), person(&third)]);
        room.stays_anonymised("EXCLUDED");
        assert_eq!(second.sees(&room.discussion), "anonymised");
        assert_eq!(third.sees(&room.discussion), "identified");
    }

    fn a_consent_that_covers_less_than_the_summary_drew_on_does_not_open(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises_as(&case, json!({"ageBand": "30-39", "diagnosisGroup": "depression",
            "question": "Hva kan passe?", "questionDrawsOn": [], "attested": true})).expect(200).done();
        let discussion = clinician.puts_before(&case, &nav, PURPOSE);
        let _less = clinician.obtains_consent(&patient, PURPOSE, &dps, person(&adviser), COVERED);
        assert_eq!(adviser.sees(&discussion), "anonymised");
        let _enough = clinician.obtains_consent(
            &patient, PURPOSE, &dps, person(&adviser), &["identity", "diagnosis"]);
        assert_eq!(adviser.sees(&discussion), "identified");
    }

    fn single_use_ends_with_its_discussion(world) {
        let room = Room::of(world);
        room.consents(&room.dps, person(&room.adviser), COVERED, json!({"singleUse": true}));
        assert_eq!(room.adviser.sees(&room.discussion), "identified");
        let other = room.clinician.discusses(&room.patient, &room.nav, PURPOSE);
        assert_eq!(room.adviser.sees(&other), "anonymised");
        let closing = format!("/discussions/{}/closure", room.discussion.id);
        room.clinician.post(&closing, json!({})).expect(204).done();
        assert_eq!(room.adviser.sees(&room.discussion), "sealed");
        assert_eq!(room.adviser.sees(&other), "anonymised");
    }

    /// A NAV-owned case before a DPS audience, the other way round.
    fn the_gate_works_in_both_directions(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let client = world.patient_of(&adviser);
        let discussion = adviser.discusses(&client, &dps, PURPOSE);
        assert_eq!(clinician.sees(&discussion), "anonymised");
        let _consent = adviser.obtains_consent(
            &client, PURPOSE, &nav, person(&clinician), &["identity", "benefits"]);
        let view = clinician.reads(&discussion).expect(200).json();
        assert_eq!(view["view"], "identified");
        assert_eq!(view["identity"]["family"], client.sheet.family.as_str());
    }

    /// Whoever is covered may record that the patient withdraws, without knowing the consent's id.
    fn who_is_covered_records_the_withdrawal(world) {
        let room = Room::of(world);
        let path = format!("/discussions/{}/withdrawal", room.discussion.id);
        room.adviser.post(&path, json!({"form": "oral"})).expect(409).done();
        room.consents(&room.dps, unit(&room.nav), COVERED, json!({}));
        assert_eq!(room.adviser.sees(&room.discussion), "identified");
        room.adviser.post(&path, json!({"form": "oral"})).expect(204).done();
        assert_eq!(room.adviser.sees(&room.discussion), "sealed");
    }

    /// A message written under consent is gone after withdrawal; new ones don't reach who is sealed.
    fn a_message_under_consent_is_not_read_after_withdrawal(world) {
        let room = Room::of(world);
        room.consents(&room.dps, person(&room.adviser), COVERED, json!({}));
        let path = format!("/discussions/{}/messages", room.discussion.id);
        let secret = json!({"kind": "question", "body": {"class": "identified",
            "categories": ["workReadiness"], "text": "Kan kommunikasjon med arbeidsgiver begynne?"}});
        room.clinician.post(&path, secret).expect(201).done();
        let seen = room.adviser.reads(&room.discussion).expect(200);
        assert!(seen.text().contains("arbeidsgiver begynne"));
        let colleague = world.nav_adviser_at(&room.nav);
        assert!(!colleague.reads(&room.discussion).expect(200).text().contains("arbeidsgiver begynne"));
        let withdrawal = format!("/discussions/{}/withdrawal", room.discussion.id);
        room.adviser.post(&withdrawal, json!({"form": "oral"})).expect(204).done();
        let sealed = room.adviser.reads(&room.discussion).expect(200);
        assert!(!sealed.text().contains("arbeidsgiver begynne"));
        room.adviser.post(&path, json!({"kind": "answer", "body": {"class": "anonymised",
            "categories": [], "text": "Ja."}})).expect(409).done();
    }

    /// An identified message needs cover for what it is about.
    fn an_identified_message_needs_cover_for_its_categories(world) {
        let room = Room::of(world);
        let path = format!("/discussions/{}/messages", room.discussion.id);
        let about = |category: &str| json!({"kind": "answer", "body": {"class": "identified",
            "categories": [category], "text": "Det ser bra ut."}});
        let refused = room.adviser.post(&path, about("workReadiness")).expect(422);
        assert_eq!(refused.json()["rule"], "R2");
        room.consents(&room.dps, person(&room.adviser), COVERED, json!({}));
        room.adviser.post(&path, about("workReadiness")).expect(201).done();
        room.adviser.post(&path, about("diagnosis")).expect(422).done();
    }

    /// To register a person opens nothing that a colleague of the same compartment has of them.
    fn a_colleague_who_registers_the_same_person_finds_no_consent(world) {
        let room = Room::of(world);
        let consent = room.clinician.obtains_consent(
            &room.patient, PURPOSE, &room.dps, person(&room.adviser), COVERED);
        let colleague = world.clinician_at(&room.dps);
        let own = world.register(&colleague, room.patient.sheet.clone());
        let listed = colleague.get(&format!("/patients/{}/consents", own.id)).expect(200).json();
        assert_eq!(listed["items"], json!([]));
        let path = format!("/consents/{}", consent.id);
        colleague.get(&path).expect(404).done();
        colleague.post(&format!("{path}/withdrawal"), json!({"form": "oral"})).expect(404).done();
        assert_eq!(room.adviser.sees(&room.discussion), "identified");
    }

    /// What is about nothing would pass every gate on categories.
    fn an_identified_message_is_about_something(world) {
        let room = Room::of(world);
        let path = format!("/discussions/{}/messages", room.discussion.id);
        let about_nothing = json!({"kind": "question", "body": {"class": "identified",
            "categories": [], "text": "Om hvem?"}});
        room.clinician.post(&path, about_nothing).expect(422).done();
    }
}
