//! Discussions, their threads, and who has seen them identified.

use super::conn::Conn;
use super::notes::{Noted, NotedRow};
use super::schema::{
    discussion, discussion_sight, oral_disclosure, recognition, record_note, summary,
};
use super::sql::Db;
use super::unit_of_work::Tx;
use super::{StoreError, load_any, stored_version};
use crate::ids;
use diesel::prelude::*;
use jiff::Timestamp;
use std::collections::HashMap;

use samrad_domain::code::{CategorySet, Purpose};
use samrad_domain::consent::Recipient;
use samrad_domain::discussion::{
    Discussion, DiscussionState, Label, Presentation, SummaryFacts, Turned,
};
use samrad_domain::event::Event;
use samrad_domain::id::{CaseId, DiscussionId, OralDisclosureId, PersonId, UnitId};
use samrad_domain::patient::Patient;
use samrad_domain::permit::Permit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = discussion)]
pub(super) struct DiscussionRow {
    id: DiscussionId,
    label: String,
    case_id: CaseId,
    audience_unit: UnitId,
    purpose: Purpose,
    state: DiscussionState,
    summary_version: i32,
    drawn_categories: CategorySet,
    opened_at: Timestamp,
    closed_at: Option<Timestamp>,
}

impl TryFrom<DiscussionRow> for Discussion {
    type Error = StoreError;

    fn try_from(row: DiscussionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            label: Label::stored(row.label),
            case: row.case_id,
            audience: row.audience_unit,
            purpose: row.purpose,
            state: row.state,
            summary_version: super::version(row.summary_version, "discussion")?,
            drawn: row.drawn_categories,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
        })
    }
}

/// The discussion.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn find(conn: &mut Conn, id: DiscussionId) -> Result<Option<Discussion>, StoreError> {
    let row = discussion::table
        .find(Db(id))
        .select(DiscussionRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Discussion::try_from).transpose()
}

/// Opens a discussion under a label never used before.
///
/// # Errors
/// When the database does not answer.
pub fn open(
    tx: &mut Tx<'_>,
    permit: &Permit<Presentation>,
    patient: Option<&Patient>,
    by: PersonId,
) -> Result<Discussion, StoreError> {
    let act = permit.act();
    let opened = Discussion {
        id: DiscussionId::new(ids::new_uuid()),
        label: unused_label(tx.conn)?,
        case: act.case,
        audience: act.audience,
        purpose: act.purpose,
        state: DiscussionState::Open,
        summary_version: act.summary_version,
        drawn: act.drawn,
        opened_at: tx.now,
        closed_at: None,
    };
    diesel::insert_into(discussion::table)
        .values((
            discussion::id.eq(Db(opened.id)),
            discussion::label.eq(opened.label.as_str()),
            discussion::case_id.eq(Db(opened.case)),
            discussion::patient_id.eq(patient.map(|p| Db(p.id))),
            discussion::person_key.eq(patient.map(|p| p.key.bytes().to_vec())),
            discussion::audience_unit.eq(Db(opened.audience)),
            discussion::purpose.eq(Db(opened.purpose)),
            discussion::state.eq(Db(opened.state)),
            discussion::summary_version.eq(stored_version(opened.summary_version)),
            discussion::drawn_categories.eq(Db(opened.drawn)),
            discussion::opened_by.eq(Db(by)),
            discussion::opened_at.eq(Db(opened.opened_at)),
        ))
        .execute(tx.conn)?;
    Ok(opened)
}

fn unused_label(conn: &mut Conn) -> Result<Label, StoreError> {
    loop {
        let label = Label::of(ids::random_bytes());
        let taken: i64 = discussion::table
            .filter(discussion::label.eq(label.as_str()))
            .count()
            .get_result(conn)?;
        if taken == 0 {
            return Ok(label);
        }
    }
}

/// Changes the state, as permitted.
///
/// # Errors
/// When the database does not answer.
pub fn turn(tx: &mut Tx<'_>, permit: &Permit<Turned>) -> Result<(), StoreError> {
    let act = permit.act();
    let closed_at = match act.state {
        DiscussionState::Closed => Some(tx.now),
        DiscussionState::Open | DiscussionState::Stopped => None,
    };
    diesel::update(discussion::table.find(Db(act.discussion)))
        .set((
            discussion::state.eq(Db(act.state)),
            discussion::closed_at.eq(closed_at.map(Db)),
        ))
        .execute(tx.conn)?;
    if act.state == DiscussionState::Stopped {
        super::dialect::insert_if_new!(
            tx.conn,
            recognition::table,
            (
                recognition::discussion_id.eq(Db(act.discussion)),
                recognition::person_id.eq(Db(act.by)),
                recognition::pressed_at.eq(Db(tx.now)),
            )
        )?;
    }
    Ok(())
}

/// Whether somebody has recognised the person: then the anonymised view stays away, also after the
/// discussion is closed.
///
/// # Errors
/// When the database does not answer.
pub fn is_recognised(conn: &mut Conn, id: DiscussionId) -> Result<bool, StoreError> {
    let pressed: i64 = recognition::table
        .filter(recognition::discussion_id.eq(Db(id)))
        .count()
        .get_result(conn)?;
    Ok(pressed > 0)
}

/// Whether `person` has ever seen the discussion identified, in any affiliation.
///
/// # Errors
/// When the database does not answer.
pub fn has_seen(conn: &mut Conn, id: DiscussionId, person: PersonId) -> Result<bool, StoreError> {
    let seen: i64 = discussion_sight::table
        .filter(discussion_sight::discussion_id.eq(Db(id)))
        .filter(discussion_sight::person_id.eq(Db(person)))
        .count()
        .get_result(conn)?;
    Ok(seen > 0)
}

