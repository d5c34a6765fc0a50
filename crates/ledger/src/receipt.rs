//! C2SP tlog-proof: one entry's place in the log, verifiable offline.

use std::fmt;

use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::line;
use crate::note::{Note, NoteError, Signed, Verifier};
use crate::proof::{self, ProofError};
use crate::tree::Hash;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const MOST_HASHES: usize = 63;

/// An inclusion proof with the checkpoint that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What the issuer sent along. No signature covers it.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// From the leaf's sibling upwards.
    pub proof: Vec<Hash>,
    /// A checkpoint of at least `index + 1` entries.
    pub checkpoint: Note,
}

/// Why a receipt is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// Text in another form.
    #[error("the text is no tlog-proof")]
    Form,
    /// The checkpoint isn't one, or isn't signed by the log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof doesn't lead from the leaf to the checkpoint's root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl From<NoteError> for ReceiptError {
    fn from(error: NoteError) -> Self {
        Self::Checkpoint(error.into())
    }
}

impl Receipt {
    /// Read a `.tlog-proof`.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Form)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ReceiptError::Form);
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => Some(line::unbase64(&line["extra ".len()..]).ok_or(ReceiptError::Form)?),
            None => None,
        };
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(line::decimal);
        let proof: Option<Vec<Hash>> = lines.map(line::hash).collect();
        let (Some(index), Some(proof)) = (index, proof) else {
            return Err(ReceiptError::Form);
        };
        if proof.len() > MOST_HASHES {
            return Err(ReceiptError::Form);
        }
        Ok(Self {
            extra,
            index,
            proof,
            checkpoint: Note::parse(checkpoint)?,
        })
    }

    /// That the entry with this leaf hash is where the receipt says, in a log whose key is among
    /// the `known`. Gives the checkpoint and the known signatures, for a policy on witnesses.
    pub fn verify<'v>(
        &self,
        leaf: &Hash,
        known: &'v [Verifier],
    ) -> Result<(Checkpoint, Vec<Signed<'v>>), ReceiptError> {
        let (checkpoint, signed) = Checkpoint::open(&self.checkpoint, known)?;
        proof::verify_inclusion(
            leaf,
            self.index,
            checkpoint.size,
            &self.proof,
            &checkpoint.root,
        )?;
        Ok((checkpoint, signed))
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", line::base64(extra))?;
        }
        write!(
            f,
            "index {}\n{}\n{}",
            self.index,
            line::hashes(&self.proof),
            self.checkpoint
        )
    }
}
