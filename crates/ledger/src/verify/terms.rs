//! What an auditor asks of a log.

use std::collections::BTreeSet;

use crate::checkpoint::Checkpoint;
use crate::note::{Kind, Note, Signed, Verifier};

use super::kept::Kept;
use super::keys::Trust;
use super::promise::Promise;
use super::report::{Code, Findings};

/// A clock of the service or of a witness may be this much ahead of the auditor's.
pub const SKEW_MS: i64 = 60_000;

/// The terms of a run.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Keys of the log.
    pub keys: Vec<Verifier>,
    /// What an earlier run kept.
    pub since: Option<Kept>,
    /// Receipts that must be kept.
    pub promises: Vec<Promise>,
    /// Which witnesses must have cosigned.
    pub witnesses: Witnesses,
    /// Whether what can't be checked is wrong.
    pub strict: bool,
    /// The time of the run, in milliseconds since 1970.
    pub now_ms: i64,
}

impl Terms {
    /// The checkpoint that one of the log's keys signed, and enough witnesses with it.
    pub fn open(
        &self,
        note: &Note,
        keys: &[Verifier],
        findings: &mut Findings,
    ) -> Option<Checkpoint> {
        let known: Vec<Verifier> = keys.iter().chain(&self.witnesses.known).cloned().collect();
        match Checkpoint::open(note, &known) {
            Ok((checkpoint, signed)) => {
                self.judge_witnesses(&signed, findings);
                Some(checkpoint)
            }
            Err(error) => {
                findings.of_the_log(Code::Signature, format!("the checkpoint: {error}"));
                None
            }
        }
    }

    /// Whether the witnesses among those who signed are enough.
    pub fn judge_witnesses(&self, signed: &[Signed], findings: &mut Findings) {
        if let Err(what) = self.witnesses.judge(signed, self.now_ms) {
            findings.of_the_log(Code::Witnesses, what);
        }
    }

    /// Whether a checkpoint may follow the one kept before: of the same log, and not smaller. Gives
    /// the older one, for its root to be compared.
    pub fn since(
        &self,
        new: &Checkpoint,
        trust: &Trust,
        findings: &mut Findings,
    ) -> Option<&Checkpoint> {
        let kept = self.since.as_ref()?;
        let old = &kept.checkpoint;
        if let Err(error) = Checkpoint::open(&kept.note, trust.ever()) {
            findings.of_the_log(
                Code::Signature,
                format!("the checkpoint kept before: {error}"),
            );
        }
        if old.origin != new.origin {
            let what = format!(
                "the checkpoint kept before is of another log, {}",
                old.origin
            );
            findings.of_the_log(Code::Forked, what);
            return None;
        }
        if new.size < old.size {
            let (new, old) = (new.size, old.size);
            let what = format!("the checkpoint is of {new} entries, the one kept before of {old}");
            findings.of_the_log(Code::RolledBack, what);
        }
        Some(old)
    }
}

/// A policy on witnesses.
#[derive(Debug, Clone, Default)]
pub struct Witnesses {
    /// Keys of witnesses that the auditor knows.
    pub known: Vec<Verifier>,
    /// How many of them must have cosigned.
    pub wanted: usize,
    /// How long ago at most, in seconds.
    pub within: Option<u64>,
}

impl Witnesses {
    /// Whether so many of the known witnesses signed, not too long ago.
    fn judge(&self, signed: &[Signed], now_ms: i64) -> Result<(), String> {
        let latest = u64::try_from(now_ms.saturating_add(SKEW_MS) / 1000).unwrap_or(0);
        let now = u64::try_from(now_ms / 1000).unwrap_or(0);
        let earliest = self.within.map_or(0, |within| now.saturating_sub(within));
        let mut fresh = BTreeSet::new();
        let mut stale = BTreeSet::new();
        for signed in signed
            .iter()
            .filter(|signed| signed.verifier.kind() == Kind::Cosigner)
        {
            let in_time = signed
                .at
                .is_some_and(|at| (earliest..=latest).contains(&at));
            let names = if in_time { &mut fresh } else { &mut stale };
            names.insert((signed.verifier.name(), signed.verifier.id()));
        }
        if fresh.len() >= self.wanted {
            return Ok(());
        }
        let (have, wanted) = (fresh.len(), self.wanted);
        Err(match stale.len() {
            0 => format!("cosigned by {have} known witnesses, {wanted} are wanted"),
            stale => format!(
                "cosigned by {have} known witnesses in time and {stale} not, {wanted} are wanted"
            ),
        })
    }
}
