//! The log as the world may read it: checkpoints, hashes, proofs. Nothing here opens a body, and
//! nothing is given out that a signed checkpoint does not cover.

use super::publisher::{PublishError, Publisher};
use super::tree::{self, Stored};
use crate::store::conn::Pool;
use crate::store::{StoreError, checkpoints};
use quick_cache::sync::Cache;
use samrad_domain::id::EventId;
use samrad_ledger::proof::{self, BuildError};
use samrad_ledger::receipt::Receipt;
use samrad_ledger::tile::{BundleAt, HEIGHT, TileAt, Tiles, WIDTH, encode_bundle, encode_tile};
use samrad_ledger::tree::Hash;
use std::sync::Arc;

/// How many tiles are remembered: eight megabytes at most.
const TILES: usize = 1024;

/// Reads the log for the world. All of it blocks.
#[derive(Debug)]
pub struct Reader {
    publisher: Arc<Publisher>,
    reads: Pool,
    /// Tiles that were asked for, of trees that this instance has signed: such a one never changes, and all proofs
    /// that lead to a checkpoint share those at its right edge.
    tiles: Cache<TileAt, Arc<[Hash]>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The log has no such part, or none that is signed yet.
    #[error("no such part of the log")]
    Absent,
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log can't be signed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The tree can't be what it is.
    #[error("the tree is broken: {0}")]
    Broken(String),
}

impl From<BuildError<StoreError>> for ReadError {
    fn from(error: BuildError<StoreError>) -> Self {
        match error {
            BuildError::Tiles(error) => error.into(),
            BuildError::OutOfRange { .. } => Self::Absent,
            BuildError::Width { .. } => Self::Broken(error.to_string()),
        }
    }
}

impl Reader {
    /// A reader of what `publisher` signs.
    #[must_use]
    pub fn new(publisher: Arc<Publisher>, reads: Pool) -> Self {
        Self {
            publisher,
            reads,
            tiles: Cache::new(TILES),
        }
    }

    /// The verifier key.
    #[must_use]
    pub fn key(&self) -> String {
        self.publisher.verifier().to_string()
    }

    /// The newest published checkpoint, with its cosignatures.
    ///
    /// # Errors
    /// As [`ReadError`] says.
    pub fn checkpoint(&self) -> Result<String, ReadError> {
        match self.reads.read(checkpoints::newest)? {
            Some(note) => Ok(note),
            None => Err(ReadError::Absent),
        }
    }

    /// The checkpoints at which the key changed.
    ///
    /// # Errors
    /// As [`ReadError`] says.
    pub fn key_changes(&self) -> Result<Vec<String>, ReadError> {
        let changes = self.reads.read(checkpoints::key_changes)?;
        Ok(changes.into_iter().map(|change| change.note).collect())
    }

    /// A tile of hashes.
    ///
    /// # Errors
    /// [`ReadError::Absent`] for one that no checkpoint covers; and as [`ReadError`] says.
    pub fn tile(&self, at: TileAt) -> Result<Vec<u8>, ReadError> {
        self.covered(leaves_before_end(at))?;
        Ok(encode_tile(&Signed(self).tile(at)?))
    }

    /// A bundle of leaves.
    ///
    /// # Errors
    /// As [`Reader::tile`].
    pub fn bundle(&self, at: BundleAt) -> Result<Vec<u8>, ReadError> {
        let start = at.index.checked_mul(u64::from(WIDTH));
        let end = start.and_then(|start| start.checked_add(u64::from(at.width)));
        self.covered(end)?;
        let range = start.zip(end).ok_or(ReadError::Absent)?;
        let (first, end) = (signed(range.0)?, signed(range.1)?);
        let leaves = self.reads.read(|conn| tree::leaves(conn, first, end))?;
        let encoded: Vec<_> = leaves.iter().map(|leaf| leaf.encode()).collect();
        encode_bundle(&encoded).map_err(|fault| ReadError::Broken(fault.to_string()))
    }

    /// A proof that the tree of `to` entries follows from that of `from`, a hash a line.
    ///
    /// # Errors
    /// As [`Reader::tile`].
    pub fn consistency(&self, from: u64, to: u64) -> Result<Vec<[u8; 32]>, ReadError> {
        self.covered(Some(to))?;
        Ok(proof::consistency(&Signed(self), from, to)?)
    }

    /// The receipt of an entry (C2SP tlog-proof).
    ///
    /// # Errors
    /// [`ReadError::Absent`] where there is no such entry; and as [`ReadError`] says.
    pub fn receipt(&self, event: EventId) -> Result<String, ReadError> {
        let found = self.reads.read(|conn| tree::leaf_of(conn, event))?;
        let (at, leaf) = found.ok_or(ReadError::Absent)?;
        let index = u64::try_from(at).map_err(|_| ReadError::Absent)?;
        let published = self.publisher.covering(index + 1)?;
        let proof = proof::inclusion(&Signed(self), index, published.checkpoint.size)?;
        let receipt = Receipt {
            // The leaf, so that the receipt can be verified alone.
            extra: Some(leaf.encode().to_vec()),
            index,
            proof,
            checkpoint: published.note.clone(),
        };
        Ok(receipt.to_string())
    }

    /// Whether this instance knows a checkpoint of that many entries.
    fn has_signed(&self, size: u64) -> bool {
        let known = self.publisher.known();
        known.is_some_and(|known| known.checkpoint.size >= size)
    }

    /// Whether the published checkpoint has that many entries. Nothing is signed for whoever asks.
    fn covered(&self, size: Option<u64>) -> Result<(), ReadError> {
        let size = size.ok_or(ReadError::Absent)?;
        if self.has_signed(size) {
            return Ok(());
        }
        let size = signed(size)?;
        // Another instance may have published more.
        match self.reads.read(checkpoints::published_size)? {
            published if published >= size => Ok(()),
            _ => Err(ReadError::Absent),
        }
    }
}

/// How many leaves a log has at least, if it has this tile.
fn leaves_before_end(at: TileAt) -> Option<u64> {
    let start = at.index.checked_mul(u64::from(WIDTH))?;
    let end = start.checked_add(u64::from(at.width))?;
    let shift = u32::from(at.level).checked_mul(HEIGHT)?;
    end.checked_mul(1_u64.checked_shl(shift)?)
}

/// The tree that a published checkpoint covers. It only grows, so its tiles needn't be read together.
struct Signed<'a>(&'a Reader);

impl Tiles for Signed<'_> {
    type Error = StoreError;

    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, StoreError> {
        let Self(reader) = self;
        if let Some(known) = reader.tiles.get(&at) {
            return Ok(known.to_vec());
        }
        let hashes = reader.reads.read(|conn| Stored::on(conn).tile(at))?;
        let whole = hashes.len() == usize::from(at.width);
        if whole && leaves_before_end(at).is_some_and(|size| reader.has_signed(size)) {
            reader.tiles.insert(at, Arc::from(hashes.as_slice()));
        }
        Ok(hashes)
    }
}

fn signed(n: u64) -> Result<i64, ReadError> {
    i64::try_from(n).map_err(|_| ReadError::Absent)
}
