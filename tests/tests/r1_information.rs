//! R1: the patient is informed before consent is asked, for IPS by health personnel. Letter of
//! Helsedirektoratet, April 2022, no. 1.

use jiff::ToSpan;
use samrad_tests::{Caller, consents, on_both};
use serde_json::{Value, json};

fn told(purpose: &str) -> Value {
    json!({"purpose": purpose, "language": "nb", "textVersion": "2026-1", "form": "oral"})
}

fn path_of(patient: &samrad_tests::Patient) -> String {
    format!("/patients/{}/information-records", patient.id)
}

on_both! {
    fn who_told_what_and_when_is_recorded(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let mut body = told("ipsCooperation");
        body["givenAt"] = json!("2026-01-05T10:00:00Z");
        body["language"] = json!("se");
        let made = clinician.post(&path_of(&patient), body).expect(201);
        assert!(made.header("disclosure-receipt").is_some());
        let record = made.json();
        for (field, value) in [
            ("purpose", json!("ipsCooperation")), ("language", json!("se")), ("textVersion", json!("2026-1")),
            ("form", json!("oral")), ("givenBy", json!(clinician.id)), ("role", json!("clinician")),
            ("unitId", json!(dps.id)), ("byHealthPersonnel", json!(true)), ("givenAt", json!("2026-01-05T10:00:00Z")),
        ] {
            assert_eq!(record[field], value, "{field}");
        }
        let listed = clinician.get(&path_of(&patient)).expect(200).json();
        assert_eq!(listed, json!({"items": [record]}));
    }

    fn the_list_is_paged_in_the_order_recorded(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = world.patient_of(&clinician);
        let ids: Vec<_> = (0..5).map(|_| clinician.informs(&patient, "caseDiscussion")).collect();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = clinician.get(&format!("{}?limit=2{cursor}", path_of(&patient))).expect(200).json();
            let items = page["items"].as_array().expect("items").clone();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ids);
    }

    fn it_leaves_a_note_to_file_in_the_tellers_own_register(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&clinician);
        let at_nav = world.register(&adviser, patient.sheet.clone());
        let _case = clinician.opens_case_for(&patient);
        let _other = adviser.opens_case_for(&at_nav);
        let count = |caller: &samrad_tests::Person, list: &str| {
            let notes = caller.get(list).expect(200).json();
            notes["items"].as_array().map_or(0, Vec::len)
        };
        clinician.informs(&patient, "ipsCooperation").clear();
        assert_eq!((count(&clinician, "/journal-notes"), count(&adviser, "/case-file-notes")), (1, 0));
        adviser.informs(&at_nav, "caseDiscussion").clear();
        assert_eq!((count(&clinician, "/journal-notes"), count(&adviser, "/case-file-notes")), (1, 1));
    }

    fn what_is_yet_to_be_told_is_not_recorded(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = world.patient_of(&clinician);
        let mut body = told("ipsCooperation");
        let tomorrow = samrad_tests::clock::now().saturating_add(24.hours()).expect("a day");
        body["givenAt"] = json!(format!("{tomorrow:.0}"));
        let refused = clinician.post(&path_of(&patient), body.clone()).refused(422, "ruleBroken").json();
        assert_eq!((&refused["rule"], &refused["reason"]), (&json!("R1"), &json!("informationMissing")));
        for (field, value) in [
            ("givenAt", json!("1999-12-31T00:00:00Z")), ("givenAt", json!("1950-01-01T00:00:00Z")), ("givenAt", json!("2026-01-05")),
            ("language", json!("norsk bokmål")), ("language", json!("")), ("textVersion", json!("")), ("textVersion", json!("a\u{0}")),
            ("purpose", json!("research")), ("form", json!("telepathic")), ("role", json!("clinician")),
        ] {
            let mut body = told("ipsCooperation");
            body[field] = value;
            clinician.post(&path_of(&patient), body).refused(422, "invalid").done();
        }
        assert_eq!(clinician.get(&path_of(&patient)).expect(200).json(), json!({"items": []}));
    }

    fn a_client_whose_clock_is_a_little_ahead_is_believed(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = world.patient_of(&clinician);
        let mut body = told("caseDiscussion");
        let ahead = samrad_tests::clock::now().saturating_add(60.seconds()).expect("a minute");
        body["givenAt"] = json!(ahead.to_string());
        let record = clinician.post(&path_of(&patient), body).expect(201).json();
        assert_eq!(record["givenAt"], record["recordedAt"]);
    }

    fn nobody_outside_the_team_records_or_reads_it(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        clinician.informs(&patient, "ipsCooperation").clear();
        for stranger in [world.clinician_at(&dps), world.gp_at(&dps), world.nav_adviser_at(&world.nav_office("NAV Nordstrand", "0318"))] {
            stranger.post(&path_of(&patient), told("ipsCooperation")).refused(404, "notFound").done();
            stranger.get(&path_of(&patient)).refused(404, "notFound").done();
        }
        world.job_specialist_at(&dps).post(&path_of(&patient), told("ipsCooperation")).refused(403, "forbidden").done();
        let listed = clinician.get(&path_of(&patient)).expect(200).json();
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    }

    fn an_ips_consent_needs_information_by_health_personnel_before_it(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let ips = world.ips_team("IPS Oslo");
        let (clinician, specialist) = (world.clinician_at(&dps), world.job_specialist_at(&ips));
        let patient = world.patient_of(&clinician);
        let _case = clinician.opens_case_for(&patient);
        let grants = json!([consents::grant(&dps, consents::person(&specialist), &["identity", "workReadiness"])]);
        let consent = clinician.drafts(&patient, "ipsCooperation", grants);
        let grant = |information: Value| {
            let body = json!({"form": "written", "givenBy": "self", "singleUse": false, "informationRecordId": information});
            clinician.post(&format!("/consents/{}/grant", consent.id), body)
        };
        let refused = grant(Value::Null).expect(422).json();
        assert_eq!((&refused["rule"], &refused["reason"]), (&json!("R1"), &json!("informationMissing")));
        let about_another_thing = clinician.informs(&patient, "threeWayTalk");
        assert_eq!(grant(json!(about_another_thing)).expect(422).json()["rule"], "R1");
        let of_another = clinician.informs(&world.patient_of(&clinician), "ipsCooperation");
        assert_ne!(grant(json!(of_another)).status, 200);
        let information = clinician.informs(&patient, "ipsCooperation");
        grant(json!(information)).expect(200).done();
    }

    fn for_ips_it_is_not_enough_that_nav_has_told(world) {
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let ips = world.ips_team("IPS Oslo");
        let (adviser, specialist) = (world.nav_adviser_at(&nav), world.job_specialist_at(&ips));
        let patient = world.patient_of(&adviser);
        let _case = adviser.opens_case_for(&patient);
        let information = adviser.informs(&patient, "ipsCooperation");
        let grants = json!([consents::grant(&nav, consents::person(&specialist), &["identity"])]);
        let consent = adviser.drafts(&patient, "ipsCooperation", grants);
        let refused = adviser.records_grant(&consent, &information, json!({})).expect(422).json();
        assert_eq!((&refused["rule"], &refused["reason"]), (&json!("R1"), &json!("informationNotByHealthPersonnel")));
    }
}
