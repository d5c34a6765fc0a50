//! Whom the service trusts to say who a caller is: the issuers of tokens, as configured.
//!
//! Serves "asymmetric only, `alg` fixed by issuer": an issuer that could be impersonated with a
//! public key or a plain-text key set is a fault of the configuration, not of a request.

use std::path::PathBuf;

use actix_web::http::Uri;
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::Value;

/// What the tokens of an issuer prove. Entra, TokenX, ID-porten, Maskinporten and HelseID become
/// kinds of their own, each with its own checks, beside these three generic ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Somebody who works with cases; found in the registry by issuer and subject.
    Staff,
    /// A patient or guardian; known by identity number.
    Citizen,
    /// A system; known by its client id.
    Machine,
}

/// Which claim says what.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClaimNames {
    /// The subject.
    pub subject: String,
    /// The identity number (fødselsnummer and its kin).
    pub identity_number: String,
    /// The scopes: a string with spaces between, or an array.
    pub scope: String,
    /// The client that asked for the token.
    pub client: String,
    /// The level of assurance.
    pub assurance: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            subject: "sub".into(),
            identity_number: "pid".into(),
            scope: "scope".into(),
            client: "client_id".into(),
            assurance: "acr".into(),
        }
    }
}

/// Where an issuer's public keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// Over HTTPS, or HTTP on the loopback interface.
    Url(String),
    /// In a file.
    File(PathBuf),
}

/// One trusted issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// The exact `iss`.
    pub issuer: String,
    /// The `aud` that means this service.
    pub audience: String,
    /// Where its keys are.
    pub keys: KeySource,
    /// The one algorithm it signs with.
    pub algorithm: Algorithm,
    /// What its tokens prove.
    pub kind: Kind,
    /// Which claim says what.
    pub claims: ClaimNames,
    /// The levels of assurance that suffice; empty where none is asked for.
    pub assurances: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Raw {
    issuer: String,
    audience: String,
    jwks: String,
    algorithm: String,
    kind: Kind,
    #[serde(default)]
    claims: ClaimNames,
    #[serde(default)]
    assurances: Vec<String>,
}

impl Issuer {
    /// Reads the JSON array of issuers; all that is wrong with it otherwise.
    ///
    /// # Errors
    /// One line for each fault, which names the issuer by its place in the array.
    pub fn parse_all(json: &str) -> Result<Vec<Self>, Vec<String>> {
        let entries: Vec<Value> = serde_json::from_str(json).map_err(|e| {
            vec![format!(
                "is not a JSON array (line {}, column {})",
                e.line(),
                e.column()
            )]
        })?;
        let (mut issuers, mut faults) = (Vec::<Self>::new(), Vec::new());
        if entries.is_empty() {
            faults.push("names no issuer".into());
        }
        for (place, entry) in entries.into_iter().enumerate() {
            match Self::parse(entry) {
                Ok(issuer) if issuers.iter().any(|i| i.issuer == issuer.issuer) => {
                    faults.push(format!("[{place}]: the same issuer stands twice"));
                }
                Ok(issuer) => issuers.push(issuer),
                Err(found) => faults.extend(found.into_iter().map(|f| format!("[{place}]: {f}"))),
            }
        }
        if faults.is_empty() {
            Ok(issuers)
        } else {
            Err(faults)
        }
    }

    fn parse(entry: Value) -> Result<Self, Vec<String>> {
        let raw: Raw = serde_path_to_error::deserialize(entry).map_err(|e| vec![e.to_string()])?;
        let mut faults = Vec::new();
        if raw.issuer.trim().is_empty() || raw.audience.trim().is_empty() {
            faults.push("issuer and audience can't be empty".into());
        }
        if raw.kind == Kind::Citizen && raw.assurances.is_empty() {
            faults.push("a citizen issuer must list the assurances that suffice".into());
        }
        let algorithm = algorithm(&raw.algorithm).map_err(|f| faults.push(f)).ok();
        let keys = key_source(&raw.jwks).map_err(|f| faults.push(f)).ok();
        match (algorithm, keys) {
            (Some(algorithm), Some(keys)) if faults.is_empty() => Ok(Self {
                issuer: raw.issuer,
                audience: raw.audience,
                keys,
                algorithm,
                kind: raw.kind,
                claims: raw.claims,
                assurances: raw.assurances,
            }),
            _ => Err(faults),
        }
    }
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    match name {
        "ES256" => Ok(Algorithm::ES256),
        "ES384" => Ok(Algorithm::ES384),
        "RS256" => Ok(Algorithm::RS256),
        "RS384" => Ok(Algorithm::RS384),
        "RS512" => Ok(Algorithm::RS512),
        "PS256" => Ok(Algorithm::PS256),
        "PS384" => Ok(Algorithm::PS384),
        "PS512" => Ok(Algorithm::PS512),
        "EdDSA" => Ok(Algorithm::EdDSA),
        "HS256" | "HS384" | "HS512" => {
            Err("algorithm is symmetric: whoever can check such a token can make one".into())
        }
        _ => Err("algorithm is not one the service knows".into()),
    }
}

