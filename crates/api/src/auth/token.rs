//! From the text of a token to proof of who a caller is.
//!
//! The issuer is picked by the unverified `iss`, and from then on everything is fixed by that
//! issuer: algorithm, keys, audience. Nothing of the token is believed before its signature
//! holds. What the caller *is* (role, unit) is not looked for here: the registry says that.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::auth::claims::Claims;
use crate::auth::issuers::{Issuer, Kind};
use crate::http::language::Text;

/// Bytes that a token may have.
pub const MAX_BYTES: usize = 8 * 1024;

/// Seconds by which clocks may differ.
const LEEWAY: i64 = 30;

macro_rules! token_faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $nb:literal, $nn:literal, $en:literal;)*) => {
        /// Why a token proves nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum TokenFault { $($(#[$doc])* $name),* }

        impl TokenFault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The fault in words.
            #[must_use]
            pub const fn detail(self) -> Text {
                match self { $(Self::$name => Text::fixed($nb, $nn, $en)),* }
            }
        }
    };
}

token_faults! {
    /// No `Authorization: Bearer`.
    Missing = "missing", "Tokenet mangler.", "Tokenet manglar.", "There is no token.";
    /// Not a JWT, too large, or claims missing or of a wrong type.
    Malformed = "malformed", "Tokenet kan ikke leses.", "Tokenet kan ikkje lesast.", "The token can't be read.";
    /// `alg: none`, or no signature.
    Unsigned = "unsigned", "Tokenet er ikke signert.", "Tokenet er ikkje signert.", "The token is not signed.";
    /// Another algorithm than the issuer's.
    WrongAlgorithm = "wrongAlgorithm", "Tokenet er signert med en algoritme som utstederen ikke bruker.",
        "Tokenet er signert med ein algoritme som utferdaren ikkje bruker.", "The token is signed with an algorithm that the issuer doesn't use.";
    /// An issuer that isn't trusted.
    UnknownIssuer = "unknownIssuer", "Utstederen er ikke kjent her.", "Utferdaren er ikkje kjend her.", "The issuer is not known here.";
    /// Made for another service.
    WrongAudience = "wrongAudience", "Tokenet er laget for en annen tjeneste.", "Tokenet er laga for ei anna teneste.", "The token was made for another service.";
    /// Past its `exp`.
    Expired = "expired", "Tokenet er utløpt.", "Tokenet er utgått.", "The token has expired.";
    /// Before its `nbf` or `iat`.
    NotYetValid = "notYetValid", "Tokenet gjelder ikke ennå.", "Tokenet gjeld ikkje enno.", "The token is not valid yet.";
    /// No key of the issuer has this `kid`.
    UnknownKey = "unknownKey", "Utstederen har ingen slik nøkkel.", "Utferdaren har ingen slik nøkkel.", "The issuer has no such key.";
    /// The signature doesn't hold.
    BadSignature = "badSignature", "Signaturen stemmer ikke.", "Signaturen stemmer ikkje.", "The signature doesn't hold.";
    /// The caller was not identified as strongly as is asked for.
    WeakAssurance = "weakAssurance", "Innloggingen er ikke på et høyt nok nivå.", "Innlogginga er ikkje på eit høgt nok nivå.", "The sign-in is not of a sufficient level.";
}

impl TokenFault {
    /// What `WWW-Authenticate` says (RFC 6750; RFC 9470 for a weak sign-in).
    #[must_use]
    pub fn challenge(self) -> String {
        let error = match self {
            Self::Missing => return "Bearer realm=\"samrad\"".into(),
            Self::WeakAssurance => "insufficient_user_authentication",
            Self::Malformed
            | Self::Unsigned
            | Self::WrongAlgorithm
            | Self::UnknownIssuer
            | Self::WrongAudience
            | Self::Expired
            | Self::NotYetValid
            | Self::UnknownKey
            | Self::BadSignature => "invalid_token",
        };
        format!(
            "Bearer realm=\"samrad\", error=\"{error}\", error_description=\"{}\"",
            self.code()
        )
    }
}

/// What a valid token proves.
#[derive(Clone)]
pub struct Proof {
    /// What kind of caller its issuer speaks of.
    pub kind: Kind,
    /// Who says so.
    pub issuer: String,
    /// The subject, within the issuer.
    pub subject: String,
    /// The identity number, where the token has one.
    pub identity_number: Option<Zeroizing<String>>,
    /// The client that asked for the token.
    pub client: Option<String>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The level of assurance.
    pub assurance: Option<String>,
    /// When it ends.
    pub expires: Timestamp,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("kind", &self.kind)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// A token that has been read, and is not believed yet.
pub struct Unverified<'t> {
    issuer: usize,
    key_id: String,
    claims: Claims,
    signed: &'t str,
    signature: &'t str,
}

impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl<'t> Unverified<'t> {
    /// Reads `token` and finds who claims to have made it.
    ///
    /// # Errors
    /// When it isn't a signed JWT of one of `issuers` with the issuer's own algorithm.
    pub fn read<'i>(
        token: &'t str,
        issuers: impl IntoIterator<Item = &'i Issuer>,
    ) -> Result<Self, TokenFault> {
        if token.len() > MAX_BYTES {
            return Err(TokenFault::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenFault::Malformed)?;
        if payload.contains('.') {
            return Err(TokenFault::Malformed);
        }
        let header: Header =
            serde_json::from_slice(&decoded(header)?).map_err(|_| TokenFault::Malformed)?;
        if header.alg.eq_ignore_ascii_case("none") || signature.is_empty() {
            return Err(TokenFault::Unsigned);
        }
        if header.crit.is_some() || !header.typ.as_deref().is_none_or(is_access_token) {
            return Err(TokenFault::Malformed);
        }
        let claims: Claims =
            serde_json::from_slice(&decoded(payload)?).map_err(|_| TokenFault::Malformed)?;
        let issuer = claims.text("iss").ok_or(TokenFault::Malformed)?;
        let (place, issuer) = issuers
            .into_iter()
            .enumerate()
            .find(|(_, i)| i.issuer == issuer)
            .ok_or(TokenFault::UnknownIssuer)?;
        if header.alg != format!("{:?}", issuer.algorithm) {
            return Err(TokenFault::WrongAlgorithm);
        }
        let key_id = header
            .kid
            .filter(|kid| !kid.is_empty())
            .ok_or(TokenFault::UnknownKey)?;
        Ok(Self {
            issuer: place,
            key_id,
            claims,
            signed,
            signature,
        })
    }

    /// The place of its issuer among those it was read with.
    #[must_use]
    pub const fn issuer(&self) -> usize {
        self.issuer
    }

    /// The id of the key it says it is signed with.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Proof, if the signature holds and the token speaks to this service at `now`.
    ///
    /// # Errors
    /// When it doesn't.
    pub fn verify(
        &self,
        issuer: &Issuer,
        key: &DecodingKey,
        now: Timestamp,
    ) -> Result<Proof, TokenFault> {
        let holds = jsonwebtoken::crypto::verify(
            self.signature,
            self.signed.as_bytes(),
            key,
            issuer.algorithm,
        );
        if !holds.unwrap_or(false)
            || self
                .claims
                .text("iss")
                .is_none_or(|iss| iss != issuer.issuer)
        {
            return Err(TokenFault::BadSignature);
        }
        if !self
            .claims
            .texts("aud")
            .ok_or(TokenFault::Malformed)?
            .contains(&issuer.audience)
        {
            return Err(TokenFault::WrongAudience);
        }
        let expires = self.in_time(now)?;
        self.proof(issuer, expires)
    }

    fn in_time(&self, now: Timestamp) -> Result<Timestamp, TokenFault> {
        let now = now.as_second();
        let expires = self.claims.seconds("exp")?.ok_or(TokenFault::Malformed)?;
        for name in ["nbf", "iat"] {
            match self.claims.seconds(name)? {
                Some(from) if from > expires => return Err(TokenFault::Malformed),
                Some(from) if from > now + LEEWAY => return Err(TokenFault::NotYetValid),
                Some(_) | None => {}
            }
        }
        if expires + LEEWAY <= now {
            return Err(TokenFault::Expired);
        }
        Timestamp::from_second(expires).map_err(|_| TokenFault::Malformed)
    }

    fn proof(&self, issuer: &Issuer, expires: Timestamp) -> Result<Proof, TokenFault> {
        let names = &issuer.claims;
        let assurance = self.claims.text(&names.assurance);
        if !issuer.assurances.is_empty()
            && !assurance
                .as_ref()
                .is_some_and(|a| issuer.assurances.contains(a))
        {
            return Err(TokenFault::WeakAssurance);
        }
        let client = self.claims.text(&names.client);
        let identity_number = self.claims.text(&names.identity_number).map(Zeroizing::new);
        let subject = self
            .claims
            .text(&names.subject)
            .or_else(|| match issuer.kind {
                Kind::Machine => client.clone(),
                Kind::Staff | Kind::Citizen => None,
            });
        let complete = match issuer.kind {
            Kind::Staff => true,
            Kind::Citizen => identity_number.is_some(),
            Kind::Machine => client.is_some(),
        };
        if !complete {
            return Err(TokenFault::Malformed);
        }
        Ok(Proof {
            kind: issuer.kind,
            issuer: issuer.issuer.clone(),
            subject: subject.ok_or(TokenFault::Malformed)?,
            identity_number,
            client,
            scopes: self.claims.words(&names.scope),
            assurance,
            expires,
        })
    }
}

fn decoded(part: &str) -> Result<Zeroizing<Vec<u8>>, TokenFault> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map(Zeroizing::new)
        .map_err(|_| TokenFault::Malformed)
}

fn is_access_token(kind: &str) -> bool {
    ["jwt", "at+jwt", "application/at+jwt"]
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests;
