//! What the service promised to a caller: that an entry is in the log, at a place.

use crate::checkpoint::Checkpoint;
use crate::receipt::Receipt;
use crate::tree::Hash;

use super::Id;
use super::keys::Trust;
use super::marks::{Marks, Place};
use super::report::{Code, Findings};

const PROOF: &str = "c2sp.org/tlog-proof@";
const HEADER: &str = "Disclosure-Receipt:";

/// A promise that the log must keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// The header of a disclosure: `<event id>;<index>;<leaf hash>`.
    Disclosure {
        /// The event.
        event: Id,
        /// Its index.
        index: u64,
        /// Its leaf hash.
        leaf: Hash,
    },
    /// A C2SP tlog-proof.
    Proof(Box<Receipt>),
}

impl Promise {
    /// The entry that it is about.
    pub fn index(&self) -> u64 {
        match self {
            Self::Disclosure { index, .. } => *index,
            Self::Proof(receipt) => receipt.index,
        }
    }

    /// Read a file: one tlog-proof, or a disclosure receipt on each line.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, String> {
        if text.starts_with(PROOF) {
            let receipt = Receipt::parse(text).map_err(|error| error.to_string())?;
            return Ok(vec![Self::Proof(Box::new(receipt))]);
        }
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        lines
            .map(|(number, line)| {
                Self::parse_line(line).ok_or_else(|| {
                    format!(
                        "line {} is no disclosure receipt (event id;index;leaf hash)",
                        number + 1
                    )
                })
            })
            .collect()
    }

    fn parse_line(line: &str) -> Option<Self> {
        let line = line.trim();
        let mut parts = line.strip_prefix(HEADER).unwrap_or(line).trim().split(';');
        let (event, index, leaf) = (parts.next()?, parts.next()?, parts.next()?);
        let mut hash = [0; 32];
        hex::decode_to_slice(leaf, &mut hash).ok()?;
        if parts.next().is_some() {
            return None;
        }
        Some(Self::Disclosure {
            event: Id::parse(event)?,
            index: index.parse().ok()?,
            leaf: hash,
        })
    }
}

/// Which entries were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub from: u64,
    /// One after the last.
    pub to: u64,
}

/// Ask for what is needed to judge the promises.
pub fn mark(promises: &[Promise], marks: &mut Marks) {
    for promise in promises {
        marks.want_leaf(promise.index());
        if let Promise::Proof(receipt) = promise
            && let Ok(checkpoint) = Checkpoint::parse(receipt.checkpoint.text())
        {
            marks.want_root(checkpoint.size);
        }
    }
}

/// Whether the promises are kept by the entries that were looked at.
pub fn judge(
    promises: &[Promise],
    range: Range,
    marks: &Marks,
    trust: &Trust,
    findings: &mut Findings,
) {
    let mut before = 0_u64;
    for promise in promises {
        let index = promise.index();
        match marks.at_index(index) {
            Some(place) => promise.judge(place, marks, trust, findings),
            None if index < range.from => before += 1,
            None => findings.at(
                index,
                Code::ReceiptMissing,
                "a receipt was given for an entry that isn't there",
            ),
        }
    }
    if before > 0 {
        findings.warn(
            Code::BeforeExport,
            format!("{before} receipts are for entries before those at hand"),
        );
    }
}

impl Promise {
    fn judge(&self, place: Place, marks: &Marks, trust: &Trust, findings: &mut Findings) {
        match self {
            Self::Disclosure { event, index, leaf } => {
                let same_event = place.event.is_none_or(|there| there == *event);
                if place.leaf != *leaf || !same_event {
                    findings.at(
                        *index,
                        Code::ReceiptMismatch,
                        "another entry than the one a receipt was given for",
                    );
                }
            }
            Self::Proof(receipt) => match receipt.verify(&place.leaf, trust.ever()) {
                Err(error) => {
                    findings.at(
                        receipt.index,
                        Code::ReceiptMismatch,
                        format!("a receipt doesn't fit: {error}"),
                    );
                }
                Ok((checkpoint, _)) => {
                    if marks
                        .at_size(checkpoint.size)
                        .is_some_and(|mark| mark.root != checkpoint.root)
                    {
                        findings.of_the_log(
                            Code::Forked,
                            "a receipt was given in another history of the log",
                        );
                    }
                }
            },
        }
    }
}
