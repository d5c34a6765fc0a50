//! The keys of the configuration. They don't print, and are wiped when dropped.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::config::reader::Reader;

const MASTER: &str = "SAMRAD_MASTER_KEY";
const LOOKUP: &str = "SAMRAD_LOOKUP_KEY";

/// Characters that the id of a master key may have.
const MAX_ID: usize = 32;

/// A key that wraps data keys, with the id that what it wrapped is marked with.
#[derive(Clone)]
pub struct MasterKey {
    id: String,
    key: Zeroizing<[u8; 32]>,
}

impl MasterKey {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// The key of look-ups by identity number.
#[derive(Clone)]
pub struct LookupKey(Zeroizing<[u8; 32]>);

impl LookupKey {
    /// The key itself.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey(..)")
    }
}

/// Reads `id:base64,id:base64,…`, of which the first is current.
pub(crate) fn master_keys(reader: &mut Reader<'_>) -> Vec<MasterKey> {
    let Some(text) = reader.text_or_file(MASTER) else {
        return Vec::new();
    };
    let mut keys = Vec::<MasterKey>::new();
    for (place, entry) in text.trim().split(',').enumerate() {
        match master_key(entry.trim()) {
            Ok(key) if keys.iter().any(|known| known.id == key.id) => {
                reader.fault(MASTER, format!("no. {}: its id stands twice", place + 1));
            }
            Ok(key) if keys.iter().any(|known| same(&known.key, &key.key)) => {
                reader.fault(
                    MASTER,
                    format!("no. {}: the same key stands twice", place + 1),
                );
            }
            Ok(key) => keys.push(key),
            Err(fault) => reader.fault(MASTER, format!("no. {}: {fault}", place + 1)),
        }
    }
    keys
}

fn master_key(entry: &str) -> Result<MasterKey, &'static str> {
    let (id, key) = entry.split_once(':').ok_or("is not id:base64")?;
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !(1..=MAX_ID).contains(&id.len()) || !plain {
        return Err("its id must be 1–32 of a–z, A–Z, 0–9, -, _ and .");
    }
    Ok(MasterKey {
        id: id.to_owned(),
        key: key_of(key)?,
    })
}

/// Reads the look-up key, which must not be a master key.
pub(crate) fn lookup_key(reader: &mut Reader<'_>, masters: &[MasterKey]) -> Option<LookupKey> {
    let text = reader.text_or_file(LOOKUP)?;
    match key_of(text.trim()) {
        Ok(key) if masters.iter().any(|master| same(&master.key, &key)) => {
            reader.fault(
                LOOKUP,
                "is the same as a master key: each must be of its own",
            );
            None
        }
        Ok(key) => Some(LookupKey(key)),
        Err(fault) => {
            reader.fault(LOOKUP, fault);
            None
        }
    }
}

fn key_of(text: &str) -> Result<Zeroizing<[u8; 32]>, &'static str> {
    let bytes = STANDARD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| "is not base64")?;
    let mut key = Zeroizing::new([0; 32]);
    if bytes.len() != key.len() {
        return Err("must be 32 bytes, in base64");
    }
    key.copy_from_slice(&bytes);
    if key.iter().all(|byte| *byte == key[0]) {
        return Err("is one byte over and over: make it with `openssl rand -base64 32`");
    }
    Ok(key)
}

fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.ct_eq(other).into()
}
