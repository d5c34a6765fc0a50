//! `kill -9` while reads run, then restart: every receipt that a client holds is in the log.

use samrad_tests::consents::person;
use samrad_tests::{Caller, on_both};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Readers at once.
const READERS: usize = 16;
/// How many receipts there must be before the service is killed.
const ENOUGH: usize = 200;
/// How many times over.
const ROUNDS: usize = 3;

on_both! {
    fn no_receipt_is_lost(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let auditor = world.auditor_at(&dps);
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &nav, "caseDiscussion");
        let _consent = clinician.obtains_consent(
            &patient, "caseDiscussion", &dps, person(&adviser), &["identity"]);
        for round in 0..ROUNDS {
            let held = receipts_until_killed(world.server(), &adviser, &discussion);
            world.server().restart();
            let logged = logged(&auditor, &discussion.id);
            let lost: Vec<_> = held.iter().filter(|(event, index)| logged.get(*event) != Some(index)).collect();
            assert!(lost.is_empty(), "round {round}: lost {lost:?} of {}", held.len());
            assert!(held.len() >= ENOUGH, "round {round}: only {} receipts", held.len());
            assert_gap_free(&auditor);
            assert_eq!(adviser.sees(&discussion), "identified", "round {round}");
        }
    }
}

/// Reads until the service is gone; the receipts held, with their indices.
fn receipts_until_killed(
    server: &samrad_tests::Server,
    adviser: &samrad_tests::Person,
    discussion: &samrad_tests::Discussion,
) -> BTreeMap<String, u64> {
    let held = AtomicUsize::new(0);
    let held = &held;
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|_| {
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    let path = format!("/discussions/{}", discussion.id);
                    while let Ok(reply) = adviser.call("GET", &path).try_send() {
                        if let Some(receipt) = reply.header("Disclosure-Receipt") {
                            mine.push(receipt.to_owned());
                            held.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                    mine
                })
            })
            .collect();
        while held.load(Ordering::SeqCst) < ENOUGH {
            thread::yield_now();
        }
        server.kill9();
        readers
            .into_iter()
            .flat_map(|r| r.join().expect("a reader ends"))
            .map(|receipt| parse(&receipt))
            .collect()
    })
}

fn parse(receipt: &str) -> (String, u64) {
    let mut parts = receipt.split(';');
    let event = parts.next().expect("an event").to_owned();
    (
        event,
        parts.next().and_then(|i| i.parse().ok()).expect("an index"),
    )
}

/// The entries of a discussion, as an auditor exports them.
fn logged(auditor: &samrad_tests::Person, discussion: &str) -> BTreeMap<String, u64> {
    let export = auditor
        .call("POST", "/log/export")
        .header("Accept", "application/x-ndjson")
        .json(&json!({"discussionId": discussion}))
        .send()
        .expect(200);
    lines(&export.text()).collect()
}

fn lines(text: &str) -> impl Iterator<Item = (String, u64)> + '_ {
    text.lines().map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let event = entry["eventId"].as_str().expect("an event").to_owned();
        (event, entry["index"].as_u64().expect("an index"))
    })
}

/// No index is missing or there twice among all that the auditor may see of the world's one
/// organisation with cases; indices of other organisations' entries lie between.
fn assert_gap_free(auditor: &samrad_tests::Person) {
    let export = auditor
        .call("POST", "/log/export")
        .header("Accept", "application/x-ndjson")
        .json(&json!({}))
        .send()
        .expect(200);
    let text = export.text();
    let all: Vec<u64> = lines(&text).map(|(_, index)| index).collect();
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "an index stands twice");
}
