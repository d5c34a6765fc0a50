//! The log's name, the key that signs its checkpoints, where the newest one is kept outside the
//! database, and the witnesses.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samrad_ledger::note::{Signer, Verifier};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::auth::issuers::is_loopback;
use crate::config::reader::Reader;

const ORIGIN: &str = "SAMRAD_LOG_ORIGIN";
const KEY: &str = "SAMRAD_LOG_KEY";
const KEPT: &str = "SAMRAD_LOG_CHECKPOINT_FILE";
const WITNESSES: &str = "SAMRAD_LOG_WITNESSES";

/// What makes the log verifiable.
#[derive(Debug)]
pub struct LedgerSettings {
    /// The name of the log, and of its key.
    pub origin: String,
    /// Signs checkpoints.
    pub signer: Signer,
    /// Where the newest checkpoint is kept outside the database.
    pub kept: PathBuf,
    /// Those who are asked to cosign.
    pub witnesses: Vec<WitnessAt>,
}

/// A witness, and where it is asked.
#[derive(Clone, Debug)]
pub struct WitnessAt {
    /// Its prefix: `add-checkpoint` comes after it.
    pub url: String,
    /// Its verifier key.
    pub key: Verifier,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: String,
    key: String,
}

/// The settings, if all is well with them.
pub(crate) fn read(reader: &mut Reader<'_>, development: bool) -> Option<LedgerSettings> {
    let origin = origin(reader);
    let signer = signer(reader, KEY, origin.as_deref());
    let kept = reader.optional(KEPT).map(PathBuf::from);
    if kept.is_none() {
        reader.fault(
            KEPT,
            "is missing: a file outside the database, for its newest checkpoint",
        );
    }
    let witnesses = witnesses(reader, development)?;
    Some(LedgerSettings {
        origin: origin?,
        signer: signer?,
        kept: kept?,
        witnesses,
    })
}

/// The log's name.
pub(crate) fn origin(reader: &mut Reader<'_>) -> Option<String> {
    let origin = reader.optional(ORIGIN);
    if origin.is_none() {
        reader.fault(
            ORIGIN,
            "is missing: the log's name, like samrad.example.no/log",
        );
    }
    origin
}

/// The signer whose seed a setting holds.
pub(crate) fn signer(
    reader: &mut Reader<'_>,
    setting: &'static str,
    origin: Option<&str>,
) -> Option<Signer> {
    let text = reader.text_or_file(setting)?;
    let decoded = Zeroizing::new(STANDARD.decode(text.trim()).unwrap_or_default());
    let mut seed = Zeroizing::new([0; 32]);
    if decoded.len() != seed.len() {
        reader.fault(setting, "is not the base64 of 32 bytes");
        return None;
    }
    seed.copy_from_slice(&decoded);
    if seed.iter().all(|byte| *byte == seed[0]) {
        reader.fault(setting, "must be random: every byte of it is the same");
        return None;
    }
    Signer::from_seed(origin?, &seed)
        .map_err(|fault| reader.fault(ORIGIN, fault.to_string()))
        .ok()
}

fn witnesses(reader: &mut Reader<'_>, development: bool) -> Option<Vec<WitnessAt>> {
    let Some(text) = reader.optional(WITNESSES) else {
        return Some(Vec::new());
    };
    let Ok(written) = serde_json::from_str::<Vec<Written>>(&text) else {
        reader.fault(
            WITNESSES,
            r#"is not [{"url": "https://…", "key": "name+hash+key"}]"#,
        );
        return None;
    };
    let mut witnesses = Vec::new();
    for (place, Written { url, key }) in written.into_iter().enumerate() {
        match (fit(&url, development), key.parse()) {
            (true, Ok(key)) => witnesses.push(WitnessAt { url, key }),
            (false, _) => reader.fault(WITNESSES, format!("no. {}: must be https", place + 1)),
            (true, Err(_)) => {
                reader.fault(WITNESSES, format!("no. {}: no verifier key", place + 1));
            }
        }
    }
    Some(witnesses)
}

fn fit(url: &str, development: bool) -> bool {
    let uri: Option<actix_web::http::Uri> = url.parse().ok();
    let scheme = uri.as_ref().and_then(|uri| uri.scheme_str());
    let host = uri.as_ref().and_then(|uri| uri.host()).unwrap_or_default();
    scheme == Some("https") || (scheme == Some("http") && development && is_loopback(host))
}
