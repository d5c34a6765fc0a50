//! What a run found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Why a log isn't what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// A line or an answer in another form than `docs/log.md` says.
    Format,
    /// An index missing, doubled or out of order.
    Order,
    /// Recorded before the entry ahead of it.
    TimeBackwards,
    /// Recorded after now.
    TimeInFuture,
    /// The id of an earlier event.
    EventTwice,
    /// Salt and body don't give the commitment.
    Commitment,
    /// A body that can't be opened, though its key wasn't destroyed.
    Unreadable,
    /// A body that doesn't say what bodies say.
    Body,
    /// A searchable column says something else than the body.
    Columns,
    /// The places of work say something else than the body.
    Places,
    /// The person key isn't that of the body's holder.
    Holder,
    /// A record's chain has a gap, a repetition or a wrong pointer.
    Chain,
    /// A disclosure on a consent that was withdrawn before.
    DisclosureAfterWithdrawal,
    /// An erasure without legal ground or two different persons, or of no earlier entry.
    Redaction,
    /// A body is gone, and no later entry says that it was erased.
    ErasedUnnamed,
    /// An entry says that a body was erased which is still there.
    NamedNotErased,
    /// Fewer entries than the log's head, or its checkpoint, claims.
    Truncated,
    /// More entries than the log's head claims.
    Surplus,
    /// Nothing is signed.
    NoCheckpoint,
    /// A checkpoint isn't signed by the log's key.
    Signature,
    /// A change of key that the old key doesn't vouch for.
    KeyChange,
    /// The entries, or tiles, don't give the checkpoint's root.
    Root,
    /// An older checkpoint than the one kept.
    RolledBack,
    /// Another history than the one kept.
    Forked,
    /// Too few witnesses, or too long ago.
    Witnesses,
    /// An entry that a receipt was given for isn't there.
    ReceiptMissing,
    /// Another entry stands where the receipt says.
    ReceiptMismatch,
    /// A tile or bundle doesn't fit the one below it.
    Tile,
    /// Entries that no checkpoint covers yet.
    NotVouchedFor,
    /// Bodies whose data key was destroyed.
    KeyDestroyed,
    /// Erasures of entries, or receipts for entries, that are before those at hand.
    BeforeExport,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One list of names: what serde writes.
        self.serialize(f)
    }
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// The first entry of which it holds; `None` where it is of no one entry.
    pub index: Option<u64>,
    /// The reason code.
    pub code: Code,
    /// A sentence.
    pub what: String,
    /// How many entries it holds of.
    pub count: u64,
}

/// What could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The reason code.
    pub code: Code,
    /// A sentence.
    pub what: String,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Verified.
    pub ok: bool,
    /// Entries that the verified checkpoint covers; 0 where there is none.
    pub size: u64,
    /// Entries looked at.
    pub checked: u64,
    /// The first bad entry.
    pub first_bad: Option<Bad>,
    /// The first of each other kind.
    pub also_bad: Vec<Bad>,
    /// What could not be checked.
    pub warnings: Vec<Warning>,
}

/// Findings as they are gathered: the first of each kind and how many there are.
#[derive(Debug, Default)]
pub struct Findings {
    bad: BTreeMap<Code, Bad>,
    warnings: Vec<Warning>,
}

impl Findings {
    /// The verdict on what can't even be read as what it should be.
    pub fn alone(code: Code, what: impl Into<String>) -> Report {
        let mut findings = Self::default();
        findings.of_the_log(code, what);
        findings.into_report(0, 0, false)
    }

    /// Something wrong with one entry.
    pub fn at(&mut self, index: u64, code: Code, what: impl Into<String>) {
        self.add(Some(index), code, what.into());
    }

    /// Something wrong with the log as a whole.
    pub fn of_the_log(&mut self, code: Code, what: impl Into<String>) {
        self.add(None, code, what.into());
    }

    /// Something that could not be checked.
    pub fn warn(&mut self, code: Code, what: impl Into<String>) {
        self.warnings.push(Warning {
            code,
            what: what.into(),
        });
    }

    fn add(&mut self, index: Option<u64>, code: Code, what: String) {
        let new = Bad {
            index,
            code,
            what,
            count: 1,
        };
        let Some(known) = self.bad.get_mut(&code) else {
            self.bad.insert(code, new);
            return;
        };
        let count = known.count + 1;
        // Some things show only at the end, about entries long past.
        if place(&new) < place(known) {
            *known = new;
        }
        known.count = count;
    }

    /// Findings of another reading of the same log.
    pub fn join(&mut self, other: Self) {
        for (
            _,
            Bad {
                index,
                code,
                what,
                count,
            },
        ) in other.bad
        {
            self.add(index, code, what);
            if let Some(known) = self.bad.get_mut(&code) {
                known.count += count - 1;
            }
        }
        self.warnings.extend(other.warnings);
    }

    /// The verdict. `strict` takes what could not be checked as wrong.
    pub fn into_report(mut self, size: u64, checked: u64, strict: bool) -> Report {
        if strict {
            for Warning { code, what } in std::mem::take(&mut self.warnings) {
                self.add(None, code, what);
            }
        }
        let mut bad: Vec<Bad> = self.bad.into_values().collect();
        bad.sort_by_key(place);
        let mut bad = bad.into_iter();
        let first_bad = bad.next();
        let warnings = self.warnings;
        Report {
            ok: first_bad.is_none(),
            size,
            checked,
            first_bad,
            also_bad: bad.collect(),
            warnings,
        }
    }
}

/// What is of one entry comes before what is of the log.
fn place(bad: &Bad) -> (bool, Option<u64>) {
    (bad.index.is_none(), bad.index)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Bad {
            index,
            code,
            what,
            count,
        } in self.first_bad.iter().chain(&self.also_bad)
        {
            match index {
                Some(index) => write!(f, "entry {index}: {code}: {what}")?,
                None => write!(f, "{code}: {what}")?,
            }
            writeln!(
                f,
                "{}",
                if *count > 1 {
                    format!(" ({count} such)")
                } else {
                    String::new()
                }
            )?;
        }
        for Warning { code, what } in &self.warnings {
            writeln!(f, "not checked: {code}: {what}")?;
        }
        let verdict = if self.ok { "verified" } else { "NOT VERIFIED" };
        write!(
            f,
            "{verdict}: {} entries looked at, a checkpoint of {}",
            self.checked, self.size
        )
    }
}
