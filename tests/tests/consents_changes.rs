//! What happens to a consent after it is granted: withdrawn, narrowed, renewed, refused. What has
//! ended never reopens.

use jiff::{Timestamp, ToSpan as _};
use samrad_tests::consents::{Consent, grant, person, unit, withdraw};
use samrad_tests::{Caller, Reply, Sides, on_both};
use serde_json::{Value, json};

const TOPICS: &[&str] = &["identity", "workReadiness"];

fn obtained(sides: &Sides, purpose: &str, to: Value) -> Consent {
    sides
        .clinician
        .obtains_consent(&sides.patient, purpose, &sides.dps, to, TOPICS)
}

fn act(caller: &impl Caller, consent: &Consent, name: &str, body: Value) -> Reply {
    caller.post(&format!("/consents/{}/{name}", consent.id), body)
}

/// Somebody's way of withdrawing.
type Withdrawing<'w> = &'w dyn Fn(&Consent) -> Reply;

/// The stored state, as the clinician reads it.
fn state(sides: &Sides, consent: &Consent) -> String {
    sides
        .clinician
        .get(&format!("/consents/{}", consent.id))
        .expect(200)
        .at("/state")
}

/// The kinds of the notes that the clinician's side must file.
fn to_file(sides: &Sides, kind: &str) -> usize {
    let notes = sides
        .clinician
        .get("/journal-notes?state=pending")
        .expect(200)
        .json();
    let items = notes["items"].as_array().expect("notes").iter();
    items.filter(|note| note["kind"] == kind).count()
}

