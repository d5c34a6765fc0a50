//! Entries as whoever verifies the log needs them: the very bytes that the leaves commit to, beside
//! what the searchable columns say (docs/log.md, "Export").
//!
//! Nothing here decides who may have them: the operator's export gives everything, an auditor's what
//! their own organisation is the source of.

use super::conn::Conn;
use super::schema::{log_entry, log_recipient};
use super::vault::{DataKey, Vault};
use super::{StoreError, grouped, keys};
use crate::log::body::PlaceOfWork;
use crate::log::sealed;
use diesel::prelude::*;
use samrad_domain::event::EventKind;
use samrad_domain::id::{DataKeyId, OrganisationId};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Entries that are read at a time.
pub const PAGE: i64 = 1000;

/// An entry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Its index, from 0.
    pub index: i64,
    /// Its id.
    pub event_id: Uuid,
    /// When it was recorded, in milliseconds since 1970.
    pub recorded_ms: i64,
    /// What the leaf commits to, in hexadecimal.
    pub commitment: String,
    /// The salt, in hexadecimal; none once it was erased, or where it is withheld.
    pub salt: Option<String>,
    /// The body's bytes as text; none where it was erased, is withheld or can't be opened.
    pub body: Option<String>,
    /// That it is not for the reader.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Why it can't be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<&'static str>,
    /// What the database's columns say.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub searchable: Option<Searchable>,
}

/// What the database's columns say of an entry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Searchable {
    columns: Columns,
    person_key: Option<String>,
    places: Vec<PlaceOfWork>,
}

#[derive(Clone, Debug, Queryable, Selectable, Serialize)]
#[diesel(table_name = log_entry)]
#[serde(rename_all = "camelCase")]
struct Columns {
    kind: String,
    #[diesel(column_name = reason_code)]
    reason: Option<String>,
    outcome: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_organisation: Option<Uuid>,
    actor_unit: Option<Uuid>,
    #[diesel(column_name = source_organisation)]
    source: Option<Uuid>,
    #[diesel(column_name = unit_id)]
    unit: Option<Uuid>,
    #[diesel(column_name = patient_id)]
    patient: Option<Uuid>,
    #[diesel(column_name = case_id)]
    case: Option<Uuid>,
    #[diesel(column_name = discussion_id)]
    discussion: Option<Uuid>,
    request_id: String,
    #[diesel(column_name = subject_id)]
    subject: Option<Uuid>,
    subject_seq: Option<i64>,
    subject_prev: Option<i64>,
}

#[derive(Queryable)]
struct EntryRow {
    index: i64,
    event: Uuid,
    recorded_ms: i64,
    commitment: Vec<u8>,
    person_key: Option<Vec<u8>>,
    columns: Columns,
    salt: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
    key: Option<DataKeyId>,
    actor_ordinal: Option<i32>,
}

/// Whose entries are given in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's, with the searchable columns: the operator's own export.
    All,
    /// Those that this organisation is the source of, or that it did where nobody is; and changes of the
    /// log's key.
    Organisation(OrganisationId),
}

/// Up to [`PAGE`] entries from index `from` on and below `below`, in order. `known` holds the data keys
/// met so far.
///
/// # Errors
/// When the database does not answer.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    reach: Reach,
    (from, below): (i64, i64),
    known: &mut HashMap<DataKeyId, DataKey>,
) -> Result<Vec<Line>, StoreError> {
    let rows: Vec<EntryRow> = log_entry::table
        .filter(log_entry::idx.ge(from))
        .filter(log_entry::idx.lt(below))
        .order(log_entry::idx)
        .limit(PAGE)
        .select((
            log_entry::idx,
            log_entry::event_id,
            log_entry::recorded_ms,
            log_entry::commitment,
            log_entry::person_key,
            Columns::as_select(),
            log_entry::salt,
            log_entry::body_enc,
            log_entry::data_key_id,
            log_entry::actor_ordinal,
        ))
        .load(conn)?;
    let wanted: BTreeSet<DataKeyId> = rows.iter().filter_map(|row| row.key).collect();
    let unknown = wanted.into_iter().filter(|id| !known.contains_key(id));
    known.extend(keys::fetch_all(conn, vault, &unknown.collect())?);
    let mut places = match (reach, rows.first(), rows.last()) {
        (Reach::All, Some(first), Some(last)) => places(conn, first.index, last.index)?,
        (_, _, _) => HashMap::new(),
    };
    let lines = rows.into_iter().map(|row| {
        let others = places.remove(&row.index).unwrap_or_default();
        let heard = row.heard(others);
        row.into_line(reach, heard, known)
    });
    Ok(lines.collect())
}

