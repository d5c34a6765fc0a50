//! The public keys of one issuer: fetched, kept, and fetched again when a token names one we lack.
//!
//! A stranger can make up key ids as fast as they like, so two fetches are never closer than the
//! floor, and one fetch serves all who wait for it. A fetch that fails leaves the old keys. The
//! fetch itself runs on a blocking thread.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::sync::{Arc, RwLock, RwLockReadGuard};
use std::time::Duration;

use actix_web::web;
use futures_util::lock::Mutex;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::auth::issuers::KeySource;

/// Bytes that a key set may have.
const MAX_BYTES: u64 = 512 * 1024;
/// How long a fetch may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Keys older than this are fetched again, so that a key the issuer took back stops working.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(15);
/// Bytes of the shortest RSA modulus accepted (2048 bits).
const RSA_BYTES: usize = 256;

/// What the ring can say of a key.
#[derive(Debug)]
pub enum Found {
    /// The issuer has it.
    Key(Arc<DecodingKey>),
    /// The issuer doesn't have it.
    Unknown,
    /// The issuer's keys have never been read, so nobody can say.
    Unread,
}

#[derive(Default)]
struct Held {
    keys: HashMap<String, Arc<DecodingKey>>,
    read: Option<Timestamp>,
    tried: Option<Timestamp>,
}

/// The keys of one issuer.
pub struct KeyRing {
    source: KeySource,
    algorithm: Algorithm,
    floor: SignedDuration,
    held: RwLock<Held>,
    fetching: Mutex<()>,
}

impl KeyRing {
    /// A ring that has read nothing yet. `floor` is the least time between two fetches.
    #[must_use]
    pub fn new(source: KeySource, algorithm: Algorithm, floor: Duration) -> Arc<Self> {
        let floor = SignedDuration::try_from(floor).unwrap_or(SignedDuration::MAX);
        Arc::new(Self {
            source,
            algorithm,
            floor,
            held: RwLock::default(),
            fetching: Mutex::new(()),
        })
    }

    /// The key that `key_id` names, fetching if it must and may. Who lacks a key waits for a
    /// fetch that is under way; who only has an old one doesn't.
    pub async fn find(self: &Arc<Self>, key_id: &str, now: Timestamp) -> Found {
        let found = self.look(key_id);
        let guard = match &found {
            Found::Key(_) if !self.due(now) => return found,
            Found::Key(_) => match self.fetching.try_lock() {
                Some(guard) => guard,
                None => return found,
            },
            Found::Unknown | Found::Unread => self.fetching.lock().await,
        };
        if matches!(self.look(key_id), Found::Key(_)) && !self.due(now) || !self.rested(now) {
            return self.look(key_id);
        }
        let ring = Arc::clone(self);
        if web::block(move || ring.fetch(now)).await.is_err() {
            log::error!("the fetch of an issuer's keys was broken off");
        }
        drop(guard);
        self.look(key_id)
    }

    /// Whether the ring still has the very `key` that it once found for `key_id`, as read not too long
    /// ago: then what was proven by it needn't be proven again.
    #[must_use]
    pub fn stands_by(&self, key_id: &str, key: &Arc<DecodingKey>, now: Timestamp) -> bool {
        let held = matches!(self.look(key_id), Found::Key(held) if Arc::ptr_eq(&held, key));
        held && !self.due(now)
    }

    /// Reads the keys now. What goes wrong is logged; the old keys stay.
    pub fn fetch(&self, now: Timestamp) {
        self.write(|held| held.tried = Some(now));
        match read(&self.source).and_then(|text| parse(&text, self.algorithm)) {
            Ok(keys) => self.write(|held| {
                held.keys = keys;
                held.read = Some(now);
            }),
            Err(fault) => log::warn!(
                "an issuer's keys can't be read from {:?}: {fault}",
                self.source
            ),
        }
    }

    /// Whether the keys are old, and may be fetched again.
    fn due(&self, now: Timestamp) -> bool {
        let read = self.held().read;
        read.is_none_or(|read| now.duration_since(read) >= MAX_AGE) && self.rested(now)
    }

