//! That somebody is a patient is itself a secret: from the colleague at the next desk, from other
//! compartments, and from whoever tries to find out by registering or searching.

use samrad_tests::{Caller, Person, Reply, Sheet, World, on_both};
use serde_json::{Value, json};

/// Nobody has this id.
const MISSING: &str = "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11";
/// Planted where identity is.
const CANARY: &str = "Kanarifuglberget";

/// Everything that can be asked of a record, with a record's id for `{id}`.
const QUESTIONS: [(&str, &str); 7] = [
    ("GET", "/patients/{id}"),
    ("PATCH", "/patients/{id}"),
    ("GET", "/patients/{id}/objections"),
    ("POST", "/patients/{id}/objections"),
    ("GET", "/patients/{id}/guardians"),
    ("GET", "/patients/{id}/information-records"),
    ("POST", "/patients/{id}/information-records"),
];

/// What a question needs to be a sound one.
fn body_of(method: &str, path: &str) -> Option<Value> {
    match (method, path.rsplit('/').next()) {
        ("PATCH", _) => Some(json!({"municipality": "4601"})),
        ("POST", Some("objections")) => Some(json!({"scope": "all"})),
        ("POST", Some("information-records")) => Some(
            json!({"purpose": "ipsCooperation", "language": "nb", "textVersion": "1", "form": "oral"}),
        ),
        _ => None,
    }
}

fn ask(who: &Person, method: &str, path: &str, id: &str) -> Reply {
    let path = path.replace("{id}", id);
    let mut request = who.call(method, &path);
    if method == "PATCH" {
        request = request.header("If-Match", "\"v1\"");
    }
    match body_of(method, &path) {
        Some(body) => request.json(&body).send(),
        None => request.send(),
    }
}

/// To `stranger` this record is the same as one that never was, byte for byte.
fn is_nothing_to(stranger: &Person, id: &str) {
    for (method, path) in QUESTIONS {
        let there = ask(stranger, method, path, id).refused(404, "notFound");
        let missing = ask(stranger, method, path, MISSING).refused(404, "notFound");
        assert_eq!(there.likeness(), missing.likeness(), "{method} {path}");
    }
}

fn search(who: &Person, sheet: &Sheet) -> Reply {
    who.post(
        "/patients/search",
        json!({"identityNumber": sheet.identity_number}),
    )
    .expect(200)
}

/// Searching for and registering `known` looks to `who` as with `unknown`, and tells as little.
fn no_trace(who: &Person, known: &Sheet, unknown: &Sheet) {
    assert_eq!(
        search(who, known).likeness(),
        search(who, unknown).likeness()
    );
    let (one, other) = (
        who.post("/patients", known.body()),
        who.post("/patients", unknown.body()),
    );
    let (one, other) = (one.expect(201), other.expect(201));
    assert_eq!(one.likeness(), other.likeness());
    assert_eq!(
        search(who, known).likeness(),
        search(who, unknown).likeness()
    );
    for (made, sheet) in [(one, known), (other, unknown)] {
        let id = made.id();
        let read = who.get(&format!("/patients/{id}")).expect(200);
        assert_eq!(read.etag(), "\"v1\"");
        let mut expected = sheet.body();
        expected["id"] = json!(id);
        expected["version"] = json!(1);
        expected["protection"] = json!("none");
        assert_eq!(read.json(), expected);
        for list in ["objections", "guardians", "information-records", "consents"] {
            let items = who
                .get(&format!("/patients/{id}/{list}"))
                .expect(200)
                .json();
            assert_eq!(items["items"], json!([]), "{list}");
        }
    }
}

/// A patient of whom much is known: a case, something told, a consent, an objection, a guardian.
fn well_known(world: &World, clinician: &Person) -> samrad_tests::Patient {
    let patient = world.patient_of(clinician);
    let path = |rest: &str| format!("/patients/{}/{rest}", patient.id);
    let _case = clinician.opens_case_for(&patient);
    clinician.informs(&patient, "caseDiscussion").clear();
    clinician
        .post(&path("objections"), json!({"scope": "all"}))
        .expect(201)
        .done();
    let guardian = world.sheet();
    let body = json!({"identityNumber": guardian.identity_number, "name": {"given": guardian.given, "family": guardian.family},
        "authority": "nextOfKin"});
    clinician.post(&path("guardians"), body).expect(201).done();
    let etag = clinician
        .get(&format!("/patients/{}", patient.id))
        .expect(200)
        .etag();
    let change = json!({"protection": "code6", "contact": {"address": CANARY}});
    clinician
        .patch(&format!("/patients/{}", patient.id), &etag, change)
        .expect(200)
        .done();
    patient
}