fn key_source(text: &str) -> Result<KeySource, String> {
    if let Some(path) = text.strip_prefix("file://") {
        if !path.starts_with('/') {
            return Err("jwks: a file is named as file:///absolute/path".into());
        }
        return Ok(KeySource::File(path.into()));
    }
    let uri: Uri = text.parse().map_err(|_| "jwks is not a URL".to_owned())?;
    if uri
        .authority()
        .is_none_or(|authority| authority.as_str().contains('@'))
    {
        return Err("jwks is not a URL of a host".into());
    }
    match uri.scheme_str() {
        Some("https") => Ok(KeySource::Url(text.to_owned())),
        Some("http") if uri.host().is_some_and(is_loopback) => Ok(KeySource::Url(text.to_owned())),
        Some("http") => Err("jwks: plain http is for the loopback interface alone".into()),
        _ => Err("jwks must be an https:// or file:// URL".into()),
    }
}

/// Whether a host of a URL is this very machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(change: impl FnOnce(&mut Value)) -> Result<Vec<Issuer>, Vec<String>> {
        let mut entry = json!({"issuer": "https://id.example/", "audience": "samrad", "jwks": "https://id.example/jwks",
            "algorithm": "RS256", "kind": "staff"});
        change(&mut entry);
        Issuer::parse_all(&json!([entry]).to_string())
    }

    #[test]
    fn an_issuer_has_the_usual_claims_unless_told() {
        let issuer =
            parse(|e| e["claims"] = json!({"identityNumber": "helseid://claims/identity/pid"}))
                .unwrap()
                .remove(0);
        assert_eq!(issuer.claims.subject, "sub");
        assert_eq!(
            issuer.claims.identity_number,
            "helseid://claims/identity/pid"
        );
        assert_eq!(issuer.issuer, "https://id.example/");
    }

    #[test]
    fn symmetric_and_absent_algorithms_are_refused() {
        for name in ["HS256", "HS384", "HS512", "none", "None", "es256", ""] {
            assert!(parse(|e| e["algorithm"] = json!(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        for url in [
            "http://id.example/jwks",
            "http://127.0.0.1@evil.example/jwks",
            "http://localhost.evil.example/",
            "ftp://id.example/",
            "file://relative",
            "jwks.json",
        ] {
            assert!(parse(|e| e["jwks"] = json!(url)).is_err(), "{url}");
        }
        for url in [
            "http://127.0.0.1:8081/jwks",
            "http://[::1]:1/jwks",
            "http://localhost/jwks",
            "file:///etc/samrad/jwks.json",
        ] {
            assert!(parse(|e| e["jwks"] = json!(url)).is_ok(), "{url}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = parse(|e| {
            e["algorithm"] = json!("HS256");
            e["jwks"] = json!("http://id.example/");
            e["kind"] = json!("citizen");
        });
        assert_eq!(faults.unwrap_err().len(), 3);
    }

    #[test]
    fn unknown_settings_of_an_issuer_are_refused() {
        assert!(parse(|e| e["audiences"] = json!(["x"])).is_err());
        assert!(parse(|e| e["kind"] = json!("robot")).is_err());
        assert!(Issuer::parse_all("[]").is_err());
        assert!(Issuer::parse_all("{").is_err());
    }

    #[test]
    fn one_issuer_stands_once() {
        let entry = json!({"issuer": "a", "audience": "b", "jwks": "https://c/", "algorithm": "ES256", "kind": "staff"});
        assert!(Issuer::parse_all(&json!([entry, entry]).to_string()).is_err());
    }
}
