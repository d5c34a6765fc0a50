//! Sealing what names or describes a person, so that neither the database nor a copy of it tells.
//!
//! Each record has a [`DataKey`], kept wrapped by a master key that is never in the database. A
//! sealed value is bound to its [`Place`]: moved to another row or column it doesn't open. A
//! person is found by [`Vault::person_key`], a keyed hash of the identity number.
//!
//! XChaCha20-Poly1305 with random nonces ([`aead`]); HMAC-SHA-256. Nothing here prints a key or a plaintext.

mod aead;

use super::SealError;
use crate::ids;
use aead::{open_with, seal_with};
use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use samrad_domain::id::DataKeyId;
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

type Key = Zeroizing<[u8; 32]>;

/// Parts joined so that no two lists of parts join alike.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    all
}

/// What tells one row of a table from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// An id.
    Id(Uuid),
    /// An id and a version of it.
    Version(Uuid, i32),
    /// An index, in the log.
    Index(i64),
}

impl From<Uuid> for Row {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

/// Where a sealed value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    table: &'static str,
    row: Row,
    column: &'static str,
}

impl Place {
    /// The column of one row of a table.
    #[must_use]
    pub fn new(table: &'static str, row: impl Into<Row>, column: &'static str) -> Self {
        Self {
            table,
            row: row.into(),
            column,
        }
    }

    fn bound(&self) -> Vec<u8> {
        let row = match self.row {
            Row::Id(id) => [b"i", id.as_bytes().as_slice()].concat(),
            Row::Version(id, version) => {
                [b"v", id.as_bytes().as_slice(), &version.to_be_bytes()].concat()
            }
            Row::Index(index) => [b"n", index.to_be_bytes().as_slice()].concat(),
        };
        joined(&[
            b"samrad-cell/v1",
            self.table.as_bytes(),
            &row,
            self.column.as_bytes(),
        ])
    }
}

/// The key of one record. It is wiped from memory when dropped.
#[derive(Clone)]
pub struct DataKey {
    id: DataKeyId,
    key: Key,
}

impl DataKey {
    /// Its id in `data_key`.
    #[must_use]
    pub const fn id(&self) -> DataKeyId {
        self.id
    }

    /// Seals `plain` for `place`.
    #[must_use]
    pub fn seal(&self, place: Place, plain: &[u8]) -> Vec<u8> {
        seal_with(&self.key, &place.bound(), plain)
    }

    /// Opens what was sealed for `place` with this key.
    ///
    /// # Errors
    /// [`SealError::Forged`] if it was changed, moved or sealed with another key;
    /// [`SealError::Form`] if it was never sealed.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        open_with(&self.key, &place.bound(), sealed)
    }

    /// Opens a text.
    ///
    /// # Errors
    /// As [`DataKey::open`]; and [`SealError::Form`] if it isn't text.
    pub fn open_text(&self, place: Place, sealed: &[u8]) -> Result<String, SealError> {
        let plain = self.open(place, sealed)?;
        std::str::from_utf8(&plain)
            .map(str::to_owned)
            .map_err(|_| SealError::Form)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({}, ..)", self.id)
    }
}

/// A data key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The master key that wraps it.
    pub master_id: String,
    /// The key, sealed.
    pub wrapped: Vec<u8>,
}

/// Why keys given in the configuration can't be used. Says nothing of their value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No key at all.
    #[error("no key is given")]
    Missing,
    /// Not `id:key`.
    #[error(
        "a master key must be written id:key, where the id has 1 to 64 letters, digits, '-', '_' or '.'"
    )]
    Id,
    /// Two keys of one id.
    #[error("two master keys have the same id")]
    Twice,
    /// Not the base64 of 32 bytes.
    #[error("a key must be the base64 of 32 bytes")]
    Length,
    /// A key that nobody drew at random.
    #[error("a key must be random: every byte of this one is the same")]
    Constant,
}

fn parse_key(base64: &str) -> Result<Key, KeyError> {
    let bytes = Zeroizing::new(
        BASE64_STANDARD
            .decode(base64.trim())
            .map_err(|_| KeyError::Length)?,
    );
    let mut key = Zeroizing::new([0; 32]);
    if bytes.len() != key.len() {
        return Err(KeyError::Length);
    }
    key.copy_from_slice(&bytes);
    if key.iter().all(|byte| *byte == key[0]) {
        return Err(KeyError::Constant);
    }
    Ok(key)
}

