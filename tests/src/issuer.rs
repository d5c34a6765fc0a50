//! Token issuers of the tests: one for staff, one for citizens, one for machines, each with a key
//! of its own. The service reads their public keys from a file, as from any issuer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::SigningKey;
use serde_json::{Value, json};

use crate::chance;
use crate::token::Token;

/// The audience of every token for the service.
pub const AUDIENCE: &str = "samrad";

/// One issuer: its URL, its key, and the file where it publishes the public half.
#[derive(Debug)]
pub struct Issuer {
    kind: &'static str,
    key: Mutex<(String, SigningKey)>,
    jwks: PathBuf,
}

/// The three kinds of issuers.
#[derive(Debug)]
pub struct Issuers {
    /// Of people at work.
    pub staff: Issuer,
    /// Of patients and guardians.
    pub citizen: Issuer,
    /// Of systems.
    pub machine: Issuer,
    /// Holds their key files.
    _directory: tempfile::TempDir,
}

impl Issuers {
    /// Three, with new keys.
    ///
    /// # Panics
    /// If the key files can't be written.
    #[must_use]
    pub fn create() -> Self {
        let directory = tempfile::tempdir().expect("a directory for the key sets");
        let issuer = |kind| Issuer::create(kind, directory.path());
        Self {
            staff: issuer("staff"),
            citizen: issuer("citizen"),
            machine: issuer("machine"),
            _directory: directory,
        }
    }

    /// `SAMRAD_ISSUERS`.
    #[must_use]
    pub fn settings(&self) -> Value {
        json!([
            self.staff.settings(),
            self.citizen.settings(),
            self.machine.settings()
        ])
    }
}

impl Issuer {
    fn create(kind: &'static str, directory: &Path) -> Self {
        let issuer = Self {
            kind,
            key: Mutex::new(new_key()),
            jwks: directory.join(format!("{kind}.jwks.json")),
        };
        issuer.publish();
        issuer
    }

    /// The `iss` of its tokens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}.test", self.kind)
    }

    /// Makes a new key, publishes it and forgets the old one: tokens name a `kid` not seen before.
    ///
    /// # Panics
    /// If the key file can't be written.
    pub fn rotate(&self) {
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = new_key();
        self.publish();
    }

    /// A token of this issuer, to be completed.
    #[must_use]
    pub fn token(&self) -> Token {
        let (kid, key) = self.current();
        Token::new(&self.url(), &kid, key)
    }

    /// A token of a person at work.
    #[must_use]
    pub fn for_subject(&self, subject: &str) -> Token {
        self.token().claim("sub", subject)
    }

    /// A token of a citizen, as strong as the service asks for.
    #[must_use]
    pub fn for_citizen(&self, identity_number: &str) -> Token {
        self.token()
            .claim("sub", chance::word::<16>())
            .claim("pid", identity_number)
            .claim("acr", "idporten-loa-high")
    }

    /// A token of a system of the organisation with this number.
    #[must_use]
    pub fn for_machine(&self, client_id: &str, organisation_number: &str, scopes: &str) -> Token {
        self.token()
            .claim("client_id", client_id)
            .claim("scope", scopes)
            .claim("consumer", json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{organisation_number}")}))
    }

    fn settings(&self) -> Value {
        json!({
            "issuer": self.url(),
            "audience": AUDIENCE,
            "jwks": format!("file://{}", self.jwks.display()),
            "algorithm": "ES256",
            "kind": self.kind,
            "claims": {
                "subject": "sub", "identityNumber": "pid", "scope": "scope", "client": "client_id", "assurance": "acr"
            },
            "assurances": if self.kind == "citizen" { json!(["Level4", "idporten-loa-high"]) } else { json!([]) },
        })
    }

    fn publish(&self) {
        let (kid, key) = self.current();
        let point = key.verifying_key().to_encoded_point(false);
        let number = |bytes: Option<&p256::FieldBytes>| {
            URL_SAFE_NO_PAD.encode(bytes.expect("a public key is not the point at infinity"))
        };
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
            "x": number(point.x()), "y": number(point.y()),
        });
        // Written beside and moved, so that the service never reads half a file.
        let beside = self.jwks.with_extension("new");
        std::fs::write(&beside, json!({ "keys": [jwk] }).to_string())
            .expect("the key set is writable");
        std::fs::rename(&beside, &self.jwks).expect("the key set is writable");
    }

    fn current(&self) -> (String, SigningKey) {
        self.key
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn new_key() -> (String, SigningKey) {
    (
        chance::word::<8>(),
        SigningKey::random(&mut p256::elliptic_curve::rand_core::OsRng),
    )
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::JwkSet;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

    use super::*;
    use crate::token::Token;

    /// What a careful verifier makes of the token, with the keys that the issuer publishes.
    fn accepted(issuer: &Issuer, token: &str) -> bool {
        let published = std::fs::read(&issuer.jwks).expect("published");
        let keys: JwkSet = serde_json::from_slice(&published).expect("a key set");
        let key = DecodingKey::from_jwk(&keys.keys[0]).expect("a key");
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer.url()]);
        decode::<Value>(token, &key, &validation).is_ok()
    }

    #[test]
    fn only_the_honest_token_is_accepted() {
        let issuers = Issuers::create();
        let token = || -> Token { issuers.staff.for_subject("someone") };
        assert!(accepted(&issuers.staff, &token().signed()));
        assert!(!accepted(&issuers.staff, &token().expired().signed()));
        assert!(!accepted(
            &issuers.staff,
            &token().claim("aud", "another").signed()
        ));
        assert!(!accepted(&issuers.staff, &token().signed_by_a_stranger()));
        assert!(!accepted(&issuers.staff, &token().unsigned()));
        assert!(!accepted(&issuers.staff, &token().confused()));
        assert!(!accepted(&issuers.citizen, &token().signed()));
    }

    #[test]
    fn rotation_replaces_the_published_key() {
        let issuers = Issuers::create();
        let before = issuers.machine.token().signed();
        issuers.machine.rotate();
        assert!(!accepted(&issuers.machine, &before));
        assert!(accepted(
            &issuers.machine,
            &issuers.machine.token().signed()
        ));
    }
}
