//! Patients: registered in one's own compartment, read and corrected by their team.

use jiff::civil::date;
use samrad_tests::{Caller, Sheet, on_both};
use serde_json::{Value, json};

/// The pointer and code of each fault of a problem.
fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|e| (text(e, "pointer"), text(e, "code")))
        .collect()
}

/// The body of a registration with one field (by its pointer) set to something else.
fn with(sheet: &Sheet, pointer: &str, value: Value) -> Value {
    let mut body = sheet.body();
    body["contact"]["address"] = json!("Storgata 1, 0155 Oslo");
    body["protection"] = json!("none");
    *body.pointer_mut(pointer).expect("a field of the body") = value;
    body
}

on_both! {
    fn who_registers_a_patient_reads_the_record(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let sheet = world.sheet();
        let made = clinician.post("/patients", sheet.body()).expect(201);
        let id = made.id();
        assert_eq!(made.json(), json!({"id": id}));
        assert_eq!(made.header("location"), Some(format!("/api/v1/patients/{id}").as_str()));
        assert!(made.header("disclosure-receipt").is_some());
        assert!(made.header("etag").is_none());

        let read = clinician.get(&format!("/patients/{id}")).expect(200);
        assert_eq!(read.header("cache-control"), Some("no-store"));
        assert!(read.header("disclosure-receipt").is_some());
        assert_eq!(read.json(), json!({
            "id": id,
            "name": {"given": sheet.given, "family": sheet.family},
            "identityNumber": sheet.identity_number,
            "birthDate": "1990-05-17",
            "municipality": "0301",
            "contact": sheet.contact,
            "protection": "none",
            "version": 1,
        }));
    }

    fn a_team_makes_no_second_record_of_its_own_patient(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let (clinician, colleague) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let patient = world.patient_of(&clinician);
        clinician.post("/patients", patient.sheet.body()).refused(409, "conflict").done();
        let case = clinician.opens_case_for(&patient);
        let member = json!({"personId": colleague.id, "unitId": dps.id, "basis": "team"});
        clinician.post(&format!("/cases/{}/members", case.id), member).expect(201).done();
        colleague.post("/patients", patient.sheet.body()).refused(409, "conflict").done();
    }

    fn a_repeated_registration_is_done_once(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let body = world.sheet().body();
        let send = |body: &Value| {
            clinician.call("POST", "/patients").header("Idempotency-Key", "k-1").json(body).send()
        };
        let (first, second) = (send(&body).expect(201), send(&body).expect(201));
        assert_eq!(first.id(), second.id());
        assert_eq!(first.likeness(), second.likeness());
        send(&world.sheet().body()).refused(422, "idempotencyMismatch").done();
        let other = world.clinician_at(&world.dps("Øyane DPS"));
        let theirs = other.call("POST", "/patients").header("Idempotency-Key", "k-1");
        assert_ne!(theirs.json(&body).send().expect(201).id(), first.id());
    }

    fn a_correction_needs_the_version_that_was_read(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let path = format!("/patients/{}", world.patient_of(&clinician).id);
        let before = clinician.get(&path).expect(200);
        let change = json!({"municipality": "4601", "contact": {"phone": "22 00 00 00"}, "protection": "code7"});
        let after = clinician.patch(&path, &before.etag(), change.clone()).expect(200);
        assert_ne!(after.etag(), before.etag());
        let mut expected = before.json();
        expected["municipality"] = json!("4601");
        expected["contact"] = json!({"phone": "22 00 00 00"});
        expected["protection"] = json!("code7");
        expected["version"] = json!(2);
        assert_eq!(after.json(), expected);
        let read = clinician.get(&path).expect(200);
        assert_eq!((read.json(), read.etag()), (expected, after.etag()));

        clinician.patch(&path, &before.etag(), change.clone()).refused(412, "staleVersion").done();
        clinician.call("PATCH", &path).json(&change).send().refused(428, "versionRequired").done();
        let nothing = clinician.patch(&path, &after.etag(), json!({})).refused(422, "invalid");
        assert_eq!(faults(&nothing.json()), [(String::new(), "nothing".to_owned())]);
        let same = clinician.patch(&path, &after.etag(), change).expect(200);
        assert_eq!(same.etag(), after.etag());
    }

    fn the_identity_number_is_corrected_only_while_nothing_rests_on_it(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = world.patient_of(&clinician);
        let path = format!("/patients/{}", patient.id);
        let (right, wrong) = (world.sheet(), &patient.sheet);
        let number = |sheet: &Sheet| json!({"identityNumber": sheet.identity_number});
        let etag = clinician.get(&path).expect(200).etag();
        let after = clinician.patch(&path, &etag, number(&right)).expect(200);
        assert_eq!(after.json()["identityNumber"], right.identity_number.as_str());
        let found = |sheet: &Sheet| clinician.post("/patients/search", number(sheet)).expect(200).json();
        assert_eq!(found(wrong), json!({"items": []}));
        assert_eq!(found(&right), json!({"items": [{"id": patient.id}]}));

        let _case = clinician.opens_case_for(&patient);
        clinician.patch(&path, &after.etag(), number(wrong)).refused(409, "conflict").done();
        clinician.patch(&path, &after.etag(), json!({"municipality": "1103"})).expect(200).done();
        assert_eq!(found(&right), json!({"items": [{"id": patient.id}]}));
    }

    fn the_birth_date_agrees_with_the_number(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let sheet = Sheet { birth_date: date(1990, 5, 18), ..world.sheet() };
        let refused = clinician.post("/patients", sheet.body()).refused(422, "invalid");
        let disagrees = vec![("/birthDate".to_owned(), "disagrees".to_owned())];
        assert_eq!(faults(&refused.json()), disagrees);
        let path = format!("/patients/{}", world.patient_of(&clinician).id);
        let etag = clinician.get(&path).expect(200).etag();
        for change in [json!({"birthDate": "1991-05-17"}), json!({"identityNumber": world.sheet_born(date(1990, 5, 18)).identity_number})] {
            let refused = clinician.patch(&path, &etag, change).refused(422, "invalid");
            assert_eq!(faults(&refused.json()), disagrees);
        }
        assert_eq!(clinician.get(&path).expect(200).etag(), etag);
        // The century is nowhere in a number, so it is taken as told.
        let old = Sheet { birth_date: date(1890, 5, 17), ..world.sheet() };
        clinician.post("/patients", old.body()).expect(201).done();
    }

    fn every_field_is_held_to_its_form(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let sheet = world.sheet();
        let long = "x".repeat(400);
        for (pointer, value, code) in [
            ("/name/given", json!(""), "length"),
            ("/name/given", json!("   "), "blank"),
            ("/name/family", json!("Nord\nvika"), "controlCharacter"),
            ("/name/family", json!("Nord\u{202e}vika"), "controlCharacter"),
            ("/name/family", json!(long), "length"),
            ("/name", json!("Ågot Nordvika"), "wrongType"),
            ("/identityNumber", json!("1309724802"), "length"),
            ("/identityNumber", json!("1309724802a"), "notDigits"),
            ("/identityNumber", json!("13097248032"), "wrongCheckDigit"),
            ("/identityNumber", json!(13_097_248_022_u64), "wrongType"),
            ("/birthDate", json!("17.05.1990"), "date"),
            ("/birthDate", json!("1990-02-30"), "date"),
            ("/birthDate", json!("2190-05-17"), "inTheFuture"),
            ("/municipality", json!("301"), "length"),
            ("/municipality", json!("Oslo"), "municipality"),
            ("/contact/phone", json!("ring meg"), "phone"),
            ("/contact/phone", json!("1"), "phone"),
            ("/contact/email", json!("agot.example.no"), "email"),
            ("/contact/address", json!("Storgata 1\n0155 Oslo"), "controlCharacter"),
            ("/protection", json!("kode6"), "unknownValue"),
        ] {
            let refused = clinician.post("/patients", with(&sheet, pointer, value.clone())).refused(422, "invalid");
            let found = faults(&refused.json());
            assert!(found.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {value}: {found:?}");
        }
        let mut unknown = sheet.body();
        unknown["gender"] = json!("female");
        let refused = clinician.post("/patients", unknown).refused(422, "invalid");
        assert_eq!(faults(&refused.json()), [("/gender".to_owned(), "unknownField".to_owned())]);
        // All that is amiss in the form is told at once, and nothing was kept.
        let mut amiss = with(&sheet, "/municipality", json!("x"));
        amiss["name"]["given"] = json!("");
        amiss["contact"]["email"] = json!("x");
        assert!(faults(&clinician.post("/patients", amiss).refused(422, "invalid").json()).len() >= 3);
        let search = json!({"identityNumber": sheet.identity_number});
        assert_eq!(clinician.post("/patients/search", search).expect(200).json(), json!({"items": []}));
    }

    fn a_search_finds_ones_own_by_number_alone(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let search = |number: &str| clinician.post("/patients/search", json!({"identityNumber": number}));
        let found = search(&patient.sheet.identity_number).expect(200);
        assert_eq!(found.json(), json!({"items": [{"id": patient.id}]}));
        assert!(found.header("disclosure-receipt").is_some());
        let none = search(&world.sheet().identity_number).expect(200);
        assert_eq!(none.json(), json!({"items": []}));
        assert!(none.header("disclosure-receipt").is_some());
        let bad = search("13097248032").refused(422, "invalid");
        assert!(!bad.everything().contains("13097248032"));
    }

    fn a_role_that_the_compartment_does_not_admit_registers_nobody(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let ips = world.ips_team_of(&dps.organisation, "IPS");
        for stranger in [world.nav_adviser_at(&dps), world.clinician_at(&nav), world.clinician_at(&ips)] {
            let refused = stranger.post("/patients", world.sheet().body()).refused(422, "ruleBroken").json();
            assert_eq!((&refused["rule"], &refused["reason"]), (&json!("R2"), &json!("roleNotAdmitted")));
        }
        // A job specialist stays one when acting as a clinician (April 2022).
        let specialist = world.job_specialist_at(&ips);
        let as_clinician = world.also_at(&specialist, &dps, "clinician", 0);
        as_clinician.post("/patients", world.sheet().body()).refused(422, "ruleBroken").done();
        for role in ["jobSpecialist", "methodSupervisor", "coordinator", "auditor", "administrator", "privacyOfficer", "employerContact"] {
            let person = world.person_at(&dps, role);
            person.post("/patients", world.sheet().body()).refused(403, "forbidden").done();
            person.post("/patients/search", json!({"identityNumber": "13097248022"})).refused(403, "forbidden").done();
        }
        let patient = world.patient_of(&world.clinician_at(&dps));
        patient.get(&format!("/patients/{}", patient.id)).refused(403, "forbidden").done();
    }

    fn the_case_team_reads_and_who_leaves_it_reads_no_more(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let (clinician, successor) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let patient = world.patient_of(&clinician);
        let path = format!("/patients/{}", patient.id);
        let case = clinician.opens_case_for(&patient);
        successor.get(&path).refused(404, "notFound").done();
        let member = json!({"personId": successor.id, "unitId": dps.id, "basis": "team"});
        clinician.post(&format!("/cases/{}/members", case.id), member).expect(201).done();
        successor.get(&path).expect(200).done();
        let leave = format!("/cases/{}/members/{}/end", case.id, clinician.id);
        assert!((200..300).contains(&successor.post_over(&leave, json!({})).status));
        clinician.get(&path).refused(404, "notFound").done();
        let search = json!({"identityNumber": patient.sheet.identity_number});
        assert_eq!(clinician.post("/patients/search", search).expect(200).json(), json!({"items": []}));
        successor.get(&path).expect(200).done();
        world.end_affiliation(&successor);
        assert_ne!(successor.get(&path).status, 200);
    }

    fn an_identity_number_of_any_kind_is_taken(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        for (number, birth_date) in [
            ("13097248022", "1972-09-13"),
            ("53097248016", "1972-09-13"),
            ("13527248013", "1972-12-13"),
            ("80123456797", "2001-02-03"),
            ("02013299903", "1932-01-02"),
            ("01669012329", "1990-01-01"),
        ] {
            let mut body = world.sheet().body();
            body["identityNumber"] = json!(number);
            body["birthDate"] = json!(birth_date);
            let id = clinician.post("/patients", body).expect(201).id();
            let read = clinician.get(&format!("/patients/{id}")).expect(200).json();
            assert_eq!(read["identityNumber"], number);
        }
    }
}
