//! Which entries of the log are about a record, in lists: the database has no index of records, which come in no order, so
//! that each entry would cost it a page (docs/adr/0013).
//!
//! Whoever fills a tile of the log writes with it a row that tells whose its 256 entries are, by four bytes of each record's id. What stands in such rows is
//! sorted, beside the lanes, into lists by record of some thousand entries, those into lists of a million, and so on: entries never change,
//! so they can be listed at any time, and by anybody. Whoever looks for a record looks through the entries past the last row, the rows past
//! the last lists, and a list of each longer span.
//!
//! Lists only say where to look. That an entry is about the record is judged by the entry.

mod ends;
mod sorted;
#[cfg(test)]
mod tests;
mod walk;

pub use ends::ends;
pub use sorted::sort;
pub use walk::OfRecord;

use super::StoreError;
use super::bulk::bulk_rows;
use super::conn::Conn;
use super::schema::{log_chained, log_entry, log_head, log_whose};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use uuid::Uuid;

/// How many entries a row tells of.
const ROW: i64 = 256;
/// The same, counted in memory.
const WIDTH: usize = 256;
/// How long a short is, in bytes.
const SHORT: usize = 4;

/// What stands in lists of a record's id, which is random: its last four bytes. Zero stands for none, so a record has none of that.
fn short(record: Uuid) -> u32 {
    let [.., a, b, c, d] = record.into_bytes();
    u32::from_be_bytes([a, b, c, d]).max(1)
}

/// Lists of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Level {
    /// Its number, from 1.
    number: i32,
    /// Of how many entries.
    span: i64,
    /// In how many parts a span is kept, as a power of two: by so many of the first bits of a short.
    bits: u32,
}

impl Level {
    /// In which part records of this short stand.
    fn part(self, short: u32) -> i32 {
        // Of at most 31 bits.
        (short >> (u32::BITS - self.bits)).cast_signed()
    }

    const fn parts(self) -> i32 {
        1 << self.bits
    }
}

/// The levels, each of spans of so many of the one below, and with some 64 entries in each part. A log longer than a span of the highest has
/// several of them.
const LEVELS: [Level; 3] = [
    Level {
        number: 1,
        span: 1 << 14,
        bits: 8,
    },
    Level {
        number: 2,
        span: 1 << 20,
        bits: 14,
    },
    Level {
        number: 3,
        span: 1 << 26,
        bits: 20,
    },
];

/// How far a level has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
struct Come {
    /// Below which index it has every span.
    size: i64,
    /// And of the next span every part below this one.
    part: i32,
}

/// How far the levels have come, the shortest spans first, and how many entries there are.
fn come(conn: &mut Conn) -> Result<(Vec<Come>, i64), StoreError> {
    let size = log_head::table.find(1).select(log_head::size);
    let rows: Vec<(Come, Option<i64>)> = log_chained::table
        .order(log_chained::level)
        .select(((log_chained::size, log_chained::part), size.single_value()))
        .load(conn)?;
    let size = rows.first().and_then(|(_, size)| *size);
    let size = size.ok_or(StoreError::Corrupt {
        table: "log_chained",
        what: "no level, or a log without a head",
    })?;
    Ok((rows.into_iter().map(|(come, _)| come).collect(), size))
}

bulk_rows! {
    /// Whose 256 entries are.
    WhoseRow in log_whose as WhoseColumns {
        n: BigInt = i64,
        records: Binary = Vec<u8>,
    }
}

/// The rows that entries about `fresh` records, or about none, fill, where there were `began` entries before.
///
/// # Errors
/// When the database does not answer.
pub(crate) fn filled(
    conn: &mut Conn,
    began: i64,
    fresh: &[Option<Uuid>],
) -> Result<Vec<WhoseRow>, StoreError> {
    let n = began / ROW;
    let begun = usize::try_from(began % ROW).map_err(|_| corrupt("a size below zero"))?;
    if begun + fresh.len() < WIDTH {
        return Ok(Vec::new());
    }
    let before: Vec<Option<Uuid>> = log_entry::table
        .filter(log_entry::idx.ge(n * ROW))
        .filter(log_entry::idx.lt(began))
        .order(log_entry::idx)
        .select(log_entry::subject_id)
        .load(conn)?;
    if before.len() != begun {
        return Err(corrupt("fewer entries than there are"));
    }
    let all: Vec<_> = before.iter().chain(fresh).collect();
    let rows = (n..).zip(all.chunks_exact(WIDTH));
    Ok(rows
        .map(|(n, whose)| WhoseRow {
            n,
            records: whose
                .iter()
                .flat_map(|record| record.map_or(0, short).to_be_bytes())
                .collect(),
        })
        .collect())
}

/// The rows of the entries from index `from`, where one begins, to before `below`, as far as they were written: for each entry a short, or zero.
fn rows(conn: &mut Conn, from: i64, below: i64) -> Result<Vec<u32>, StoreError> {
    let rows: Vec<(i64, Vec<u8>)> = log_whose::table
        .filter(log_whose::n.ge(from / ROW))
        .filter(log_whose::n.le((below - 1) / ROW))
        .order(log_whose::n)
        .select((log_whose::n, log_whose::records))
        .load(conn)?;
    shorts(from / ROW, rows)
}

/// The shorts in rows from row `n` on, one after the other.
fn shorts(n: i64, rows: Vec<(i64, Vec<u8>)>) -> Result<Vec<u32>, StoreError> {
    let mut all = Vec::with_capacity(rows.len() * WIDTH);
    for (wanted, (n, records)) in (n..).zip(rows) {
        let shorts = records.as_chunks::<SHORT>();
        if n != wanted || shorts.0.len() != WIDTH {
            return Err(corrupt("a row that is missing"));
        }
        all.extend(shorts.0.iter().map(|short| u32::from_be_bytes(*short)));
    }
    Ok(all)
}

/// A short and where an entry about one of its records stands in the span: what lists are made of, in this order.
type Pair = (u32, u32);

/// The pairs of a list.
fn pairs(entries: &[u8]) -> Result<&[[u8; 8]], StoreError> {
    match entries.as_chunks() {
        (pairs, []) => Ok(pairs),
        (_, _) => Err(corrupt("half a pair")),
    }
}

fn pair([a, b, c, d, e, f, g, h]: [u8; 8]) -> Pair {
    let (short, offset) = ([a, b, c, d], [e, f, g, h]);
    (u32::from_be_bytes(short), u32::from_be_bytes(offset))
}

/// The indices in a list that begins at `first` of the entries about records of this short, ascending.
fn in_list(entries: &[u8], first: i64, wanted: u32) -> Result<Vec<i64>, StoreError> {
    let pairs = pairs(entries)?;
    let begins = pairs.partition_point(|bytes| pair(*bytes).0 < wanted);
    let those = pairs[begins..].iter().map(|bytes| pair(*bytes));
    let those = those.take_while(|(short, _)| *short == wanted);
    Ok(those.map(|(_, offset)| first + i64::from(offset)).collect())
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "log_whose",
        what,
    }
}
