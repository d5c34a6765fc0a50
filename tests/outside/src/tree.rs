//! The tree, by `tlog_tiles` and `ct-merkle`.
//!
//! Built anew from the leaf hashes, rather than read through `tlog_tiles::TileHashReader`: as of
//! 0.2.0 that does not check every tile against the one above it (it begins at the number of full
//! subtrees where it should begin at the number of their tiles).

use ct_merkle::{ConsistencyProof, RootHash};
use sha2::Sha256;
use tlog_tiles::{Error, Hash, HashReader, Tile};

use crate::Fault;
use crate::service::Service;

const HEIGHT: u8 = 8;

/// Size and root of a log.
pub type Head = (u64, Hash);

/// All nodes of a tree, in the order that `tlog_tiles` stores them.
#[derive(Default)]
pub struct Tree(Vec<Hash>);

impl HashReader for Tree {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let hash = |index: &u64| self.0.get(*index as usize).copied();
        indexes
            .iter()
            .map(hash)
            .collect::<Option<_>>()
            .ok_or(Error::IndexesNotInTree)
    }
}

impl Tree {
    /// Build the tree over the leaf hashes served; it must have the root, and every tile above
    /// must be as served.
    pub fn build(service: &Service, (size, root): Head) -> Result<Self, Fault> {
        let fault = |error: &dyn std::fmt::Display| Fault::Tiles(error.to_string());
        let mut tree = Self::default();
        let tiles = Tile::new_tiles(HEIGHT, 0, size);
        // Level 0 comes first, from the left.
        for tile in tiles {
            let served = service.tile(tile)?;
            if tile.level() == 0 {
                tree.append(&served).map_err(|error| fault(&error))?;
            }
            if tile.read_data(&tree).map_err(|error| fault(&error))? != served {
                return Err(fault(&format!(
                    "{} isn't made of the tiles below it",
                    tile.path()
                )));
            }
        }
        if tree.head(size)?.1 == root {
            Ok(tree)
        } else {
            Err(fault(&"they don't lead to the signed root"))
        }
    }

    fn append(&mut self, tile: &[u8]) -> Result<(), Error> {
        for leaf in tile.as_chunks::<32>().0 {
            let number = self.leaves();
            let nodes = tlog_tiles::stored_hashes_for_record_hash(number, Hash(*leaf), self)?;
            self.0.extend(nodes);
        }
        Ok(())
    }

    /// Leaves so far: as many as the stored nodes are of.
    fn leaves(&self) -> u64 {
        let stored = self.0.len() as u64;
        let mut leaves = stored / 2;
        while tlog_tiles::stored_hash_count(leaves) < stored {
            leaves += 1;
        }
        leaves
    }

    /// What the log was when it had so many entries.
    pub fn head(&self, size: u64) -> Result<Head, Fault> {
        let root =
            tlog_tiles::tree_hash(size, self).map_err(|error| Fault::Tiles(error.to_string()))?;
        Ok((size, root))
    }
}

/// That the newer log begins with the older one, by the service's proof.
pub fn follows(service: &Service, older: Head, newer: Head) -> Result<(), Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::Consistency(error.to_string());
    if older.0 == 0 || older.0 > newer.0 {
        return Err(fault(&"the older log is empty, or larger"));
    }
    let proof = service.consistency(older.0, newer.0)?;
    tlog_tiles::check_tree(&proof, newer.0, newer.1, older.0, older.1)
        .map_err(|error| fault(&error))?;
    let proof = proof.iter().flat_map(|hash| hash.0).collect();
    let proof = ConsistencyProof::<Sha256>::try_from_bytes(proof).map_err(|error| fault(&error))?;
    ct(newer)
        .verify_consistency(&ct(older), &proof)
        .map_err(|error| fault(&error))
}

/// A head as `ct-merkle` has it.
pub fn ct((size, root): Head) -> RootHash<Sha256> {
    RootHash::new(root.0.into(), size)
}
