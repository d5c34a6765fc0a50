//! The tree's full tiles, as they fill.

use std::error::Error;

use samrad_api::log::tree;
use samrad_api::store::conn::Conn;
use samrad_ledger::entry::Leaf;
use samrad_ledger::tree::{Hash, root_over};

use crate::seed::table::{Cell, Table, read};

/// Hashes in a full tile.
const WIDTH: i64 = 256;
/// More levels than a log will have.
const LEVELS: usize = 8;

/// The tiles at the right edge, level by level, and those that have filled.
pub struct Tiles {
    /// The hashes of the partial tile of each level, and which tile it is.
    edge: Vec<(Vec<Hash>, i64)>,
    full: Table,
}

impl Tiles {
    /// Those of a log of so many entries.
    pub fn read(conn: &mut Conn, size: i64) -> Result<Self, Box<dyn Error>> {
        let full = read(conn, "log_tile", " WHERE n < 0")?;
        let mut edge = Vec::new();
        let (mut start, mut end) = (size - size % WIDTH, size);
        let leaves = tree::leaves(conn, start, end)?;
        edge.push((leaves.iter().map(Leaf::hash).collect(), start / WIDTH));
        for below in 0..LEVELS - 1 {
            end = start / WIDTH;
            start = end - end % WIDTH;
            edge.push((roots(conn, below, start, end)?, start / WIDTH));
        }
        Ok(Self { edge, full })
    }

    /// Adds a leaf at the right.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for (level, (hashes, n)) in (0_i64..).zip(&mut self.edge) {
            hashes.push(hash);
            if hashes.len() < 256 {
                return;
            }
            hash = root_over(hashes);
            let columns = self.full.columns.iter();
            let row = columns.map(|column| match *column {
                "level" => Cell::Int(level),
                "n" => Cell::Int(*n),
                "root" => Cell::Bytes(hash.to_vec()),
                _ => Cell::Bytes(hashes.concat()),
            });
            self.full.rows.push(row.collect());
            hashes.clear();
            *n += 1;
        }
    }

    /// Those that have filled, which are gone from here then.
    pub fn take(&mut self) -> Table {
        let taken = self.full.clone();
        self.full.rows.clear();
        taken
    }
}

/// The roots of the tiles of a level from `start` to before `end`.
fn roots(conn: &mut Conn, level: usize, start: i64, end: i64) -> Result<Vec<Hash>, Box<dyn Error>> {
    let which = format!(" WHERE level = {level} AND n >= {start} AND n < {end} ORDER BY n");
    let tiles = read(conn, "log_tile", &which)?;
    let root = tiles.column("root").ok_or("tiles without roots")?;
    let roots = tiles.rows.iter().map(|row| match &row[root] {
        Cell::Bytes(bytes) => Ok(Hash::try_from(bytes.as_slice())?),
        Cell::Null | Cell::Id(_) | Cell::Int(_) | Cell::Moment(_) | Cell::Plain(_) => {
            Err("a root that is none".into())
        }
    });
    roots.collect()
}
