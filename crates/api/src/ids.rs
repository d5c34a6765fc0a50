//! The only source of ids and of randomness. No id tells when it was made or what came before it, but
//! for those of the log's entries, whose leaves tell their time anyway.

use rand::Rng;
use uuid::{Uuid, Variant, Version};

/// A new random UUID (version 4).
#[must_use]
pub fn new_uuid() -> Uuid {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid()
}

/// A new id of the entry of the log at `index`, recorded at `millis` since 1970: version 7 with a counter behind the time (RFC 9562
/// section 6.2, method 1), which is the index. So an entry is found by its id without an index of ids, and no two
/// have the same.
#[must_use]
pub fn new_event_id(millis: i64, index: u64) -> Uuid {
    let millis = u64::try_from(millis).unwrap_or(0);
    let random = u64::from(u32::from_be_bytes(random_bytes())) & RANDOM;
    let (high, low) = (index >> LOW_BITS & HIGH, index & LOW);
    let bits = Uuid::from_u64_pair(millis << 16 | high, low << RANDOM_BITS | random);
    uuid::Builder::from_bytes(bits.into_bytes())
        .with_version(Version::SortRand)
        .with_variant(Variant::RFC4122)
        .into_uuid()
}

/// Twelve bits of the index stand before the variant's two; of those behind, 32 are the index's and the others are random.
const HIGH: u64 = 0xfff;
const LOW_BITS: u32 = 32;
const LOW: u64 = (1 << LOW_BITS) - 1;
const RANDOM_BITS: u32 = 30;
const RANDOM: u64 = (1 << RANDOM_BITS) - 1;

/// The index that the id of an entry carries: the last 44 bits of it, more than there will be entries. Ids of before carried
/// none, and those who ask may have made one up.
#[must_use]
pub fn index_in(event: Uuid) -> u64 {
    let (high, low) = event.as_u64_pair();
    (high & HIGH) << LOW_BITS | (low >> RANDOM_BITS & LOW)
}

/// When the entry of this id was recorded, in milliseconds since 1970, as the id tells; none where it is not of an entry's kind.
#[must_use]
pub fn millis_in(event: Uuid) -> Option<i64> {
    let (high, _) = event.as_u64_pair();
    (event.get_version_num() == 7).then(|| (high >> 16).cast_signed())
}

/// `N` bytes from the operating system's generator by way of a cryptographic stream, fit for keys.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_random_and_says_so() {
        let (one, other) = (new_uuid(), new_uuid());
        assert_ne!(one, other);
        assert_eq!(one.get_version_num(), 4);
        assert_eq!(millis_in(one), None);
    }

    #[test]
    fn the_id_of_an_entry_carries_its_time_and_its_index_in_their_order() {
        let millis = 1_780_000_000_123;
        let mut before = Uuid::nil();
        for index in [
            0,
            1,
            255,
            1 << 31,
            u64::from(u32::MAX),
            1 << 32,
            (1 << 44) - 1,
        ] {
            let id = new_event_id(millis, index);
            assert_eq!(index_in(id), index);
            assert_eq!(millis_in(id), Some(millis));
            assert_eq!(id.get_variant(), Variant::RFC4122);
            assert_eq!(
                id.get_timestamp().unwrap().to_unix(),
                (1_780_000_000, 123_000_000)
            );
            assert_ne!(id, new_event_id(millis, index), "the rest is random");
            assert!(id > before);
            before = id;
        }
    }
}
