//! The log as the service serves it: checkpoint, tiles, bundles, and what an auditor is shown.

mod evidence;
mod http;
mod keys;
mod tiles;

use crate::checkpoint::Checkpoint;
use crate::line;
use crate::note::{Note, NoteError};
use crate::proof;
use crate::tree::Hash;

use super::Stop;
use super::history::{History, Reading};
use super::keys::Trust;
use super::marks::Marks;
use super::promise::{self, Range};
use super::report::{Code, Findings, Report};
use super::terms::Terms;

pub use http::Http;

/// A running service, or what stands in for one.
pub trait Service {
    /// The body of the answer to a GET of a path, which begins with a slash.
    fn get(&self, path: &str) -> Result<Vec<u8>, Stop>;
}

/// How much to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Checkpoint and hash tiles, which need no token.
    Tiles,
    /// The bundles of entries too.
    Entries,
    /// And what this auditor is shown of their bodies.
    Evidence,
}

/// A verdict, and the newest checkpoint for keeping if it is a good one.
pub type Verified = (Report, Option<Note>);

/// Verify a live log.
pub fn verify(service: &impl Service, depth: Depth, terms: &Terms) -> Result<Verified, Stop> {
    let note = match Note::parse(&text(service, "/log/checkpoint")?) {
        Ok(note) => note,
        Err(error) => {
            let report = Findings::alone(Code::Signature, format!("the checkpoint: {error}"));
            return Ok((report, None));
        }
    };
    let mut run = Run {
        service,
        depth,
        terms,
        trust: Trust::of(&terms.keys, terms.since.as_ref()),
        findings: Findings::default(),
        marks: Marks::default(),
        roots: Vec::new(),
    };
    // Nothing is fetched for the sake of a size that nobody signed.
    let size = match run.open(&note)? {
        Some(checkpoint) => {
            run.read(&checkpoint)?;
            checkpoint.size
        }
        None => 0,
    };
    let report = run.findings.into_report(size, size, terms.strict);
    let kept = report.ok.then_some(note);
    Ok((report, kept))
}

struct Run<'a, S: Service> {
    service: &'a S,
    depth: Depth,
    terms: &'a Terms,
    trust: Trust,
    findings: Findings,
    marks: Marks,
    /// Sizes and roots that believed keys vouched for.
    roots: Vec<(u64, Hash)>,
}

impl<S: Service> Run<'_, S> {
    /// The newest checkpoint, if a believed key signed it.
    fn open(&mut self, note: &Note) -> Result<Option<Checkpoint>, Stop> {
        if let Err(NoteError::Unsigned) = note.verify(self.trust.active()) {
            // The entry that names the new key is among the evidence.
            if self.depth == Depth::Evidence {
                self.roots = keys::follow(self.service, &mut self.trust, &mut self.findings)?;
            } else {
                let what = "a change of key is followed with a token and --evidence only";
                self.findings.warn(Code::KeyChange, what);
            }
        }
        Ok(self
            .terms
            .open(note, self.trust.active(), &mut self.findings))
    }

    fn read(&mut self, checkpoint: &Checkpoint) -> Result<(), Stop> {
        let size = checkpoint.size;
        self.roots.push((size, checkpoint.root));
        let old = self
            .terms
            .since(checkpoint, &self.trust, &mut self.findings);
        if let Some(old) = old {
            self.consistent(old, checkpoint)?;
            self.roots.push((old.size, old.root));
        }
        for (size, _) in &self.roots {
            self.marks.want_root(*size);
        }
        promise::mark(&self.terms.promises, &mut self.marks);
        let reading = tiles::Reading {
            service: self.service,
            depth: self.depth,
            now_ms: self.terms.now_ms,
            findings: &mut self.findings,
            marks: &mut self.marks,
        };
        reading.read(size)?;
        self.compare_roots();
        let range = Range { from: 0, to: size };
        promise::judge(
            &self.terms.promises,
            range,
            &self.marks,
            &self.trust,
            &mut self.findings,
        );
        if self.depth == Depth::Evidence {
            self.evidence(checkpoint)?;
        }
        Ok(())
    }

    fn compare_roots(&mut self) {
        for (size, root) in &self.roots {
            let mark = self.marks.at_size(*size);
            if mark.is_some_and(|mark| mark.root != *root) {
                let what = format!("the tiles don't give the root of the checkpoint of {size}");
                self.findings.of_the_log(Code::Root, what);
            }
        }
    }

    /// The log still begins with what was kept, by the service's own proof.
    fn consistent(&mut self, old: &Checkpoint, new: &Checkpoint) -> Result<(), Stop> {
        let proof = match old.size {
            0 => return Ok(()),
            from if from > new.size => return Ok(()),
            from if from == new.size => Vec::new(),
            from => hashes(&text(
                self.service,
                &format!("/log/consistency?from={from}&to={}", new.size),
            )?)?,
        };
        if let Err(error) =
            proof::verify_consistency(old.size, new.size, &proof, &old.root, &new.root)
        {
            let what = format!(
                "the first {} entries are not those of the checkpoint kept before: {error}",
                old.size
            );
            self.findings.of_the_log(Code::Forked, what);
        }
        Ok(())
    }

    fn evidence(&mut self, checkpoint: &Checkpoint) -> Result<(), Stop> {
        let mut marks = Marks::default();
        marks.want_root(checkpoint.size);
        let mut reading = Reading::from(History::default(), marks, self.terms.now_ms);
        evidence::read(self.service, checkpoint.size, &mut reading)?;
        reading.finish();
        if reading
            .marks
            .at_size(checkpoint.size)
            .is_none_or(|mark| mark.root != checkpoint.root)
        {
            reading.findings.of_the_log(
                Code::Root,
                "what this auditor is shown is not what the tree has",
            );
        }
        reading.believe_key(checkpoint.size, &self.trust);
        self.findings.join(reading.findings);
        Ok(())
    }
}

/// An answer as text.
fn text(service: &impl Service, path: &str) -> Result<String, Stop> {
    String::from_utf8(service.get(path)?).map_err(|error| Stop::unreadable(path, error))
}

/// Hashes, one a line.
fn hashes(text: &str) -> Result<Vec<Hash>, Stop> {
    let hashes = text.lines().map(line::hash).collect::<Option<Vec<_>>>();
    hashes.ok_or_else(|| Stop::unreadable("/log/consistency", "not a hash on each line"))
}
