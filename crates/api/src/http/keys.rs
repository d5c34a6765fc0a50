//! The keys that HTTP alone uses, derived from the service's look-up key: no two uses share one.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes of a cursor's tag.
pub const TAG: usize = 16;

/// The keys of cursors and of request digests.
pub struct HttpKeys {
    cursor: Zeroizing<[u8; 32]>,
    request: Zeroizing<[u8; 32]>,
}

impl HttpKeys {
    /// Derives the keys.
    #[must_use]
    pub fn derive(root: &[u8; 32]) -> Self {
        Self {
            cursor: Zeroizing::new(mac(root, &[b"samrad-cursor/v1"])),
            request: Zeroizing::new(mac(root, &[b"samrad-request/v1"])),
        }
    }

    /// The tag that binds a cursor's place to a question.
    #[must_use]
    pub fn cursor_tag(&self, question: &[u8], place: &[u8]) -> [u8; TAG] {
        let mut tag = [0; TAG];
        tag.copy_from_slice(&mac(&self.cursor, &[question, place])[..TAG]);
        tag
    }

    /// Whether `tag` is the one that binds this place to this question.
    #[must_use]
    pub fn is_cursor_tag(&self, question: &[u8], place: &[u8], tag: &[u8]) -> bool {
        self.cursor_tag(question, place).ct_eq(tag).into()
    }

    /// A hash of a request that tells nothing to who doesn't have the key: a body may hold an
    /// identity number, of which there are too few to hide behind a plain hash.
    #[must_use]
    pub fn request_digest(&self, method: &str, path: &str, body: &[u8]) -> [u8; 32] {
        mac(&self.request, &[method.as_bytes(), path.as_bytes(), body])
    }
}

impl std::fmt::Debug for HttpKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpKeys(..)")
    }
}

/// HMAC-SHA256 of the parts, each after its length, so that they can't be moved over.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_requests_apart() {
        let keys = HttpKeys::derive(&[1; 32]);
        let digest = keys.request_digest("POST", "/a", b"bc");
        assert_eq!(digest, keys.request_digest("POST", "/a", b"bc"));
        assert_ne!(digest, keys.request_digest("POST", "/ab", b"c"));
        assert_ne!(
            digest,
            HttpKeys::derive(&[2; 32]).request_digest("POST", "/a", b"bc")
        );
    }
}
