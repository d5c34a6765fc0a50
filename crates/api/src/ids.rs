//! The only source of ids and of randomness. No id tells when it was made or what came before it, but
//! for those of the log's entries, whose leaves tell their time anyway.

use rand::Rng;
use uuid::Uuid;

/// A new random UUID (version 4).
#[must_use]
pub fn new_uuid() -> Uuid {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid()
}

/// A new id of an entry of the log recorded at `millis` since 1970 (version 7): entries that are added
/// one after the other lie beside each other in the database's index.
#[must_use]
pub fn new_event_id(millis: i64) -> Uuid {
    let millis = u64::try_from(millis).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
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
    }
}
