//! What the disk has not taken is not answered.

use samrad_tests::{Backend, Caller as _, World, clock};
use std::fs;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
/// `EX_SOFTWARE` of sysexits.
const BROKEN: i32 = 70;

/// A commit on SQLite does not wait for the disk; what waits in its place, for answers and for checkpoints, tells nobody of what
/// can't be there.
#[test]
fn a_commit_that_can_not_be_put_on_the_disk_is_not_answered() {
    let world = World::new(Backend::Sqlite);
    let sides = world.sides();
    let (clinician, read) = (&sides.clinician, format!("/patients/{}", sides.patient.id));
    clinician.get(&read).expect(200).done();
    let url = world.database().url();
    let file = url.strip_prefix("sqlite://").expect("a file");
    fs::remove_file(format!("{file}-wal")).expect("the write-ahead log of a running service");
    let answered = clinician.call("GET", &read).try_send();
    assert!(answered.is_err(), "{}", answered.unwrap().everything());
    assert_eq!(world.server().ends(), Some(BROKEN));
    clock::until(PATIENCE, || {
        let log = world.server().log();
        log.contains("can't be put on the disk").then_some(())
    });
}
