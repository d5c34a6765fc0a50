//! The log's tree in the database: full tiles are stored once, and never change; the partial ones at
//! the right edge follow from the entries and from the roots of the tiles below.

use crate::ids;
use crate::store::bulk::bulk_rows;
use crate::store::conn::Conn;
use crate::store::dialect::Head;
use crate::store::schema::{log_entry, log_tile};
use crate::store::sql::Db;
use crate::store::{StoreError, log_query};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer};
use samrad_domain::id::EventId;
use samrad_ledger::entry::Leaf;
use samrad_ledger::frontier::Frontier;
use samrad_ledger::tile::{TileAt, Tiles};
use samrad_ledger::tree::Hash;
use std::cell::RefCell;

/// Hashes in a full tile.
const WIDTH: u64 = 256;

/// The right edge of the tree, as the head of the log has it.
///
/// # Errors
/// When it is none.
pub fn frontier(head: &Head) -> Result<Frontier, StoreError> {
    let size = u64::try_from(head.size).map_err(|_| corrupt("a size below zero"))?;
    Frontier::of(size, hashes(&head.frontier)?).map_err(|_| corrupt("a frontier of another size"))
}

bulk_rows! {
    /// A full tile, and the root of what stands under it.
    TileRow in log_tile as TileColumns {
        level: Integer = i32,
        n: BigInt = i64,
        root: Binary = Vec<u8>,
        hashes: Binary = Vec<u8>,
    }
}

/// The tiles that `fresh` leaves fill, where there were `began` entries before.
///
/// # Errors
/// When the database does not answer.
pub(super) fn filled(
    conn: &mut Conn,
    began: u64,
    fresh: &[Hash],
) -> Result<Vec<TileRow>, StoreError> {
    let mut tiles = Vec::new();
    let (mut level, mut before, mut new) = (0_u8, began, fresh.to_vec());
    while (before % WIDTH) + new.len() as u64 >= WIDTH {
        let start = before - before % WIDTH;
        let mut all = read(conn, level, start, before)?;
        all.append(&mut new);
        let full = all.len() - all.len() % 256;
        let mut roots = Vec::new();
        for (n, tile) in (start / WIDTH..).zip(all[..full].chunks_exact(256)) {
            let root = root(tile);
            roots.push(root);
            tiles.push(TileRow {
                level: i32::from(level),
                n: signed(n)?,
                root: root.to_vec(),
                hashes: tile.concat(),
            });
        }
        (level, before, new) = (level + 1, start / WIDTH, roots);
    }
    Ok(tiles)
}

fn root(tile: &[Hash]) -> Hash {
    let mut below = Frontier::new();
    for hash in tile {
        below.append(*hash);
    }
    below.root()
}

/// The hashes from `from` to before `until` of a level: leaves of entries, or roots of full tiles.
fn read(conn: &mut Conn, level: u8, from: u64, until: u64) -> Result<Vec<Hash>, StoreError> {
    if from == until {
        return Ok(Vec::new());
    }
    let (first, end) = (signed(from)?, signed(until)?);
    let found = match level.checked_sub(1) {
        None => leaves(conn, first, end)?
            .iter()
            .map(Leaf::hash)
            .collect::<Vec<_>>(),
        Some(below) => log_tile::table
            .filter(log_tile::level.eq(i32::from(below)))
            .filter(log_tile::n.ge(first))
            .filter(log_tile::n.lt(end))
            .order(log_tile::n)
            .select(log_tile::root)
            .load::<Vec<u8>>(conn)?
            .iter()
            .map(|root| hash(root))
            .collect::<Result<_, _>>()?,
    };
    if found.len() as u64 != until - from {
        return Err(corrupt("fewer hashes than there are entries"));
    }
    Ok(found)
}

