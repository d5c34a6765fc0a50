//! The body of an entry as it stands in the database: shortened, then sealed by the key of its record. Half of what a body says
//! is names of fields and words that most bodies have, and ids that stand in it several times (LZ4); most of the rest is ids and digests in hexadecimal (`packed`).

mod packed;

use crate::store::SealError;
use crate::store::vault::{DataKey, Place, Row};
use lz4_flex::block::{
    compress_into_with_dict, decompress_into_with_dict, get_maximum_output_size,
};
use zeroize::Zeroizing;

/// What a shortened body begins with: packed before that, or as it was. Then come the length that the block has when it is lengthened, four bytes, the
/// last first, and the block. One that was not shortened, as none of before was, begins with a brace.
const PACKED: u8 = 2;
const SHORTENED: u8 = 1;
const WHOLE: u8 = b'{';
/// How many bytes stand before the block.
const BEFORE: usize = 5;
/// How many bytes one of a block comes to at most: LZ4 counts what it repeats in bytes, so what claims more is no block, and no memory is taken for it.
const MOST: usize = 255;

/// What bodies are taken to come after, so that what stands here costs them little: what a reading says, but for the ids. (With
/// more words of other acts it shortened those of readings less.) None that was shortened by it can be read without it, so it never changes:
/// another is another form.
const WORDS: &[u8] = include_bytes!("sealed/words");

/// To what the sealed body of the entry at this index is bound. Bodies once stood in a table of their own: the name
/// stays, or none of before could be opened.
fn place(index: i64) -> Place {
    Place::new("log_body", Row::Index(index), "body_enc")
}

/// Seals what the entry at `index` says.
///
/// # Panics
/// Where a body has four billion bytes.
#[must_use]
pub fn seal(key: &DataKey, index: i64, body: &[u8]) -> Vec<u8> {
    key.seal(place(index), &shortened(body))
}

/// What the entry at `index` says, as it was sealed.
///
/// # Errors
/// As [`DataKey::open`]; and [`SealError::Form`] if it is no body.
pub fn open(key: &DataKey, index: i64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let kept = key.open(place(index), sealed)?;
    match kept.first() {
        Some(&PACKED) => {
            let packed = lengthened(&kept).ok_or(SealError::Form)?;
            packed::unpacked(&packed).ok_or(SealError::Form)
        }
        Some(&SHORTENED) => lengthened(&kept).ok_or(SealError::Form),
        Some(&WHOLE) => Ok(kept),
        Some(_) | None => Err(SealError::Form),
    }
}

fn shortened(body: &[u8]) -> Zeroizing<Vec<u8>> {
    match packed::packed(body) {
        Some(packed) => block_of(PACKED, &packed),
        None => block_of(SHORTENED, body),
    }
}

fn block_of(form: u8, body: &[u8]) -> Zeroizing<Vec<u8>> {
    let length =
        u32::try_from(body.len()).expect("nothing of four billion bytes comes in over HTTP");
    let mut kept = Zeroizing::new(vec![0; BEFORE + get_maximum_output_size(body.len())]);
    kept[0] = form;
    kept[1..BEFORE].copy_from_slice(&length.to_le_bytes());
    let block = compress_into_with_dict(body, &mut kept[BEFORE..], WORDS);
    let block = block.expect("there is room for what can't be shortened");
    kept.truncate(BEFORE + block);
    kept
}

fn lengthened(kept: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (before, block) = kept.split_first_chunk::<BEFORE>()?;
    let [_, length @ ..] = *before;
    let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
    if length > block.len().saturating_mul(MOST) {
        return None;
    }
    let mut body = Zeroizing::new(vec![0; length]);
    let found = decompress_into_with_dict(block, &mut body, WORDS).ok()?;
    (found == length).then_some(body)
}

#[cfg(test)]
mod tests;
