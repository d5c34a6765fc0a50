//! `kill -9` at any moment under load, time and again: the service comes back without hands, and every
//! receipt that a client ever held is in the log.

use samrad_tests::consents::{grant, person};
use samrad_tests::promises::{self, Entry, Promise};
use samrad_tests::{Caller, Discussion, Patient, Person, Reply, Sides, World, chance, on_both};
use serde_json::{Value, json};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Readers at once.
const READERS: usize = 16;
/// How many times over.
const ROUNDS: usize = 50;
/// How long the load runs before the service is killed, in milliseconds: from and below.
const LOADED: (u64, u64) = (20, 150);

on_both! {
    fn no_receipt_is_lost(world) {
        let sides = world.sides();
        let auditor = world.auditor_at(&sides.dps);
        let (began, mut held, mut idle) = (Instant::now(), Vec::new(), 0);
        let mut size = 0;
        for round in 0..ROUNDS {
            let room = Room::of(world, &sides);
            let promised = loaded_until_killed(world, &room);
            world.server().restart();
            assert_eq!(sides.adviser.sees(&room.discussion), "identified", "round {round}");
            let fresh = promises::entries(&auditor, size);
            assert_kept(&promised, &fresh, size);
            size += fresh.len() as u64;
            idle += usize::from(promised.is_empty());
            held.extend(promised);
        }
        assert!(idle < ROUNDS / 2, "in {idle} rounds nobody was answered");
        let key = promises::key(world.nobody());
        drop(promises::published_beyond(world.nobody(), size - 1));
        world.server().stop();
        let found = promises::verify(&promises::export(world.server().settings()), &key, &held);
        assert_eq!(found["size"], size);
        println!("{ROUNDS} kills, {} receipts, {size} entries, {:?}", held.len(), began.elapsed());
    }
}

/// Every promise is kept by the entry at its index.
fn assert_kept(promises: &[Promise], entries: &[Entry], from: u64) {
    let lost = promises.iter().find(|promise| {
        let place = usize::try_from(promise.index - from).expect("few entries");
        !entries.get(place).is_some_and(|entry| entry.keeps(promise))
    });
    assert_eq!(lost, None, "of {} receipts", promises.len());
}

/// What a round is about: a discussion that is read and written in, and another patient, whose
/// consents come and go.
struct Room<'w> {
    sides: &'w Sides,
    discussion: Discussion,
    fickle: Patient,
    information: String,
}

impl<'w> Room<'w> {
    fn of(world: &World, sides: &'w Sides) -> Self {
        let (clinician, adviser) = (&sides.clinician, &sides.adviser);
        let purpose = "caseDiscussion";
        let patient = world.patient_of(clinician);
        let discussion = clinician.discusses(&patient, &sides.nav, purpose);
        let consent = clinician.obtains_consent(
            &patient,
            purpose,
            &sides.dps,
            person(adviser),
            &["identity"],
        );
        drop(consent);
        let fickle = world.patient_of(clinician);
        Self {
            information: clinician.informs(&fickle, purpose),
            sides,
            discussion,
            fickle,
        }
    }
}

/// One who calls until nobody answers, and keeps the receipts.
struct Client {
    promises: Sender<Promise>,
}

impl Client {
    /// The answer; none once the service is gone.
    fn calls(
        &self,
        caller: &Person,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Option<Reply> {
        let request = caller.call(method, path);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let reply = request.try_send().ok()?;
        assert!(reply.status < 300, "{}", reply.everything());
        if let Some(promise) = Promise::of(&reply) {
            self.promises.send(promise).expect("the round collects");
        }
        Some(reply)
    }

    fn reads(&self, room: &Room<'_>) -> Option<()> {
        let path = format!("/discussions/{}", room.discussion.id);
        loop {
            self.calls(&room.sides.adviser, "GET", &path, None)?;
        }
    }

    fn writes(&self, room: &Room<'_>) -> Option<()> {
        let path = format!("/discussions/{}/messages", room.discussion.id);
        let message = json!({"kind": "question", "body": {"class": "anonymised",
            "categories": [], "text": "Hva er mulig?"}});
        loop {
            self.calls(&room.sides.clinician, "POST", &path, Some(message.clone()))?;
        }
    }

    fn grants_and_withdraws(&self, room: &Room<'_>) -> Option<()> {
        let (sides, clinician) = (room.sides, &room.sides.clinician);
        let drafts = format!("/patients/{}/consents", room.fickle.id);
        let draft = json!({"purpose": "caseDiscussion",
            "grants": [grant(&sides.dps, person(&sides.adviser), &["identity"])]});
        let given = json!({"form": "written", "givenBy": "self", "singleUse": false,
            "informationRecordId": room.information});
        loop {
            let drafted = self.calls(clinician, "POST", &drafts, Some(draft.clone()))?;
            let id = drafted.id();
            self.calls(
                clinician,
                "POST",
                &format!("/consents/{id}/grant"),
                Some(given.clone()),
            )?;
            let withdrawal = json!({"form": "oral"});
            self.calls(
                clinician,
                "POST",
                &format!("/consents/{id}/withdrawal"),
                Some(withdrawal),
            )?;
        }
    }
}

/// Reads and writes until the service is gone, which it is soon; the receipts held.
fn loaded_until_killed(world: &World, room: &Room<'_>) -> Vec<Promise> {
    let (sender, promises) = channel();
    thread::scope(|scope| {
        let client = || Client {
            promises: sender.clone(),
        };
        let start = |act: fn(&Client, &Room<'_>) -> Option<()>| {
            let client = client();
            scope.spawn(move || act(&client, room));
        };
        for _ in 0..READERS {
            start(Client::reads);
        }
        for _ in 0..2 {
            start(Client::writes);
        }
        start(Client::grants_and_withdraws);
        let (from, below) = LOADED;
        let moment = u64::from_le_bytes(chance::bytes()) % (below - from);
        thread::sleep(Duration::from_millis(from + moment));
        world.server().kill9();
    });
    drop(sender);
    promises.into_iter().collect()
}
