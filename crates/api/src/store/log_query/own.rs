//! What a person may know of the log: who was shown, or changed, what is kept of them
//! (pasientjournalloven § 18).

use super::entries::{Entry, entries};
use super::names::Names;
use super::ways::{Indices, Way, newest};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::schema::{ips_participation, log_entry, patient};
use crate::store::sql::Db;
use crate::store::vault::Vault;
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::event::Outcome;
use samrad_domain::id::{ParticipationId, PatientId};

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
    let ways = of_records(conn, person)?.into_iter();
    let touched = ways.map(|entries| entries.filter(log_entry::outcome.eq_any(TOUCHED.map(Db))));
    let indices = newest(conn, touched, (0, below), i64::from(limit))?;
    let entries = entries(conn, vault, &indices)?;
    let names = Names::of(conn, entries.iter().filter_map(|entry| entry.body.as_ref()))?;
    Ok((entries, names))
}

/// The entries about each record that is kept of the person, and those about none: what the person did.
fn of_records(conn: &mut Conn, person: &PersonKey) -> Result<Vec<Indices>, StoreError> {
    let key = person.bytes().to_vec();
    let patients: Vec<PatientId> = patient::table
        .filter(patient::person_key.eq(&key))
        .select(patient::id)
        .load(conn)?;
    let participations: Vec<ParticipationId> = ips_participation::table
        .filter(ips_participation::person_key.eq(&key))
        .select(ips_participation::id)
        .load(conn)?;
    let own = log_entry::table
        .select(log_entry::idx)
        .filter(log_entry::person_key.eq(key))
        .filter(log_entry::subject_id.is_null())
        .into_boxed();
    let patients = patients.iter().map(|id| id.uuid());
    let records = patients.chain(participations.iter().map(|id| id.uuid()));
    let chains = records.map(|record| Way::Record(record).entries());
    Ok(chains.chain([own]).collect())
}
