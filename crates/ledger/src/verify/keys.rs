//! Which keys to believe: those the auditor gave, and those that they vouch for.
//!
//! A change of key is a checkpoint signed by the old key and the new one, whose last entry names
//! the new key. Only the old key's signature on that root, and the entry under it, make the new
//! key known; its own signature says that it is held by somebody.

use crate::checkpoint::Checkpoint;
use crate::note::{Kind, Note, NoteError, Verifier};

use super::kept::Kept;
use super::marks::Marks;

/// The keys of the log.
#[derive(Debug, Clone)]
pub struct Trust {
    given: Vec<Verifier>,
    active: Vec<Verifier>,
    ever: Vec<Verifier>,
}

impl Trust {
    /// Begin with the given keys, or with those that an earlier run ended with.
    pub fn of(given: &[Verifier], kept: Option<&Kept>) -> Self {
        let (mut active, earlier) = kept
            .and_then(|kept| kept.state.as_ref())
            .map_or_else(Default::default, |state| {
                (state.keys.clone(), state.given.as_slice())
            });
        // A key given then may have been retired since; a key given only now is believed.
        active.extend(given.iter().filter(|key| !earlier.contains(key)).cloned());
        let ever = active.iter().chain(given).cloned().collect();
        Self {
            given: given.to_vec(),
            active,
            ever,
        }
    }

    /// Keys that may sign the newest checkpoint.
    pub fn active(&self) -> &[Verifier] {
        &self.active
    }

    /// Whether the key of this text may sign the newest checkpoint.
    pub fn believes(&self, key: &str) -> bool {
        self.active.iter().any(|active| active.to_string() == key)
    }

    /// Keys that may have signed an older one.
    pub fn ever(&self) -> &[Verifier] {
        &self.ever
    }

    /// The keys given to this run.
    pub fn given(&self) -> &[Verifier] {
        &self.given
    }

    /// Follow a change of key, to a checkpoint of `origin` in a log whose places are marked. A
    /// change that no believed key signed gives nobody trust and takes it from nobody.
    pub fn follow(&mut self, change: &Note, origin: &str, marks: &Marks) -> Result<(), String> {
        let old: Vec<Verifier> = match change.verify(&self.active) {
            Ok(signed) => signed
                .into_iter()
                .map(|signed| signed.verifier.clone())
                .collect(),
            Err(NoteError::Unsigned) => return Ok(()),
            Err(error) => return Err(error.to_string()),
        };
        let checkpoint = Checkpoint::parse(change.text()).map_err(|error| error.to_string())?;
        if checkpoint.origin != origin {
            return Err(format!(
                "a change of key of another log, {}",
                checkpoint.origin
            ));
        }
        let new = named(&checkpoint, marks)?;
        change
            .verify(std::slice::from_ref(&new))
            .map_err(|_| "the new key didn't sign the change of key".to_owned())?;
        self.active.retain(|key| !old.contains(key));
        self.active.push(new.clone());
        self.ever.push(new);
        Ok(())
    }
}

/// The key that the last entry under a checkpoint names, in this log's history.
fn named(checkpoint: &Checkpoint, marks: &Marks) -> Result<Verifier, String> {
    let size = checkpoint.size;
    let mark = marks.at_size(size).ok_or_else(|| {
        format!("a change of key at size {size}, where the log has no such place")
    })?;
    if mark.root != checkpoint.root {
        return Err(format!(
            "the change of key at size {size} is of another history"
        ));
    }
    let named = mark.log_key.as_deref();
    let named = named.ok_or_else(|| {
        format!("the last entry before the change of key at size {size} names no key")
    })?;
    let new: Verifier = named
        .parse()
        .map_err(|error| format!("the new key {named}: {error}"))?;
    if new.kind() != Kind::Ed25519 || new.name() != checkpoint.origin {
        return Err(format!("the new key {named} is not one of this log"));
    }
    Ok(new)
}
