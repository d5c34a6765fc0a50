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
use super::{StoreError, load_any, person_key};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use rows::{ConsentRow, ExclusionRow, GrantRow};
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::{Consent, State};
use samrad_domain::id::{ConsentId, DiscussionId, GuardianshipId};
use samrad_domain::time::start_of;
use std::collections::HashMap;

/// The consent, and the person key of whom it is about.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn find(conn: &mut Conn, id: ConsentId) -> Result<Option<(Consent, PersonKey)>, StoreError> {
    let row = consent::table
        .left_join(discussion::table.on(consent::bound_discussion.eq(discussion::id.nullable())))
        .filter(consent::id.eq(Db(id)))
        .select((
            ConsentRow::as_select(),
            consent::person_key,
            discussion::closed_at.nullable(),
        ))
        .first::<(ConsentRow, Vec<u8>, Option<Timestamp>)>(conn)
        .optional()?;
    let Some((row, key, ended_at)) = row else {
        return Ok(None);
    };
    let key = person_key(&key, "consent")?;
    let consent = with_grants(conn, vec![(row, ended_at)])?.pop();
    Ok(consent.map(|consent| (consent, key)))
}

/// Every consent of a person, in every state, whichever compartment drafted it; oldest first.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn of_person(conn: &mut Conn, key: &PersonKey) -> Result<Vec<Consent>, StoreError> {
    let rows = consent::table
        .left_join(discussion::table.on(consent::bound_discussion.eq(discussion::id.nullable())))
        .filter(consent::person_key.eq(key.bytes().as_slice()))
        .order((consent::drafted_at, consent::id))
        .select((ConsentRow::as_select(), discussion::closed_at.nullable()))
        .load::<(ConsentRow, Option<Timestamp>)>(conn)?;
    with_grants(conn, rows)
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
    let found: Vec<(Vec<u8>, ConsentRow, Option<Timestamp>)> = load_any!(
        conn,
        consent::table
            .left_join(
                discussion::table.on(consent::bound_discussion.eq(discussion::id.nullable()))
            )
            .filter(consent::person_key.eq_any(asked.clone()))
            .order((consent::drafted_at, consent::id))
            .select((
                consent::person_key,
                ConsentRow::as_select(),
                discussion::closed_at.nullable()
            ))
    )?;
    let (mut persons, mut rows) = (Vec::new(), Vec::new());
    for (key, row, ended_at) in found {
        persons.push(person_key(&key, "consent")?);
        rows.push((row, ended_at));
    }
    let mut sorted: HashMap<PersonKey, Vec<Consent>> = HashMap::new();
    for (person, consent) in persons.into_iter().zip(with_grants(conn, rows)?) {
        sorted.entry(person).or_default().push(consent);
    }
    Ok(sorted)
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

/// Consents of their rows, in the rows' order.
fn with_grants(
    conn: &mut Conn,
    rows: Vec<(ConsentRow, Option<Timestamp>)>,
) -> Result<Vec<Consent>, StoreError> {
    let ids: Vec<Db<ConsentId>> = rows.iter().map(|(row, _)| Db(row.id())).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let grants: Vec<(ConsentId, GrantRow)> = load_any!(
        conn,
        consent_grant::table
            .filter(consent_grant::consent_id.eq_any(ids.clone()))
            .order(consent_grant::ordinal)
            .select((consent_grant::consent_id, GrantRow::as_select()))
    )?;
    let exclusions: Vec<(ConsentId, ExclusionRow)> = load_any!(
        conn,
        consent_exclusion::table
            .filter(consent_exclusion::consent_id.eq_any(ids.clone()))
            .order(consent_exclusion::ordinal)
            .select((consent_exclusion::consent_id, ExclusionRow::as_select()))
    )?;
    let ends = authority_ends(conn, &rows)?;
    let (mut grants, mut exclusions) = (by_consent(grants), by_consent(exclusions));
    rows.into_iter()
        .map(|(row, ended_at)| {
            let granted = grants.remove(&row.id()).unwrap_or_default();
            let kept_out = exclusions.remove(&row.id()).unwrap_or_default();
            let mut consent = row.into_consent(granted, kept_out, ended_at)?;
            lapse(&mut consent, &ends);
            Ok(consent)
        })
        .collect()
}

/// When the guardianships that consents rest on end, those that do. A consent lapses with the
/// authority it was given on, whenever that was ended in the record.
fn authority_ends(
    conn: &mut Conn,
    rows: &[(ConsentRow, Option<Timestamp>)],
) -> Result<HashMap<GuardianshipId, Timestamp>, StoreError> {
    let mut ids = Vec::new();
    for (row, _) in rows {
        ids.extend(row.guardianships()?.into_iter().map(Db));
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

fn by_consent<T>(rows: Vec<(ConsentId, T)>) -> HashMap<ConsentId, Vec<T>> {
    let mut sorted: HashMap<ConsentId, Vec<T>> = HashMap::new();
    for (id, row) in rows {
        sorted.entry(id).or_default().push(row);
    }
    sorted
}
