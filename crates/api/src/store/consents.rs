//! Consents (R2): what is stored of them, read and written. Whether one is in force is never
//! stored; the domain derives it at the moment of reading. What changes one takes the permit.

mod rows;

use super::StoreError;
use super::conn::Conn;
use super::schema::{consent, consent_exclusion, consent_grant, discussion};
use super::sql::Db;
use super::unit_of_work::Tx;
use diesel::prelude::*;
use jiff::Timestamp;
use rows::{ConsentRow, ExclusionRow, GrantRow, person_key};
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::Consent;
use samrad_domain::id::{ConsentId, DiscussionId};
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
    let key = person_key(key)?;
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

/// Binds a single-use consent to the discussion that it was first used in. One that is bound, or
/// not for single use, stays as it is.
///
/// # Errors
/// When the database does not answer.
pub fn bind(tx: &mut Tx<'_>, id: ConsentId, to: DiscussionId) -> Result<(), StoreError> {
    diesel::update(consent::table.find(Db(id)))
        .filter(consent::single_use.eq(true))
        .filter(consent::bound_discussion.is_null())
        .set(consent::bound_discussion.eq(Some(Db(to))))
        .execute(tx.conn)?;
    Ok(())
}

/// Consents of their rows, in the rows' order.
fn with_grants(
    conn: &mut Conn,
    rows: Vec<(ConsentRow, Option<Timestamp>)>,
) -> Result<Vec<Consent>, StoreError> {
    let ids: Vec<Db<ConsentId>> = rows.iter().map(|(row, _)| Db(row.id())).collect();
    let grants: Vec<(ConsentId, GrantRow)> = consent_grant::table
        .filter(consent_grant::consent_id.eq_any(ids.clone()))
        .order(consent_grant::ordinal)
        .select((consent_grant::consent_id, GrantRow::as_select()))
        .load(conn)?;
    let exclusions: Vec<(ConsentId, ExclusionRow)> = consent_exclusion::table
        .filter(consent_exclusion::consent_id.eq_any(ids))
        .order(consent_exclusion::ordinal)
        .select((consent_exclusion::consent_id, ExclusionRow::as_select()))
        .load(conn)?;
    let (mut grants, mut exclusions) = (by_consent(grants), by_consent(exclusions));
    rows.into_iter()
        .map(|(row, ended_at)| {
            let granted = grants.remove(&row.id()).unwrap_or_default();
            let kept_out = exclusions.remove(&row.id()).unwrap_or_default();
            row.into_consent(granted, kept_out, ended_at)
        })
        .collect()
}

fn by_consent<T>(rows: Vec<(ConsentId, T)>) -> HashMap<ConsentId, Vec<T>> {
    let mut sorted: HashMap<ConsentId, Vec<T>> = HashMap::new();
    for (id, row) in rows {
        sorted.entry(id).or_default().push(row);
    }
    sorted
}
