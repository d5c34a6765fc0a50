//! The keys of logs and witnesses: private, and as verifiers write them down.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

use super::{NoteError, SignatureLine, Signed};
use crate::{line, tree};

/// What a key signs, with the byte that C2SP assigned to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A note's text (0x01): logs.
    Ed25519,
    /// The time and a checkpoint's text, `cosignature/v1` (0x04): witnesses.
    Cosigner,
}

/// What is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Empty, or with a space or a plus.
    #[error("a key's name must not be empty nor have spaces or pluses")]
    Name,
    /// Not `name+hash+base64`.
    #[error("not a verifier key (name+hash+base64)")]
    Form,
    /// A signature type that this log doesn't use.
    #[error("a key of signature type {0:#04x}; this program knows 0x01 and 0x04")]
    Kind(u8),
    /// Not a point of the curve, or one that anybody can sign for.
    #[error("not an Ed25519 public key")]
    Point,
    /// The hash isn't that of name and key: most likely one of them was mistyped.
    #[error("the hash doesn't fit the name and the key")]
    Hash,
}

/// A log's private key. Wiped from memory when dropped; not shown by `Debug`.
pub struct Signer {
    key: SigningKey,
    verifier: Verifier,
}

/// A witness's private key. Wiped from memory when dropped; not shown by `Debug`.
pub struct Cosigner {
    key: SigningKey,
    verifier: Verifier,
}

/// A public key with the name that it signs under.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    kind: Kind,
    id: u32,
    key: VerifyingKey,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosigner => 0x04,
        }
    }

    fn of(byte: u8) -> Result<Self, KeyError> {
        match byte {
            0x01 => Ok(Self::Ed25519),
            0x04 => Ok(Self::Cosigner),
            other => Err(KeyError::Kind(other)),
        }
    }
}

pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c < ' ')
}

impl Signer {
    /// The key of 32 secret bytes, which must come from the system's source of randomness.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = Verifier::of(name, Kind::Ed25519, key.verifying_key())?;
        Ok(Self { key, verifier })
    }

    /// What others verify with.
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    pub(super) fn sign(&self, text: &str) -> SignatureLine {
        self.verifier
            .line(self.key.sign(text.as_bytes()).to_bytes().to_vec())
    }
}

impl Cosigner {
    /// The key of 32 secret bytes, which must come from the system's source of randomness.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = Verifier::of(name, Kind::Cosigner, key.verifying_key())?;
        Ok(Self { key, verifier })
    }

    /// What others verify with.
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    pub(super) fn sign(&self, text: &str, time: u64) -> SignatureLine {
        let signature = self.key.sign(cosigned(text, time).as_bytes());
        self.verifier
            .line([&time.to_be_bytes()[..], &signature.to_bytes()].concat())
    }
}

/// What a witness signs: that it saw this checkpoint at this time.
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

impl Verifier {
    fn of(name: &str, kind: Kind, key: VerifyingKey) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let hash = tree::digest([name.as_bytes(), b"\n", &[kind.byte()], key.as_bytes()]);
        let id = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        Ok(Self {
            name: name.to_owned(),
            kind,
            id,
            key,
        })
    }

    /// The name that the key signs under; of a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a log's or a witness's.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The short id of the key: the first four bytes of a hash over name, kind and key.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The signature of a log's key or of a witness on the text of a note.
    pub(super) fn verify(&self, text: &str, signature: &[u8]) -> Result<Signed<'_>, NoteError> {
        let bad = || NoteError::BadSignature(self.name.clone());
        let (at, message, signature) = match self.kind {
            Kind::Ed25519 => (None, text.to_owned(), signature),
            Kind::Cosigner => {
                let (time, signature) = signature.split_first_chunk::<8>().ok_or_else(bad)?;
                let time = u64::from_be_bytes(*time);
                if i64::try_from(time).is_err() {
                    return Err(bad());
                }
                (Some(time), cosigned(text, time), signature)
            }
        };
        let signature = Signature::from_slice(signature).map_err(|_| bad())?;
        // Strict: one message and key have no second signature that also passes.
        self.key
            .verify_strict(message.as_bytes(), &signature)
            .map_err(|_| bad())?;
        Ok(Signed { verifier: self, at })
    }

    fn line(&self, signature: Vec<u8>) -> SignatureLine {
        SignatureLine {
            name: self.name.clone(),
            id: self.id,
            signature,
        }
    }
}

impl FromStr for Verifier {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // Only the key itself may have a plus, in its base64.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let bytes = line::unbase64(key).ok_or(KeyError::Form)?;
        let (kind, key) = bytes.split_first().ok_or(KeyError::Form)?;
        let kind = Kind::of(*kind)?;
        let key: &[u8; 32] = key.try_into().map_err(|_| KeyError::Point)?;
        let key = VerifyingKey::from_bytes(key)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(KeyError::Point)?;
        let verifier = Self::of(name, kind, key)?;
        if format!("{:08x}", verifier.id) == hash {
            Ok(verifier)
        } else {
            Err(KeyError::Hash)
        }
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.byte()][..], self.key.as_bytes()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id, line::base64(&key))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({self})")
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, ..)", self.verifier.name)
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({}, ..)", self.verifier.name)
    }
}
