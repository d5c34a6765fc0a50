//! Lists what was written, beside the lanes ([`postings`], [`chains`]).

use crate::store::conn::{Access, Conn, DatabaseUrl, connected};
use crate::store::{StoreError, chains, postings};
use std::time::Duration;

/// How often it is looked whether there is enough to list.
const EVERY: Duration = Duration::from_secs(1);

/// How long those who write go first between two steps of sorting: on SQLite, where one writes at a time, who finds another at it looks
/// again after a millisecond, then two and five, and would look in vain for long.
const PAUSE: Duration = Duration::from_millis(20);

/// Starts to list, again and again, for as long as the process runs.
pub fn start(url: DatabaseUrl) {
    std::thread::Builder::new()
        .name("log-poster".to_owned())
        .spawn(move || run(&url))
        .expect("a thread can be started while the service starts");
}

fn run(url: &DatabaseUrl) {
    let mut conn = None;
    loop {
        if let Err(error) = post_all(url, &mut conn) {
            log::warn!("what was written is not listed: {error}");
            conn = None;
        }
        std::thread::sleep(EVERY);
    }
}

fn post_all(url: &DatabaseUrl, conn: &mut Option<Conn>) -> Result<(), StoreError> {
    // What is lost with the power is listed again: nobody who writes need wait for the disk meanwhile.
    let conn = connected(conn, url, Access::Batch)?;
    while chains::sort(conn)? {
        std::thread::sleep(PAUSE);
    }
    while postings::post(conn, postings::ENOUGH)? {}
    Ok(())
}
