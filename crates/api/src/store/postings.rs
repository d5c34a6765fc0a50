//! Which entries an organisation takes part in, and which a person or client wrote, in lists of their
//! indices: a row a party for some thousand entries, where an index of the database would take an insertion a column and entry.
//!
//! A list is written when there are enough entries, beside the lanes: entries never change, so they can
//! be listed at any time. What is not listed yet is at the end of the log, and whoever searches looks through it
//! row by row. A list only says where to look; whether an entry is asked for is judged by the entry.

use super::StoreError;
use super::bulk::insert_all;
use super::conn::Conn;
use super::dialect::{Begin, in_transaction, read_head};
use super::schema::{log_entry, log_posted, log_posting, log_recipient};
use super::sql::Db;
use super::walk::Walk;
use diesel::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use uuid::Uuid;

/// How many entries wait before they are listed.
pub const ENOUGH: i64 = 4096;
/// How many are listed together at most: an offset has two bytes.
const MOST: i64 = 16_384;
/// How many lists are fetched together.
const LISTS: i64 = 4;

#[derive(Insertable)]
#[diesel(table_name = log_posting)]
struct PostingRow {
    party: Db<Uuid>,
    first: i64,
    offsets: Vec<u8>,
}

/// Below which index entries are in lists.
///
/// # Errors
/// When the database does not answer.
pub fn posted(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(log_posted::table
        .find(1)
        .select(log_posted::size)
        .first(conn)?)
}

/// Lists the next entries, if there are `enough` of them. Whether they were listed, here or by another instance just
/// now. Begins a transaction.
///
/// # Errors
/// When the database does not answer: then nothing was listed.
pub fn post(conn: &mut Conn, enough: i64) -> Result<bool, StoreError> {
    let first = posted(conn)?;
    let size = read_head(conn)?.size;
    if size - first < enough.max(1) {
        return Ok(false);
    }
    let below = size.min(first + MOST);
    let lists = listed(conn, first, below)?;
    let rows: Vec<PostingRow> = lists
        .into_iter()
        .map(|(party, offsets)| PostingRow {
            party: Db(party),
            first,
            offsets,
        })
        .collect();
    in_transaction(conn, Begin::Writing, |conn| {
        let moved = diesel::update(log_posted::table.find(1))
            .filter(log_posted::size.eq(first))
            .set(log_posted::size.eq(below))
            .execute(conn)?;
        if moved == 1 {
            insert_all!(conn, log_posting::table, rows)?;
        }
        Ok(true)
    })
}

/// The offsets from `first` of the entries of each party, up to `below`.
fn listed(conn: &mut Conn, first: i64, below: i64) -> Result<BTreeMap<Uuid, Vec<u8>>, StoreError> {
    type Parties = (i64, Option<Uuid>, Option<Uuid>, Option<Uuid>);
    let entries: Vec<Parties> = log_entry::table
        .filter(log_entry::idx.ge(first))
        .filter(log_entry::idx.lt(below))
        .select((
            log_entry::idx,
            log_entry::actor_id,
            log_entry::actor_organisation,
            log_entry::source_organisation,
        ))
        .load(conn)?;
    let heard: Vec<(i64, Uuid)> = log_recipient::table
        .filter(log_recipient::idx.ge(first))
        .filter(log_recipient::idx.lt(below))
        .select((log_recipient::idx, log_recipient::organisation_id))
        .load(conn)?;
    let named = entries
        .into_iter()
        .flat_map(|(index, actor, acting, source)| [actor, acting, source].map(|id| (id, index)))
        .filter_map(|(id, index)| Some((id?, index)));
    let heard = heard.into_iter().map(|(index, id)| (id, index));
    let mut all: Vec<(Uuid, i64)> = named.chain(heard).collect();
    all.sort_unstable();
    all.dedup();
    let mut lists: BTreeMap<Uuid, Vec<u8>> = BTreeMap::new();
    for (party, index) in all {
        let offset = u16::try_from(index - first).map_err(|_| corrupt("an entry out of range"))?;
        let list = lists.entry(party).or_default();
        list.extend(offset.to_be_bytes());
    }
    Ok(lists)
}

/// A walk through the lists of one party, from the newest entry back.
#[derive(Debug)]
pub struct OfParty {
    party: Uuid,
    /// From which index on, and below which, entries are wanted.
    range: (i64, i64),
    /// Below which index lists begin that were not fetched; none once all were.
    lists_below: Option<i64>,
    fetched: VecDeque<i64>,
}

impl OfParty {
    /// Through the entries of `party` from one index on and below another.
    #[must_use]
    pub const fn of(party: Uuid, range: (i64, i64)) -> Self {
        Self {
            party,
            range,
            lists_below: Some(range.1),
            fetched: VecDeque::new(),
        }
    }

    fn fetch(&mut self, conn: &mut Conn, lists_below: i64) -> Result<(), StoreError> {
        let lists: Vec<(i64, Vec<u8>)> = log_posting::table
            .filter(log_posting::party.eq(Db(self.party)))
            .filter(log_posting::first.lt(lists_below))
            .order(log_posting::first.desc())
            .limit(LISTS)
            .select((log_posting::first, log_posting::offsets))
            .load(conn)?;
        let (from, below) = self.range;
        // What a list that begins no later holds was wanted, and nothing before it.
        self.lists_below = lists
            .last()
            .map(|(first, _)| *first)
            .filter(|first| *first > from);
        for (first, offsets) in lists {
            let offsets = offsets.as_chunks::<2>();
            if !offsets.1.is_empty() {
                return Err(corrupt("half an offset"));
            }
            let indices = offsets.0.iter().rev();
            let indices = indices.map(|offset| first + i64::from(u16::from_be_bytes(*offset)));
            self.fetched
                .extend(indices.filter(|index| (from..below).contains(index)));
        }
        Ok(())
    }
}

impl Walk for OfParty {
    fn next(&mut self, conn: &mut Conn, count: usize) -> Result<Vec<i64>, StoreError> {
        while self.fetched.len() < count
            && let Some(below) = self.lists_below
        {
            self.fetch(conn, below)?;
        }
        let count = count.min(self.fetched.len());
        Ok(self.fetched.drain(..count).collect())
    }
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "log_posting",
        what,
    }
}

#[cfg(test)]
mod tests;
