//! Two instances of the service on one database: one log, one withdrawal, one registry.

use crate::withdrawal_race::{Reader, race};
use samrad_tests::consents::{grant, person};
use samrad_tests::promises::{self, Promise};
use samrad_tests::{
    Backend, Caller, Client, Discussion, Person, Reply, Server, Sides, World, on_both,
};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// Readers of each instance.
const READERS: usize = 8;
/// How often each of them reads.
const READINGS: usize = 25;
/// How many withdrawals are raced against.
const ROUNDS: usize = 4;

on_both! {
    fn both_write_one_log_without_a_gap(world) {
        let (sides, other) = (world.sides(), Other::of(world));
        let auditor = world.auditor_at(&sides.dps);
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        drop(sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, person(&sides.adviser), &["identity"]));
        let found = Found::default();
        thread::scope(|scope| {
            for at in [world.nobody(), &other.nobody] {
                let (found, sides, discussion) = (&found, &sides, &discussion);
                for _ in 0..READERS {
                    scope.spawn(move || found.read(at, &sides.adviser, discussion));
                }
                scope.spawn(move || found.write(at, sides, discussion));
                scope.spawn(move || found.watch(at, &sides.adviser));
            }
            scope.spawn(|| found.change_consents(world, &sides, &other));
        });
        // Each shows the entries of both, the newest too.
        let read = other.is(&sides.adviser).get(&format!("/discussions/{}", discussion.id)).expect(200);
        found.keep(&read);
        let (promises, proofs) = found.into_parts();
        for auditor in [auditor.client(), &other.is(&auditor)] {
            let entries = promises::entries(auditor, 0);
            let lost = promises.iter().find(|p| !entries[usize::try_from(p.index).expect("few")].keeps(p));
            assert_eq!(lost, None);
        }
        let size = promises::entries(&auditor, 0).len() as u64;
        let key = promises::key(world.nobody());
        drop(promises::published_beyond(&other.nobody, size - 1));
        let export = promises::export(world.server().settings());
        assert_eq!(promises::verify(&export, &key, &promises)["size"], size);
        // What either signed is of this one log.
        let kept = [world.database().checkpoint_file(), other.kept.clone()];
        let kept = kept.map(|file| std::fs::read_to_string(file).expect("a checkpoint is kept"));
        let mut tree = samrad_ledger::frontier::Frontier::new();
        let mut signed: Vec<_> = proofs.iter().chain(&kept).map(|note| promises::opened(note, &key)).collect();
        signed.sort_by_key(|checkpoint| checkpoint.size);
        let mut leaves = promises::exported(&export).into_iter().map(|entry| entry.leaf);
        for checkpoint in &signed {
            while tree.size() < checkpoint.size {
                tree.append(leaves.next().expect("no checkpoint is of more entries than there are"));
            }
            assert_eq!(tree.root(), checkpoint.root, "at {} entries", checkpoint.size);
        }
        println!("{} receipts, {size} entries, {} checkpoints", promises.len(), signed.len());
    }

    fn no_identity_leaves_either_after_a_withdrawal_through_one(world) {
        let (sides, other) = (world.sides(), Other::of(world));
        for round in 0..ROUNDS {
            let patient = world.patient_of(&sides.clinician);
            let discussion = sides.clinician.discusses(&patient, &sides.nav, "caseDiscussion");
            let consent = sides.clinician.obtains_consent(
                &patient, "caseDiscussion", &sides.dps, person(&sides.adviser), &["identity", "plan"]);
            assert_eq!(sides.adviser.sees(&discussion), "identified", "round {round}");
            let (here, there) = (sides.adviser.client(), other.is(&sides.adviser));
            let withdraws = if round % 2 == 0 { patient.client().clone() } else { other.is(&patient) };
            let each = readers(world);
            let readers = [Reader::several(here, each), Reader::several(&there, each)].concat();
            race(&readers, &withdraws, &discussion, &consent);
        }
    }

    /// Also for whoever is remembered there, whatever they ask first.
    fn an_affiliation_that_ends_through_one_ends_at_once_in_the_other(world) {
        let (sides, other) = (world.sides(), Other::of(world));
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let first = sides.adviser.reads(&discussion).expect(200);
        let Promise { event, .. } = Promise::of(&first).expect("a receipt");
        let case = sides.clinician.opens_case_for(&sides.patient);
        let asked = [
            ("navAdviser", format!("/discussions/{}", discussion.id)),
            ("navAdviser", "/discussions".to_owned()),
            ("navAdviser", "/case-file-notes".to_owned()),
            ("navAdviser", "/units".to_owned()),
            ("navAdviser", "/me".to_owned()),
            ("navAdviser", format!("/log/entries/{event}/receipt")),
            ("auditor", "/log/evidence".to_owned()),
            ("auditor", "/log/erasures".to_owned()),
        ];
        for (role, path) in asked {
            let unit = if role == "auditor" { &sides.dps } else { &sides.nav };
            let leaver = world.person_at(unit, role);
            let there = other.is(&leaver);
            there.get(&path).expect(200).done();
            world.end_affiliation(&leaver);
            let answer = there.get(&path);
            assert_eq!(answer.status, 403, "{path}: {}", answer.everything());
        }
        let watcher = world.auditor_at(&sides.dps);
        let (there, tile) = (other.is(&watcher), "/log/tile/entries/000.p/1");
        let asked = |expected: u16| there.request("GET", tile).send().expect(expected).done();
        asked(200);
        world.end_affiliation(&watcher);
        asked(403);
        let leaver = world.clinician_at(&sides.dps);
        let there = other.is(&leaver);
        there.get("/discussions").expect(200).done();
        world.end_affiliation(&leaver);
        let body = json!({"category": "workReadiness", "text": "Klar for arbeid."});
        there.post(&format!("/cases/{}/statements", case.id), body).expect(403).done();
    }
}

