//! What stands in rows, sorted into lists, and lists into longer ones.

use super::{Come, LEVELS, Level, Pair, ROW, come, corrupt, pair, pairs, rows};
use crate::store::StoreError;
use crate::store::bulk::insert_all;
use crate::store::conn::Conn;
use crate::store::dialect::{Begin, in_transaction};
use crate::store::schema::{log_chain, log_chained, log_whose};
use diesel::dsl::max;
use diesel::prelude::*;

/// How many parts of the level below are sorted together, so that it takes nobody's time for long.
const PARTS: i32 = 4;

#[derive(Insertable)]
#[diesel(table_name = log_chain)]
struct ListRow {
    level: i32,
    part: i32,
    first: i64,
    entries: Vec<u8>,
}

/// Sorts the next entries into lists, if there are enough of them for some. Whether any were sorted, here or by another instance just
/// now. Begins a transaction.
///
/// # Errors
/// When the database does not answer: then nothing was sorted.
pub fn sort(conn: &mut Conn) -> Result<bool, StoreError> {
    sort_by(conn, &LEVELS)
}

pub(super) fn sort_by(conn: &mut Conn, levels: &[Level]) -> Result<bool, StoreError> {
    let last: Option<i64> = log_whose::table.select(max(log_whose::n)).first(conn)?;
    let mut there = last.map_or(0, |n| (n + 1) * ROW);
    let mut shorter = None;
    for (level, come) in levels.iter().zip(come(conn)?.0) {
        if there - come.size >= level.span {
            sort_next(conn, *level, come, shorter)?;
            return Ok(true);
        }
        (there, shorter) = (come.size, Some(*level));
    }
    Ok(false)
}

/// Sorts what comes next on a level, from the lists of the next shorter one, or from rows.
fn sort_next(
    conn: &mut Conn,
    level: Level,
    come: Come,
    shorter: Option<Level>,
) -> Result<(), StoreError> {
    let (pairs, gone) = match shorter {
        None => (pairs_of_rows(conn, level, come)?, None),
        Some(shorter) => {
            let until = (come.part + PARTS).min(shorter.parts());
            let pairs = pairs_of_lists(conn, shorter, (come.part, until), (come.size, level.span))?;
            (pairs, (until < shorter.parts()).then_some(until))
        }
    };
    let goes = match gone {
        Some(part) => Come { part, ..come },
        None => Come {
            size: come.size + level.span,
            part: 0,
        },
    };
    let lists = listed(level, come.size, pairs);
    in_transaction(conn, Begin::Writing, |conn| {
        let moved = diesel::update(log_chained::table.find(level.number))
            .filter(log_chained::size.eq(come.size))
            .filter(log_chained::part.eq(come.part))
            .set((
                log_chained::size.eq(goes.size),
                log_chained::part.eq(goes.part),
            ))
            .execute(conn)?;
        if moved == 1 {
            insert_all!(conn, log_chain::table, lists)?;
        }
        Ok(())
    })
}

fn pairs_of_rows(conn: &mut Conn, level: Level, come: Come) -> Result<Vec<Pair>, StoreError> {
    let whose = rows(conn, come.size, come.size + level.span)?;
    if i64::try_from(whose.len()) != Ok(level.span) {
        return Err(corrupt("fewer rows than there are"));
    }
    let pairs = whose.into_iter().zip(0..);
    Ok(pairs.filter(|(short, _)| *short > 0).collect())
}

/// Those of the lists of `level` in some parts and in the span of that length from `first` on.
fn pairs_of_lists(
    conn: &mut Conn,
    level: Level,
    (part, until): (i32, i32),
    (first, span): (i64, i64),
) -> Result<Vec<Pair>, StoreError> {
    let mut all = Vec::new();
    let lists: Vec<(i64, Vec<u8>)> = log_chain::table
        .filter(log_chain::level.eq(level.number))
        .filter(log_chain::part.ge(part))
        .filter(log_chain::part.lt(until))
        .filter(log_chain::first.ge(first))
        .filter(log_chain::first.lt(first + span))
        .select((log_chain::first, log_chain::entries))
        .load(conn)?;
    for (begins, entries) in lists {
        let before = u32::try_from(begins - first).map_err(|_| corrupt("a span out of range"))?;
        let pairs = pairs(&entries)?.iter().map(|bytes| pair(*bytes));
        all.extend(pairs.map(|(short, offset)| (short, before + offset)));
    }
    Ok(all)
}

/// The lists of these pairs, a part each.
fn listed(level: Level, first: i64, mut pairs: Vec<Pair>) -> Vec<ListRow> {
    pairs.sort_unstable();
    let parts = pairs.chunk_by(|one, other| level.part(one.0) == level.part(other.0));
    parts
        .map(|pairs| ListRow {
            level: level.number,
            part: level.part(pairs[0].0),
            first,
            entries: pairs
                .iter()
                .flat_map(|(short, offset)| [short.to_be_bytes(), offset.to_be_bytes()])
                .flatten()
                .collect(),
        })
        .collect()
}
