//! The log as a patient reads it (pasientjournalloven § 18): who was shown, or changed, what is kept
//! of them; by name; and nothing of anybody else.

use samrad_tests::{Caller, Patient, Person, Unit, World, consents, numbers, on_both};
use serde_json::{Value, json};

on_both! {
    fn a_patient_reads_who_has_seen_what(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = disclosed(world, &dps, &clinician, &nav, &adviser);
        let entries = own(&patient);
        let seen: Vec<_> = entries.iter().filter(|e| e["outcome"] == "disclosed").collect();
        assert_eq!(seen.len(), 1, "{entries:?}");
        let seen = seen[0];
        assert_eq!(seen["actor"]["name"], adviser.name.as_str());
        assert_eq!(seen["actor"]["role"], "navAdviser");
        assert_eq!(seen["actor"]["unit"], "NAV Nordstrand");
        assert_eq!(seen["actor"]["organisation"], "NAV Nordstrand");
        assert_eq!(seen["source"], "Søndre Oslo DPS");
        assert_eq!(seen["categories"], json!(["identity", "workReadiness"]));
        assert_eq!((seen["purpose"].as_str(), seen["legalBasis"].as_str()), (Some("caseDiscussion"), Some("consent")));
        assert_eq!(seen["recipients"][0]["name"], adviser.name.as_str());
        assert!(seen["recordedAt"].as_str().is_some_and(|at| at.ends_with('Z')));
        for kind in ["patientRegistered", "informationRecorded", "consentGranted", "caseCreated"] {
            let by: Vec<_> = entries.iter().filter(|e| e["kind"] == kind).collect();
            assert_eq!(by.len(), 1, "{kind}: {entries:?}");
            assert_eq!(by[0]["actor"]["name"], clinician.name.as_str());
        }
    }

    /// What nobody could tie to the patient is tied to the patient nowhere.
    fn what_was_anonymised_or_refused_is_not_there(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &nav, "caseDiscussion");
        assert_eq!(adviser.sees(&discussion), "anonymised");
        world.clinician_at(&dps).get(&format!("/patients/{}", patient.id)).expect(404).done();
        let entries = own(&patient);
        assert!(entries.iter().all(|e| e["actor"]["name"] != adviser.name.as_str()), "{entries:?}");
        let outcomes: Vec<_> = entries.iter().filter_map(|e| e["outcome"].as_str()).collect();
        assert!(outcomes.iter().all(|outcome| ["done", "accessed", "disclosed"].contains(outcome)), "{outcomes:?}");
    }

    fn nobody_reads_of_anybody_else(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let (one, other) = (disclosed(world, &dps, &clinician, &nav, &adviser), world.patient_of(&clinician));
        let of_one = own(&one);
        let of_other = own(&other);
        assert_eq!(of_other.len(), 1, "registered, and nothing more: {of_other:?}");
        let shared = of_other.iter().filter(|e| of_one.iter().any(|o| o["eventId"] == e["eventId"]));
        assert_eq!(shared.count(), 0);
        let stranger = world.citizen(&world.sheet().identity_number);
        assert_eq!(items(&stranger.get("/me/log").expect(200).json()), Vec::<Value>::new());
    }

    /// Each compartment keeps a record of its own; the person is one, and reads of them all.
    fn a_person_reads_of_every_record_of_theirs(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let sheet = world.sheet();
        let at_dps = world.register(&clinician, sheet.clone());
        let at_nav = world.register(&adviser, sheet);
        assert_ne!(at_dps.id, at_nav.id);
        let registered: Vec<_> = own(&at_dps).iter().filter(|e| e["kind"] == "patientRegistered").cloned().collect();
        let sources: Vec<_> = registered.iter().filter_map(|e| e["source"].as_str()).collect();
        assert_eq!(sources, ["NAV Nordstrand", "Søndre Oslo DPS"], "newest first");
    }

    fn each_reading_is_an_entry_that_the_next_one_shows(world) {
        let clinician = world.clinician_at(&world.dps("Øyane DPS"));
        let patient = world.patient_of(&clinician);
        let first = patient.get("/me/log").expect(200);
        let second = own(&patient);
        assert_eq!(second[0]["kind"], "ownLogRead");
        assert_eq!(second[0]["index"].as_u64(), Some(first.index()));
        assert_eq!(second[0]["actor"], json!({"kind": "citizen"}));
    }

    fn pages_follow_each_other_and_a_cursor_is_ones_own(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = disclosed(world, &dps, &clinician, &nav, &adviser);
        let whole = own(&patient);
        let (mut paged, mut path) = (Vec::new(), "/me/log?limit=2".to_owned());
        loop {
            let page = patient.get(&path).expect(200).json();
            paged.extend(items(&page));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            let other = world.patient_of(&clinician);
            path = format!("/me/log?limit=2&cursor={cursor}");
            other.get(&path).refused(400, "malformed").done();
        }
        // The first page has the reading of `whole` on top.
        assert_eq!(paged[0]["kind"], "ownLogRead");
        assert_eq!(paged[1..], whole);
    }

    /// A patient may keep things from their guardians, so these read their own log and not the
    /// patient's.
    fn a_guardian_reads_nothing_of_the_patients(world) {
        let dps = world.dps("Øyane DPS");
        let clinician = world.clinician_at(&dps);
        let child = world.patient_born(&clinician, jiff::civil::date(2012, 3, 4));
        let number = numbers::identity_number(jiff::civil::date(1980, 3, 4), 3);
        let body = json!({"identityNumber": number, "authority": "parent", "custody": "sole",
            "name": {"given": "Jorunn", "family": "Ulvelunden"}});
        clinician.post(&format!("/patients/{}/guardians", child.id), body).expect(201).done();
        let guardian = world.citizen(&number);
        assert_eq!(items(&guardian.get("/me/log").expect(200).json()), Vec::<Value>::new());
        let kinds: Vec<_> = own(&child).iter().filter_map(|e| e["kind"].as_str().map(str::to_owned)).collect();
        assert!(kinds.contains(&"guardianRecorded".to_owned()), "{kinds:?}");
    }
}

/// A patient whom the adviser has seen identified, once.
fn disclosed(
    world: &World,
    dps: &Unit,
    clinician: &Person,
    nav: &Unit,
    adviser: &Person,
) -> Patient {
    let patient = world.patient_of(clinician);
    let discussion = clinician.discusses(&patient, nav, "caseDiscussion");
    assert_eq!(adviser.sees(&discussion), "anonymised");
    let categories = ["identity", "workReadiness"];
    let hearer = consents::person(adviser);
    drop(clinician.obtains_consent(&patient, "caseDiscussion", dps, hearer, &categories));
    assert_eq!(adviser.sees(&discussion), "identified");
    patient
}

fn own(patient: &Patient) -> Vec<Value> {
    items(&patient.get("/me/log?limit=200").expect(200).json())
}

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().expect("items").clone()
}
