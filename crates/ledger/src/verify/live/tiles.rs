//! All tiles of a tree: leaf hashes from the left, and every level above from the one below.

use std::collections::HashSet;

use crate::entry::Leaf;
use crate::frontier::Frontier;
use crate::tile::{BundleAt, HEIGHT, TileAt, WIDTH, decode_bundle, decode_tile};
use crate::tree::{self, Hash};
use crate::verify::marks::{Mark, Marks, Place};
use crate::verify::report::{Code, Findings};
use crate::verify::terms::SKEW_MS;
use crate::verify::{Id, Stop, progress};

use super::{Depth, Service};

const FULL: usize = WIDTH as usize;

/// A reading of a tree's tiles.
pub struct Reading<'a, S: Service> {
    pub service: &'a S,
    pub depth: Depth,
    pub now_ms: i64,
    pub findings: &'a mut Findings,
    pub marks: &'a mut Marks,
}

impl<S: Service> Reading<'_, S> {
    /// Read all tiles of a tree of `size` leaves, and its bundles if they are wanted.
    pub fn read(mut self, size: u64) -> Result<(), Stop> {
        let mut frontier = Frontier::new();
        let mut times = Times::default();
        let mut above = Vec::new();
        let bar = progress::over(size);
        while frontier.size() < size {
            let start = frontier.size();
            let at = TileAt::holding(0, start, size).expect("the frontier is below the size");
            let hashes = self.tile(at, start)?;
            let leaves = match self.depth {
                Depth::Tiles => Vec::new(),
                Depth::Entries | Depth::Evidence => self.bundle(at, start, &hashes)?,
            };
            self.judge_times(start, &leaves, &mut times);
            self.append(&mut frontier, &hashes, &leaves);
            if hashes.len() == FULL {
                above.push(tree::root_over(&hashes));
            }
            bar.set_position(start);
        }
        bar.finish_and_clear();
        self.upper_levels(above, size)
    }

    /// A tile's hashes. In place of what isn't one come hashes that lead to no root.
    fn tile(&mut self, at: TileAt, index: u64) -> Result<Vec<Hash>, Stop> {
        let path = format!("/log/tile/{}", at.path());
        let hashes = decode_tile(&self.service.get(&path)?, at.width);
        Ok(hashes.unwrap_or_else(|error| {
            self.findings
                .at(index, Code::Tile, format!("{path}: {error}"));
            vec![[0; 32]; usize::from(at.width)]
        }))
    }

    /// The leaves of the bundle beside a level 0 tile, which must hash to its hashes.
    fn bundle(&mut self, at: TileAt, start: u64, hashes: &[Hash]) -> Result<Vec<Leaf>, Stop> {
        let TileAt { index, width, .. } = at;
        let path = format!("/log/tile/entries/{}", BundleAt { index, width }.path());
        let leaves = match decode(&self.service.get(&path)?, width) {
            Ok(leaves) => leaves,
            Err(error) => {
                self.findings
                    .at(start, Code::Tile, format!("{path}: {error}"));
                return Ok(Vec::new());
            }
        };
        for ((index, leaf), hash) in (start..).zip(&leaves).zip(hashes) {
            if leaf.hash() != *hash {
                let what = "the entry doesn't hash to what the tile has";
                self.findings.at(index, Code::Tile, what);
            }
        }
        Ok(leaves)
    }

    fn judge_times(&mut self, start: u64, leaves: &[Leaf], times: &mut Times) {
        for (index, leaf) in (start..).zip(leaves) {
            if times.last_ms.is_some_and(|last| leaf.recorded_ms < last) {
                self.findings.at(
                    index,
                    Code::TimeBackwards,
                    "recorded before the entry ahead of it",
                );
            }
            if leaf.recorded_ms > self.now_ms.saturating_add(SKEW_MS) {
                self.findings
                    .at(index, Code::TimeInFuture, "recorded after now");
            }
            if !times.events.insert(Id::from_bytes(leaf.event)) {
                self.findings.at(
                    index,
                    Code::EventTwice,
                    "the event stands in the log already",
                );
            }
            times.last_ms = times.last_ms.max(Some(leaf.recorded_ms));
        }
    }

    fn append(&mut self, frontier: &mut Frontier, hashes: &[Hash], leaves: &[Leaf]) {
        for (number, hash) in hashes.iter().enumerate() {
            let index = frontier.size();
            // Without its bundle nothing is known of an entry but its hash.
            let event = leaves.get(number).map(|leaf| Id::from_bytes(leaf.event));
            self.marks.passed(index, Place { event, leaf: *hash });
            frontier.append(*hash);
            if self.marks.wants_root(index + 1) {
                let root = frontier.root();
                self.marks.reached(
                    index + 1,
                    Mark {
                        root,
                        log_key: None,
                    },
                );
            }
        }
    }

    /// The levels above the leaf hashes, each hash of which is the root of a full tile below.
    fn upper_levels(&mut self, mut hashes: Vec<Hash>, size: u64) -> Result<(), Stop> {
        let mut level = 1;
        while !hashes.is_empty() {
            for (index, right) in (0..).zip(hashes.chunks(FULL)) {
                let first = index * u64::from(WIDTH);
                let at =
                    TileAt::holding(level, first, size).expect("each full tile has a hash above");
                let entry = first << (HEIGHT * u32::from(level));
                if self.tile(at, entry)? != right {
                    let what = format!("the tile {} isn't made of the tiles below it", at.path());
                    self.findings.at(entry, Code::Tile, what);
                }
            }
            hashes = hashes
                .as_chunks::<FULL>()
                .0
                .iter()
                .map(|tile| tree::root_over(tile))
                .collect();
            level += 1;
        }
        Ok(())
    }
}

/// What the entries so far said.
#[derive(Default)]
struct Times {
    last_ms: Option<i64>,
    events: HashSet<Id>,
}

fn decode(bundle: &[u8], width: u16) -> Result<Vec<Leaf>, String> {
    let entries = decode_bundle(bundle, width).map_err(|error| error.to_string())?;
    let leaves: Result<_, _> = entries.into_iter().map(Leaf::decode).collect();
    leaves.map_err(|error| error.to_string())
}