/// The leaves of the entries from `first` to before `end`.
///
/// # Errors
/// When the database does not answer, or an entry is none.
pub fn leaves(conn: &mut Conn, first: i64, end: i64) -> Result<Vec<Leaf>, StoreError> {
    let rows: Vec<LeafRow> = log_entry::table
        .filter(log_entry::idx.ge(first))
        .filter(log_entry::idx.lt(end))
        .order(log_entry::idx)
        .select(LeafRow::as_select())
        .load(conn)?;
    (first..)
        .zip(rows)
        .map(|(index, row)| {
            if row.idx != index {
                return Err(corrupt("an index that is missing"));
            }
            row.leaf()
        })
        .collect()
}

/// The index and the leaf of the entry of this id: it stands where its id says, or, in a log that began when ids carried no index, among those of
/// the millisecond that it tells.
///
/// # Errors
/// When the database does not answer, or the entry is none.
pub fn leaf_of(conn: &mut Conn, event: EventId) -> Result<Option<(i64, Leaf)>, StoreError> {
    let carried = signed(ids::index_in(event.uuid()))?;
    let row = match row_of(conn, event, (carried, carried + 1))? {
        Some(row) => Some(row),
        None if carries_its_index(conn, 0)? => None,
        None => match log_query::within_millisecond_of(conn, event)? {
            Some(range) if !carries_its_index(conn, range.0)? => row_of(conn, event, range)?,
            Some(_) | None => None,
        },
    };
    row.map(|row| Ok((row.idx, row.leaf()?))).transpose()
}

/// Whether the id of the entry at `index` carries it, as do those of all behind it then; also where there is none.
fn carries_its_index(conn: &mut Conn, index: i64) -> Result<bool, StoreError> {
    let id: Option<EventId> = log_entry::table
        .find(index)
        .select(log_entry::event_id)
        .first(conn)
        .optional()?;
    Ok(id.is_none_or(|id| ids::index_in(id.uuid()) == index.cast_unsigned()))
}

/// The entry of this id among those from an index to before another.
fn row_of(
    conn: &mut Conn,
    event: EventId,
    (from, below): (i64, i64),
) -> QueryResult<Option<LeafRow>> {
    log_entry::table
        .filter(log_entry::idx.ge(from))
        .filter(log_entry::idx.lt(below))
        .filter(log_entry::event_id.eq(Db(event)))
        .select(LeafRow::as_select())
        .first(conn)
        .optional()
}

/// What an entry's leaf is made of, and its index.
#[derive(Queryable, Selectable)]
#[diesel(table_name = log_entry)]
pub(crate) struct LeafRow {
    pub(crate) idx: i64,
    pub(crate) event_id: EventId,
    pub(crate) recorded_ms: i64,
    commitment: Vec<u8>,
}

impl LeafRow {
    /// The leaf.
    pub(crate) fn leaf(&self) -> Result<Leaf, StoreError> {
        Ok(Leaf {
            event: *self.event_id.uuid().as_bytes(),
            recorded_ms: self.recorded_ms,
            commitment: hash(&self.commitment)?,
        })
    }
}

/// The tree as proofs read it: what it has once it has for ever, whenever it is read.
pub struct Stored<'a>(RefCell<&'a mut Conn>);

impl<'a> Stored<'a> {
    /// The tree that `conn` sees.
    #[must_use]
    pub const fn on(conn: &'a mut Conn) -> Self {
        Self(RefCell::new(conn))
    }
}

impl Tiles for Stored<'_> {
    type Error = StoreError;

    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, StoreError> {
        let conn = &mut **self.0.borrow_mut();
        if u64::from(at.width) < WIDTH {
            let start = at.index * WIDTH;
            return read(conn, at.level, start, start + u64::from(at.width));
        }
        let stored: Vec<u8> = log_tile::table
            .find((i32::from(at.level), signed(at.index)?))
            .select(log_tile::hashes)
            .first(conn)?;
        hashes(&stored)
    }
}

fn hashes(bytes: &[u8]) -> Result<Vec<Hash>, StoreError> {
    bytes.chunks(32).map(hash).collect()
}

fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::try_from(bytes).map_err(|_| corrupt("a hash of another length"))
}

fn signed(n: u64) -> Result<i64, StoreError> {
    i64::try_from(n).map_err(|_| corrupt("more entries than can be counted"))
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "log_tile",
        what,
    }
}
