//! The tree as RFC 6962 § 2.1 defines it, word for word and without a thought for speed: what the
//! crate is compared with. Shares no code with it.

use samrad_ledger::tile::{TileAt, Tiles};
use samrad_ledger::tree::Hash;
use sha2::{Digest, Sha256};

/// The hash of leaf `index`, whose content is its index.
pub fn leaf(index: u64) -> Hash {
    Sha256::digest([&[0_u8][..], &index.to_be_bytes()].concat()).into()
}

pub fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(leaf).collect()
}

/// MTH over leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => Sha256::digest(b"").into(),
        1 => leaves[0],
        more => {
            let (left, right) = leaves.split_at(below(more));
            Sha256::digest([&[1_u8][..], &root(left), &root(right)].concat()).into()
        }
    }
}

/// PATH(m, D[n]).
pub fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = below(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut path, beside) = if index < k {
        (path(index, left), right)
    } else {
        (path(index - k, right), left)
    };
    path.push(root(beside));
    path
}

/// PROOF(m, D[n]).
pub fn proof(from: usize, leaves: &[Hash]) -> Vec<Hash> {
    subproof(from, leaves, true)
}

fn subproof(from: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if from == leaves.len() {
        return if whole {
            Vec::new()
        } else {
            vec![root(leaves)]
        };
    }
    let k = below(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut proof, beside) = if from <= k {
        (subproof(from, left, whole), right)
    } else {
        (subproof(from - k, right, false), left)
    };
    proof.push(root(beside));
    proof
}

/// The largest power of two below `count`.
fn below(count: usize) -> usize {
    let mut k = 1;
    while k * 2 < count {
        k *= 2;
    }
    k
}

/// Tiles of a tree, from the definition in tlog-tiles.
pub struct Tree(Vec<Vec<Hash>>);

impl Tree {
    pub fn of(count: u64) -> Self {
        let mut levels = vec![leaves(count)];
        while levels[levels.len() - 1].len() >= 256 {
            let below = &levels[levels.len() - 1];
            levels.push(
                below
                    .as_chunks::<256>()
                    .0
                    .iter()
                    .map(|tile| root(tile))
                    .collect(),
            );
        }
        Self(levels)
    }

    pub fn leaves(&self, size: u64) -> &[Hash] {
        &self.0[0][..size as usize]
    }
}

impl Tiles for Tree {
    type Error = String;

    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, String> {
        let level = self.0.get(usize::from(at.level)).ok_or("no such level")?;
        let start = at.index as usize * 256;
        level
            .get(start..start + usize::from(at.width))
            .map(<[Hash]>::to_vec)
            .ok_or(format!("no tile {}", at.path()))
    }
}
