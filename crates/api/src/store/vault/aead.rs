//! How a text is sealed: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), by ring's ChaCha20-Poly1305 and HChaCha20
//! (docs/adr/0014).

use super::Key;
use crate::ids;
use crate::store::SealError;
use chacha20::{R20, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// The first byte of everything sealed: XChaCha20-Poly1305, a nonce of 24 bytes before the text.
const FORM: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// Seals `plain` by `key`, with a nonce drawn for it, bound to what `open_with` has to be told too.
pub(super) fn seal_with(key: &Key, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
    seal_by_nonce(key, ids::random_bytes(), bound_to, plain)
}

fn seal_by_nonce(key: &Key, nonce: [u8; NONCE_LENGTH], bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
    let text = 1 + NONCE_LENGTH;
    let mut sealed = Vec::with_capacity(text + plain.len() + CHACHA20_POLY1305.tag_len());
    sealed.push(FORM);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let (key, nonce) = ietf(key, &nonce);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(bound_to), &mut sealed[text..])
        .expect("a text of less than 256 GB can be sealed");
    sealed.extend_from_slice(tag.as_ref());
    sealed
}

/// Opens what was sealed.
///
/// # Errors
/// [`SealError::Forged`] if it was changed, is bound to something else or was sealed by another key;
/// [`SealError::Form`] if it was never sealed.
pub(super) fn open_with(
    key: &Key,
    bound_to: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (form, rest) = sealed.split_first().ok_or(SealError::Form)?;
    let (nonce, text) = rest
        .split_first_chunk::<NONCE_LENGTH>()
        .ok_or(SealError::Form)?;
    if *form != FORM {
        return Err(SealError::Form);
    }
    let (key, nonce) = ietf(key, nonce);
    let mut plain = Zeroizing::new(text.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(bound_to), &mut plain)
        .map_err(|_| SealError::Forged)?
        .len();
    plain.truncate(length);
    Ok(plain)
}

/// The key and the nonce by which ChaCha20-Poly1305 (RFC 8439) is XChaCha20-Poly1305: a key of the first 16 bytes of the
/// long nonce, and the other eight after four of zero (draft-irtf-cfrg-xchacha-03, section 2.3).
fn ietf(key: &Key, nonce: &[u8; NONCE_LENGTH]) -> (LessSafeKey, Nonce) {
    let (first, last) = nonce
        .split_first_chunk::<16>()
        .expect("a nonce of 24 bytes has 16");
    let subkey: Key = Zeroizing::new(hchacha::<R20>((&**key).into(), first.into()).into());
    let key = UnboundKey::new(&CHACHA20_POLY1305, &*subkey).expect("a key has 32 bytes");
    let mut short = [0; 12];
    short[4..].copy_from_slice(last);
    (LessSafeKey::new(key), Nonce::assume_unique_for_key(short))
}

#[cfg(test)]
mod tests;
