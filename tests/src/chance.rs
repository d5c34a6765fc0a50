//! Randomness of the tests: keys, passwords, ids of tokens. Never what a test asserts on.

use p256::elliptic_curve::rand_core::{OsRng, RngCore};

/// Random bytes, as a key needs them.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// `N` random bytes in hex: a name or a password that nobody else has.
#[must_use]
pub fn word<const N: usize>() -> String {
    hex::encode(bytes::<N>())
}
