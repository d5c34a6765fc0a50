//! Consents (R2): what is stored of them, read and written. Whether one is in force is never
//! stored; the domain derives it at the moment of reading. What changes one takes the permit.

mod columns;
mod evidence;
mod history;
mod reach;
mod rows;
pub mod sources;
mod write;

pub use evidence::{Evidence, evidence};
pub use history::{Act, Approval, By, Line, approvals, history};
pub use reach::{Known, dependants, reached};
pub use write::{Recorder, approve, draft, grant, narrow, refuse, renew, withdraw};

use super::conn::Conn;
use super::schema::{consent, consent_exclusion, consent_grant, discussion, guardianship};
use super::sql::Db;
use super::unit_of_work::Tx;
use super::{StoreError, grouped, load_any, person_key};
use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use rows::{ConsentRow, ExclusionRow, GrantRow};
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::{Consent, State};
use samrad_domain::id::{ConsentId, DiscussionId, GuardianshipId};
use samrad_domain::time::start_of;
use std::collections::HashMap;

/// The consents that a filter finds, oldest first, each as often as it has grants.
macro_rules! granted_where {
    ($conn:expr, $found:expr) => {
        load_any!(
            $conn,
            consent::table
                .left_join(
                    discussion::table.on(consent::bound_discussion.eq(discussion::id.nullable()))
                )
                .left_join(consent_grant::table)
                .filter($found)
                .order((consent::drafted_at, consent::id, consent_grant::ordinal))
                .select((
                    consent::person_key,
                    ConsentRow::as_select(),
                    discussion::closed_at.nullable(),
                    exists(
                        consent_exclusion::table
                            .filter(consent_exclusion::consent_id.eq(consent::id))
                    ),
                    Option::<GrantRow>::as_select(),
                ))
        )
    };
}

/// The consent, and the person key of whom it is about.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn find(conn: &mut Conn, id: ConsentId) -> Result<Option<(Consent, PersonKey)>, StoreError> {
    let granted = granted_where!(conn, consent::id.eq(Db(id)))?;
    let found = consents_of(conn, granted)?.pop();
    Ok(found.map(|(key, consent)| (consent, key)))
}

/// Every consent of a person, in every state, whichever compartment drafted it; oldest first.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn of_person(conn: &mut Conn, key: &PersonKey) -> Result<Vec<Consent>, StoreError> {
    Ok(of_persons(conn, &[*key])?.remove(key).unwrap_or_default())
}

/// Every consent of each of these persons, as [`of_person`] gives them.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub(super) fn of_persons(
    conn: &mut Conn,
    keys: &[PersonKey],
) -> Result<HashMap<PersonKey, Vec<Consent>>, StoreError> {
    let asked: Vec<Vec<u8>> = keys.iter().map(|key| key.bytes().to_vec()).collect();
    let granted = granted_where!(conn, consent::person_key.eq_any(asked))?;
    Ok(grouped(consents_of(conn, granted)?))
}

/// Binds a single-use consent to the discussion that it was first used in. One that is bound, or
/// not for single use, stays as it is.
///
/// # Errors
/// When the database does not answer.
pub fn bind(conn: &mut Conn, id: ConsentId, to: DiscussionId) -> Result<(), StoreError> {
    diesel::update(consent::table.find(Db(id)))
        .filter(consent::single_use.eq(true))
        .filter(consent::bound_discussion.is_null())
        .set(consent::bound_discussion.eq(Some(Db(to))))
        .execute(conn)?;
    Ok(())
}

/// The same, when the unit of work is through: for what may be a reading.
pub fn bind_later(tx: &mut Tx<'_>, id: ConsentId, to: DiscussionId) {
    tx.ahead.bind(id, to);
    tx.later.used(id, to);
}

/// A consent, whose it is, when the discussion that it is bound to ended and whether it keeps anybody out, with
/// one of its grants: so one statement asks for all. Whom it keeps out is asked for apart, lest there be a row for
/// each pair of the two; few consents do.
#[derive(Queryable)]
struct Granted {
    person_key: Vec<u8>,
    consent: ConsentRow,
    discussion_ended: Option<Timestamp>,
    keeps_out: bool,
    grant: Option<GrantRow>,
}