on_both! {
    fn a_colleague_off_the_case_gets_the_answer_for_what_never_was(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let patient = well_known(world, &clinician);
        is_nothing_to(&world.clinician_at(&dps), &patient.id);
        is_nothing_to(&world.gp_at(&dps), &patient.id);
        let upstairs = world.health_unit(&dps.organisation, "Ruspoliklinikken", "rupo");
        is_nothing_to(&world.clinician_at(&upstairs), &patient.id);
        // The same person in another affiliation is off the case too.
        is_nothing_to(&world.also_at(&clinician, &upstairs, "clinician", 0), &patient.id);
        clinician.get(&format!("/patients/{}", patient.id)).expect(200).done();
    }

    fn another_compartment_gets_the_same(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = well_known(world, &clinician);
        is_nothing_to(&world.clinician_at(&world.dps("Øyane DPS")), &patient.id);
        is_nothing_to(&world.nav_adviser_at(&world.nav_office("NAV Nordstrand", "0318")), &patient.id);
    }

    fn state_and_municipal_nav_of_one_office_are_kept_apart(world) {
        let state = world.nav_adviser_at(&world.nav_office("NAV Nesodden", "3212"));
        let municipal = world.nav_adviser_at(&world.municipal_social("NAV Nesodden", "3212"));
        let patient = world.patient_of(&state);
        is_nothing_to(&municipal, &patient.id);
        no_trace(&municipal, &patient.sheet, &world.sheet());
        let theirs = search(&municipal, &patient.sheet).json();
        assert_ne!(theirs["items"][0]["id"], patient.id.as_str());
        is_nothing_to(&state, theirs["items"][0]["id"].as_str().expect("an id"));
    }

    fn registering_or_searching_whom_another_compartment_knows_leaves_no_trace(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let patient = well_known(world, &clinician);
        for stranger in [
            world.clinician_at(&world.dps("Øyane DPS")),
            world.nav_adviser_at(&world.nav_office("NAV Nordstrand", "0318")),
        ] {
            no_trace(&stranger, &patient.sheet, &world.sheet());
        }
        // Nor does the first one see that others came after.
        assert_eq!(search(&clinician, &patient.sheet).json(), json!({"items": [{"id": patient.id}]}));
        assert_eq!(clinician.get(&format!("/patients/{}", patient.id)).expect(200).etag(), "\"v2\"");
    }

    fn a_curious_colleague_learns_nothing_by_registering(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let (clinician, curious) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let patient = well_known(world, &clinician);
        // The colleague knows the number and guesses the rest.
        let guess = Sheet { family: "Gjetning".to_owned(), contact: json!({}), ..patient.sheet.clone() };
        no_trace(&curious, &guess, &world.sheet());
        is_nothing_to(&curious, &patient.id);
        // Nor by going on to a case of their own.
        let found = search(&curious, &guess).json();
        let id = found["items"][0]["id"].as_str().expect("an id").to_owned();
        curious.post("/cases", json!({"patientId": id})).expect(201).done();
        let read = curious.get(&format!("/patients/{id}")).expect(200);
        assert!(!read.everything().contains(&patient.sheet.family));
        assert!(!read.everything().contains(CANARY));
        assert_eq!(read.json()["protection"], "none");
        // And the record that was there is as it was.
        let kept = clinician.get(&format!("/patients/{}", patient.id)).expect(200).json();
        assert_eq!(kept["name"]["family"], patient.sheet.family.as_str());
        // But the patient sees that somebody registered them, and looked.
        let log = patient.get("/me/log").expect(200).text();
        assert!(log.contains(&curious.name), "{log}");
    }

    fn a_canary_in_every_identity_field_sings_to_the_team_alone(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, colleague) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let adviser = world.nav_adviser_at(&nav);
        let sheet = Sheet {
            given: CANARY.to_owned(),
            family: CANARY.to_owned(),
            contact: json!({"address": format!("{CANARY} 1"), "email": format!("{CANARY}@example.no"), "phone": "98765432"}),
            ..world.sheet()
        };
        let canaries = [CANARY, &sheet.identity_number, "98765432", "1990-05-17"];
        let silent = |reply: &Reply| {
            for canary in canaries {
                assert!(!reply.everything().contains(canary), "{canary} in {}", reply.everything());
            }
        };
        let registered = clinician.post("/patients", sheet.body()).expect(201);
        silent(&registered);
        let id = registered.id();
        let (path, discussion) = (format!("/patients/{id}"), {
            let patient = world.citizen(&sheet.identity_number);
            silent(&patient.get("/me/log").expect(200));
            let case = clinician.post("/cases", json!({"patientId": id})).expect(201);
            silent(&case);
            let case = samrad_tests::cases::Case { id: case.id() };
            clinician.summarises(&case);
            clinician.puts_before(&case, &nav, "caseDiscussion")
        });
        let etag = clinician.get(&path).expect(200).etag();

        // Problems of every kind, some of them made of the canary.
        silent(&clinician.post("/patients", sheet.body()).expect(409));
        silent(&clinician.patch(&path, "\"v9\"", json!({"municipality": "4601"})).expect(412));
        silent(&clinician.patch(&path, &etag, json!({"identityNumber": "13097248022"})).expect(422));
        silent(&clinician.patch(&path, &etag, json!({"birthDate": "1991-05-17"})).expect(422));
        for (field, value) in [
            ("municipality", json!(CANARY)), ("birthDate", json!(CANARY)), ("protection", json!(CANARY)),
            ("identityNumber", json!(CANARY)), ("name", json!(CANARY)), ("contact", json!({"phone": CANARY})),
        ] {
            silent(&clinician.patch(&path, &etag, json!({field: value})).expect(422));
        }
        let mut odd = sheet.body();
        odd["contact"]["email"] = json!(CANARY);
        silent(&clinician.post("/patients", odd).expect(422));

        // Lists, searches, strangers.
        for list in ["objections", "guardians", "information-records", "consents"] {
            silent(&clinician.get(&format!("{path}/{list}")).expect(200));
        }
        silent(&search(&clinician, &sheet));
        silent(&search(&colleague, &sheet));
        silent(&colleague.get(&path).expect(404));
        for list in ["/cases", "/discussions", "/journal-notes"] {
            silent(&clinician.get(list).expect(200));
        }
        silent(&adviser.get("/discussions").expect(200));
        silent(&adviser.reads(&discussion).expect(200));

        // What the service logs, and what a thief of the disk would hold.
        let log = world.server().log();
        let dump = world.database().dump();
        for canary in [CANARY, &sheet.identity_number, "98765432"] {
            assert!(!log.contains(canary), "{canary} in the service's log");
            assert!(!samrad_tests::database::holds(&dump, canary), "{canary} in the database");
        }
    }
}
