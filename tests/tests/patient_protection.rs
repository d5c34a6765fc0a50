//! What protects a patient: objections to sharing among health personnel, and guardians.

use jiff::ToSpan;
use samrad_tests::{Caller, consents, on_both};
use serde_json::{Value, json};

fn len(list: &Value) -> usize {
    list["items"].as_array().map_or(0, Vec::len)
}

on_both! {
    fn an_objection_keeps_invited_health_personnel_out_from_the_next_read(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let gp = world.gp_at(&world.health_unit(&world.organisation("Fastlegene"), "Fastlegene", "gpOffice"));
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        let gp_unit = gp.get("/me").expect(200).json();
        let unit = gp_unit.pointer("/affiliation/unitId").or(gp_unit.pointer("/affiliations/0/unitId"));
        let member = json!({"personId": gp.id, "unitId": unit, "basis": "hpl25"});
        clinician.post(&format!("/cases/{}/members", case.id), member).expect(201).done();
        let read = || gp.get(&format!("/cases/{}", case.id)).status;
        assert_eq!(read(), 200);

        let path = format!("/patients/{}/objections", patient.id);
        let made = clinician.post(&path, json!({"scope": "person", "targetId": gp.id})).expect(201);
        assert_eq!(read(), 404);
        let listed = clinician.get(&path).expect(200).json();
        assert_eq!(listed["items"], json!([made.json()]));
        clinician.get(&format!("/cases/{}", case.id)).expect(200).done();

        let withdrawal = format!("/objections/{}/withdrawal", made.id());
        let withdrawn = clinician.post(&withdrawal, json!({})).expect(200).json();
        assert!(withdrawn["withdrawnAt"].is_string());
        assert_eq!(read(), 200);
        clinician.post(&withdrawal, json!({})).refused(409, "conflict").done();

        clinician.post(&path, json!({"scope": "all"})).expect(201).done();
        assert_eq!(read(), 404);
    }

    /// The person's word binds all who keep records of them in the compartment, whosever record it was written on.
    fn an_objection_on_a_colleagues_record_keeps_the_invited_out_of_a_discussion(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let rupo = world.health_unit(&dps.organisation, "RUPO Mortensrud", "rupo");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, colleague) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let invited = world.clinician_at(&rupo);
        let patient = world.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, "caseDiscussion");
        let member = json!({"personId": invited.id, "unitId": rupo.id, "basis": "hpl25"});
        clinician.post(&format!("/cases/{}/members", case.id), member).expect(201).done();
        assert_eq!(invited.sees(&discussion), "identified");

        let other = world.register(&colleague, patient.sheet.clone());
        assert_ne!(other.id, patient.id);
        let path = format!("/patients/{}/objections", other.id);
        let made = colleague.post(&path, json!({"scope": "all"})).expect(201);
        assert_eq!(invited.sees(&discussion), "sealed");
        assert_eq!(clinician.sees(&discussion), "identified");

        colleague.post(&format!("/objections/{}/withdrawal", made.id()), json!({})).expect(200).done();
        assert_eq!(invited.sees(&discussion), "identified");
    }

    fn an_objection_names_whom_the_registry_knows(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let path = format!("/patients/{}/objections", world.patient_of(&clinician).id);
        for body in [
            json!({"scope": "unit"}),
            json!({"scope": "all", "targetId": dps.id}),
            json!({"scope": "unit", "targetId": clinician.id}),
            json!({"scope": "person", "targetId": dps.id}),
            json!({"scope": "everybody"}),
            json!({}),
        ] {
            clinician.post(&path, body).refused(422, "invalid").done();
        }
        clinician.post(&path, json!({"scope": "unit", "targetId": dps.id})).expect(201).done();
        assert_eq!(len(&clinician.get(&path).expect(200).json()), 1);
    }

    fn a_repeated_objection_is_recorded_once(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let path = format!("/patients/{}/objections", world.patient_of(&clinician).id);
        let send = || clinician.call("POST", &path).header("Idempotency-Key", "o").json(&json!({"scope": "all"})).send();
        assert_eq!(send().expect(201).json(), send().expect(201).json());
        assert_eq!(len(&clinician.get(&path).expect(200).json()), 1);
    }

    fn a_guardian_is_recorded_listed_and_ended(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let child = world.patient_born(&clinician, samrad_tests::clock::now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(10.years()));
        let path = format!("/patients/{}/guardians", child.id);
        let mother = world.sheet();
        let body = json!({"identityNumber": mother.identity_number, "name": {"given": mother.given, "family": mother.family},
            "authority": "parent", "custody": "shared", "validFrom": "2020-01-01"});
        let id = clinician.post(&path, body.clone()).expect(201).id();
        let listed = clinician.get(&path).expect(200);
        assert_eq!(listed.json()["items"], json!([{"id": id, "name": {"given": mother.given, "family": mother.family},
            "authority": "parent", "custody": "shared", "validFrom": "2020-01-01", "holds": true}]));
        assert!(!listed.text().contains(&mother.identity_number));
        clinician.post(&path, body.clone()).refused(409, "conflict").done();

        let end = format!("{path}/{id}/end");
        clinician.post(&end, json!({})).expect(204).done();
        clinician.post(&end, json!({})).refused(409, "conflict").done();
        let ended = clinician.get(&path).expect(200).json();
        assert_eq!(ended["items"][0]["holds"], false);
        assert!(ended["items"][0]["endedAt"].is_string());
        clinician.post(&path, body).expect(201).done();

        let other = world.patient_of(&clinician);
        clinician.post(&format!("/patients/{}/guardians/{id}/end", other.id), json!({})).refused(404, "notFound").done();
    }

    fn nobody_is_their_own_guardian_nor_guards_backwards(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = world.patient_of(&clinician);
        let path = format!("/patients/{}/guardians", patient.id);
        let sheet = world.sheet();
        let body = |number: &str| json!({"identityNumber": number, "name": {"given": sheet.given, "family": sheet.family}, "authority": "verge"});
        let own = clinician.post(&path, body(&patient.sheet.identity_number)).refused(422, "invalid").json();
        assert_eq!(own["errors"][0]["pointer"], "/identityNumber");
        assert_eq!(own["errors"][0]["code"], "isThePatient");
        let mut backwards = body(&sheet.identity_number);
        backwards["validFrom"] = json!("2026-02-01");
        backwards["validUntil"] = json!("2026-01-31");
        clinician.post(&path, backwards).refused(422, "invalid").done();
        assert_eq!(len(&clinician.get(&path).expect(200).json()), 0);
    }

    fn a_consent_lapses_when_the_guardianship_that_it_rests_on_ends(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let today = samrad_tests::clock::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let child = world.patient_born(&clinician, today.saturating_sub(10.years()));
        let (mother, path) = (world.sheet(), format!("/patients/{}/guardians", child.id));
        let body = json!({"identityNumber": mother.identity_number, "name": {"given": mother.given, "family": mother.family}, "authority": "parent"});
        let guardian = clinician.post(&path, body).expect(201).id();
        let discussion = clinician.discusses(&child, &nav, "caseDiscussion");
        let information = clinician.informs(&child, "caseDiscussion");
        let grants = json!([consents::grant(&dps, consents::person(&adviser), &["identity"])]);
        let consent = clinician.drafts(&child, "caseDiscussion", grants);
        let by_guardian = json!({"givenBy": "guardian", "guardianshipIds": [guardian]});
        clinician.records_grant(&consent, &information, by_guardian).expect(200).done();
        assert_eq!(adviser.sees(&discussion), "identified");
        clinician.post(&format!("{path}/{guardian}/end"), json!({})).expect(204).done();
        assert_eq!(adviser.sees(&discussion), "sealed");
    }
}
