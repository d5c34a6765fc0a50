//! The leaf that stands for an entry in the log's tree (RFC 6962): no personal data, nor the kind
//! of event, but a commitment to everything the entry says.

use samrad_domain::id::EventId;
use sha2::{Digest, Sha256};

/// The leaf's hash: SHA-256 of `0x00 ‖ version ‖ event id ‖ recorded ms (64-bit big-endian) ‖
/// SHA-256("samrad-body/v1\0" ‖ salt ‖ body)`.
#[must_use]
pub(super) fn hash(
    version: u8,
    event: EventId,
    recorded_ms: i64,
    salt: &[u8; 32],
    body: &[u8],
) -> [u8; 32] {
    let commitment = Sha256::new()
        .chain_update(b"samrad-body/v1\0")
        .chain_update(salt)
        .chain_update(body);
    Sha256::new()
        .chain_update([0x00, version])
        .chain_update(event.uuid().as_bytes())
        .chain_update(recorded_ms.to_be_bytes())
        .chain_update(commitment.finalize())
        .finalize()
        .into()
}
