//! What the log commits to for an entry: a leaf of 57 bytes without personal data.
//!
//! The body and its salt are kept beside the leaf and can be erased lawfully (GDPR art. 17): the
//! salted commitment then tells nothing, and every proof still verifies.

use thiserror::Error;

use crate::tree::{self, Hash};

const VERSION: u8 = 1;
const BODY: &[u8] = b"samrad-body/v1\0";
const HOLDER: &[u8] = b"samrad-holder/v1\0";

/// An entry as the tree has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// The event's UUID, in network order.
    pub event: [u8; 16],
    /// When it was recorded, in milliseconds since 1970. Never before the entry ahead of it.
    pub recorded_ms: i64,
    /// [`commitment`] to the body.
    pub commitment: Hash,
}

/// Bytes that are no leaf of this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LeafError {
    /// Not 57 bytes.
    #[error("a leaf of {0} bytes, not {length}", length = Leaf::LENGTH)]
    Length(usize),
    /// A version that this code doesn't know.
    #[error("a leaf of version {0}, which this program doesn't know")]
    Version(u8),
}

impl Leaf {
    /// Bytes of an encoded leaf: version, event, time, commitment.
    pub const LENGTH: usize = 57;

    /// The very bytes that are hashed into the tree.
    pub fn encode(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [VERSION; Self::LENGTH];
        bytes[1..17].copy_from_slice(&self.event);
        bytes[17..25].copy_from_slice(&self.recorded_ms.to_be_bytes());
        bytes[25..].copy_from_slice(&self.commitment);
        bytes
    }

    /// Read what [`Leaf::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        let bytes: &[u8; Self::LENGTH] = bytes
            .try_into()
            .map_err(|_| LeafError::Length(bytes.len()))?;
        if bytes[0] != VERSION {
            return Err(LeafError::Version(bytes[0]));
        }
        let mut leaf = Self {
            event: [0; 16],
            recorded_ms: 0,
            commitment: [0; 32],
        };
        let mut recorded = [0; 8];
        leaf.event.copy_from_slice(&bytes[1..17]);
        recorded.copy_from_slice(&bytes[17..25]);
        leaf.recorded_ms = i64::from_be_bytes(recorded);
        leaf.commitment.copy_from_slice(&bytes[25..]);
        Ok(leaf)
    }

    /// The leaf hash, as it stands in the level 0 tiles and in disclosure receipts.
    pub fn hash(&self) -> Hash {
        tree::leaf_hash(&self.encode())
    }
}

/// What a leaf says of a body: nothing, to whoever lacks the salt.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Hash {
    tree::digest([BODY, salt, body])
}

/// Whose own log an entry stands in, told to nobody who lacks the person key.
pub fn holder(salt: &[u8; 32], person_key: &[u8; 32]) -> Hash {
    tree::digest([HOLDER, salt, person_key])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAF: Leaf = Leaf {
        event: [7; 16],
        recorded_ms: 1_790_000_000_000,
        commitment: [9; 32],
    };

    #[test]
    fn a_leaf_is_version_event_time_and_commitment() {
        let bytes = LEAF.encode();
        assert_eq!(bytes[0], 1);
        assert_eq!(bytes[1..17], [7; 16]);
        assert_eq!(bytes[17..25], 1_790_000_000_000_u64.to_be_bytes());
        assert_eq!(bytes[25..], [9; 32]);
        assert_eq!(Leaf::decode(&bytes), Ok(LEAF));
    }

    #[test]
    fn a_leaf_of_another_length_or_version_is_refused() {
        let mut bytes = LEAF.encode();
        assert_eq!(Leaf::decode(&bytes[..56]), Err(LeafError::Length(56)));
        bytes[0] = 2;
        assert_eq!(Leaf::decode(&bytes), Err(LeafError::Version(2)));
    }

    #[test]
    fn the_same_body_with_another_salt_is_another_commitment() {
        assert_ne!(commitment(&[0; 32], b"{}"), commitment(&[1; 32], b"{}"));
    }

    #[test]
    fn a_holder_is_not_a_commitment_to_the_person_key() {
        assert_ne!(holder(&[0; 32], &[1; 32]), commitment(&[0; 32], &[1; 32]));
    }
}