/// The same, with all of its grants.
struct Gathered {
    person_key: Vec<u8>,
    consent: ConsentRow,
    discussion_ended: Option<Timestamp>,
    keeps_out: bool,
    grants: Vec<GrantRow>,
}

/// Gathers the rows of each consent, which follow one another.
fn gather(rows: Vec<Granted>) -> Vec<Gathered> {
    let mut all: Vec<Gathered> = Vec::new();
    for row in rows {
        match all.last_mut() {
            Some(last) if last.consent.id() == row.consent.id() => last.grants.extend(row.grant),
            Some(_) | None => all.push(Gathered {
                person_key: row.person_key,
                consent: row.consent,
                discussion_ended: row.discussion_ended,
                keeps_out: row.keeps_out,
                grants: row.grant.into_iter().collect(),
            }),
        }
    }
    all
}

/// Consents and whose they are, in the rows' order.
fn consents_of(
    conn: &mut Conn,
    rows: Vec<Granted>,
) -> Result<Vec<(PersonKey, Consent)>, StoreError> {
    let gathered = gather(rows);
    let mut kept_out = exclusions(conn, &gathered)?;
    let ends = authority_ends(conn, &gathered)?;
    let consents = gathered.into_iter().map(|found| {
        let person = person_key(&found.person_key, "consent")?;
        let kept_out = kept_out.remove(&found.consent.id()).unwrap_or_default();
        let mut consent =
            found
                .consent
                .into_consent(found.grants, kept_out, found.discussion_ended)?;
        lapse(&mut consent, &ends);
        Ok((person, consent))
    });
    consents.collect()
}

/// Whom consents keep out, in the order told.
fn exclusions(
    conn: &mut Conn,
    consents: &[Gathered],
) -> Result<HashMap<ConsentId, Vec<ExclusionRow>>, StoreError> {
    let keeping = consents.iter().filter(|g| g.keeps_out);
    let ids: Vec<Db<ConsentId>> = keeping.map(|g| Db(g.consent.id())).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(ConsentId, ExclusionRow)> = load_any!(
        conn,
        consent_exclusion::table
            .filter(consent_exclusion::consent_id.eq_any(ids))
            .order(consent_exclusion::ordinal)
            .select((consent_exclusion::consent_id, ExclusionRow::as_select()))
    )?;
    Ok(grouped(rows))
}

/// When the guardianships that consents rest on end, those that do. A consent lapses with the
/// authority it was given on, whenever that was ended in the record.
fn authority_ends(
    conn: &mut Conn,
    consents: &[Gathered],
) -> Result<HashMap<GuardianshipId, Timestamp>, StoreError> {
    let mut ids = Vec::new();
    for gathered in consents {
        ids.extend(gathered.consent.guardianships()?.into_iter().map(Db));
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(GuardianshipId, Option<Date>, Option<Timestamp>)> = guardianship::table
        .filter(guardianship::id.eq_any(ids))
        .select((
            guardianship::id,
            guardianship::valid_until,
            guardianship::ended_at,
        ))
        .load(conn)?;
    let ends = rows.into_iter().filter_map(|(id, last_day, ended_at)| {
        let day_after = last_day.map(|day| day.tomorrow().map_or(Timestamp::MAX, start_of));
        let end = day_after.into_iter().chain(ended_at).min();
        end.map(|end| (id, end))
    });
    Ok(ends.collect())
}

fn lapse(consent: &mut Consent, ends: &HashMap<GuardianshipId, Timestamp>) {
    let known = consent.guardianships.iter().filter_map(|id| ends.get(id));
    if let (State::Active(was), Some(end)) = (&mut consent.state, known.min()) {
        was.lapses_at = Some(was.lapses_at.map_or(*end, |lapse| lapse.min(*end)));
    }
}
