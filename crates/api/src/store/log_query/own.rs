//! What a person may know of the log: who was shown, or changed, what is kept of them
//! (pasientjournalloven § 18).

use super::entries::{Entry, entries};
use super::names::Names;
use super::ways::{newest, newest_of, walked};
use crate::store::chains::OfRecord;
use crate::store::conn::Conn;
use crate::store::schema::{ips_participation, log_entry, patient};
use crate::store::sql::Db;
use crate::store::vault::Vault;
use crate::store::{StoreError, load_apart};
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::event::Outcome;
use samrad_domain::id::{ParticipationId, PatientId};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use uuid::Uuid;

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
    let key = person.bytes().to_vec();
    let limit = i64::from(limit);
    let mut indices = BTreeSet::new();
    for record in records(conn, &key)? {
        indices.extend(touching(conn, record, below, limit)?);
    }
    let own = log_entry::table
        .select(log_entry::idx)
        .filter(log_entry::person_key.eq(key))
        .filter(log_entry::subject_id.is_null())
        .filter(log_entry::outcome.eq_any(TOUCHED.map(Db)))
        .into_boxed();
    indices.extend(newest(conn, [own], (0, below), limit)?);
    let entries = entries(conn, vault, &newest_of(indices.into_iter(), limit))?;
    let names = Names::of(conn, entries.iter().filter_map(|entry| entry.body.as_ref()))?;
    Ok((entries, names))
}

/// The records that are kept of the person of this key.
fn records(conn: &mut Conn, key: &[u8]) -> Result<Vec<Uuid>, StoreError> {
    let patients: Vec<PatientId> = patient::table
        .filter(patient::person_key.eq(key))
        .select(patient::id)
        .load(conn)?;
    let participations: Vec<ParticipationId> = ips_participation::table
        .filter(ips_participation::person_key.eq(key))
        .select(ips_participation::id)
        .load(conn)?;
    let patients = patients.iter().map(|id| id.uuid());
    Ok(patients
        .chain(participations.iter().map(|id| id.uuid()))
        .collect())
}

/// The newest `limit` entries in the chain of `record`, and of no other, that tell of something shown or changed. Each entry names the one
/// before it in the chain: one that no list has is told, and not left out.
fn touching(conn: &mut Conn, record: Uuid, below: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    type Link = (i64, Option<i64>, Outcome);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // Which entry comes next, once one was found.
    let mut next: Option<Option<i64>> = None;
    let walk = OfRecord::of(record, (0, below));
    let found = walked(conn, walk, Vec::new(), limit, |conn, indices| {
        let links = log_entry::table
            .filter(log_entry::subject_id.eq(Db(record)))
            .select((log_entry::idx, log_entry::subject_prev, log_entry::outcome));
        let mut links: Vec<Link> = load_apart!(conn, links, log_entry::idx, indices)?;
        links.sort_unstable_by_key(|(index, ..)| Reverse(*index));
        let mut touching = Vec::new();
        for (index, before, outcome) in links {
            if next.is_some_and(|next| next != Some(index)) {
                return Err(UNLISTED);
            }
            next = Some(before);
            touching.extend(TOUCHED.contains(&outcome).then_some(index));
        }
        Ok(touching)
    })?;
    if found.len() < limit && next.flatten().is_some() {
        return Err(UNLISTED);
    }
    Ok(found)
}

const UNLISTED: StoreError = StoreError::Corrupt {
    table: "log_chain",
    what: "an entry that is in no list",
};
