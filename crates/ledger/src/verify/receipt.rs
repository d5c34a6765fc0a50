//! One receipt, by itself: that an entry is in a log that somebody's key vouches for.

use crate::entry::Leaf;
use crate::note::Verifier;
use crate::receipt::{Receipt, ReceiptError};
use crate::tree::Hash;

use super::Stop;
use super::report::{Code, Findings, Report};
use super::terms::Terms;

/// Verify a tlog-proof of the entry with this leaf hash, or else of the leaf that it has along.
pub fn verify(text: &str, leaf: Option<Hash>, terms: &Terms) -> Result<Report, Stop> {
    let receipt = match Receipt::parse(text) {
        Ok(receipt) => receipt,
        Err(error) => return Ok(Findings::alone(Code::Format, error.to_string())),
    };
    // Nothing vouches for what is sent along, but the proof holds for no other leaf.
    let along = || {
        receipt
            .extra
            .as_deref()
            .and_then(|extra| Leaf::decode(extra).ok())
    };
    let Some(leaf) = leaf.or_else(|| along().map(|leaf| leaf.hash())) else {
        return Err(Stop::Usage(
            "the receipt has no leaf along: give its hash with --leaf".to_owned(),
        ));
    };
    let known: Vec<Verifier> = terms
        .keys
        .iter()
        .chain(&terms.witnesses.known)
        .cloned()
        .collect();
    let mut findings = Findings::default();
    let mut size = 0;
    match receipt.verify(&leaf, &known) {
        Ok((checkpoint, signed)) => {
            terms.judge_witnesses(&signed, &mut findings);
            size = checkpoint.size;
        }
        Err(ReceiptError::Checkpoint(error)) => {
            findings.of_the_log(Code::Signature, error.to_string());
        }
        Err(error) => findings.at(receipt.index, Code::ReceiptMismatch, error.to_string()),
    }
    Ok(findings.into_report(size, 1, terms.strict))
}
