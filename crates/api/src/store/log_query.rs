//! Reading the log: which entries a question asks for, newest first, and what they say.
//!
//! An organisation gets its own entries and no others: those in which it acted, was the source or
//! was among the recipients; of what it was not the source of, no more than outsiders may know
//! ([`outside`]). A person gets those about the records kept of them. Who may ask, and that the
//! asking is logged, is decided before; nothing here writes.
//!
//! An entry's index never changes and grows with time, so a page is everything below an index:
//! entries that come in meanwhile neither push nor repeat any. Every search walks lists or an index of the
//! database from the end: those of the narrowest thing asked for ([`chains`](super::chains)), else the lists of who acted or of the organisation
//! ([`postings`](super::postings)).
//! The other conditions are written so that SQLite, which keeps no statistics here, doesn't take
//! them for a better way in.

mod conditions;
mod entries;
mod moments;
mod names;
mod outside;
mod own;
mod party;
mod ways;

pub use entries::Entry;
pub(crate) use moments::within_millisecond_of;
pub use names::Names;
pub use own::of_person;

use conditions::{inside, narrowed, of_entry, takes_part};
use entries::{asked_for, entries};
use moments::between;
use party::of_party;
use ways::{Ways, by_subject, newest, newest_of, walked};

use super::StoreError;
use super::chains::OfRecord;
use super::conn::Conn;
use super::schema::{log_entry, log_recipient};
use super::sql::Db;
use super::vault::Vault;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::code::ReasonCode;
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{CaseId, DiscussionId, OrganisationId, PatientId, UnitId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is asked of the log of one organisation.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whose entries.
    pub organisation: OrganisationId,
    /// About this patient.
    pub patient: Option<PatientId>,
    /// By this person or client.
    pub actor: Option<Uuid>,
    /// In which this other organisation acted, was the source or heard.
    pub party: Option<OrganisationId>,
    /// In which this unit acted, was concerned or heard.
    pub unit: Option<UnitId>,
    /// Of this case.
    pub case: Option<CaseId>,
    /// Of this discussion.
    pub discussion: Option<DiscussionId>,
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// For this reason.
    pub reason: Option<ReasonCode>,
    /// That came out like this.
    pub outcome: Option<Outcome>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

impl Question {
    /// Everything that an organisation may see.
    #[must_use]
    pub const fn all_of(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            patient: None,
            actor: None,
            party: None,
            unit: None,
            case: None,
            discussion: None,
            kind: None,
            reason: None,
            outcome: None,
            from: None,
            until: None,
        }
    }
}

/// The newest `limit` entries below index `below` that `question` asks for, newest first.
///
/// # Errors
/// When the database does not answer, or an entry can't be opened.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    question: &Question,
    below: i64,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let Some(range) = between(conn, question, below)? else {
        return Ok(Vec::new());
    };
    let limit = i64::from(limit);
    let found = match by_subject(conn, question)? {
        Some(ways) => of_subject(conn, vault, question, ways, range, limit)?,
        None => of_party(conn, vault, question, range, limit)?,
    };
    outside::trimmed(conn, question.organisation, found)
}

/// The newest `limit` entries that are found in these ways and asked for, newest first.
fn of_subject(
    conn: &mut Conn,
    vault: &Vault,
    question: &Question,
    ways: Ways,
    (from, below): (i64, i64),
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let mut found = BTreeMap::new();
    if let Some(record) = ways.record {
        let walk = OfRecord::of(record, (from, below));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let chain = walked(conn, walk, Vec::new(), limit, |conn, indices| {
            asked_for(conn, vault, question, indices)
        })?;
        found.extend(chain.into_iter().map(|entry| (entry.index, entry)));
    }
    if let Some(unnamed) = ways.unnamed {
        let asked =
            narrowed!(unnamed.entries(), question).filter(takes_part!(question.organisation));
        let asked = newest(conn, [asked], (from, below), limit)?;
        let asked = entries(conn, vault, &asked)?;
        found.extend(asked.into_iter().map(|entry| (entry.index, entry)));
    }
    Ok(newest_of(found.into_values(), limit))
}

#[cfg(test)]
mod tests;
