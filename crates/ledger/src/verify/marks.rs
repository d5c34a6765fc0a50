//! Places in the log that a run must remember while it streams past: roots at the sizes of
//! checkpoints, leaves at the indices of receipts.

use std::collections::BTreeMap;

use super::Id;
use crate::tree::Hash;

/// What the log was at a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The root of the tree.
    pub root: Hash,
    /// The new key that the last entry named, if it was a change of key.
    pub log_key: Option<String>,
}

/// An entry's identity in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The event; `None` where only hashes are read.
    pub event: Option<Id>,
    /// Its leaf hash.
    pub leaf: Hash,
}

/// Sizes and indices asked for, and what was there.
#[derive(Debug, Default)]
pub struct Marks {
    sizes: BTreeMap<u64, Option<Mark>>,
    places: BTreeMap<u64, Option<Place>>,
}

impl Marks {
    /// Ask for the root at a size.
    pub fn want_root(&mut self, size: u64) {
        self.sizes.entry(size).or_default();
    }

    /// Ask for the leaf at an index.
    pub fn want_leaf(&mut self, index: u64) {
        self.places.entry(index).or_default();
    }

    /// Whether the root at this size was asked for.
    pub fn wants_root(&self, size: u64) -> bool {
        self.sizes.contains_key(&size)
    }

    /// Keep what the log was at this size.
    pub fn reached(&mut self, size: u64, mark: Mark) {
        self.sizes.insert(size, Some(mark));
    }

    /// Keep the entry at this index, if it was asked for.
    pub fn passed(&mut self, index: u64, place: Place) {
        if let Some(wanted) = self.places.get_mut(&index) {
            *wanted = Some(place);
        }
    }

    /// What the log was at a size, if it was reached.
    pub fn at_size(&self, size: u64) -> Option<&Mark> {
        self.sizes.get(&size)?.as_ref()
    }

    /// The entry at an index, if it was passed.
    pub fn at_index(&self, index: u64) -> Option<Place> {
        self.places.get(&index).copied().flatten()
    }
}
