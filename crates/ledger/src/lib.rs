//! The disclosure log as a transparency log: leaves, tree, tiles, proofs, checkpoints, receipts
//! and the witness protocol, as RFC 6962 (and the verification of RFC 9162) and the C2SP
//! specifications say. `docs/log.md` is the contract.
//!
//! The modules here do no IO, read no clock and make no keys: tiles come through [`tile::Tiles`],
//! time and seeds as arguments. Whoever verifies runs the same code as whoever writes, so nothing
//! here may trust the log it reads from. Only `verify`, behind a feature that the service leaves
//! off, reads files, the network and the clock.

pub mod checkpoint;
pub mod entry;
pub mod frontier;
mod line;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod tile;
pub mod tree;
#[cfg(feature = "verify")]
pub mod verify;
pub mod witness;
