//! Readings that take the log to stand where this instance left it, when another moves it between their look
//! and their entry: what the other committed holds for them.
//!
//! On PostgreSQL alone: the head of the log is held from outside until the other instance waits for it, and
//! the reading behind it.

use crate::together::{owner, until_so_many_wait};
use crate::two_instances::Other;
use samrad_tests::consents::{Consent, person};
use samrad_tests::promises::Promise;
use samrad_tests::{Caller, Discussion, Person, Reply, Sides, World};
use serde_json::json;
use std::thread;

/// How often a reading must find the log as it was left, before it is taken for granted.
const READINGS: usize = 8;

mod postgres_only {
    use samrad_tests::Backend;

    #[test]
    fn a_withdrawal_elsewhere_holds_for_who_had_looked_before_it() {
        Backend::Postgres.run(super::a_withdrawal_holds);
    }

    #[test]
    fn an_affiliation_that_ends_elsewhere_ends_for_who_had_looked_before_it() {
        Backend::Postgres.run(super::an_affiliation_ends);
    }

    #[test]
    fn what_was_written_elsewhere_is_in_the_reading_of_who_had_looked_before_it() {
        Backend::Postgres.run(super::a_message_is_read);
    }
}

fn a_withdrawal_holds(world: &World) {
    let (sides, other) = (world.sides(), Other::of(world));
    for _ in 0..2 {
        let (discussion, consent) = consented(&sides);
        let (withdrawn, read) = one_behind_the_other(world, &sides.adviser, &discussion, || {
            let path = format!("/consents/{}/withdrawal", consent.id);
            other
                .is(&sides.patient)
                .post(&path, json!({"form": "oral"}))
        });
        let (withdrawn, read) = (withdrawn.expect(200), read.expect(200));
        assert_eq!(read.json()["view"], "sealed", "{}", read.everything());
        assert!(index(&read) > index(&withdrawn));
    }
}

fn an_affiliation_ends(world: &World) {
    let (sides, other) = (world.sides(), Other::of(world));
    let (discussion, _) = consented(&sides);
    let administrator = world.administrator().client().at_the_same_as(&other.nobody);
    let (ended, read) = one_behind_the_other(world, &sides.adviser, &discussion, || {
        let path = format!("/affiliations/{}/end", sides.adviser.affiliation);
        administrator.post_over(&path, json!({}))
    });
    ended.expect(200).done();
    assert_eq!(read.status, 403, "{}", read.everything());
}

fn a_message_is_read(world: &World) {
    let (sides, other) = (world.sides(), Other::of(world));
    let (discussion, _) = consented(&sides);
    let (written, read) = one_behind_the_other(world, &sides.adviser, &discussion, || {
        let path = format!("/discussions/{}/messages", discussion.id);
        let body = json!({"kind": "question", "body": {"class": "anonymised", "categories": [],
            "text": "Hva er mulig i april?"}});
        other.is(&sides.clinician).post(&path, body)
    });
    let (written, read) = (written.expect(201), read.expect(200));
    assert!(
        read.everything().contains("mulig i april"),
        "{}",
        read.everything()
    );
    assert!(index(&read) > index(&written));
}

fn consented(sides: &Sides) -> (Discussion, Consent) {
    let discussion = sides
        .clinician
        .discusses(&sides.patient, &sides.nav, "caseDiscussion");
    let consent = sides.clinician.obtains_consent(
        &sides.patient,
        "caseDiscussion",
        &sides.dps,
        person(&sides.adviser),
        &["identity"],
    );
    (discussion, consent)
}

/// What comes of `change`, made through the other instance, and of a reading that had looked when the change was not
/// committed, and whose entry is behind it.
fn one_behind_the_other(
    world: &World,
    reader: &Person,
    discussion: &Discussion,
    change: impl FnOnce() -> Reply + Send,
) -> (Reply, Reply) {
    let (mut owner, mut watch) = (owner(world), owner(world));
    for _ in 0..READINGS {
        assert_eq!(reader.sees(discussion), "identified");
    }
    let mut held = owner.transaction().expect("the owner begins");
    held.execute("SELECT 1 FROM log_head FOR UPDATE", &[])
        .expect("the owner holds the head");
    thread::scope(|scope| {
        let changed = scope.spawn(change);
        until_so_many_wait(&mut watch, 1);
        let read = scope.spawn(|| reader.reads(discussion));
        // For the head, and not for a lock of the person's: it has looked.
        until_so_many_wait(&mut watch, 2);
        held.rollback().expect("the owner lets go");
        let changed = changed.join().expect("it is answered");
        (changed, read.join().expect("it is answered"))
    })
}

fn index(reply: &Reply) -> u64 {
    Promise::of(reply).expect("a receipt").index
}
