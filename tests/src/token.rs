//! A token in the making: right in every part, until a test makes one part wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{EncodePublicKey as _, LineEnding};
use serde_json::{Map, Value, json};

use crate::{chance, clock};

/// Header and claims of a JWT, and the key of its issuer.
#[derive(Clone)]
pub struct Token {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    key: SigningKey,
}

impl Token {
    /// One that holds for ten minutes from now.
    pub(crate) fn new(issuer: &str, kid: &str, key: SigningKey) -> Self {
        let now = clock::now().as_second();
        Self {
            header: Map::new(),
            claims: Map::new(),
            key,
        }
        .header("alg", "ES256")
        .header("typ", "JWT")
        .header("kid", kid)
        .claim("iss", issuer)
        .claim("aud", crate::issuer::AUDIENCE)
        .claim("iat", now)
        .claim("nbf", now - 5)
        .claim("exp", now + 600)
        .claim("jti", chance::word::<16>())
    }

    /// With a claim set, whatever it was.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// With a claim missing.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// With a field of the header set, whatever it was.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// With a field of the header missing.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// An hour too old.
    #[must_use]
    pub fn expired(self) -> Self {
        let then = clock::now().as_second() - 3600;
        self.claim("iat", then - 600)
            .claim("nbf", then - 600)
            .claim("exp", then)
    }

    /// Signed by its issuer.
    #[must_use]
    pub fn signed(&self) -> String {
        self.signed_by(&self.key)
    }

    /// Signed by somebody else's key, under the issuer's name.
    #[must_use]
    pub fn signed_by_a_stranger(&self) -> String {
        self.signed_by(&SigningKey::random(
            &mut p256::elliptic_curve::rand_core::OsRng,
        ))
    }

    /// `alg: none`, with nothing behind the last dot.
    #[must_use]
    pub fn unsigned(self) -> String {
        format!("{}.", self.header("alg", "none").content())
    }

    /// HS256 with the issuer's *public* key as the secret: passes where a verifier lets the token
    /// choose the algorithm.
    ///
    /// # Panics
    /// Never: a public key has a PEM form.
    #[must_use]
    pub fn confused(self) -> String {
        let public = self
            .key
            .verifying_key()
            .to_public_key_pem(LineEnding::LF)
            .expect("a public key has a PEM form");
        let content = self.header("alg", "HS256").content();
        let secret = EncodingKey::from_secret(public.as_bytes());
        let mac = crypto::sign(content.as_bytes(), &secret, Algorithm::HS256)
            .expect("any bytes are a secret");
        format!("{content}.{mac}")
    }

    fn signed_by(&self, key: &SigningKey) -> String {
        let content = self.content();
        let signature: Signature = key.sign(content.as_bytes());
        format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn content(&self) -> String {
        let part = |json: &Map<String, Value>| URL_SAFE_NO_PAD.encode(json!(json).to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }
}
