//! The end of an affiliation against many concurrent reads by the one who holds it: after the entry
//! that tells of the end nothing is disclosed to them, also where both were waiting together.

use samrad_tests::consents::person;
use samrad_tests::promises::Promise;
use samrad_tests::{Caller as _, Discussion, Person, on_both};
use serde_json::json;
use std::sync::Barrier;
use std::thread;

/// Readers at once.
const READERS: usize = 40;
/// How many times over.
const ROUNDS: usize = 3;

on_both! {
    fn nothing_is_disclosed_after_the_end_of_the_affiliation(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        for round in 0..ROUNDS {
            let leaver = world.nav_adviser_at(&sides.nav);
            drop(sides.clinician.obtains_consent(
                &sides.patient, "caseDiscussion", &sides.dps, person(&leaver), &["identity"]));
            assert_eq!(leaver.sees(&discussion), "identified", "round {round}");
            let start = Barrier::new(READERS + 1);
            let (ended, read) = thread::scope(|scope| {
                let readers: Vec<_> = (0..READERS)
                    .map(|_| scope.spawn(|| { start.wait(); reads_until_turned_away(&leaver, &discussion) }))
                    .collect();
                start.wait();
                let path = format!("/affiliations/{}/end", leaver.affiliation);
                let ended = world.administrator().post_over(&path, json!({})).expect(200);
                let read: Vec<Promise> = readers.into_iter().flat_map(|r| r.join().expect("a reader ends")).collect();
                (Promise::of(&ended).expect("a receipt"), read)
            });
            let late = read.iter().filter(|read| read.index > ended.index).count();
            assert_eq!(late, 0, "round {round}: of {} readings", read.len());
        }
    }
}

/// Receipts of what was shown, until nothing more is.
fn reads_until_turned_away(leaver: &Person, discussion: &Discussion) -> Vec<Promise> {
    let mut shown = Vec::new();
    loop {
        let reply = leaver.reads(discussion);
        match reply.status {
            200 => shown.extend(Promise::of(&reply)),
            403 => return shown,
            other => panic!("{other}: {}", reply.text()),
        }
    }
}
