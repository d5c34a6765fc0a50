//! What an organisation is told of an entry that tells of another's: outsiders address discussions,
//! never cases; whose a discussion is they know once it was disclosed, and not before; and who
//! else was told is not theirs to know.

use super::entries::Entry;
use crate::log::body::{Body, Heard};
use crate::store::conn::Conn;
use crate::store::schema::log_recipient;
use crate::store::sql::Db;
use crate::store::{StoreError, load_any};
use diesel::prelude::*;
use samrad_domain::event::Outcome;
use samrad_domain::id::OrganisationId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The same entries, as far as `organisation` may know them.
pub(super) fn trimmed(
    conn: &mut Conn,
    organisation: OrganisationId,
    mut entries: Vec<Entry>,
) -> Result<Vec<Entry>, StoreError> {
    let others: Vec<i64> = entries
        .iter()
        .filter(|entry| entry.owner != Some(organisation))
        .map(|entry| entry.index)
        .collect();
    if others.is_empty() {
        return Ok(entries);
    }
    let told: Vec<(i64, Option<Uuid>, Option<Uuid>)> = load_any!(
        conn,
        log_recipient::table
            .filter(log_recipient::idx.eq_any(others))
            .filter(log_recipient::organisation_id.eq(Db(organisation)))
            .select((
                log_recipient::idx,
                log_recipient::unit_id,
                log_recipient::person_id,
            ))
    )?;
    let told: BTreeSet<(i64, Uuid)> = told
        .into_iter()
        .flat_map(|(index, unit, person)| [unit, person].map(|id| (index, id)))
        .filter_map(|(index, id)| Some((index, id?)))
        .collect();
    for entry in &mut entries {
        let (index, outcome) = (entry.index, entry.outcome);
        let actor = entry.actor_heard;
        if let Some(body) = &mut entry.body
            && entry.owner != Some(organisation)
        {
            trim(body, outcome, |heard| {
                actor == Some((organisation, heard.id)) || told.contains(&(index, heard.id))
            });
        }
    }
    Ok(entries)
}

fn trim(body: &mut Body, outcome: Outcome, is_own: impl Fn(&Heard) -> bool) {
    if outcome != Outcome::Disclosed {
        body.patient = None;
    }
    if outcome == Outcome::Refused {
        // What was refused may never have been: its entry tells no more than that.
        body.source = None;
        body.unit = None;
        body.purpose = None;
        body.reason = None;
    }
    body.case = None;
    body.participation = None;
    body.note = None;
    body.person = None;
    body.recipients.retain(is_own);
}
