//! SIGTERM under load: who has asked is answered, nobody else is served, and what was answered stands.

use samrad_tests::consents::person;
use samrad_tests::promises::{self, Promise};
use samrad_tests::{Caller as _, World, on_both};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Readers at once.
const READERS: usize = 24;
/// How long the load runs before.
const LOADED: Duration = Duration::from_millis(600);
/// How long the service may take over its last answers.
const DRAIN: Duration = Duration::from_secs(25);

on_both! {
    fn what_was_answered_stands_and_it_ends_well(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        drop(sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, person(&sides.adviser), &["identity"]));
        let key = promises::key(world.nobody());
        drop(promises::published_beyond(world.nobody(), 0));
        let (held, told) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        let path = format!("/discussions/{}", discussion.id);
        let took = thread::scope(|scope| {
            for _ in 0..READERS {
                scope.spawn(|| reads_until_it_ends(world, || sides.adviser.call("GET", &path), &held, &told));
            }
            thread::sleep(LOADED); // the load is what happens meanwhile
            told.store(true, Ordering::SeqCst);
            let began = Instant::now();
            world.server().stop();
            began.elapsed()
        });
        assert!(took < DRAIN, "{took:?}");
        let held = held.into_inner().expect("no holder fails");
        assert!(held.len() > READERS, "{} receipts", held.len());
        let export = promises::export(world.server().settings());
        drop(promises::verify(&export, &key, &held));
        println!("{} receipts, ended after {took:?}", held.len());
    }
}

fn reads_until_it_ends<'c>(
    world: &World,
    asks: impl Fn() -> samrad_tests::client::Request<'c>,
    held: &Mutex<Vec<Promise>>,
    told: &AtomicBool,
) {
    loop {
        match asks().try_send() {
            Ok(reply) if reply.status == 200 => {
                let promise = Promise::of(&reply).expect("a receipt");
                held.lock().expect("no holder fails").push(promise);
            }
            Ok(reply) => {
                assert_eq!(reply.status, 503, "{}", reply.everything());
                assert!(told.load(Ordering::SeqCst), "{}", reply.everything());
            }
            Err(gone) => {
                assert!(
                    told.load(Ordering::SeqCst),
                    "{gone}\n{}",
                    world.server().log()
                );
                return;
            }
        }
    }
}
