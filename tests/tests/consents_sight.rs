//! Who may see a consent, and how much of it. For everybody else it does not exist.

use samrad_tests::consents::{Consent, grant, person, unit, withdraw};
use samrad_tests::{Caller, Reply, Sides, on_both};
use serde_json::{Value, json};

const TOPICS: &[&str] = &["identity", "workReadiness"];
const NOBODYS: &str = "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11";

/// What somebody who knows the id may try.
fn attempts(caller: &impl Caller, id: &str, grant: &Value) -> Vec<Reply> {
    let act = |name: &str, body: Value| caller.post(&format!("/consents/{id}/{name}"), body);
    vec![
        caller.get(&format!("/consents/{id}")),
        caller.get(&format!("/consents/{id}/history")),
        act("grant", json!({"form": "written", "givenBy": "self"})),
        act("refusal", json!({})),
        act("withdrawal", json!({"form": "oral"})),
        act("narrowing", json!({"grants": [grant]})),
        act("renewal", json!({})),
    ]
}

fn assert_nothing_there(caller: &impl Caller, consent: &str, grant: &Value) {
    let tried = |id| attempts(caller, id, grant);
    for (real, missing) in tried(consent).into_iter().zip(tried(NOBODYS)) {
        let (real, missing) = (real.expect(404), missing.expect(404));
        assert_eq!(real.likeness(), missing.likeness());
    }
}

fn listed(caller: &impl Caller, path: &str) -> Vec<Value> {
    let list = caller.get(path).expect(200).json();
    list["items"].as_array().expect("items").clone()
}

fn obtained(sides: &Sides, to: Value) -> Consent {
    sides
        .clinician
        .obtains_consent(&sides.patient, "caseDiscussion", &sides.dps, to, TOPICS)
}

