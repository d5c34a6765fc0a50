//! Where a moment lies in the log. Time never runs backwards there, and no index is missing, so a moment is
//! an index, and is found by halving; no index of the database is kept for it.

use super::Question;
use crate::ids;
use crate::store::conn::Conn;
use crate::store::dialect;
use crate::store::schema::log_entry;
use crate::store::{StoreError, load_any};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::id::EventId;

/// How many entries are looked at together: ten million are searched in four steps.
const PROBES: i64 = 64;

/// The indices, from and below, between which the moments of the question lie; nothing if no entry
/// does.
pub(super) fn between(
    conn: &mut Conn,
    question: &Question,
    below: i64,
) -> Result<Option<(i64, i64)>, StoreError> {
    if question.from.is_none() && question.until.is_none() {
        return Ok((below > 0).then_some((0, below)));
    }
    let size = dialect::read_head(conn)?.size;
    let mut index_of = |moment: Option<Timestamp>, otherwise| match moment {
        Some(moment) => first_since(conn, millis_from(moment), size),
        None => Ok(otherwise),
    };
    let from = index_of(question.from, 0)?;
    let below = index_of(question.until, size)?.min(below);
    Ok((from < below).then_some((from, below)))
}

/// The indices, from and below, of the entries recorded in the millisecond that an id tells; nothing if it tells none.
///
/// # Errors
/// When the database does not answer.
pub(crate) fn within_millisecond_of(
    conn: &mut Conn,
    event: EventId,
) -> Result<Option<(i64, i64)>, StoreError> {
    let Some(millis) = ids::millis_in(event.uuid()) else {
        return Ok(None);
    };
    let size = dialect::read_head(conn)?.size;
    let from = first_since(conn, millis, size)?;
    Ok(Some((from, first_since(conn, millis + 1, size)?)))
}

/// The first millisecond that does not begin before `moment`.
fn millis_from(moment: Timestamp) -> i64 {
    (moment.as_microsecond() + 999).div_euclid(1000)
}

/// The index of the first entry recorded in the millisecond `millis` or after it; the size of the log if there is none.
fn first_since(conn: &mut Conn, millis: i64, size: i64) -> Result<i64, StoreError> {
    let (mut low, mut high) = (0, size);
    while low < high {
        for (index, recorded) in probed(conn, low, high)? {
            if recorded >= millis {
                high = index;
                break;
            }
            low = index + 1;
        }
    }
    Ok(low)
}

/// Some of the entries from `low` to before `high`, evenly spaced, the first among them.
fn probed(conn: &mut Conn, low: i64, high: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    let step = (high - low).div_euclid(PROBES).max(1);
    let places: Vec<i64> = (0..PROBES)
        .map(|n| low + n * step)
        .take_while(|place| *place < high)
        .collect();
    let found: Vec<(i64, i64)> = load_any!(
        conn,
        log_entry::table
            .filter(log_entry::idx.eq_any(places.clone()))
            .order(log_entry::idx)
            .select((log_entry::idx, log_entry::recorded_ms))
    )?;
    if found.len() == places.len() {
        Ok(found)
    } else {
        Err(StoreError::Corrupt {
            table: "log_entry",
            what: "an index that is missing",
        })
    }
}