struct MasterKey {
    id: String,
    key: Key,
}

/// The master keys: the first wraps, all unwrap.
pub struct MasterKeys {
    current: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    /// Reads `id:base64`, several with commas between, the current one first.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut keys = Vec::<MasterKey>::new();
        for entry in text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            let (id, key) = entry.split_once(':').ok_or(KeyError::Id)?;
            let fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if !(1..=64).contains(&id.len()) || !id.chars().all(fit) {
                return Err(KeyError::Id);
            }
            if keys.iter().any(|other| other.id == id) {
                return Err(KeyError::Twice);
            }
            keys.push(MasterKey {
                id: id.to_owned(),
                key: parse_key(key)?,
            });
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or(KeyError::Missing)?;
        Ok(Self {
            current,
            older: keys.collect(),
        })
    }

    fn find(&self, id: &str) -> Option<&MasterKey> {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|key| key.id == id)
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "MasterKeys(current {}, {} older)",
            self.current.id,
            self.older.len()
        )
    }
}

/// The key of the hash by which a person is found. It can't be changed once patients are
/// registered.
pub struct LookupKey(Key);

impl LookupKey {
    /// Reads the base64 of 32 bytes.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn parse(base64: &str) -> Result<Self, KeyError> {
        if base64.trim().is_empty() {
            Err(KeyError::Missing)
        } else {
            parse_key(base64).map(Self)
        }
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey(..)")
    }
}

/// The keys of one deployment.
#[derive(Debug)]
pub struct Vault {
    masters: MasterKeys,
    lookup: LookupKey,
}

impl Vault {
    /// A vault with these keys.
    #[must_use]
    pub const fn new(masters: MasterKeys, lookup: LookupKey) -> Self {
        Self { masters, lookup }
    }

    /// The keyed hash of an identity number in its one written form, eleven digits.
    #[must_use]
    pub fn person_key(&self, identity_number: &str) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.lookup.0)
            .expect("HMAC takes a key of any length");
        mac.update(b"samrad-person/v1\0");
        mac.update(identity_number.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The id of the master key that wraps.
    #[must_use]
    pub fn current_master(&self) -> &str {
        &self.masters.current.id
    }

    /// A new random data key.
    #[must_use]
    pub fn new_data_key(&self) -> DataKey {
        self.new_data_key_named(DataKeyId::new(ids::new_uuid()))
    }

    /// A new data key under an id that is known beforehand.
    #[must_use]
    pub fn new_data_key_named(&self, id: DataKeyId) -> DataKey {
        DataKey {
            id,
            key: Zeroizing::new(ids::random_bytes()),
        }
    }

    /// Wraps a data key by the current master key.
    #[must_use]
    pub fn wrap(&self, key: &DataKey) -> WrappedKey {
        let master = &self.masters.current;
        let wrapped = seal_with(&master.key, &bound_key(&master.id, key.id), &*key.key);
        WrappedKey {
            master_id: master.id.clone(),
            wrapped,
        }
    }

    /// Unwraps a stored data key.
    ///
    /// # Errors
    /// [`SealError::UnknownMaster`] if its master key isn't configured; else as [`DataKey::open`].
    pub fn unwrap(&self, id: DataKeyId, stored: &WrappedKey) -> Result<DataKey, SealError> {
        let master = self
            .masters
            .find(&stored.master_id)
            .ok_or(SealError::UnknownMaster)?;
        let plain = open_with(&master.key, &bound_key(&master.id, id), &stored.wrapped)?;
        let mut key = Zeroizing::new([0; 32]);
        if plain.len() != key.len() {
            return Err(SealError::Form);
        }
        key.copy_from_slice(&plain);
        Ok(DataKey { id, key })
    }
}

fn bound_key(master_id: &str, id: DataKeyId) -> Vec<u8> {
    joined(&[
        b"samrad-data-key/v1",
        master_id.as_bytes(),
        id.uuid().as_bytes(),
    ])
}