on_both! {
    /// A stranger's answer is that of an id that never was, byte for byte.
    fn to_a_stranger_a_consent_does_not_exist(world) {
        let sides = world.sides();
        let consent = obtained(&sides, unit(&sides.nav));
        let colleague = world.clinician_at(&sides.dps);
        let stranger = world.nav_adviser_at(&world.nav_office("NAV Østensjø", "0313"));
        let somebody = world.patient_of(&world.clinician_at(&sides.dps));
        let said = grant(&sides.dps, unit(&sides.nav), TOPICS);
        assert_nothing_there(&colleague, &consent.id, &said);
        assert_nothing_there(&stranger, &consent.id, &said);
        assert_nothing_there(&somebody, &consent.id, &said);
        let path = format!("/patients/{}/consents", sides.patient.id);
        let (real, missing) = (colleague.get(&path), colleague.get(&format!("/patients/{NOBODYS}/consents")));
        assert_eq!(real.expect(404).likeness(), missing.expect(404).likeness());
    }

    /// Nor may a stranger draft on a record.
    fn a_stranger_drafts_nothing(world) {
        let sides = world.sides();
        let colleague = world.clinician_at(&sides.dps);
        let body = json!({"purpose": "caseDiscussion", "grants": [grant(&sides.dps, unit(&sides.nav), TOPICS)]});
        let on = |id: &str| colleague.post(&format!("/patients/{id}/consents"), body.clone()).expect(404);
        assert_eq!(on(&sides.patient.id).likeness(), on(NOBODYS).likeness());
    }

    /// Oversight, operations and machines have no business with consents.
    fn only_parties_to_consents_may_ask(world) {
        let sides = world.sides();
        let consent = obtained(&sides, unit(&sides.nav));
        let path = format!("/consents/{}", consent.id);
        world.auditor_at(&sides.dps).get(&path).refused(403, "forbidden").done();
        world.administrator().get(&path).refused(403, "forbidden").done();
        world.system_of(&sides.dps.organisation, "samrad:notes").get(&path).refused(403, "forbidden").done();
        sides.patient.get(&format!("/patients/{}/consents", sides.patient.id)).refused(403, "forbidden").done();
        sides.clinician.get("/me/consents").refused(403, "forbidden").done();
    }

    /// Somebody named personally sees what they may hear about, and not whose it is.
    fn who_is_named_sees_little(world) {
        let sides = world.sides();
        let colleague = world.nav_adviser_at(&sides.nav);
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        let consent = sides.clinician.drafts(&sides.patient, "caseDiscussion", json!([
            grant(&sides.dps, person(&sides.adviser), TOPICS),
            grant(&sides.dps, person(&colleague), &["diagnosis"])]));
        let path = format!("/consents/{}", consent.id);
        sides.adviser.get(&path).expect(404).done();
        sides.clinician.records_grant(&consent, &information, json!({})).expect(200).done();
        let seen = sides.adviser.get(&path).expect(200);
        let fields: Vec<_> = seen.json().as_object().expect("an object").keys().cloned().collect();
        assert_eq!(fields, ["categories", "id", "purpose", "status", "validity", "version", "view"]);
        assert_eq!(seen.json()["categories"], json!(TOPICS));
        assert!(!seen.everything().contains(&sides.patient.id));
        sides.adviser.get(&format!("{path}/history")).expect(404).done();
        let narrowing = json!({"grants": [grant(&sides.dps, person(&sides.adviser), TOPICS)]});
        sides.adviser.post(&format!("{path}/narrowing"), narrowing).breaks("R2", "recorderNotOfSource").done();
        sides.adviser.post(&format!("{path}/renewal"), json!({})).breaks("R2", "recorderNotOfSource").done();
    }

    /// One of many whom a unit's name means can record a withdrawal, and read nothing.
    fn one_of_a_unit_reads_nothing(world) {
        let sides = world.sides();
        let consent = obtained(&sides, unit(&sides.nav));
        sides.adviser.get(&format!("/consents/{}", consent.id)).expect(404).done();
        let withdrawn = withdraw(&sides.adviser, &consent).expect(200);
        assert_eq!(withdrawn.at("/view"), "named");
        assert!(!withdrawn.everything().contains(&sides.patient.id));
    }

    /// The other compartment's team learns of a consent when the patient has agreed, and then
    /// only what concerns its own side.
    fn another_compartments_team_sees_its_own_side(world) {
        let sides = world.sides();
        let known_to_nav = world.register(&sides.adviser, sides.patient.sheet.clone());
        let at_nav = format!("/patients/{}/consents", known_to_nav.id);
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        let other = world.rph("RPH Nesodden");
        let consent = sides.clinician.drafts(&sides.patient, "caseDiscussion", json!([
            grant(&sides.nav, unit(&sides.dps), TOPICS), grant(&sides.dps, unit(&other), &["diagnosis"])]));
        assert!(listed(&sides.adviser, &at_nav).is_empty());
        let body = json!({"form": "electronic", "givenBy": "self", "informationRecordId": information});
        sides.patient.post(&format!("/consents/{}/grant", consent.id), body).expect(200).done();
        let seen = listed(&sides.adviser, &at_nav);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0]["patientId"], json!(known_to_nav.id));
        assert_eq!(seen[0]["grants"].as_array().map(Vec::len), Some(1));
        let all = seen[0].to_string();
        for hidden in [sides.patient.id.as_str(), information.as_str(), "diagnosis"] {
            assert!(!all.contains(hidden), "{hidden} in {all}");
        }
        let whole = listed(&sides.clinician, &format!("/patients/{}/consents", sides.patient.id));
        assert_eq!(whole[0]["grants"].as_array().map(Vec::len), Some(2));
    }

    /// The patient sees all of their own, drafts too, whoever drafted them.
    fn the_patient_sees_all_of_their_own(world) {
        let sides = world.sides();
        let known_to_nav = world.register(&sides.adviser, sides.patient.sheet.clone());
        let _ = obtained(&sides, unit(&sides.nav));
        let to_dps = json!([grant(&sides.nav, unit(&sides.dps), TOPICS)]);
        let _ = sides.adviser.drafts(&known_to_nav, "caseDiscussion", to_dps);
        let own = listed(&sides.patient, "/me/consents");
        let states: Vec<_> = own.iter().map(|c| c["consent"]["state"].as_str().expect("a state")).collect();
        assert_eq!(states, ["active", "draft"]);
        let text = Value::from(own).to_string();
        assert!(!text.contains(&sides.patient.id) && !text.contains(&known_to_nav.id));
        assert!(listed(&world.patient_of(&sides.clinician), "/me/consents").is_empty());
    }

    /// A list is read page by page, and filtered; a cursor is its caller's own.
    fn a_list_is_paged_and_filtered(world) {
        let sides = world.sides();
        let first = obtained(&sides, unit(&sides.nav));
        for _ in 0..2 {
            let grants = json!([grant(&sides.dps, unit(&sides.nav), TOPICS)]);
            let _ = sides.clinician.drafts(&sides.patient, "threeWayTalk", grants);
        }
        let path = format!("/patients/{}/consents", sides.patient.id);
        let page = sides.clinician.get(&format!("{path}?limit=2")).expect(200).json();
        assert_eq!(page["items"][0]["id"], json!(first.id));
        let cursor = page["nextCursor"].as_str().expect("a cursor").to_owned();
        let rest = listed(&sides.clinician, &format!("{path}?limit=2&cursor={cursor}"));
        assert_eq!(rest.len(), 1);
        assert_eq!(listed(&sides.clinician, &format!("{path}?state=draft")).len(), 2);
        assert_eq!(listed(&sides.clinician, &format!("{path}?purpose=caseDiscussion")).len(), 1);
        sides.clinician.get(&format!("{path}?state=gone")).refused(400, "malformed").done();
        sides.patient.get(&format!("/me/consents?limit=2&cursor={cursor}")).refused(400, "malformed").done();
    }
}