on_both! {
    /// Withdrawing is as easy as giving: by the patient, the case team, and whoever is named.
    fn anyone_whom_it_names_may_record_a_withdrawal(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let member = world.coordinator_at(&sides.nav);
        let by: [(Value, Withdrawing<'_>); 4] = [
            (unit(&sides.nav), &|c| withdraw(&sides.patient, c)),
            (unit(&sides.nav), &|c| withdraw(&sides.clinician, c)),
            (person(&sides.adviser), &|c| withdraw(&sides.adviser, c)),
            (unit(&sides.nav), &|c| withdraw(&member, c)),
        ];
        for (to, withdrawn) in by {
            let consent = obtained(&sides, "caseDiscussion", to);
            assert_eq!(sides.adviser.sees(&discussion), "identified");
            withdrawn(&consent).expect(200).done();
            assert_eq!(sides.adviser.sees(&discussion), "sealed");
            assert_eq!(state(&sides, &consent), "withdrawn");
            withdrawn(&consent).conflicts().done();
        }
        assert_eq!(to_file(&sides, "consentWithdrawn"), 4);
    }

    /// It reaches every consent that lets the same recipients hear, in one entry of the log.
    fn a_withdrawal_reaches_all_that_covers_the_same_recipients(world) {
        let sides = world.sides();
        let other = world.nav_office("NAV Østensjø", "0313");
        let to_unit = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        let to_one = obtained(&sides, "threeWayTalk", person(&sides.adviser));
        let role = json!({"kind": "roleInUnit", "id": sides.nav.id, "role": "navAdviser"});
        let to_role = obtained(&sides, "coordinatedPlan", role);
        let elsewhere = obtained(&sides, "caseDiscussion", unit(&other));
        withdraw(&sides.patient, &to_one).expect(200).done();
        for consent in [&to_unit, &to_one, &to_role] {
            assert_eq!(state(&sides, consent), "withdrawn");
        }
        assert_eq!(state(&sides, &elsewhere), "active");
        assert_eq!(to_file(&sides, "consentWithdrawn"), 3);
        let log = sides.patient.get("/me/log").expect(200).json();
        let entries = log["items"].as_array().expect("entries");
        assert_eq!(entries.iter().filter(|e| e["kind"] == "consentWithdrawn").count(), 1);
    }

    /// Unless the patient says that it is for this one alone.
    fn a_withdrawal_may_be_for_one_alone(world) {
        let sides = world.sides();
        let (one, other) = (obtained(&sides, "caseDiscussion", unit(&sides.nav)),
            obtained(&sides, "threeWayTalk", unit(&sides.nav)));
        act(&sides.patient, &one, "withdrawal", json!({"form": "oral", "onlyThis": true})).expect(200).done();
        assert_eq!((state(&sides, &one), state(&sides, &other)), ("withdrawn".into(), "active".into()));
    }

    /// Nothing that is wrong elsewhere stands in its way.
    fn a_withdrawal_works_whatever_else_has_ended(world) {
        let sides = world.sides();
        let case = sides.clinician.opens_case_for(&sides.patient);
        let (one, other) = (obtained(&sides, "caseDiscussion", person(&sides.adviser)),
            obtained(&sides, "threeWayTalk", unit(&world.dps("Lovisenberg DPS"))));
        world.end_affiliation(&sides.adviser);
        withdraw(&sides.patient, &one).expect(200).done();
        sides.clinician.post_over(&format!("/cases/{}/closure", case.id), json!({})).expect(204).done();
        withdraw(&sides.clinician, &other).expect(200).done();
    }

    /// What has ended never reopens.
    fn end_states_never_reopen(world) {
        let sides = world.sides();
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        let withdrawn = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        withdraw(&sides.patient, &withdrawn).expect(200).done();
        let grants = json!([grant(&sides.dps, unit(&sides.nav), TOPICS)]);
        let refused = sides.clinician.drafts(&sides.patient, "threeWayTalk", grants.clone());
        act(&sides.clinician, &refused, "refusal", json!({})).expect(200).done();
        let superseded = obtained(&sides, "coordinatedPlan", unit(&sides.nav));
        act(&sides.clinician, &superseded, "narrowing", json!({"grants": grants})).expect(201).done();
        for (consent, stays) in [(&withdrawn, "withdrawn"), (&refused, "refused"), (&superseded, "superseded")] {
            sides.clinician.records_grant(consent, &information, json!({})).conflicts().done();
            act(&sides.clinician, consent, "refusal", json!({})).conflicts().done();
            withdraw(&sides.clinician, consent).conflicts().done();
            act(&sides.clinician, consent, "narrowing", json!({"grants": grants})).conflicts().done();
            act(&sides.clinician, consent, "renewal", json!({})).conflicts().done();
            assert_eq!(state(&sides, consent), stays);
        }
    }

    /// An active consent is neither granted nor refused again.
    fn an_active_consent_is_not_granted_twice(world) {
        let sides = world.sides();
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        let consent = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        sides.clinician.records_grant(&consent, &information, json!({})).conflicts().done();
        act(&sides.patient, &consent, "refusal", json!({})).conflicts().done();
        let grants = json!([grant(&sides.dps, unit(&sides.nav), TOPICS)]);
        let draft = sides.clinician.drafts(&sides.patient, "caseDiscussion", grants);
        withdraw(&sides.patient, &draft).conflicts().done();
        act(&sides.patient, &draft, "renewal", json!({})).conflicts().done();
    }

    /// Narrowing puts a narrower consent in the place of the old one, in one step.
    fn narrowing_supersedes_in_one_step(world) {
        let sides = world.sides();
        let case = sides.clinician.opens_case_for(&sides.patient);
        sides.clinician.states(&case, "workReadiness", "Kan arbeide to dager i uka.");
        sides.clinician.summarises(&case);
        let discussion = sides.clinician.puts_before(&case, &sides.nav, "caseDiscussion");
        let old = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        assert!(sides.adviser.reads(&discussion).expect(200).text().contains("to dager"));
        let body = json!({"grants": [grant(&sides.dps, unit(&sides.nav), &["identity"])]});
        let reply = act(&sides.patient, &old, "narrowing", body).expect(201);
        assert_eq!(reply.header("location"), Some(&*format!("/api/v1/consents/{}", reply.id())));
        assert_eq!(reply.at("/supersedes"), old.id);
        assert_eq!(state(&sides, &old), "superseded");
        let view = sides.adviser.reads(&discussion).expect(200);
        assert_eq!(view.at("/view"), "identified");
        assert!(!view.text().contains("to dager"));
    }

    /// Narrowing never widens: not in topic, recipient, source or time.
    fn narrowing_that_widens_is_refused(world) {
        let sides = world.sides();
        let old = obtained(&sides, "caseDiscussion", person(&sides.adviser));
        let read = sides.clinician.get(&format!("/consents/{}", old.id)).expect(200);
        let until: Timestamp = read.at("/validity/until").parse().expect("a moment");
        let kept = grant(&sides.dps, person(&sides.adviser), TOPICS);
        let later = (until + 1.second()).to_string();
        for wider in [
            json!({"grants": [grant(&sides.dps, person(&sides.adviser), &["identity", "diagnosis"])]}),
            json!({"grants": [grant(&sides.dps, unit(&sides.nav), TOPICS)]}),
            json!({"grants": [grant(&sides.nav, person(&sides.adviser), TOPICS)]}),
            json!({"grants": [kept, grant(&sides.dps, unit(&sides.dps), TOPICS)]}),
            json!({"grants": [kept], "validUntil": later}),
        ] {
            act(&sides.clinician, &old, "narrowing", wider).breaks("R2", "widens").done();
        }
        assert_eq!(state(&sides, &old), "active");
        let same = json!({"grants": [kept], "excludeCategories": ["diagnosis"]});
        let new = act(&sides.clinician, &old, "narrowing", same).expect(201);
        assert_eq!(new.at("/validity/until"), read.at("/validity/until"));
        assert_eq!(new.json()["excludedCategories"], json!(["diagnosis"]));
    }

    /// A renewal is a draft until it is granted, and supersedes the old one then.
    fn a_renewal_supersedes_when_it_is_granted(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let old = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        let reply = act(&sides.patient, &old, "renewal", json!({})).expect(201);
        assert_eq!((reply.at("/state"), reply.at("/supersedes")), ("draft".into(), old.id.clone()));
        assert!(reply.json().get("informationRecordId").is_none());
        let new = Consent { id: reply.id() };
        assert_eq!(state(&sides, &old), "active");
        let plain = json!({"form": "written", "givenBy": "self"});
        act(&sides.clinician, &new, "grant", plain).breaks("R1", "informationMissing").done();
        let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
        sides.clinician.records_grant(&new, &information, json!({})).expect(200).done();
        let was = sides.clinician.get(&format!("/consents/{}", old.id)).expect(200);
        assert_eq!((was.at("/state"), was.at("/supersededBy")), ("superseded".into(), new.id.clone()));
        assert_eq!(sides.adviser.sees(&discussion), "identified");
        withdraw(&sides.patient, &new).expect(200).done();
        assert_eq!(sides.adviser.sees(&discussion), "sealed");
    }

    /// A later no overrides an earlier yes to the same recipient about the same topic.
    fn a_refusal_overrides_what_was_granted_before(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let _ = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        assert_eq!(sides.adviser.sees(&discussion), "identified");
        let grants = json!([grant(&sides.dps, unit(&sides.nav), &["identity"])]);
        let draft = sides.clinician.drafts(&sides.patient, "caseDiscussion", grants);
        let refused = act(&sides.patient, &draft, "refusal", json!({"form": "electronic"})).expect(200);
        assert_eq!((refused.at("/state"), refused.at("/status")), ("refused".into(), "NO_CONSENT".into()));
        assert_eq!(sides.adviser.sees(&discussion), "sealed");
        assert_eq!(to_file(&sides, "consentRefused"), 1);
    }

    /// What happened stands in order, with who recorded it.
    fn history_tells_what_happened(world) {
        let sides = world.sides();
        let consent = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        withdraw(&sides.patient, &consent).expect(200).done();
        let path = format!("/consents/{}/history", consent.id);
        for caller in [sides.clinician.client(), sides.patient.client()] {
            let history = caller.get(&path).expect(200).json();
            let lines = history["items"].as_array().expect("lines");
            let told: Vec<_> = lines.iter().map(|line| (
                line["version"].as_u64().expect("a version"),
                line["act"].as_str().expect("an act"),
                line["by"]["kind"].as_str().expect("a kind"))).collect();
            assert_eq!(told, [(1, "drafted", "person"), (2, "granted", "person"), (3, "withdrawn", "patient")]);
            assert_eq!(lines[1]["by"]["name"], json!(sides.clinician.name));
            assert_eq!(lines[1]["form"], "written");
            assert_eq!(lines[2]["form"], "oral");
        }
    }

    /// The health side files what the patient agreed to (R5), once for each consent.
    fn a_grant_leaves_a_journal_note(world) {
        let sides = world.sides();
        let _ = obtained(&sides, "caseDiscussion", unit(&sides.nav));
        assert_eq!(to_file(&sides, "consentGranted"), 1);
    }
}