/// A discussion, and a person who has seen it identified.
type Sight = (DiscussionId, PersonId);

/// Who has seen what identified, and what notes tell of it.
pub(super) type Seen = HashMap<Sight, Vec<Noted>>;

/// Which of these persons have seen which of these discussions identified.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub(super) fn seen(
    conn: &mut Conn,
    ids: &[DiscussionId],
    persons: &[PersonId],
) -> Result<Seen, StoreError> {
    let of_sight = record_note::discussion_id
        .eq(discussion_sight::discussion_id.nullable())
        .and(record_note::recipient_id.eq(discussion_sight::person_id.nullable()))
        .and(record_note::recipient_kind.eq(Db("person")));
    let rows: Vec<(Sight, Option<NotedRow>)> = load_any!(
        conn,
        discussion_sight::table
            .left_join(record_note::table.on(of_sight))
            .filter(
                discussion_sight::discussion_id
                    .eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>())
            )
            .filter(
                discussion_sight::person_id
                    .eq_any(persons.iter().map(|id| Db(*id)).collect::<Vec<_>>())
            )
            .select((
                (discussion_sight::discussion_id, discussion_sight::person_id),
                Option::<NotedRow>::as_select(),
            ))
    )?;
    let mut seen = Seen::new();
    for (sight, note) in rows {
        let noted = seen.entry(sight).or_default();
        noted.extend(note.map(Noted::try_from).transpose()?);
    }
    Ok(seen)
}

/// Remembers that `person` has seen the discussion identified.
pub fn remember_sight(tx: &mut Tx<'_>, id: DiscussionId, person: PersonId) {
    if tx.ahead.see(id, person) {
        tx.later.sight(id, person, tx.now);
    }
}

/// Keeps what was disclosed by word of mouth, as `event` tells of it.
///
/// # Errors
/// When the database does not answer.
pub fn record_oral(
    tx: &mut Tx<'_>,
    id: DiscussionId,
    disclosed_at: Timestamp,
    event: &Event,
    by: PersonId,
) -> Result<OralDisclosureId, StoreError> {
    let oral = OralDisclosureId::new(ids::new_uuid());
    let heard = event
        .recipients
        .iter()
        .filter_map(|recipient| match recipient {
            Recipient::Person(person) => Some(person.to_string()),
            Recipient::Unit(_) | Recipient::RoleInUnit(..) => None,
        });
    diesel::insert_into(oral_disclosure::table)
        .values((
            oral_disclosure::id.eq(Db(oral)),
            oral_disclosure::discussion_id.eq(Db(id)),
            oral_disclosure::disclosed_at.eq(Db(disclosed_at)),
            oral_disclosure::recorded_by.eq(Db(by)),
            oral_disclosure::recorded_at.eq(Db(tx.now)),
            oral_disclosure::categories.eq(Db(event.categories)),
            oral_disclosure::recipients.eq(heard.collect::<Vec<_>>().join(" ")),
        ))
        .execute(tx.conn)?;
    Ok(oral)
}

/// A line of a list of discussions: no identity, no text.
#[derive(Clone, Debug, Queryable)]
pub struct DiscussionLine {
    /// The discussion.
    pub id: DiscussionId,
    /// What it is called.
    pub label: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: DiscussionState,
    /// Its audience.
    pub audience: UnitId,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// Which discussions to list.
#[derive(Clone, Copy, Debug)]
pub enum Listing {
    /// Those put before a unit.
    BeforeUnit(UnitId),
    /// Those of a case.
    OfCase(CaseId),
}

/// Discussions, newest first, from after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn list(
    conn: &mut Conn,
    which: Listing,
    state: Option<DiscussionState>,
    after: Option<(Timestamp, DiscussionId)>,
    limit: i64,
) -> Result<Vec<DiscussionLine>, StoreError> {
    let mut query = discussion::table
        .order((discussion::opened_at.desc(), discussion::id.desc()))
        .select((
            discussion::id,
            discussion::label,
            discussion::purpose,
            discussion::state,
            discussion::audience_unit,
            discussion::opened_at,
        ))
        .limit(limit)
        .into_boxed();
    query = match which {
        Listing::BeforeUnit(unit) => query.filter(discussion::audience_unit.eq(Db(unit))),
        Listing::OfCase(case) => query.filter(discussion::case_id.eq(Db(case))),
    };
    if let Some(state) = state {
        query = query.filter(discussion::state.eq(Db(state)));
    }
    if let Some((at, id)) = after {
        query = query.filter(
            discussion::opened_at.lt(Db(at)).or(discussion::opened_at
                .eq(Db(at))
                .and(discussion::id.lt(Db(id)))),
        );
    }
    Ok(query.load(conn)?)
}

/// When a discussion ended, if it has: what a single-use consent bound to it goes by.
///
/// # Errors
/// When the database does not answer.
pub fn ended_at(conn: &mut Conn, id: DiscussionId) -> Result<Option<Timestamp>, StoreError> {
    let ended = discussion::table
        .find(Db(id))
        .select(discussion::closed_at)
        .first(conn)
        .optional()?;
    Ok(ended.flatten())
}

/// The newest summary of a case: its version and what it draws on.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn newest_summary(conn: &mut Conn, case: CaseId) -> Result<Option<SummaryFacts>, StoreError> {
    let newest: Option<(i32, CategorySet)> = summary::table
        .filter(summary::case_id.eq(Db(case)))
        .order(summary::version.desc())
        .select((summary::version, summary::draws_on))
        .first(conn)
        .optional()?;
    newest
        .map(|(version, drawn)| {
            Ok(SummaryFacts {
                version: super::version(version, "summary")?,
                drawn,
            })
        })
        .transpose()
}
