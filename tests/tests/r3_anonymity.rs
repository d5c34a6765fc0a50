//! R3: until everybody present is covered, patients are spoken of anonymously. What is written for
//! an audience is scanned, and whoever is an outsider by law stays one, whoever employs them.

use samrad_tests::consents::{grant, unit};
use samrad_tests::{Caller, on_both};
use serde_json::json;

const PURPOSE: &str = "ipsCooperation";

on_both! {
    /// "0 % position at the DPS, or employed there: that changes nothing."
    fn a_job_specialist_at_the_dps_still_needs_consent(world) {
        let dps = world.dps("Øyane DPS");
        let clinician = world.clinician_at(&dps);
        let specialist = world.job_specialist_at(&dps);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &dps, PURPOSE);
        assert_eq!(specialist.sees(&discussion), "anonymised");
        let refused = clinician.post(&format!("/cases/{}/members", case.id),
            json!({"personId": specialist.id, "unitId": dps.id, "basis": "team"})).expect(422);
        assert_eq!(refused.json()["rule"], "R2");
        assert_eq!(specialist.sees(&discussion), "anonymised");
    }

    fn a_second_affiliation_as_clinician_lets_no_job_specialist_in(world) {
        let dps = world.dps("Øyane DPS");
        let ips = world.ips_team_of(&dps.organisation, "IPS Øyane");
        let clinician = world.clinician_at(&dps);
        let specialist = world.job_specialist_at(&ips);
        let as_clinician = world.also_at(&specialist, &dps, "clinician", 20);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &ips, PURPOSE);
        assert_eq!(specialist.sees(&discussion), "anonymised");
        for basis in ["team", "hpl25"] {
            clinician.post(&format!("/cases/{}/members", case.id),
                json!({"personId": specialist.id, "unitId": dps.id, "basis": basis})).expect(422).done();
        }
        as_clinician.reads(&discussion).expect(404).done();
        as_clinician.get(&format!("/cases/{}", case.id)).expect(404).done();
        // A consent for the unit does not mean them as one of it.
        let information = clinician.informs(&patient, PURPOSE);
        let draft = clinician.drafts(
            &patient,
            PURPOSE,
            json!([grant(&dps, unit(&dps), &["identity", "plan"])]),
        );
        let body = json!({"form": "electronic", "givenBy": "self", "singleUse": false,
            "informationRecordId": information});
        patient.post(&format!("/consents/{}/grant", draft.id), body).expect(200).done();
        let inside = clinician.puts_before(&case, &dps, PURPOSE);
        assert_eq!(as_clinician.sees(&inside), "anonymised");
    }

    fn a_summary_that_tells_who_it_is_is_refused_with_the_places(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        let family = &patient.sheet.family;
        let telling = [
            (format!("Kan {family} få hjelp?"), "ownName"),
            (format!("Kan {}s sak løses?", family.to_uppercase()), "ownName"),
            (format!("Gjelder {}.", patient.sheet.identity_number), "identityNumber"),
            ("Ring 400 12 345 for mer.".to_owned(), "phone"),
            ("Skriv til kari@example.no først.".to_owned(), "email"),
            ("Se https://example.no/sak først.".to_owned(), "url"),
            ("Bor i Storgata 5 nå.".to_owned(), "address"),
            ("Født 3. mars 1985, hva nå?".to_owned(), "fullDate"),
        ];
        for (question, code) in telling {
            let refused = clinician.summarises_as(&case, json!({"question": question,
                "questionDrawsOn": [], "attested": true})).expect(422);
            let problem = refused.json();
            assert_eq!(problem["rule"], "R3", "{question}");
            let faults = problem["errors"].as_array().expect("places");
            let fault = faults.iter().find(|f| f["code"] == code)
                .unwrap_or_else(|| panic!("{question}: {faults:?}"));
            assert_eq!(fault["pointer"], "/question");
            assert!(fault["start"].as_u64() < fault["end"].as_u64(), "{fault}");
            assert!(!refused.everything().contains(family.as_str()), "the refusal repeats the name");
        }
        let path = format!("/cases/{}/discussions", case.id);
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let body = json!({"audienceUnitId": nav.id, "purpose": PURPOSE, "attested": true});
        let refused = clinician.post(&path, body).expect(422).json();
        assert_eq!(refused["reason"], "summaryMissing");
    }

    fn nothing_is_put_before_an_audience_unattested(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let body = json!({"audienceUnitId": nav.id, "purpose": PURPOSE, "attested": false});
        let refused = clinician.post(&format!("/cases/{}/discussions", case.id), body).expect(422);
        assert_eq!(refused.json()["rule"], "R3");
    }

    /// The patient's names are matched in the case team's text alone: for anyone else a refusal
    /// would be a register of patients.
    fn an_outsiders_text_meets_general_lists_only(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let sheet = samrad_tests::Sheet { given: "Plan".into(), family: "Tiltak".into(), ..world.sheet() };
        let patient = world.register(&clinician, sheet);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises_as(&case, json!({"question": "Hva kan passe?",
            "questionDrawsOn": [], "attested": true})).expect(200).done();
        let discussion = clinician.puts_before(&case, &nav, PURPOSE);
        let path = format!("/discussions/{}/messages", discussion.id);
        let text = json!({"kind": "advice", "body": {"class": "anonymised", "categories": [],
            "text": "Lag en plan med tiltak."}});
        adviser.post(&path, text.clone()).expect(201).done();
        clinician.post(&path, text).expect(422).done();
        let telling = json!({"kind": "advice", "body": {"class": "anonymised", "categories": [],
            "text": "Gjelder dette 13097248022?"}});
        adviser.post(&path, telling).expect(422).done();
    }

    fn recognised_stops_the_discussion_and_tells_the_others_nothing(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let clinician = world.clinician_at(&dps);
        let (knows, other) = (world.nav_adviser_at(&nav), world.nav_adviser_at(&nav));
        let officer = world.privacy_officer_at(&dps);
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &nav, PURPOSE);
        assert_eq!(other.sees(&discussion), "anonymised");
        knows.post(&format!("/discussions/{}/recognition", discussion.id), json!({})).expect(204).done();
        for reader in [&knows, &other] {
            let view = reader.reads(&discussion).expect(200);
            assert_eq!(view.json()["view"], "sealed");
            assert_eq!(view.json()["state"], "stopped");
            assert!(!view.everything().contains(&knows.id));
            assert!(!view.everything().contains(&knows.name));
        }
        let found = officer.post("/log/search", json!({"kind": "recognised"})).expect(200);
        assert!(found.text().contains(&knows.id), "{}", found.text());
        clinician.post(&format!("/discussions/{}/closure", discussion.id), json!({})).expect(204).done();
        assert_eq!(other.sees(&discussion), "sealed");
    }

    /// No snooping: belonging to the same office gives no access, belonging to the case does.
    fn a_colleague_not_on_the_case_team_finds_nothing(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, colleague) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, PURPOSE);
        let nothing = "3f1d8a80-5c4f-4c1e-9d57-2f3f5f1f9a01";
        for (path, none) in [
            (format!("/cases/{}", case.id), format!("/cases/{nothing}")),
            (format!("/discussions/{}", discussion.id), format!("/discussions/{nothing}")),
            (format!("/patients/{}", patient.id), format!("/patients/{nothing}")),
        ] {
            let (not_mine, missing) = (colleague.get(&path).expect(404), colleague.get(&none).expect(404));
            assert_eq!(not_mine.likeness(), missing.likeness(), "{path}");
        }
        clinician.post(&format!("/cases/{}/members", case.id),
            json!({"personId": colleague.id, "unitId": dps.id, "basis": "team"})).expect(201).done();
        assert_eq!(colleague.sees(&discussion), "identified");
        clinician.post_over(&format!("/cases/{}/members/{}/end", case.id, colleague.id), json!({})).expect(204).done();
        colleague.get(&format!("/cases/{}", case.id)).expect(404).done();
    }
}
