//! Readings that wait together are loaded for together. What one of them leaves behind, those behind
//! it see, also where a broken row makes each of them load for itself.
//!
//! On PostgreSQL alone: the head of the log is held from outside until all of them wait, and a row is
//! broken behind the service's back.

use postgres::{Client, NoTls};
use samrad_tests::consents::{grant, person};
use samrad_tests::{Discussion, Person, World};
use serde_json::json;
use std::thread;
use std::time::Duration;

/// How many times over.
const ROUNDS: usize = 3;

mod postgres_only {
    use super::a_single_use_is_used_once_beside_a_broken_record;
    use samrad_tests::Backend;

    #[test]
    fn a_single_use_consent_is_used_once_beside_a_broken_record() {
        Backend::Postgres.run(a_single_use_is_used_once_beside_a_broken_record);
    }
}

fn a_single_use_is_used_once_beside_a_broken_record(world: &World) {
    let sides = world.sides();
    let (purpose, adviser) = ("caseDiscussion", &sides.adviser);
    let (mut owner, mut watch) = (owner(world), owner(world));
    let broken = sides
        .clinician
        .discusses(&sides.patient, &sides.nav, purpose);
    break_name(&mut owner, &sides.patient.id);
    for round in 0..ROUNDS {
        let patient = world.patient_of(&sides.clinician);
        let discussions =
            [(); 2].map(|()| sides.clinician.discusses(&patient, &sides.nav, purpose));
        let information = sides.clinician.informs(&patient, purpose);
        let grants = json!([grant(&sides.dps, person(adviser), &["identity"])]);
        let consent = sides.clinician.drafts(&patient, purpose, grants);
        let once = json!({"singleUse": true});
        let granted = sides.clinician.records_grant(&consent, &information, once);
        granted.expect(200).done();
        let views = read_together((&mut owner, &mut watch), adviser, &broken, &discussions);
        let identified = views.iter().filter(|view| *view == "identified").count();
        assert_eq!(identified, 1, "round {round}: {views:?}");
    }
}

/// What the reader sees of `discussions`, read in one batch with one that can't be.
fn read_together(
    (owner, watch): (&mut Client, &mut Client),
    reader: &Person,
    broken: &Discussion,
    discussions: &[Discussion],
) -> Vec<String> {
    let mut held = owner.transaction().expect("the owner begins");
    held.execute("SELECT 1 FROM log_head FOR UPDATE", &[])
        .expect("the owner holds the head");
    thread::scope(|scope| {
        let fails = || scope.spawn(|| reader.reads(broken).expect(500).done());
        // The first is a batch alone, and waits for the head; the others wait behind it.
        let first = fails();
        until_so_many_wait(watch, 1);
        let beside = fails();
        let reading: Vec<_> = discussions
            .iter()
            .map(|discussion| scope.spawn(|| reader.sees(discussion)))
            .collect();
        // Time to join the queue: too little of it loses a chance to find a fault, and fails nothing.
        thread::sleep(Duration::from_millis(300));
        held.rollback().expect("the owner lets go");
        first.join().expect("it is answered");
        beside.join().expect("it is answered");
        let seen = reading.into_iter().map(|r| r.join().expect("a reader"));
        seen.collect()
    })
}

/// Until so many transactions of this database wait for the head of the log.
pub(crate) fn until_so_many_wait(watch: &mut Client, so_many: i64) {
    let waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) \
         WHERE pg_stat_activity.datname = current_database() AND NOT granted AND locktype <> 'advisory'";
    for _ in 0..2_000 {
        let row = watch.query_one(waiting, &[]).expect("the owner looks");
        if row.get::<_, i64>(0) >= so_many {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("too few wait for the head of the log");
}

pub(crate) fn owner(world: &World) -> Client {
    let url = world.database().owner_url().expect("PostgreSQL has one");
    Client::connect(url, NoTls).expect("the owner connects")
}

fn break_name(owner: &mut Client, patient: &str) {
    let id = uuid::Uuid::parse_str(patient).expect("a UUID");
    let broken = format!(
        "UPDATE patient SET name_enc = set_byte(name_enc, 30, get_byte(name_enc, 30) # 1) WHERE id = '{id}'"
    );
    assert_eq!(owner.execute(&broken, &[]).expect("the owner writes"), 1);
}
