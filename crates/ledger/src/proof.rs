//! Inclusion and consistency proofs: made from tiles (RFC 6962 § 2.1.1, 2.1.2), verified as
//! RFC 9162 § 2.1.3.2 and 2.1.4.2 say.
//!
//! The verifying half trusts nothing: a proof must be exactly as long as the sizes ask for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use thiserror::Error;

use crate::frontier::Frontier;
use crate::tile::{HEIGHT, TileAt, Tiles, WIDTH};
use crate::tree::{self, Hash};

/// Why a proof can't be made.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum BuildError<E> {
    /// The index isn't in the tree, or the older tree is empty or larger than the newer.
    #[error("no proof of {wanted} in a tree of {size} entries")]
    OutOfRange {
        /// The index or the older size.
        wanted: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// A tile with more or fewer hashes than asked for.
    #[error("the tile {} has {got} hashes", at.path())]
    Width {
        /// The tile.
        at: TileAt,
        /// How many it had.
        got: usize,
    },
    /// The source of tiles failed.
    #[error("a tile can't be had: {0}")]
    Tiles(E),
}

/// Why a proof is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The index isn't in the tree, or the older tree is larger than the newer.
    #[error("the sizes don't fit each other")]
    OutOfRange,
    /// Everything is consistent with an empty tree: such a proof would say nothing.
    #[error("a proof from the empty tree says nothing")]
    Empty,
    /// More or fewer hashes than the sizes ask for.
    #[error("the proof is too long or too short")]
    Length,
    /// The hashes don't lead to the root.
    #[error("the proof doesn't lead to the root")]
    Mismatch,
}

