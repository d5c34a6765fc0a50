//! C2SP tlog-tiles: the tree's hashes in tiles of height 8, the leaves in bundles of as many.
//!
//! A tile or bundle is named by its path below the log's prefix; a path has one spelling, so
//! that an answer may be cached for ever.

use thiserror::Error;

use crate::tree::Hash;

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u16 = 256;
/// Levels of the tree that one tile spans.
pub const HEIGHT: u32 = 8;
const HIGHEST_LEVEL: u8 = 63;

/// A hash tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileAt {
    /// 0 for leaf hashes; a hash at level *l* is the root over 256^*l* leaves.
    pub level: u8,
    /// Place within the level, from the left, from 0.
    pub index: u64,
    /// Hashes in it, from 1 to 256.
    pub width: u16,
}

/// A bundle of entries: the leaves whose hashes are in the level 0 tile of the same index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BundleAt {
    /// Place, from the left, from 0.
    pub index: u64,
    /// Entries in it, from 1 to 256.
    pub width: u16,
}

/// Where tiles come from: a database, files, another's server.
pub trait Tiles {
    /// Why a tile can't be had.
    type Error;

    /// Exactly `at.width` hashes, those of a tree that has at least so many there.
    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, Self::Error>;
}

/// A path or content that no log of this kind serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TileError {
    /// A path in a spelling that tlog-tiles doesn't know.
    #[error("no path of a tile or an entry bundle")]
    Path,
    /// Bytes that aren't whole hashes or entries, or not of the width asked for.
    #[error("not what a tile or bundle of this width holds")]
    Content,
    /// An entry longer than its length field can say.
    #[error("an entry of {0} bytes is too long for a bundle")]
    TooLong(usize),
}

impl TileAt {
    /// The tile that holds hash `n` of `level` in a tree of `size` leaves, as wide as that tree
    /// has it. `None` where the tree has no such hash.
    pub fn holding(level: u8, n: u64, size: u64) -> Option<Self> {
        let there = size.checked_shr(HEIGHT * u32::from(level)).unwrap_or(0);
        let index = n / u64::from(WIDTH);
        let width = there
            .saturating_sub(index * u64::from(WIDTH))
            .min(u64::from(WIDTH)) as u16;
        (n < there).then_some(Self {
            level,
            index,
            width,
        })
    }

    /// The path below `tile/`: `0/x001/234.p/17`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.level, spell(self.index, self.width))
    }

    /// Read a path as [`TileAt::path`] spells it, and no other way.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        let (level, rest) = path.split_once('/').ok_or(TileError::Path)?;
        let (index, width) = read(rest).ok_or(TileError::Path)?;
        let level = level.parse().map_err(|_| TileError::Path)?;
        let at = Self {
            level,
            index,
            width,
        };
        // Spelling it again refuses leading zeros, signs and superfluous elements.
        (level <= HIGHEST_LEVEL && at.path() == path)
            .then_some(at)
            .ok_or(TileError::Path)
    }
}

impl BundleAt {
    /// The path below `tile/entries/`: `x001/234.p/17`.
    pub fn path(&self) -> String {
        spell(self.index, self.width)
    }

    /// Read a path as [`BundleAt::path`] spells it, and no other way.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        let (index, width) = read(path).ok_or(TileError::Path)?;
        let at = Self { index, width };
        (at.path() == path).then_some(at).ok_or(TileError::Path)
    }
}

/// The bytes of a tile.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.concat()
}

/// The hashes of a tile of `width`.
pub fn decode_tile(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() && hashes.len() == usize::from(width) {
        Ok(hashes.to_vec())
    } else {
        Err(TileError::Content)
    }
}

/// The bytes of a bundle: each entry with its length before it, two bytes, big-endian.
pub fn encode_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| TileError::TooLong(entry.len()))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle of `width`.
pub fn decode_bundle(mut bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::with_capacity(usize::from(width));
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest
            .split_at_checked(u16::from_be_bytes(*length).into())
            .ok_or(TileError::Content)?;
        entries.push(entry);
        bytes = rest;
    }
    if bytes.is_empty() && entries.len() == usize::from(width) {
        Ok(entries)
    } else {
        Err(TileError::Content)
    }
}

/// `x001/234`, with `.p/17` where the width is not that of a full tile.
fn spell(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut left = index / 1000;
    while left > 0 {
        path = format!("x{:03}/{path}", left % 1000);
        left /= 1000;
    }
    if width == WIDTH {
        path
    } else {
        format!("{path}.p/{width}")
    }
}

/// Index and width of a path. Lenient: the callers spell it again and compare.
fn read(path: &str) -> Option<(u64, u16)> {
    let (index, width) = match path.split_once(".p/") {
        Some((index, width)) => (
            index,
            width
                .parse()
                .ok()
                .filter(|width| (1..WIDTH).contains(width))?,
        ),
        None => (path, WIDTH),
    };
    let index = index.split('/').try_fold(0_u64, |index, element| {
        let digits: u64 = element
            .trim_start_matches('x')
            .parse()
            .ok()
            .filter(|digits| *digits < 1000)?;
        index.checked_mul(1000)?.checked_add(digits)
    })?;
    Some((index, width))
}
