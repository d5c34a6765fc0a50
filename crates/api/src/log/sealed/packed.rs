//! Ids and digests as bytes in place of their hexadecimal, which is most of what a body says that no other said before it.
//!
//! Canonical JSON has no control characters in it, so one of them tells what follows: [`ID`] sixteen bytes, [`DIGEST`] thirty-two. Nothing is packed but
//! what its bytes give back to the letter.

use uuid::Uuid;
use uuid::fmt::Hyphenated;
use zeroize::Zeroizing;

/// Before the bytes of a UUID, which was written with its hyphens and in lower case.
pub(super) const ID: u8 = 1;
/// Before the bytes of a SHA-256, which was written in lower case.
const DIGEST: u8 = 2;
/// How many bytes a SHA-256 has.
const WIDTH: usize = 32;
/// The least byte that stands for itself.
const TEXT: u8 = b' ';

/// The text with its ids and digests as bytes; none where control characters stand in it.
pub(super) fn packed(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if text.iter().any(|letter| *letter < TEXT) {
        return None;
    }
    // It never becomes longer: it need not grow, which would leave a copy.
    let mut packed = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut copied, mut at) = (0, 0);
    // Nothing is an id but a whole string.
    while let Some(quote) = text[at..].iter().position(|letter| *letter == b'"') {
        at += quote + 1;
        let before = &text[copied..at];
        if let Some(id) = an_id(&text[at..]) {
            packed.extend_from_slice(before);
            packed.push(ID);
            packed.extend_from_slice(id.as_bytes());
            at += Hyphenated::LENGTH;
            copied = at;
        } else if let Some(digest) = a_digest(&text[at..]) {
            packed.extend_from_slice(before);
            packed.push(DIGEST);
            packed.extend_from_slice(&digest);
            at += 2 * WIDTH;
            copied = at;
        }
    }
    packed.extend_from_slice(&text[copied..]);
    Some(packed)
}

/// The text of which this was made; none where it was made of none.
pub(super) fn unpacked(packed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Sixteen bytes and one become thirty-six: it need not grow, which would leave a copy.
    let mut text = Zeroizing::new(Vec::with_capacity(packed.len().checked_mul(3)?));
    let mut left = packed;
    while let [first, rest @ ..] = left {
        left = match *first {
            ID => {
                let (id, rest) = rest.split_first_chunk()?;
                let id = Uuid::from_bytes(*id).hyphenated();
                id.encode_lower(longer_by(&mut text, Hyphenated::LENGTH));
                rest
            }
            DIGEST => {
                let (digest, rest) = rest.split_first_chunk::<WIDTH>()?;
                hex::encode_to_slice(digest, longer_by(&mut text, 2 * WIDTH)).ok()?;
                rest
            }
            letter if letter < TEXT => return None,
            letter => {
                text.push(letter);
                rest
            }
        };
    }
    Some(text)
}

/// Room for so many letters at the end of the text.
fn longer_by(text: &mut Vec<u8>, letters: usize) -> &mut [u8] {
    let began = text.len();
    text.resize(began + letters, 0);
    &mut text[began..]
}

/// The id that a text begins with, up to a closing quote.
fn an_id(text: &[u8]) -> Option<Uuid> {
    let (letters, rest) = text.split_first_chunk::<{ Hyphenated::LENGTH }>()?;
    if letters[8] != b'-' || rest.first() != Some(&b'"') || has_capitals(letters) {
        return None;
    }
    Uuid::try_parse_ascii(letters).ok()
}

/// The same of a digest.
fn a_digest(text: &[u8]) -> Option<[u8; WIDTH]> {
    let (letters, rest) = text.split_first_chunk::<{ 2 * WIDTH }>()?;
    if rest.first() != Some(&b'"') || has_capitals(letters) {
        return None;
    }
    let mut digest = [0; WIDTH];
    hex::decode_to_slice(letters, &mut digest).ok()?;
    Some(digest)
}

fn has_capitals(letters: &[u8]) -> bool {
    letters.iter().any(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests;
