//! The right edge of a growing tree: all that is needed to append a leaf and to know the root.
//!
//! It holds one hash for each full subtree that the size is made of, largest first, as many as
//! the size has one bits. It can't prove anything; [`crate::proof`] reads tiles for that.

use thiserror::Error;

use crate::tree::{self, Hash};

/// The full subtrees of a tree, largest (leftmost) first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// A size that can't have so many full subtrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a tree of {size} leaves has a frontier of {wanted} hashes, not {got}")]
pub struct FrontierError {
    size: u64,
    wanted: usize,
    got: usize,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// A kept frontier. Whether the hashes are right is for [`Frontier::root`] to show.
    pub fn of(size: u64, hashes: Vec<Hash>) -> Result<Self, FrontierError> {
        let wanted = size.count_ones() as usize;
        if hashes.len() == wanted {
            Ok(Self { size, hashes })
        } else {
            Err(FrontierError {
                size,
                wanted,
                got: hashes.len(),
            })
        }
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, largest first.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Add a leaf hash at the right.
    pub fn append(&mut self, leaf: Hash) {
        // Each one bit at the low end is a full subtree as large as what is being added to it.
        let full = self.size.trailing_ones() as usize;
        let joined = self
            .hashes
            .drain(self.hashes.len() - full..)
            .rfold(leaf, |right, left| tree::node_hash(&left, &right));
        self.hashes.push(joined);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.hashes
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| tree::node_hash(&left, &right))
            .unwrap_or_else(tree::empty_root)
    }
}
