//! What the crate promises, against public vectors, a naive tree and other people's code.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod naive;
mod notes;
mod others;
mod receipts;
mod tiles;
mod trees;
mod vectors;
#[cfg(feature = "verify")]
mod verify;
mod witnesses;