/// Where those who heard worked, but for who acted, with their places in the order.
fn places(
    conn: &mut Conn,
    first: i64,
    last: i64,
) -> Result<HashMap<i64, Vec<(i32, PlaceOfWork)>>, StoreError> {
    type Told = (i64, i32, Uuid, Option<Uuid>, Option<Uuid>);
    let rows: Vec<Told> = log_recipient::table
        .filter(log_recipient::idx.between(first, last))
        .order((log_recipient::idx, log_recipient::ordinal))
        .select((
            log_recipient::idx,
            log_recipient::ordinal,
            log_recipient::organisation_id,
            log_recipient::unit_id,
            log_recipient::person_id,
        ))
        .load(conn)?;
    let places = rows
        .into_iter()
        .map(|(index, ordinal, organisation, unit, person)| {
            let place = PlaceOfWork {
                organisation,
                unit,
                person,
            };
            (index, (ordinal, place))
        });
    Ok(grouped(places))
}

impl EntryRow {
    /// Where all who heard worked, in order: the others, and who acted, where they acted.
    fn heard(&self, mut others: Vec<(i32, PlaceOfWork)>) -> Vec<PlaceOfWork> {
        if let Some(ordinal) = self.actor_ordinal
            && let Some(organisation) = self.columns.actor_organisation
        {
            let place = PlaceOfWork {
                organisation,
                unit: self.columns.actor_unit,
                person: self.columns.actor_id,
            };
            others.push((ordinal, place));
            others.sort_by_key(|(ordinal, _)| *ordinal);
        }
        others.into_iter().map(|(_, place)| place).collect()
    }

    fn into_line(
        self,
        reach: Reach,
        places: Vec<PlaceOfWork>,
        keys: &HashMap<DataKeyId, DataKey>,
    ) -> Line {
        let owner = self.columns.source.or(self.columns.actor_organisation);
        // Who verifies must be able to follow a change of key, which is nobody's own.
        let of_the_log = self.columns.kind == EventKind::LogKeyChanged.code();
        let withheld = match reach {
            Reach::All => false,
            Reach::Organisation(own) => owner != Some(own.uuid()) && !of_the_log,
        };
        let opened = (!withheld).then(|| self.opened(keys)).transpose();
        let salt = self.salt.as_deref().filter(|_| !withheld).map(hex::encode);
        Line {
            index: self.index,
            event_id: self.event,
            recorded_ms: self.recorded_ms,
            commitment: hex::encode(&self.commitment),
            salt,
            unreadable: opened.as_ref().err().copied(),
            body: opened.ok().flatten().flatten(),
            withheld,
            searchable: (reach == Reach::All).then(|| Searchable {
                columns: self.columns,
                person_key: self.person_key.as_deref().map(hex::encode),
                places,
            }),
        }
    }

    /// The body; none once it was erased.
    fn opened(&self, keys: &HashMap<DataKeyId, DataKey>) -> Result<Option<String>, &'static str> {
        let Some(body) = &self.body else {
            return Ok(None);
        };
        let key = self.key.and_then(|id| keys.get(&id));
        let key = key.ok_or("keyDestroyed")?;
        let text = sealed::open(key, self.index, body).ok();
        let text = text.and_then(|text| Some(std::str::from_utf8(&text).ok()?.to_owned()));
        text.map(Some).ok_or("notWhatWasSealed")
    }
}
