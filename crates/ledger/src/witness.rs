//! C2SP tlog-witness: what a log sends to `add-checkpoint`, what it gets back, and how a witness
//! decides.
//!
//! The witness here keeps its state in memory and does no IO: it is for whoever puts it behind
//! HTTP with a store of its own, and for tests.

use std::collections::HashMap;
use std::fmt;

use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::line;
use crate::note::{Cosigner, Note, NoteError, SignatureLine, Verifier};
use crate::proof;
use crate::tree::{self, Hash};

const MOST_HASHES: usize = 63;

/// The body of `POST <prefix>/add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Size of the checkpoint that the witness cosigned last; 0 where it has none.
    pub old: u64,
    /// Consistency from there to the checkpoint.
    pub proof: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub checkpoint: Note,
}

/// A body that no log would send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the body of add-checkpoint")]
pub struct RequestError;

impl Request {
    /// Read a body.
    pub fn parse(body: &str) -> Result<Self, RequestError> {
        let (head, checkpoint) = body.split_once("\n\n").ok_or(RequestError)?;
        let mut lines = head.split('\n');
        let old = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .and_then(line::decimal);
        let proof: Option<Vec<Hash>> = lines.map(line::hash).collect();
        let (Some(old), Some(proof)) = (old, proof) else {
            return Err(RequestError);
        };
        if proof.len() > MOST_HASHES {
            return Err(RequestError);
        }
        let checkpoint = Note::parse(checkpoint).map_err(|_| RequestError)?;
        Ok(Self {
            old,
            proof,
            checkpoint,
        })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "old {}\n{}\n{}",
            self.old,
            line::hashes(&self.proof),
            self.checkpoint
        )
    }
}

/// The signature lines of a witness's answer with status 200, not verified. Whoever adds them to
/// a checkpoint takes those of known witnesses, after [`Note::verify`].
pub fn parse_cosignatures(body: &str) -> Result<Vec<SignatureLine>, NoteError> {
    body.strip_suffix('\n')
        .ok_or(NoteError::Form)?
        .split('\n')
        .map(SignatureLine::parse)
        .collect()
}

/// A witness's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 200: its cosignatures.
    Cosigned(Vec<SignatureLine>),
    /// 400: not a request, or an older tree larger than the newer.
    BadRequest,
    /// 403: not signed by a key that the witness trusts for this log.
    Forbidden,
    /// 404: a log that the witness doesn't know.
    UnknownLog,
    /// 409: the witness has cosigned another size, this one.
    Conflict(u64),
    /// 422: the proof doesn't verify.
    Unprocessable,
}

impl Answer {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosigned(_) => 200,
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::UnknownLog => 404,
            Self::Conflict(_) => 409,
            Self::Unprocessable => 422,
        }
    }

    /// The content type, which tells a size from any other 409.
    pub fn content_type(&self) -> &'static str {
        if matches!(self, Self::Conflict(_)) {
            "text/x.tlog.size"
        } else {
            "text/plain; charset=utf-8"
        }
    }

    /// The body.
    pub fn body(&self) -> String {
        match self {
            Self::Cosigned(lines) => lines.iter().map(|line| format!("{line}\n")).collect(),
            Self::Conflict(size) => format!("{size}\n"),
            Self::BadRequest | Self::Forbidden | Self::UnknownLog | Self::Unprocessable => {
                String::new()
            }
        }
    }
}

/// The newest checkpoint of a log that a witness has cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Leaves in the tree.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl Seen {
    /// Before the first checkpoint.
    pub fn nothing() -> Self {
        Self {
            size: 0,
            root: tree::empty_root(),
        }
    }

    /// What the witness has seen after this request, or its refusal. The caller must keep the new
    /// state durably, and atomically with this decision, before it gives a cosignature.
    pub fn advance(self, known: &[Verifier], request: &Request) -> Result<Self, Answer> {
        let (checkpoint, _) =
            Checkpoint::open(&request.checkpoint, known).map_err(|error| match error {
                CheckpointError::Form => Answer::BadRequest,
                CheckpointError::Note(_) | CheckpointError::Unsigned(_) => Answer::Forbidden,
            })?;
        let next = Self {
            size: checkpoint.size,
            root: checkpoint.root,
        };
        if request.old > next.size {
            return Err(Answer::BadRequest);
        }
        if request.old != self.size || (self.size == next.size && self.root != next.root) {
            return Err(Answer::Conflict(self.size));
        }
        let consistent = match self.size {
            // Anything follows from the empty tree, which has one root.
            0 => request.proof.is_empty() && (next.size > 0 || next.root == tree::empty_root()),
            from => {
                proof::verify_consistency(from, next.size, &request.proof, &self.root, &next.root)
                    .is_ok()
            }
        };
        if consistent {
            Ok(next)
        } else {
            Err(Answer::Unprocessable)
        }
    }
}

/// A witness of some logs.
#[derive(Debug)]
pub struct Witness {
    cosigner: Cosigner,
    logs: HashMap<String, (Vec<Verifier>, Seen)>,
}

impl Witness {
    /// A witness that knows no log yet.
    pub fn new(cosigner: Cosigner) -> Self {
        Self {
            cosigner,
            logs: HashMap::new(),
        }
    }

    /// Trust a key for the log that bears its name, beside the keys trusted for it already.
    pub fn trust(&mut self, key: Verifier) {
        self.logs
            .entry(key.name().to_owned())
            .or_insert_with(|| (Vec::new(), Seen::nothing()))
            .0
            .push(key);
    }

    /// The newest checkpoint cosigned for a log.
    pub fn seen(&self, origin: &str) -> Option<Seen> {
        self.logs.get(origin).map(|(_, seen)| *seen)
    }

    /// Decide on a body of `add-checkpoint`, at `now` in seconds since 1970.
    pub fn add_checkpoint(&mut self, body: &str, now: u64) -> Answer {
        let Ok(mut request) = Request::parse(body) else {
            return Answer::BadRequest;
        };
        let Ok(Checkpoint { origin, .. }) = Checkpoint::parse(request.checkpoint.text()) else {
            return Answer::BadRequest;
        };
        let Some((keys, seen)) = self.logs.get_mut(&origin) else {
            return Answer::UnknownLog;
        };
        match seen.advance(keys, &request) {
            Err(refusal) => refusal,
            Ok(next) => {
                *seen = next;
                request.checkpoint.cosign(&self.cosigner, now);
                Answer::Cosigned(
                    request
                        .checkpoint
                        .signatures()
                        .last()
                        .cloned()
                        .into_iter()
                        .collect(),
                )
            }
        }
    }
}
