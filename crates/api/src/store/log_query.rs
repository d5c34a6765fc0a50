//! Reading the log: which entries a question asks for, newest first, and what they say.
//!
//! An organisation gets its own entries and no others: those in which it acted, was the source or
//! was among the recipients; of what it was not the source of, no more than outsiders may know
//! ([`outside`]). A person gets those about the records kept of them. Who may ask, and that the
//! asking is logged, is decided before; nothing here writes.
//!
//! An entry's index never changes and grows with time, so a page is everything below an index:
//! entries that come in meanwhile neither push nor repeat any. Every search walks an index of the
//! database from its end: that of the narrowest column asked for, else those of the organisation.
//! The other conditions are written so that SQLite, which keeps no statistics here, doesn't take
//! them for a better way in.

mod entries;
mod moments;
mod names;
mod outside;
mod own;

pub use entries::Entry;
pub use names::Names;
pub use own::of_person;

use entries::entries;
use moments::between;

use super::StoreError;
use super::conn::{Conn, MultiBackend};
use super::schema::{case_file, data_key, discussion, log_entry, log_recipient, patient};
use super::sql::Db;
use super::vault::Vault;
use diesel::dsl::{exists, not};
use diesel::expression::{ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use jiff::Timestamp;
use samrad_domain::code::ReasonCode;
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{CaseId, DiscussionId, OrganisationId, PatientId, UnitId};
use std::collections::BTreeSet;
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
    let found = indices(conn, question, below, i64::from(limit))?;
    let entries = entries(conn, vault, &found)?;
    outside::trimmed(conn, question.organisation, entries)
}

/// The record that a reading of the log about `patient` is logged on: none where there is no such
/// record, or where it was erased and takes no more entries.
///
/// # Errors
/// When the database does not answer.
pub fn standing(conn: &mut Conn, patient: PatientId) -> Result<Option<PatientId>, StoreError> {
    Ok(patient::table
        .inner_join(data_key::table)
        .filter(patient::id.eq(Db(patient)))
        .filter(data_key::wrapped.is_not_null())
        .select(patient::id)
        .first(conn)
        .optional()?)
}

/// Those who heard of the entry at hand. Written so that PostgreSQL looks them up entry by entry: from
/// an equality it could make a hash of everybody that an organisation ever was told of.
macro_rules! of_entry {
    ($heard:expr) => {
        $heard
            .field(log_recipient::idx)
            .between(log_entry::idx, log_entry::idx)
    };
}

/// Whether an organisation acted, was the source or heard.
macro_rules! takes_part {
    ($organisation:expr) => {{
        let organisation: OrganisationId = $organisation;
        let heard = diesel::alias!(log_recipient as heard);
        let heard_it = heard.filter(of_entry!(heard)).filter(not(heard
            .field(log_recipient::organisation_id)
            .ne(Db(organisation))));
        log_entry::actor_organisation
            .eq(Db(organisation))
            .or(log_entry::source_organisation.eq(Db(organisation)))
            .or(exists(heard_it))
    }};
}

/// Whether the organisation that asks is the source, or acted where nobody is: what only those
/// inside are told, others can't search for.
macro_rules! inside {
    ($question:expr) => {
        not(log_entry::source_organisation.ne(Db($question.organisation))).or(
            log_entry::source_organisation.is_null().and(not(
                log_entry::actor_organisation.ne(Db($question.organisation))
            )),
        )
    };
}

/// Adds the conditions of a question, each of which costs a look at the row and no more.
///
/// `NOT (a <> b)` is `a = b` to PostgreSQL's planner, and no way into an index to SQLite's.
macro_rules! narrowed {
    ($query:expr, $question:expr) => {{
        let (mut query, question): (_, &Question) = ($query, $question);
        if let Some(kind) = question.kind {
            query = query.filter(not(log_entry::kind.ne(Db(kind))));
        }
        if let Some(reason) = question.reason {
            query = query.filter(not(log_entry::reason_code.ne(Db(reason))));
        }
        if let Some(outcome) = question.outcome {
            query = query.filter(log_entry::outcome.eq(Db(outcome)));
        }
        if let Some(patient) = question.patient {
            query = query
                .filter(not(log_entry::patient_id.ne(Db(patient))))
                .filter(inside!(question).or(log_entry::outcome.eq(Db(Outcome::Disclosed))));
        }
        if let Some(case) = question.case {
            query = query
                .filter(not(log_entry::case_id.ne(Db(case))))
                .filter(inside!(question));
        }
        if let Some(discussion) = question.discussion {
            query = query.filter(not(log_entry::discussion_id.ne(Db(discussion))));
        }
        if let Some(actor) = question.actor {
            query = query.filter(not(log_entry::actor_id.ne(Db(actor))));
        }
        if let Some(party) = question.party {
            query = query.filter(takes_part!(party));
        }
        if let Some(unit) = question.unit {
            let heard = diesel::alias!(log_recipient as heard);
            let heard_it = heard
                .filter(of_entry!(heard))
                .filter(not(heard.field(log_recipient::unit_id).ne(Db(unit))));
            query = query.filter(
                log_entry::unit_id
                    .eq(Db(unit))
                    .or(log_entry::actor_unit.eq(Db(unit)))
                    .or(exists(heard_it)),
            );
        }
        query
    }};
}