    /// Whether the last fetch is far enough behind.
    fn rested(&self, now: Timestamp) -> bool {
        self.held()
            .tried
            .is_none_or(|tried| now.duration_since(tried) >= self.floor)
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().expect("no holder of this lock can panic")
    }

    fn look(&self, key_id: &str) -> Found {
        let held = self.held();
        match (held.keys.get(key_id), held.read) {
            (Some(key), _) => Found::Key(Arc::clone(key)),
            (None, Some(_)) => Found::Unknown,
            (None, None) => Found::Unread,
        }
    }

    fn write(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held.write().expect("no holder of this lock can panic"));
    }
}

fn read(source: &KeySource) -> Result<String, String> {
    match source {
        KeySource::File(path) => {
            let mut text = String::new();
            let file = File::open(path).map_err(|e| e.to_string())?;
            file.take(MAX_BYTES)
                .read_to_string(&mut text)
                .map_err(|e| e.to_string())?;
            Ok(text)
        }
        KeySource::Url(url) => {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .timeout_global(Some(TIMEOUT))
                .max_redirects(0)
                .build()
                .into();
            let mut response = agent
                .get(url)
                .header("Accept", "application/json")
                .call()
                .map_err(|e| e.to_string())?;
            if response.status() != 200 {
                return Err(format!("status {}", response.status().as_u16()));
            }
            response
                .body_mut()
                .with_config()
                .limit(MAX_BYTES)
                .read_to_string()
                .map_err(|e| e.to_string())
        }
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// The keys of a set that `algorithm` can use. A key id that stands twice names neither.
fn parse(text: &str, algorithm: Algorithm) -> Result<HashMap<String, Arc<DecodingKey>>, String> {
    let set: KeySet =
        serde_json::from_str(text).map_err(|e| format!("not a key set (line {})", e.line()))?;
    let mut keys = HashMap::new();
    let mut twice = Vec::new();
    for value in set.keys {
        if let Some((id, key)) = usable(value, algorithm)
            && keys.insert(id.clone(), Arc::new(key)).is_some()
        {
            twice.push(id);
        }
    }
    for id in twice {
        keys.remove(&id);
    }
    if keys.is_empty() {
        Err("no usable key in the set".into())
    } else {
        Ok(keys)
    }
}

fn usable(value: Value, algorithm: Algorithm) -> Option<(String, DecodingKey)> {
    let private = value.get("d").is_some();
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let common = &jwk.common;
    let for_signatures = common
        .public_key_use
        .as_ref()
        .is_none_or(|used| *used == PublicKeyUse::Signature)
        && common
            .key_operations
            .as_ref()
            .is_none_or(|ops| ops.contains(&KeyOperations::Verify));
    let same_algorithm = common
        .key_algorithm
        .is_none_or(|named| named == KeyAlgorithm::from(algorithm));
    if private || !for_signatures || !same_algorithm || !fits(&jwk.algorithm, algorithm) {
        return None;
    }
    Some((common.key_id.clone()?, DecodingKey::from_jwk(&jwk).ok()?))
}

fn fits(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    match key {
        AlgorithmParameters::EllipticCurve(ec) => {
            (ec.curve == EllipticCurve::P256 && algorithm == Algorithm::ES256)
                || (ec.curve == EllipticCurve::P384 && algorithm == Algorithm::ES384)
        }
        AlgorithmParameters::RSA(rsa) => {
            let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).unwrap_or_default();
            let bytes = modulus.iter().skip_while(|byte| **byte == 0).count();
            bytes >= RSA_BYTES && is_rsa(algorithm)
        }
        AlgorithmParameters::OctetKeyPair(pair) => {
            pair.curve == EllipticCurve::Ed25519 && algorithm == Algorithm::EdDSA
        }
        AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_) | _ => false,
    }
}

fn is_rsa(algorithm: Algorithm) -> bool {
    use jsonwebtoken::AlgorithmFamily;
    AlgorithmFamily::Rsa.algorithms().contains(&algorithm)
}

#[cfg(test)]
mod tests;
