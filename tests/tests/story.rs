//! The story that the service is for, told once over HTTP: a clinician and a NAV adviser discuss
//! a patient's case; the adviser sees it anonymised, the patient consents, the adviser sees exactly
//! what the consent covers, the patient withdraws, and from the very next read the adviser gets a
//! sealed discussion.

use samrad_tests::{Caller, cases::plain_summary, consents, on_both};
use serde_json::json;

on_both! {
    fn anonymised_until_consent_and_sealed_after_withdrawal(world) {
        // Who there is.
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let clinician = world.clinician_at(&dps);
        let adviser = world.nav_adviser_at(&nav);
        let colleague_at_nav = world.nav_adviser_at(&nav);
        let colleague_at_dps = world.clinician_at(&dps);
        let stranger = world.nav_adviser_at(&world.nav_office("NAV Østensjø", "0313"));

        // A clinician's patient, and a case with something to say.
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.states(&case, "workReadiness", "Kan arbeide to dager i uka.");
        clinician.states(&case, "diagnosis", "Moderat depressiv episode.");
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, "caseDiscussion");

        // Before consent: anonymised for the audience, nothing for everybody else.
        let inbox = adviser.get("/discussions").expect(200);
        assert!(inbox.text().contains(&discussion.id));
        assert!(!inbox.text().contains(&patient.sheet.family));
        let view = adviser.reads(&discussion).expect(200);
        assert_eq!(view.json()["view"], "anonymised");
        assert_eq!(view.json()["summary"]["ageBand"], "30-39");
        assert!(!view.everything().contains(&patient.sheet.family));
        assert!(!view.everything().contains(&patient.id));
        assert!(view.header("Disclosure-Receipt").is_some());
        stranger.reads(&discussion).expect(404).done();
        colleague_at_dps.reads(&discussion).expect(404).done();
        colleague_at_dps.get(&format!("/cases/{}", case.id)).expect(404).done();

        // They talk, without saying who.
        let question = json!({"kind": "question", "body": {
            "class": "anonymised", "categories": [], "text": "Hva kan NAV tilby?"}});
        clinician.post(&format!("/discussions/{}/messages", discussion.id), question).expect(201).done();
        let advice = json!({"kind": "advice", "body": {
            "class": "anonymised", "categories": [], "text": "Gradvis arbeidstrening kan passe."}});
        adviser.post(&format!("/discussions/{}/messages", discussion.id), advice).expect(201).done();
        let thread = adviser.reads(&discussion).expect(200).json();
        assert_eq!(thread["messages"].as_array().map(Vec::len), Some(2));

        // May the clinician say more? Not yet, and why.
        let ask = json!({"recipients": [{"personId": adviser.id, "unitId": nav.id}],
            "purpose": "caseDiscussion", "discussionId": discussion.id});
        let path = format!("/cases/{}/may-i-share", case.id);
        let answer = clinician.post(&path, ask.clone()).expect(200).json();
        assert_eq!(answer["items"][0]["view"], "anonymised");
        assert_eq!(answer["items"][0]["reason"], "NO_CONSENT");
        assert_eq!(answer["items"][0]["rule"], "R2");

        // The patient is informed, and consents to the adviser hearing about work readiness.
        let consent = clinician.obtains_consent(
            &patient, "caseDiscussion", &dps, consents::person(&adviser), &["identity", "workReadiness"]);
        let answer = clinician.post(&path, ask).expect(200).json();
        assert_eq!(answer["items"][0]["view"], "identified");

        // The adviser sees exactly what the consent covers.
        let view = adviser.reads(&discussion).expect(200);
        let seen = view.json();
        assert_eq!(seen["view"], "identified");
        assert_eq!(seen["identity"]["family"], patient.sheet.family.as_str());
        assert_eq!(seen["identity"]["identityNumber"], patient.sheet.identity_number.as_str());
        let statements = seen["statements"].as_array().expect("statements");
        assert_eq!(statements.len(), 1, "{statements:?}");
        assert_eq!(statements[0]["category"], "workReadiness");
        assert!(seen["notCovered"].as_array().expect("a list").contains(&json!("diagnosis")));
        assert!(seen.get("contact").is_none());
        assert!(seen.get("insight").is_none());
        assert!(!view.text().contains("depressiv"));

        // The colleague who is not covered still sees it anonymised.
        assert_eq!(colleague_at_nav.sees(&discussion), "anonymised");

        // The patient withdraws, with their own token; the very next read is sealed.
        consents::withdraw(&patient, &consent).expect(200).done();
        let sealed = adviser.reads(&discussion).expect(200);
        assert_eq!(sealed.json()["view"], "sealed");
        assert_eq!(sealed.json()["label"], discussion.label.as_str());
        assert!(!sealed.everything().contains(&patient.sheet.family));
        assert!(!sealed.everything().contains("ageBand"));
        assert_eq!(colleague_at_nav.sees(&discussion), "anonymised");

        // The health side has its journal notes to file.
        let notes = clinician.get("/journal-notes?state=pending").expect(200).json();
        let kinds: Vec<_> = notes["items"].as_array().expect("notes").iter()
            .map(|note| note["kind"].as_str().expect("a kind").to_owned()).collect();
        for kind in ["informationGiven", "consentGranted", "disclosureMade", "consentWithdrawn"] {
            assert_eq!(kinds.iter().filter(|k| *k == kind).count(), 1, "{kind} in {kinds:?}");
        }

        // And each act is in the log, for the patient to read.
        let log = patient.get("/me/log").expect(200).json();
        let entries = log["items"].as_array().expect("entries");
        let disclosed: Vec<_> = entries.iter().filter(|e| e["outcome"] == "disclosed").collect();
        assert_eq!(disclosed.len(), 1, "{entries:?}");
    }

    /// A general question has no patient, and is never more than anonymised.
    fn a_general_question_needs_no_consent(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let case = clinician.opens_general_question("Hvordan søker man om arbeidsavklaringspenger?");
        clinician.summarises_as(&case, json!({
            "question": "Hvordan søker man om arbeidsavklaringspenger?",
            "questionDrawsOn": [], "attested": true})).expect(200).done();
        let discussion = clinician.puts_before(&case, &nav, "caseDiscussion");
        assert_eq!(adviser.sees(&discussion), "anonymised");
        assert_eq!(clinician.sees(&discussion), "anonymised");
        let refused = clinician.summarises_as(&case, json!({"attested": false,
            "question": plain_summary()["question"], "questionDrawsOn": []})).expect(422);
        assert_eq!(refused.json()["rule"], "R3");
    }
}
