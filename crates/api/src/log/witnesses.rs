//! Asks witnesses to cosign a checkpoint (C2SP tlog-witness): each keeps what it has seen of the log,
//! and cosigns only what follows from it, so that two histories can't both have its word.

use super::publisher::Published;
use super::tree::Stored;
use crate::config::WitnessAt;
use samrad_ledger::note::{Note, SignatureLine};
use samrad_ledger::proof;
use samrad_ledger::witness::{Request, parse_cosignatures};
use std::time::Duration;
use ureq::Agent;

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much a witness may answer, in bytes.
const MOST: u64 = 64 * 1024;

/// Why a witness did not cosign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFault {
    /// It could not be asked.
    #[error("{0}")]
    Away(#[from] ureq::Error),
    /// It refused, with this status.
    #[error("answered {0}")]
    Refused(u16),
    /// It answered with something else than its cosignature of this checkpoint.
    #[error("answered with no cosignature of its own")]
    NoCosignature,
    /// The proof can't be built: the witness has seen a longer log, or another.
    #[error("has seen {0} entries, which this log can't be shown to follow from")]
    Ahead(u64),
}

/// The cosignatures of `witness` on a checkpoint; `known` is the size that it last cosigned, as far as
/// we know, and is brought up to date.
///
/// # Errors
/// As [`WitnessFault`] says. Blocks.
pub(super) fn cosigned(
    witness: &WitnessAt,
    published: &Published,
    known: &mut u64,
    tiles: &Stored<'_>,
) -> Result<Vec<SignatureLine>, WitnessFault> {
    match ask(witness, published, *known, tiles)? {
        Asked::Cosigned(lines) => Ok(settled(known, published, lines)),
        // It has seen another size than we thought: once more, from there.
        Asked::Seen(size) => {
            *known = size;
            match ask(witness, published, size, tiles)? {
                Asked::Cosigned(lines) => Ok(settled(known, published, lines)),
                Asked::Seen(size) => Err(WitnessFault::Ahead(size)),
            }
        }
    }
}

fn settled(
    known: &mut u64,
    published: &Published,
    lines: Vec<SignatureLine>,
) -> Vec<SignatureLine> {
    *known = published.checkpoint.size;
    lines
}

enum Asked {
    Cosigned(Vec<SignatureLine>),
    Seen(u64),
}

fn ask(
    witness: &WitnessAt,
    published: &Published,
    old: u64,
    tiles: &Stored<'_>,
) -> Result<Asked, WitnessFault> {
    let size = published.checkpoint.size;
    let proof = match old {
        0 => Vec::new(),
        old => proof::consistency(tiles, old, size).map_err(|_| WitnessFault::Ahead(old))?,
    };
    let request = Request {
        old,
        proof,
        checkpoint: published.note.clone(),
    };
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .into();
    let url = format!("{}/add-checkpoint", witness.url.trim_end_matches('/'));
    let mut answer = agent.post(&url).send(request.to_string())?;
    let status = answer.status().as_u16();
    let body = answer
        .body_mut()
        .with_config()
        .limit(MOST)
        .read_to_string()?;
    match status {
        200 => own(witness, &published.note, &body).map(Asked::Cosigned),
        409 => match body.trim().parse() {
            Ok(size) => Ok(Asked::Seen(size)),
            Err(_) => Err(WitnessFault::Refused(status)),
        },
        _ => Err(WitnessFault::Refused(status)),
    }
}

/// Those of the answer's lines that are the witness's own cosignature of this note.
fn own(witness: &WitnessAt, note: &Note, body: &str) -> Result<Vec<SignatureLine>, WitnessFault> {
    let lines = parse_cosignatures(body).map_err(|_| WitnessFault::NoCosignature)?;
    let known = std::slice::from_ref(&witness.key);
    let good = lines.into_iter().filter(|line| {
        let Ok(mut alone) = Note::new(note.text()) else {
            return false;
        };
        alone.add(line.clone());
        alone.verify(known).is_ok_and(|signed| !signed.is_empty())
    });
    let good: Vec<_> = good.collect();
    if good.is_empty() {
        return Err(WitnessFault::NoCosignature);
    }
    Ok(good)
}
