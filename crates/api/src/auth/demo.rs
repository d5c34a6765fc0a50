//! An issuer of the service's own, for the demo and for tests: a key in a directory, its public
//! half as a key set beside it, and tokens for whoever is asked for.
//!
//! `serve` never makes one: there, tokens come from the issuers configured.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::auth::issuers::Kind;

/// The audience of demo tokens.
pub const AUDIENCE: &str = "samrad-demo";

const KEY_FILE: &str = "issuer-key.pem";
const JWKS_FILE: &str = "jwks.json";
const KEY_ID: &str = "demo-1";
const ASSURANCE: &str = "idporten-loa-high";

/// Who a token is for.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// What kind of caller.
    pub kind: Kind,
    /// The subject; for a machine also its client id.
    pub subject: String,
    /// The identity number, for a citizen.
    pub identity_number: Option<String>,
    /// The scopes, for a machine.
    pub scopes: Vec<String>,
}

/// The demo's issuer.
pub struct DemoIssuer {
    directory: PathBuf,
    key: EncodingKey,
}

impl std::fmt::Debug for DemoIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoIssuer")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl DemoIssuer {
    /// Opens the issuer in `directory`, or makes one there of `entropy`.
    ///
    /// # Errors
    /// When the directory can't be written or holds something else.
    pub fn open(directory: &Path, entropy: &[u8; 32]) -> io::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
        let directory = fs::canonicalize(directory)?;
        let path = directory.join(KEY_FILE);
        if !path.exists() {
            let key = SecretKey::from_slice(entropy).map_err(io::Error::other)?;
            let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(io::Error::other)?;
            write_secret(&path, pem.as_bytes())?;
        }
        let pem = Zeroizing::new(fs::read_to_string(&path)?);
        let key = SecretKey::from_pkcs8_pem(&pem).map_err(io::Error::other)?;
        fs::write(directory.join(JWKS_FILE), key_set(&key)?)?;
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(io::Error::other)?;
        Ok(Self { directory, key })
    }

    /// The configuration that trusts this issuer, in the form of `SAMRAD_ISSUERS`.
    #[must_use]
    pub fn settings(&self) -> String {
        let jwks = format!("file://{}", self.directory.join(JWKS_FILE).display());
        let entries: Vec<Value> = [Kind::Staff, Kind::Citizen, Kind::Machine]
            .into_iter()
            .map(|kind| {
                let assurances: &[&str] = if kind == Kind::Citizen { &["Level4", ASSURANCE] } else { &[] };
                json!({"issuer": issuer(kind), "audience": AUDIENCE, "jwks": jwks, "algorithm": "ES256",
                    "kind": word(kind), "assurances": assurances})
            })
            .collect();
        Value::Array(entries).to_string()
    }

    /// A token for `bearer` that lasts `minutes` from `now`.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn mint(&self, bearer: &Bearer, minutes: u32, now: Timestamp) -> io::Result<String> {
        let issued = now.as_second();
        let mut claims = json!({"iss": issuer(bearer.kind), "aud": AUDIENCE, "sub": bearer.subject, "iat": issued,
            "nbf": issued, "exp": issued + i64::from(minutes) * 60, "acr": ASSURANCE});
        if bearer.kind == Kind::Machine {
            claims["client_id"] = json!(bearer.subject);
            claims["scope"] = json!(bearer.scopes.join(" "));
        }
        if let Some(number) = &bearer.identity_number {
            claims["pid"] = json!(number);
        }
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(KEY_ID.into());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(io::Error::other)
    }
}

/// The `iss` of the demo's tokens of a kind.
#[must_use]
pub fn issuer(kind: Kind) -> String {
    format!("https://demo.samrad.invalid/{}", word(kind))
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Staff => "staff",
        Kind::Citizen => "citizen",
        Kind::Machine => "machine",
    }
}

fn write_secret(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn key_set(key: &SecretKey) -> io::Result<String> {
    let mut jwk: Value = serde_json::from_str(&key.public_key().to_jwk_string())?;
    jwk["kid"] = json!(KEY_ID);
    jwk["use"] = json!("sig");
    jwk["alg"] = json!("ES256");
    Ok(json!({"keys": [jwk]}).to_string())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::auth::issuers::Issuer;

    #[test]
    fn the_key_is_for_its_owner_alone_and_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        DemoIssuer::open(directory.path(), &[7; 32]).unwrap();
        let path = directory.path().join(KEY_FILE);
        let first = fs::read(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        DemoIssuer::open(directory.path(), &[8; 32]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first);
    }

    #[test]
    fn its_settings_are_ones_that_the_service_accepts() {
        let directory = tempfile::tempdir().unwrap();
        let settings = DemoIssuer::open(directory.path(), &[7; 32])
            .unwrap()
            .settings();
        assert_eq!(Issuer::parse_all(&settings).unwrap().len(), 3);
    }

    #[test]
    fn the_public_file_holds_no_private_key() {
        let directory = tempfile::tempdir().unwrap();
        DemoIssuer::open(directory.path(), &[7; 32]).unwrap();
        let set: Value =
            serde_json::from_slice(&fs::read(directory.path().join(JWKS_FILE)).unwrap()).unwrap();
        assert!(set["keys"][0].get("d").is_none());
    }
}
