//! The hashes of an RFC 6962 § 2.1 tree over SHA-256.
//!
//! Leaves and nodes are hashed with different first bytes, so that a node can't be passed off as
//! a leaf.

use sha2::{Digest, Sha256};

/// A SHA-256 hash: of a leaf, of a node, of a whole tree.
pub type Hash = [u8; 32];

const LEAF: [u8; 1] = [0x00];
const NODE: [u8; 1] = [0x01];

/// The hash of a leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    digest([&LEAF, leaf])
}

/// The hash of an inner node, from its children.
pub fn node_hash(l: &Hash, r: &Hash) -> Hash {
    // One buffer instead of three updates: this is the inner loop of every verification.
    let mut both = [NODE[0]; 65];
    both[1..33].copy_from_slice(l);
    both[33..].copy_from_slice(r);
    Sha256::digest(both).into()
}

/// The root of the tree without leaves: the hash of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root over `hashes`, which stand for subtrees of one size, all but the last of them full.
pub fn root_over(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => empty_root(),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(split(more.len() as u64) as usize);
            node_hash(&root_over(left), &root_over(right))
        }
    }
}

/// Where RFC 6962 splits a tree of `size` > 1 leaves: the largest power of two below it.
pub(crate) fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_splits_at_the_largest_power_of_two_below_its_size() {
        let seen: Vec<u64> = [2, 3, 4, 5, 8, 9, 256, 257].map(split).into();
        assert_eq!(seen, [1, 2, 2, 4, 4, 8, 128, 256]);
        assert_eq!(split(u64::MAX), 1 << 63);
    }

    #[test]
    fn a_node_is_not_a_leaf_with_the_same_content() {
        let (l, r) = (leaf_hash(b"l"), leaf_hash(b"r"));
        assert_ne!(node_hash(&l, &r), leaf_hash(&[l, r].concat()));
        assert_ne!(node_hash(&l, &r), node_hash(&r, &l));
    }
}
