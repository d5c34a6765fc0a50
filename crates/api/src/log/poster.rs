//! Lists what was written, beside the lanes ([`postings`], [`chains`]).

use crate::store::conn::{Access, Conn, DatabaseUrl, connected};
use crate::store::{StoreError, chains, postings};
use std::time::Duration;

/// How often it is looked whether there is enough to list.
const EVERY: Duration = Duration::from_secs(1);

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
    let conn = connected(conn, url, Access::Write)?;
    while chains::sort(conn)? {}
    while postings::post(conn, postings::ENOUGH)? {}
    Ok(())
}
