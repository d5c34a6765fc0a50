//! C2SP signed notes, with Ed25519 signatures of logs (type 0x01) and timestamped cosignatures of
//! witnesses (type 0x04, C2SP tlog-cosignature).
//!
//! The text of a note says nothing before [`Note::verify`] has said who signed it.

mod key;

use std::fmt;

use thiserror::Error;

pub use key::{Cosigner, KeyError, Kind, Signer, Verifier};

use crate::line;

// A note is read before anything in it is trusted.
const MOST_BYTES: usize = 1 << 20;
const MOST_SIGNATURES: usize = 100;

/// A text and the signatures on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// A signature as it stands in a note: not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key.
    pub name: String,
    /// Short id of the key; with the name it tells which key is meant, nothing more.
    pub id: u32,
    /// What the key's algorithm made.
    pub signature: Vec<u8>,
}

/// A signature of a known key, verified.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'v> {
    /// Whose.
    pub verifier: &'v Verifier,
    /// When a witness cosigned, in seconds since 1970. `None` for a log's own signature.
    pub at: Option<u64>,
}

/// Why a note is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Not the form of a note, or far too long for one.
    #[error("the text is no signed note")]
    Form,
    /// A known key's signature is wrong: the whole note is refused.
    #[error("the signature of {0} is wrong")]
    BadSignature(String),
    /// None of the signatures is of a known key.
    #[error("not signed by any known key")]
    Unsigned,
}

impl SignatureLine {
    /// Read one line, without its end.
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        let line = line.strip_prefix("— ").ok_or(NoteError::Form)?;
        let (name, signature) = line.split_once(' ').ok_or(NoteError::Form)?;
        let bytes = line::unbase64(signature).ok_or(NoteError::Form)?;
        let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
            return Err(NoteError::Form);
        };
        if signature.is_empty() || !key::is_name(name) {
            return Err(NoteError::Form);
        }
        Ok(Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            signature: signature.to_vec(),
        })
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_be_bytes()[..], &self.signature].concat();
        write!(f, "— {} {}", self.name, line::base64(&bytes))
    }
}

impl Note {
    /// A text that nobody has signed yet. It must end its last line.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        let control = |c: char| c < ' ' && c != '\n';
        if !text.ends_with('\n') || text.len() > MOST_BYTES || text.contains(control) {
            return Err(NoteError::Form);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures: Vec::new(),
        })
    }

    /// Read a note with at least one signature.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > MOST_BYTES {
            return Err(NoteError::Form);
        }
        // The last empty line parts text and signatures: the text may have empty lines too.
        let at = note.rfind("\n\n").ok_or(NoteError::Form)?;
        let mut parsed = Self::new(&note[..=at])?;
        let lines = note[at + 2..].strip_suffix('\n').ok_or(NoteError::Form)?;
        parsed.signatures = lines
            .split('\n')
            .map(SignatureLine::parse)
            .collect::<Result<_, _>>()?;
        if parsed.signatures.len() > MOST_SIGNATURES {
            return Err(NoteError::Form);
        }
        Ok(parsed)
    }

    /// What was signed, with the end of its last line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Signatures, in the order they stand, not verified.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Sign the text with a log's key.
    pub fn sign(&mut self, signer: &Signer) {
        self.add(signer.sign(&self.text));
    }

    /// Cosign the text as a witness, at `time` in seconds since 1970.
    pub fn cosign(&mut self, cosigner: &Cosigner, time: u64) {
        self.add(cosigner.sign(&self.text, time));
    }

    /// Add another's signature, in place of an earlier one of the same key.
    pub fn add(&mut self, line: SignatureLine) {
        self.signatures
            .retain(|there| (&there.name, there.id) != (&line.name, line.id));
        self.signatures.push(line);
    }

    /// Who of the `known` keys signed. Unknown keys are ignored; a wrong signature of a known key
    /// is an error, and so is a note that no known key signed.
    pub fn verify<'v>(&self, known: &'v [Verifier]) -> Result<Vec<Signed<'v>>, NoteError> {
        let mut signed = Vec::new();
        for line in &self.signatures {
            let by = known
                .iter()
                .find(|verifier| (verifier.name(), verifier.id()) == (line.name.as_str(), line.id));
            if let Some(verifier) = by {
                signed.push(verifier.verify(&self.text, &line.signature)?);
            }
        }
        if signed.is_empty() {
            Err(NoteError::Unsigned)
        } else {
            Ok(signed)
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}