/// Fewer on SQLite, where two instances only wait for each other.
fn readers(world: &World) -> usize {
    match world.database().backend() {
        Backend::Sqlite => 20,
        Backend::Postgres => 60,
    }
}

/// Another instance of the world's service, on its database, with a checkpoint file of its own.
pub(crate) struct Other {
    pub(crate) nobody: Client,
    kept: std::path::PathBuf,
    // Last, so that the service ends before its directory does.
    _server: Server,
    _place: tempfile::TempDir,
}

impl Other {
    pub(crate) fn of(world: &World) -> Self {
        let place = tempfile::tempdir().expect("a directory for the checkpoint");
        let kept = place.path().join("log.checkpoint");
        // As an operator does who starts one more: the first one vouches for the log.
        drop(promises::published_beyond(world.nobody(), 0));
        std::fs::copy(world.database().checkpoint_file(), &kept).expect("a checkpoint is kept");
        let settings = world.server().settings().clone();
        let file = kept.display().to_string();
        let server = Server::serve(settings.with("SAMRAD_LOG_CHECKPOINT_FILE", &file));
        Self {
            nobody: Client::nobody(server.address()),
            kept,
            _server: server,
            _place: place,
        }
    }

    /// The same caller at this instance.
    pub(crate) fn is(&self, caller: &impl Caller) -> Client {
        caller.client().at_the_same_as(&self.nobody)
    }
}

const WHOLE: &str = "no holder of this lock fails";

/// What clients of both came to hold.
#[derive(Default)]
struct Found {
    promises: Mutex<Vec<Promise>>,
    proofs: Mutex<Vec<String>>,
}

impl Found {
    fn keep(&self, reply: &Reply) {
        let promise = Promise::of(reply).expect("a receipt");
        self.promises.lock().expect(WHOLE).push(promise);
    }

    fn into_parts(self) -> (Vec<Promise>, Vec<String>) {
        (
            self.promises.into_inner().expect(WHOLE),
            self.proofs.into_inner().expect(WHOLE),
        )
    }

    fn read(&self, at: &Client, adviser: &Person, discussion: &Discussion) {
        let reader = adviser.client().at_the_same_as(at);
        for _ in 0..READINGS {
            let read = reader
                .get(&format!("/discussions/{}", discussion.id))
                .expect(200);
            self.keep(&read);
        }
    }

    fn write(&self, at: &Client, sides: &Sides, discussion: &Discussion) {
        let writer = sides.clinician.client().at_the_same_as(at);
        let question: Value = json!({"kind": "question", "body": {"class": "anonymised",
            "categories": [], "text": "Hva er mulig?"}});
        for _ in 0..READINGS {
            let path = format!("/discussions/{}/messages", discussion.id);
            self.keep(&writer.post(&path, question.clone()).expect(201));
        }
    }

    /// Grants through one, withdraws through the other.
    fn change_consents(&self, world: &World, sides: &Sides, other: &Other) {
        let patient = world.patient_of(&sides.clinician);
        let information = sides.clinician.informs(&patient, "caseDiscussion");
        let there = other.is(&sides.clinician);
        for _ in 0..READINGS / 3 {
            let grants = json!([grant(&sides.dps, person(&sides.adviser), &["identity"])]);
            let consent = sides.clinician.drafts(&patient, "caseDiscussion", grants);
            self.keep(
                &sides
                    .clinician
                    .records_grant(&consent, &information, json!({}))
                    .expect(200),
            );
            let path = format!("/consents/{}/withdrawal", consent.id);
            self.keep(&there.post(&path, json!({"form": "oral"})).expect(200));
        }
    }

    /// Collects the checkpoints that this instance publishes, and signs for receipts.
    fn watch(&self, at: &Client, adviser: &Person) {
        let holder = adviser.client().at_the_same_as(at);
        for _ in 0..READINGS {
            let published = at
                .request("GET", "/log/checkpoint")
                .send()
                .expect(200)
                .text();
            let newest = self
                .promises
                .lock()
                .expect(WHOLE)
                .last()
                .map(|p| p.event.clone());
            let mut proofs = vec![published];
            if let Some(event) = newest {
                let proof = holder
                    .get(&format!("/log/entries/{event}/receipt"))
                    .expect(200);
                let receipt =
                    samrad_ledger::receipt::Receipt::parse(&proof.text()).expect("a proof");
                proofs.push(receipt.checkpoint.to_string());
            }
            self.proofs.lock().expect(WHOLE).extend(proofs);
            thread::sleep(Duration::from_millis(20)); // as a watcher does who asks now and then
        }
    }
}