/// The hashes beside the path from the leaf at `index` to the root of the tree of `size` leaves,
/// from the leaf upwards. RFC 6962 § 2.1.1.
pub fn inclusion<T: Tiles>(
    tiles: &T,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, BuildError<T::Error>> {
    if index >= size {
        return Err(BuildError::OutOfRange {
            wanted: index,
            size,
        });
    }
    let nodes = Nodes::of(tiles, size);
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while end - start > 1 {
        let middle = start + tree::split(end - start);
        if index < middle {
            proof.push(nodes.range(middle, end)?);
            end = middle;
        } else {
            proof.push(nodes.range(start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// That the tree of `to` leaves begins with the tree of `from` leaves. RFC 6962 § 2.1.2.
pub fn consistency<T: Tiles>(
    tiles: &T,
    from: u64,
    to: u64,
) -> Result<Vec<Hash>, BuildError<T::Error>> {
    if from == 0 || from > to {
        return Err(BuildError::OutOfRange {
            wanted: from,
            size: to,
        });
    }
    let nodes = Nodes::of(tiles, to);
    let (mut start, mut end) = (0, to);
    let mut proof = Vec::new();
    while from != end {
        let middle = start + tree::split(end - start);
        if from <= middle {
            proof.push(nodes.range(middle, end)?);
            end = middle;
        } else {
            proof.push(nodes.range(start, middle)?);
            start = middle;
        }
    }
    // The older tree's last subtree, unless it is that whole tree, whose root is known.
    if start > 0 {
        proof.push(nodes.range(start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The root of the tree of `size` leaves.
pub fn root<T: Tiles>(tiles: &T, size: u64) -> Result<Hash, BuildError<T::Error>> {
    frontier(tiles, size).map(|frontier| frontier.root())
}

/// The frontier of the tree of `size` leaves.
pub fn frontier<T: Tiles>(tiles: &T, size: u64) -> Result<Frontier, BuildError<T::Error>> {
    let nodes = Nodes::of(tiles, size);
    let mut hashes = Vec::new();
    let mut start = 0;
    while start < size {
        let length = 1 << (size - start).ilog2();
        hashes.push(nodes.full(start, length)?);
        start += length;
    }
    Ok(Frontier::of(size, hashes).expect("one full subtree was read for each one bit of the size"))
}

/// The nodes of a tree, from tiles, each tile fetched once.
struct Nodes<'a, T: Tiles> {
    tiles: &'a T,
    size: u64,
    fetched: RefCell<HashMap<TileAt, Vec<Hash>>>,
}

impl<'a, T: Tiles> Nodes<'a, T> {
    fn of(tiles: &'a T, size: u64) -> Self {
        Self {
            tiles,
            size,
            fetched: RefCell::default(),
        }
    }

    /// The root over the leaves from `start` to before `end`, a subtree as RFC 6962 splits them.
    fn range(&self, start: u64, end: u64) -> Result<Hash, BuildError<T::Error>> {
        let length = 1 << (end - start).ilog2();
        let left = self.full(start, length)?;
        if start + length == end {
            return Ok(left);
        }
        Ok(tree::node_hash(&left, &self.range(start + length, end)?))
    }

    /// The root over `length` leaves from `start`: a power of two that divides `start`.
    fn full(&self, start: u64, length: u64) -> Result<Hash, BuildError<T::Error>> {
        let height = length.ilog2();
        let level = height / HEIGHT;
        let first = start >> (HEIGHT * level);
        let at = TileAt::holding(level as u8, first, self.size).ok_or(BuildError::OutOfRange {
            wanted: start,
            size: self.size,
        })?;
        let offset = (first % u64::from(WIDTH)) as usize;
        let mut fetched = self.fetched.borrow_mut();
        let tile = match fetched.entry(at) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => place.insert(self.fetch(at)?),
        };
        Ok(tree::root_over(
            &tile[offset..offset + (1 << (height % HEIGHT))],
        ))
    }

    fn fetch(&self, at: TileAt) -> Result<Vec<Hash>, BuildError<T::Error>> {
        let tile = self.tiles.tile(at).map_err(BuildError::Tiles)?;
        if tile.len() == usize::from(at.width) {
            Ok(tile)
        } else {
            Err(BuildError::Width {
                at,
                got: tile.len(),
            })
        }
    }
}

/// That `leaf` is at `index` in the tree of `size` leaves with `root`. RFC 9162 § 2.1.3.2.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut fnode, mut snode) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if snode == 0 {
            return Err(ProofError::Length);
        }
        if fnode & 1 == 1 || fnode == snode {
            hash = tree::node_hash(sibling, &hash);
            up_to_a_right_child(&mut fnode, &mut snode);
        } else {
            hash = tree::node_hash(&hash, sibling);
        }
        fnode >>= 1;
        snode >>= 1;
    }
    match (snode, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::Mismatch),
        (_, _) => Err(ProofError::Length),
    }
}

/// That the tree of `to` leaves with `root_to` begins with that of `from` leaves with `root_from`.
/// RFC 9162 § 2.1.4.2; a tree is consistent with itself by the empty proof.
pub fn verify_consistency(
    from: u64,
    to: u64,
    proof: &[Hash],
    root_from: &Hash,
    root_to: &Hash,
) -> Result<(), ProofError> {
    match (from, to) {
        (0, _) => return Err(ProofError::Empty),
        _ if from > to => return Err(ProofError::OutOfRange),
        _ if from == to && !proof.is_empty() => return Err(ProofError::Length),
        _ if from == to && root_from == root_to => return Ok(()),
        _ if from == to => return Err(ProofError::Mismatch),
        _ => {}
    }
    // A tree of a power of two leaves is one subtree of the newer; its root is not sent again.
    let (first, rest) = match proof {
        [] => return Err(ProofError::Length),
        _ if from.is_power_of_two() => (root_from, proof),
        [first, rest @ ..] => (first, rest),
    };
    let ones = (from - 1).trailing_ones();
    let (older, newer) = climb((from - 1) >> ones, (to - 1) >> ones, *first, rest)?;
    if older == *root_from && newer == *root_to {
        Ok(())
    } else {
        Err(ProofError::Mismatch)
    }
}

/// The roots of the older and the newer tree, from the older tree's last full subtree upwards.
fn climb(
    mut fnode: u64,
    mut snode: u64,
    first: Hash,
    rest: &[Hash],
) -> Result<(Hash, Hash), ProofError> {
    let (mut older, mut newer) = (first, first);
    for sibling in rest {
        if snode == 0 {
            return Err(ProofError::Length);
        }
        if fnode & 1 == 1 || fnode == snode {
            older = tree::node_hash(sibling, &older);
            newer = tree::node_hash(sibling, &newer);
            up_to_a_right_child(&mut fnode, &mut snode);
        } else {
            newer = tree::node_hash(&newer, sibling);
        }
        fnode >>= 1;
        snode >>= 1;
    }
    if snode == 0 {
        Ok((older, newer))
    } else {
        Err(ProofError::Length)
    }
}

/// Past the levels at which the last node has no sibling and is taken upwards as it is.
fn up_to_a_right_child(fnode: &mut u64, snode: &mut u64) {
    let lone = if *fnode == 0 {
        0
    } else {
        fnode.trailing_zeros()
    };
    (*fnode, *snode) = (*fnode >> lone, *snode >> lone);
}
