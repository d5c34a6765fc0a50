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
use std::collections::{BTreeMap, HashMap};

/// The consents that a filter finds, oldest first, as [`Pair`]s.
macro_rules! pairs_where {
    ($conn:expr, $found:expr) => {
        load_any!(
            $conn,
            consent::table
                .left_join(
                    discussion::table.on(consent::bound_discussion.eq(discussion::id.nullable()))
                )
                .left_join(consent_grant::table)
                .left_join(consent_exclusion::table)
                .filter($found)
                .order((consent::drafted_at, consent::id))
                .select((
                    consent::person_key,
                    ConsentRow::as_select(),
                    discussion::closed_at.nullable(),
                    Option::<GrantRow>::as_select(),
                    Option::<ExclusionRow>::as_select(),
                ))
        )?
    };
}

/// The consent, and the person key of whom it is about.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn find(conn: &mut Conn, id: ConsentId) -> Result<Option<(Consent, PersonKey)>, StoreError> {
    let pairs = pairs_where!(conn, consent::id.eq(Db(id)));
    let (key, consent) = match consents_of(conn, pairs)?.pop() {
        Some(found) => found,
        None => return Ok(None),
    };
    Ok(Some((consent, key)))
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
    let pairs = pairs_where!(conn, consent::person_key.eq_any(asked.clone()));
    let mut sorted: HashMap<PersonKey, Vec<Consent>> = HashMap::new();
    for (person, consent) in consents_of(conn, pairs)? {
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

/// A consent, whose it is and when the discussion that it is bound to ended, with one of its grants and one
/// of its exclusions: so one statement asks for all.
#[derive(Queryable)]
struct Pair {
    person_key: Vec<u8>,
    consent: ConsentRow,
    discussion_ended: Option<Timestamp>,
    grant: Option<GrantRow>,
    exclusion: Option<ExclusionRow>,
}

/// The same, gathered.
struct Gathered {
    person_key: Vec<u8>,
    consent: ConsentRow,
    discussion_ended: Option<Timestamp>,
    grants: BTreeMap<i32, GrantRow>,
    exclusions: BTreeMap<i32, ExclusionRow>,
}

/// Gathers the pairs of each consent, which follow one another.
fn gather(pairs: Vec<Pair>) -> Vec<Gathered> {
    let mut all: Vec<Gathered> = Vec::new();
    for pair in pairs {
        let of_last = all.pop_if(|last| last.consent.id() == pair.consent.id());
        let mut consent = of_last.unwrap_or_else(|| Gathered {
            person_key: pair.person_key,
            consent: pair.consent,
            discussion_ended: pair.discussion_ended,
            grants: BTreeMap::new(),
            exclusions: BTreeMap::new(),
        });
        consent.grants.extend(pair.grant.map(|g| (g.ordinal, g)));
        let exclusion = pair.exclusion.map(|e| (e.ordinal, e));
        consent.exclusions.extend(exclusion);
        all.push(consent);
    }
    all
}

/// Consents and whose they are, in the pairs' order.
fn consents_of(conn: &mut Conn, pairs: Vec<Pair>) -> Result<Vec<(PersonKey, Consent)>, StoreError> {
    let gathered = gather(pairs);
    let ends = authority_ends(conn, &gathered)?;
    let consents = gathered.into_iter().map(|g| {
        let person = person_key(&g.person_key, "consent")?;
        let (grants, exclusions) = (g.grants.into_values(), g.exclusions.into_values());
        let mut consent = g
            .consent
            .into_consent(grants, exclusions, g.discussion_ended)?;
        lapse(&mut consent, &ends);
        Ok((person, consent))
    });
    consents.collect()
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