/// The indices of the newest `limit` entries below `below` that `question` asks for.
fn indices(
    conn: &mut Conn,
    question: &Question,
    below: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let Some((from, below)) = between(conn, question, below)? else {
        return Ok(Vec::new());
    };
    let Some(ways) = by_subject(conn, question)? else {
        return of_organisation(conn, question, (from, below), limit);
    };
    let own =
        |entries: Indices| narrowed!(entries, question).filter(takes_part!(question.organisation));
    newest(conn, ways.into_iter().map(own), (from, below), limit)
}

type Indices = log_entry::BoxedQuery<'static, MultiBackend, BigInt>;

/// The entries about the narrowest thing that is asked about, by the index of its column.
fn by_subject(conn: &mut Conn, question: &Question) -> Result<Option<Vec<Indices>>, StoreError> {
    if let Some(patient) = question.patient {
        Ok(Some(vec![of_record(patient.uuid())]))
    } else if let Some(case) = question.case {
        let patient = case_file::table
            .find(Db(case))
            .select(case_file::patient_id)
            .first(conn)
            .optional()?
            .flatten();
        Ok(Some(of_patient_or(
            patient,
            log_entry::case_id.eq(Db(case)),
        )))
    } else if let Some(id) = question.discussion {
        let patient = discussion::table
            .find(Db(id))
            .select(discussion::patient_id)
            .first(conn)
            .optional()?
            .flatten();
        let named = log_entry::discussion_id.eq(Db(id));
        Ok(Some(of_patient_or(patient, named)))
    } else {
        let entries = log_entry::table.select(log_entry::idx).into_boxed();
        let by = |actor| vec![entries.filter(log_entry::actor_id.eq(Db(actor)))];
        Ok(question.actor.map(by))
    }
}

/// The entries of a record's chain.
fn of_record(record: Uuid) -> Indices {
    log_entry::table
        .select(log_entry::idx)
        .filter(log_entry::subject_id.eq(Db(record)))
        .into_boxed()
}

/// What names a patient is in the chain of the patient's record, who is that of the case or the discussion
/// asked for. What names none, as a refusal may, is found by what else it names.
fn of_patient_or<N>(patient: Option<PatientId>, named: N) -> Vec<Indices>
where
    N: BoxableExpression<log_entry::table, MultiBackend, SqlType = Nullable<Bool>>
        + ValidGrouping<(), IsAggregate = is_aggregate::No>
        + 'static,
{
    let unnamed = log_entry::table
        .select(log_entry::idx)
        .into_boxed()
        .filter(log_entry::patient_id.is_null())
        .filter(named);
    let chain = patient.map(|patient| of_record(patient.uuid()));
    chain.into_iter().chain([unnamed]).collect()
}

/// The newest `limit` of what is found in these ways from index `from` on and below `below`, newest first. An entry
/// that is found in several counts once.
fn newest(
    conn: &mut Conn,
    ways: impl IntoIterator<Item = Indices>,
    (from, below): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let mut found = BTreeSet::new();
    for entries in ways {
        let newest: Vec<i64> = entries
            .filter(log_entry::idx.ge(from))
            .filter(log_entry::idx.lt(below))
            .order(log_entry::idx.desc())
            .limit(limit)
            .load(conn)?;
        found.extend(newest);
    }
    Ok(first_of(found, limit))
}

fn first_of(found: BTreeSet<i64>, limit: i64) -> Vec<i64> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    found.into_iter().rev().take(limit).collect()
}

/// The entries in which the organisation acted, those of which it was the source, those it heard:
/// the newest of each, and of these the newest.
fn of_organisation(
    conn: &mut Conn,
    question: &Question,
    (from, below): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let own = Db(question.organisation);
    let all = log_entry::table.select(log_entry::idx);
    let acted = all
        .filter(log_entry::actor_organisation.eq(own))
        .into_boxed();
    let source = all
        .filter(log_entry::source_organisation.eq(own))
        .into_boxed();
    let ways = [acted, source].map(|entries| narrowed!(entries, question));
    let told = log_recipient::table
        .inner_join(log_entry::table)
        .filter(log_recipient::organisation_id.eq(own))
        .select(log_recipient::idx)
        .distinct()
        .into_boxed();
    let heard: Vec<i64> = narrowed!(told, question)
        .filter(log_recipient::idx.ge(from))
        .filter(log_recipient::idx.lt(below))
        .order(log_recipient::idx.desc())
        .limit(limit)
        .load(conn)?;
    let mut found = BTreeSet::from_iter(heard);
    found.extend(newest(conn, ways, (from, below), limit)?);
    Ok(first_of(found, limit))
}

#[cfg(test)]
mod tests;
