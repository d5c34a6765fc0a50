//! Roots, frontiers and proofs against the naive tree.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use samrad_ledger::frontier::Frontier;
use samrad_ledger::proof::{self, BuildError, ProofError, verify_consistency, verify_inclusion};
use samrad_ledger::tree::{Hash, empty_root, leaf_hash};

use crate::naive::{self, Tree};

#[test]
fn a_frontier_has_the_root_of_the_naive_tree_at_every_size() {
    let leaves = naive::leaves(1100);
    let mut frontier = Frontier::new();
    for size in 0..leaves.len() {
        assert_eq!(frontier.root(), naive::root(&leaves[..size]), "{size}");
        assert_eq!(frontier.hashes().len(), size.count_ones() as usize);
        frontier.append(leaves[size]);
    }
}

#[test]
fn tiles_give_the_root_and_frontier_that_appending_gives() {
    let tree = Tree::of(70_000);
    let mut sizes = random_sizes(600, 70_000);
    sizes.extend([
        0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 70_000,
    ]);
    sizes.sort_unstable();
    let mut frontier = Frontier::new();
    for size in sizes {
        while frontier.size() < size {
            frontier.append(naive::leaf(frontier.size()));
        }
        assert_eq!(proof::frontier(&tree, size).unwrap(), frontier, "{size}");
        assert_eq!(proof::root(&tree, size).unwrap(), frontier.root(), "{size}");
    }
}

#[test]
fn a_frontier_needs_a_hash_for_each_full_subtree() {
    assert!(Frontier::of(5, vec![[0; 32]; 3]).is_err());
    assert!(Frontier::of(0, vec![[0; 32]]).is_err());
    assert!(Frontier::of(0, vec![]).is_ok());
    assert_eq!(Frontier::new().root(), empty_root());
}

#[test]
fn inclusion_proofs_are_those_of_the_naive_tree_and_verify() {
    let tree = Tree::of(1400);
    let mut random = StdRng::seed_from_u64(6962);
    for size in random_sizes(2500, 1400) {
        let index = random.random_range(0..size);
        let leaves = tree.leaves(size);
        let made = proof::inclusion(&tree, index, size).unwrap();
        assert_eq!(
            made,
            naive::path(index as usize, leaves),
            "{index} in {size}"
        );
        verify_inclusion(
            &naive::leaf(index),
            index,
            size,
            &made,
            &naive::root(leaves),
        )
        .unwrap();
    }
}

#[test]
fn consistency_proofs_are_those_of_the_naive_tree_and_verify() {
    let tree = Tree::of(1400);
    let mut random = StdRng::seed_from_u64(9162);
    for to in random_sizes(2500, 1400) {
        let from = random.random_range(1..=to);
        let leaves = tree.leaves(to);
        let made = proof::consistency(&tree, from, to).unwrap();
        assert_eq!(made, naive::proof(from as usize, leaves), "{from} to {to}");
        let roots = (naive::root(&leaves[..from as usize]), naive::root(leaves));
        verify_consistency(from, to, &made, &roots.0, &roots.1).unwrap();
    }
}

#[test]
fn proofs_cross_the_levels_of_tiles() {
    let tree = Tree::of(70_000);
    let root = |size| naive::root(tree.leaves(size));
    let whole = root(70_000);
    for index in [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
        let made = proof::inclusion(&tree, index, 70_000).unwrap();
        assert_eq!(made, naive::path(index as usize, tree.leaves(70_000)));
        verify_inclusion(&naive::leaf(index), index, 70_000, &made, &whole).unwrap();
    }
    for from in [
        1, 255, 256, 257, 65_535, 65_536, 65_537, 69_888, 69_999, 70_000,
    ] {
        let made = proof::consistency(&tree, from, 70_000).unwrap();
        assert_eq!(made, naive::proof(from as usize, tree.leaves(70_000)));
        verify_consistency(from, 70_000, &made, &root(from), &whole).unwrap();
    }
}

#[test]
fn a_proof_with_any_bit_or_any_hash_changed_is_refused() {
    let tree = Tree::of(300);
    let (from, root) = (naive::root(tree.leaves(77)), naive::root(tree.leaves(300)));
    let right = proof::consistency(&tree, 77, 300).unwrap();
    for wrong in spoilt(&right) {
        assert!(verify_consistency(77, 300, &wrong, &from, &root).is_err());
    }
    assert!(verify_consistency(78, 300, &right, &from, &root).is_err());
    assert!(verify_consistency(77, 300, &right, &root, &from).is_err());
    let right = proof::inclusion(&tree, 77, 300).unwrap();
    for wrong in spoilt(&right) {
        assert!(verify_inclusion(&naive::leaf(77), 77, 300, &wrong, &root).is_err());
    }
    assert!(verify_inclusion(&naive::leaf(77), 76, 300, &right, &root).is_err());
    assert!(verify_inclusion(&naive::leaf(76), 77, 300, &right, &root).is_err());
}

#[test]
fn nothing_is_proved_of_an_empty_tree_or_beyond_the_newer_one() {
    let tree = Tree::of(5);
    let out = |wanted, size| Err(BuildError::OutOfRange { wanted, size });
    assert_eq!(proof::inclusion(&tree, 5, 5), out(5, 5));
    assert_eq!(proof::consistency(&tree, 0, 5), out(0, 5));
    assert_eq!(proof::consistency(&tree, 6, 5), out(6, 5));
    let root = naive::root(tree.leaves(5));
    assert_eq!(
        verify_inclusion(&root, 0, 0, &[], &root),
        Err(ProofError::OutOfRange)
    );
    assert_eq!(
        verify_consistency(0, 5, &[], &empty_root(), &root),
        Err(ProofError::Empty)
    );
    assert_eq!(
        verify_consistency(0, 0, &[], &empty_root(), &empty_root()),
        Err(ProofError::Empty)
    );
    assert_eq!(verify_consistency(5, 5, &[], &root, &root), Ok(()));
    assert_eq!(
        verify_consistency(5, 5, &[root], &root, &root),
        Err(ProofError::Length)
    );
}

#[test]
fn the_largest_sizes_do_not_overflow() {
    let hash = leaf_hash(b"");
    let long = [hash; 64];
    for size in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) + 1] {
        assert!(verify_inclusion(&hash, size - 1, size, &long, &hash).is_err());
        assert!(verify_consistency(size - 1, size, &long, &hash, &hash).is_err());
        assert!(verify_consistency(1, size, &long, &hash, &hash).is_err());
    }
}

/// The proof with a hash missing, added, swapped with its neighbour, or one bit flipped.
fn spoilt(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for at in 0..proof.len() {
        let mut without = proof.to_vec();
        without.remove(at);
        let mut doubled = proof.to_vec();
        doubled.insert(at, proof[at]);
        let mut flipped = proof.to_vec();
        flipped[at][at] ^= 1;
        all.extend([without, doubled, flipped]);
    }
    all.extend((1..proof.len()).map(|at| {
        let mut swapped = proof.to_vec();
        swapped.swap(at - 1, at);
        swapped
    }));
    all
}

fn random_sizes(count: usize, most: u64) -> Vec<u64> {
    let mut random = StdRng::seed_from_u64(count as u64);
    (0..count).map(|_| random.random_range(1..=most)).collect()
}
