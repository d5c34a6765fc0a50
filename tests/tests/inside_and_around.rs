//! Who is inside a case besides its team, what is said by word of mouth, what protection changes,
//! and what time takes away.

use samrad_tests::consents::{grant, person};
use samrad_tests::{Caller, on_both};
use serde_json::json;

const PURPOSE: &str = "caseDiscussion";

on_both! {
    /// Helsepersonelloven § 25: health personnel who take part in the care, unless the patient objects.
    fn invited_health_personnel_are_inside_until_the_patient_objects(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let rupo = world.health_unit(&dps.organisation, "RUPO Mortensrud", "rupo");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, invited) = (world.clinician_at(&dps), world.clinician_at(&rupo));
        let adviser = world.nav_adviser_at(&nav);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, PURPOSE);
        let members = format!("/cases/{}/members", case.id);
        for (who, unit, basis, status) in [
            (&adviser, &nav, "hpl25", 422),
            (&adviser, &nav, "team", 422),
            (&invited, &rupo, "hpl25", 201),
        ] {
            clinician.post(&members, json!({"personId": who.id, "unitId": unit.id, "basis": basis}))
                .expect(status).done();
        }
        let view = invited.reads(&discussion).expect(200).json();
        assert_eq!(view["view"], "identified");
        assert_eq!(view["insight"]["reason"], "INSIDE_HPL25");
        // Invited, not of the team: they read and change nothing.
        invited.post(&format!("/cases/{}/statements", case.id),
            json!({"category": "plan", "text": "Noe."})).expect(404).done();
        clinician.post(&format!("/patients/{}/objections", patient.id), json!({"scope": "all"}))
            .expect(201).done();
        // They know who it is, so they get the seal and not the anonymised view.
        assert_eq!(invited.sees(&discussion), "sealed");
        assert_eq!(clinician.sees(&discussion), "identified");
    }

    /// Said in a meeting, recorded afterwards: covered or not, the log tells the truth.
    fn an_oral_disclosure_is_recorded_as_it_was(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let clinician = world.clinician_at(&dps);
        let (covered, uncovered) = (world.nav_adviser_at(&nav), world.nav_adviser_at(&nav));
        let auditor = world.auditor_at(&dps);
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &nav, PURPOSE);
        let _consent = clinician.obtains_consent(
            &patient, PURPOSE, &dps, person(&covered), &["identity", "plan"]);
        let told = json!({"disclosedAt": samrad_tests::clock::in_hours(-1), "categories": ["identity"],
            "recipients": [{"personId": covered.id, "unitId": nav.id},
                {"personId": uncovered.id, "unitId": nav.id}]});
        let path = format!("/discussions/{}/oral-disclosures", discussion.id);
        covered.post(&path, told.clone()).expect(404).done();
        world.clinician_at(&dps).post(&path, told.clone()).expect(404).done();
        let future = json!({"disclosedAt": samrad_tests::clock::in_hours(1), "categories": ["identity"],
            "recipients": [{"personId": covered.id, "unitId": nav.id}]});
        clinician.post(&path, future).expect(422).done();
        let recorded = clinician.post(&path, told).expect(201).json();
        // An hour ago the consent was not in force yet: neither was covered then.
        let breaches = recorded["notCovered"].as_array().expect("a list");
        assert_eq!(breaches.len(), 2, "{recorded}");
        assert_eq!(uncovered.sees(&discussion), "sealed");
        let found = auditor.post("/log/search", json!({"kind": "oralDisclosure"})).expect(200).json();
        let entries = found["items"].as_array().expect("entries");
        assert!(entries.iter().any(|e| e["outcome"] == "disclosed"), "{found}");
    }

    /// Kode 6: only people named one by one, and places are withheld.
    fn a_protected_persons_places_are_withheld_even_from_those_named(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let sheet = samrad_tests::Sheet {
            contact: json!({"phone": "+47 400 00 001", "address": "Storgata 5, 0182 Oslo"}),
            ..world.sheet()
        };
        let patient = world.register(&clinician, sheet);
        let read = clinician.get(&format!("/patients/{}", patient.id)).expect(200);
        clinician.patch(&format!("/patients/{}", patient.id), &read.etag(), json!({"protection": "code6"}))
            .expect(200).done();
        let discussion = clinician.discusses(&patient, &nav, PURPOSE);
        let information = clinician.informs(&patient, PURPOSE);
        let to_unit = json!([grant(&dps, json!({"kind": "unit", "id": nav.id}), &["identity", "contact"])]);
        let draft = clinician.drafts(&patient, PURPOSE, to_unit);
        let refused = clinician.records_grant(&draft, &information, json!({})).expect(422).json();
        assert_eq!(refused["reason"], "restrictedToNamedPersons");
        let _named = clinician.obtains_consent(
            &patient, PURPOSE, &dps, person(&adviser), &["identity", "contact"]);
        let view = adviser.reads(&discussion).expect(200);
        assert_eq!(view.json()["view"], "identified");
        assert!(view.json()["identity"].get("municipality").is_none());
        assert_eq!(view.json()["contact"]["phone"], "+47 400 00 001");
        assert!(!view.text().contains("Storgata"));
        let inside = clinician.reads(&discussion).expect(200).json();
        assert_eq!(inside["identity"]["municipality"], "0301");
    }

    /// A consent ends at its moment, with no sweeper: the next read after it is sealed.
    fn a_consent_that_has_expired_opens_nothing(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &nav, PURPOSE);
        let information = clinician.informs(&patient, PURPOSE);
        let draft = clinician.drafts(&patient, PURPOSE,
            json!([grant(&dps, person(&adviser), &["identity"])]));
        let until = samrad_tests::clock::now() + std::time::Duration::from_secs(4);
        let granted = clinician.records_grant(&draft, &information, json!({"validUntil": until.to_string()}));
        granted.expect(200).done();
        assert_eq!(adviser.sees(&discussion), "identified");
        samrad_tests::clock::reach(until);
        assert_eq!(adviser.sees(&discussion), "sealed");
        // A day too long, or a moment before the recording, is no validity.
        for more in [
            json!({"validUntil": samrad_tests::clock::in_hours(24 * 367)}),
            json!({"validFrom": samrad_tests::clock::in_hours(-1)}),
        ] {
            let draft = clinician.drafts(&patient, PURPOSE,
                json!([grant(&dps, person(&adviser), &["identity"])]));
            let refused = clinician.records_grant(&draft, &information, more).expect(422).json();
            assert_eq!(refused["reason"], "validityOutOfBounds");
        }
    }

    /// The case team asks before it speaks; together, one who is not covered closes the room.
    fn may_i_share_tells_what_would_change_it(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let clinician = world.clinician_at(&dps);
        let (covered, uncovered) = (world.nav_adviser_at(&nav), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let _consent = clinician.obtains_consent(
            &patient, PURPOSE, &dps, person(&covered), &["identity", "plan"]);
        let who = |p: &samrad_tests::Person| json!({"personId": p.id, "unitId": nav.id});
        let path = format!("/cases/{}/may-i-share", case.id);
        let ask = |recipients: serde_json::Value| {
            clinician.post(&path, json!({"recipients": recipients, "purpose": PURPOSE})).expect(200).json()
        };
        let alone = ask(json!([who(&covered)]));
        assert_eq!(alone["items"][0]["view"], "identified");
        assert_eq!(alone["items"][0]["covered"], json!(["identity", "plan"]));
        let together = ask(json!([who(&covered), who(&uncovered)]));
        assert_eq!(together["items"][0]["view"], "anonymised");
        assert_eq!(together["items"][0]["reason"], "UNCOVERED_PERSON_PRESENT");
        assert_eq!(together["items"][1]["reason"], "WRONG_RECIPIENT");
        assert!(!together["items"][1]["remedy"].as_str().expect("a remedy").is_empty());
        assert!(!together.to_string().contains(&patient.sheet.family));
        let coverage = clinician.post(&format!("/cases/{}/coverage", case.id),
            json!({"recipient": who(&covered), "purpose": PURPOSE})).expect(200).json();
        assert_eq!(coverage["consents"].as_array().map(Vec::len), Some(1));
        // Not an oracle: nobody else may ask.
        let question = json!({"recipients": [who(&covered)], "purpose": PURPOSE});
        world.clinician_at(&dps).post(&path, question.clone()).expect(404).done();
        covered.post(&path, question).expect(404).done();
    }

    /// What was answered is durable, and what was refused changed nothing.
    fn a_closed_case_takes_nothing_until_it_is_reopened(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.post_over(&format!("/cases/{}/closure", case.id), json!({})).expect(204).done();
        clinician.post_over(&format!("/cases/{}/closure", case.id), json!({})).expect(409).done();
        let statement = json!({"category": "plan", "text": "Noe."});
        let path = format!("/cases/{}/statements", case.id);
        clinician.post(&path, statement.clone()).expect(409).done();
        clinician.post_over(&format!("/cases/{}/reopening", case.id), json!({})).expect(204).done();
        clinician.post(&path, statement).expect(201).done();
        let read = clinician.get(&format!("/cases/{}", case.id)).expect(200).json();
        assert_eq!(read["statements"].as_array().map(Vec::len), Some(1));
    }
}
