//! What a person may know of the log: who was shown, or changed, what is kept of them
//! (pasientjournalloven § 18).

use super::entries::{Entry, entries};
use super::names::Names;
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::schema::log_entry;
use crate::store::sql::Db;
use crate::store::vault::Vault;
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::event::Outcome;

/// How an act comes out that shows or changes what is kept of somebody. An anonymised or sealed
/// view shows nothing of anybody, and a refusal nothing at all.
const TOUCHED: [Outcome; 3] = [Outcome::Done, Outcome::Accessed, Outcome::Disclosed];

/// The newest `limit` entries below index `below` about a person, newest first, and the names of
/// those whom they speak of.
///
/// # Errors
/// When the database does not answer, or an entry can't be opened.
pub fn of_person(
    conn: &mut Conn,
    vault: &Vault,
    person: &PersonKey,
    below: i64,
    limit: u32,
) -> Result<(Vec<Entry>, Names), StoreError> {
    let indices: Vec<i64> = log_entry::table
        .filter(log_entry::person_key.eq(person.bytes().to_vec()))
        .filter(log_entry::outcome.eq_any(TOUCHED.map(Db)))
        .filter(log_entry::idx.lt(below))
        .order(log_entry::idx.desc())
        .limit(i64::from(limit))
        .select(log_entry::idx)
        .load(conn)?;
    let entries = entries(conn, vault, &indices)?;
    let names = Names::of(conn, entries.iter().filter_map(|entry| entry.body.as_ref()))?;
    Ok((entries, names))
}
