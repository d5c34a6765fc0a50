//! Where a moment lies in the log. Time never runs backwards there, and no index is missing, so a moment is
//! an index, and is found by halving; no index of the database is kept for it.

use super::Question;
use crate::store::conn::Conn;
use crate::store::dialect;
use crate::store::schema::log_entry;
use crate::store::{StoreError, load_any};
use diesel::prelude::*;
use jiff::Timestamp;

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
        Some(moment) => first_since(conn, moment, size),
        None => Ok(otherwise),
    };
    let from = index_of(question.from, 0)?;
    let below = index_of(question.until, size)?.min(below);
    Ok((from < below).then_some((from, below)))
}

/// The index of the first entry recorded at `moment` or after it; the size of the log if there is none.
fn first_since(conn: &mut Conn, moment: Timestamp, size: i64) -> Result<i64, StoreError> {
    let millis = moment.as_microsecond().div_euclid(1000);
    let part = i64::from(moment.as_microsecond().rem_euclid(1000) > 0);
    let (mut low, mut high) = (0, size);
    while low < high {
        for (index, recorded) in probed(conn, low, high)? {
            if recorded >= millis + part {
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
