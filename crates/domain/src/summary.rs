//! The anonymised summary: an allow-list of coarse facts, and one question in free text.
//!
//! Serves R3. What strangers may read of a case is this and scanned messages, nothing else. A
//! value here must never be finer than its list: no municipality, no age in years, no text that
//! has not been scanned. Each field draws on a category, and a consent that opens the case by name
//! must cover every category drawn on, or the earlier showing would give away what it keeps back.

mod facts;

pub use facts::{
    AgeBand, BenefitGroup, CoarseDuration, CoarseFacts, DiagnosisGroup, Gender, Region, WorkSector,
};

use crate::anonymise::{Finding, Names, RefusalKind, Scan, WarningKind, scan};
use crate::code::CategorySet;
use crate::id::PersonId;
use crate::permit::{Place, Refusal, RefusalCode};
use jiff::Timestamp;
use std::fmt;

/// Why a text was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextRefusal {
    /// Nothing but space.
    Empty,
    /// More characters than the text may have, which is how many.
    TooLong(usize),
    /// It tells, or may tell, who it is; warnings already confirmed are not among these.
    Identifying(Scan),
}

/// What the owner asks, of the right length but not scanned: fit for the case team alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Question(String);

impl Question {
    /// The most characters of a question.
    pub const LONGEST: usize = 2000;

    /// Reads a text of 1 to [`Self::LONGEST`] characters, space at its end not counted.
    pub fn parse(text: &str) -> Result<Self, TextRefusal> {
        within(text, Self::LONGEST).map(|text| Self(text.to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question(..)")
    }
}

/// `text` without space at its end, if it has 1 to `longest` characters. Space at its beginning
/// stays, since findings count from the first character handed in.
fn within(text: &str, longest: usize) -> Result<&str, TextRefusal> {
    if text.trim().is_empty() {
        return Err(TextRefusal::Empty);
    }
    let text = text.trim_end();
    if text.chars().count() > longest {
        return Err(TextRefusal::TooLong(longest));
    }
    Ok(text)
}

/// Text that strangers may read: scanned, nothing refused, every warning confirmed.
#[derive(Clone, PartialEq, Eq)]
pub struct ScannedText(String);

impl ScannedText {
    /// The most characters of a message.
    pub const LONGEST: usize = 4000;

    /// Scans a text of 1 to [`Self::LONGEST`] characters. `names` are the patient's for the case
    /// team's text, [`Names::none`] for anyone else's. `confirmed` are the kinds of warnings that
    /// the writer has seen and stands by.
    pub fn scan(text: &str, names: &Names, confirmed: &[WarningKind]) -> Result<Self, TextRefusal> {
        let text = within(text, Self::LONGEST)?;
        let found = scan(text, names);
        let warnings = found.unconfirmed(confirmed);
        if found.refusals.is_empty() && warnings.is_empty() {
            return Ok(Self(text.to_owned()));
        }
        Err(TextRefusal::Identifying(Scan {
            refusals: found.refusals,
            warnings,
        }))
    }

    /// Text read back from where a scanned text was stored. Never for text from a caller: lists
    /// and names change, and what was shown yesterday is not refused today.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ScannedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScannedText(..)")
    }
}

/// What the owner writes, before it is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryFields {
    /// The coarse facts.
    pub facts: CoarseFacts,
    /// The question.
    pub question: Question,
    /// The categories that the owner says the question draws on.
    pub question_draws_on: CategorySet,
}

/// Where a summary says too much, field by field. The question is the only one in free text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRefusal {
    /// What the question may not hold.
    pub question: Vec<Finding<RefusalKind>>,
    /// What in the question is still to be confirmed.
    pub question_unconfirmed: Vec<Finding<WarningKind>>,
}

/// A summary that strangers may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    facts: CoarseFacts,
    question: ScannedText,
    question_draws_on: CategorySet,
}

impl Summary {
    /// Scans the question for signs of who it is, the patient's own `names` among them.
    /// `confirmed_warnings` are the kinds of warnings that the owner has seen and stands by.
    pub fn draft(
        fields: SummaryFields,
        names: &Names,
        confirmed_warnings: &[WarningKind],
    ) -> Result<Self, SummaryRefusal> {
        let SummaryFields {
            facts,
            question,
            question_draws_on,
        } = fields;
        let Question(text) = question;
        let found = scan(&text, names);
        let question_unconfirmed = found.unconfirmed(confirmed_warnings);
        if !found.refusals.is_empty() || !question_unconfirmed.is_empty() {
            return Err(SummaryRefusal {
                question: found.refusals,
                question_unconfirmed,
            });
        }
        Ok(Self {
            facts,
            question: ScannedText(text),
            question_draws_on,
        })
    }

    /// A summary read back from where one was stored.
    #[must_use]
    pub const fn stored(
        facts: CoarseFacts,
        question: ScannedText,
        question_draws_on: CategorySet,
    ) -> Self {
        Self {
            facts,
            question,
            question_draws_on,
        }
    }

    /// The coarse facts.
    #[must_use]
    pub const fn facts(&self) -> CoarseFacts {
        self.facts
    }

    /// The question.
    #[must_use]
    pub const fn question(&self) -> &ScannedText {
        &self.question
    }

    /// The categories that the owner said the question draws on.
    #[must_use]
    pub const fn question_draws_on(&self) -> CategorySet {
        self.question_draws_on
    }

    /// Every category that showing this gives something away of.
    #[must_use]
    pub fn draws_on(&self) -> CategorySet {
        self.facts.draws_on().union(self.question_draws_on)
    }
}

/// The owner's word that no one in the audience can recognise the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Who gave it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

fn places<K: Copy>(
    pointer: &str,
    findings: &[Finding<K>],
    code: impl Fn(K) -> &'static str,
) -> impl Iterator<Item = Place> {
    let place = |f: &Finding<K>| Place {
        pointer: pointer.to_owned(),
        code: code(f.kind),
        start: f.start,
        end: f.end,
    };
    findings.iter().map(place).collect::<Vec<_>>().into_iter()
}

fn refuse(
    pointer: &str,
    refused: &[Finding<RefusalKind>],
    unconfirmed: &[Finding<WarningKind>],
) -> Refusal {
    let code = if refused.is_empty() {
        RefusalCode::WarningsUnconfirmed
    } else {
        RefusalCode::TextIdentifies
    };
    let all = places(pointer, refused, RefusalKind::code);
    Refusal::new(code).at(all
        .chain(places(pointer, unconfirmed, WarningKind::code))
        .collect())
}

impl SummaryRefusal {
    /// The refusal, with every place marked; `pointer` names the field of the question.
    #[must_use]
    pub fn refusal(&self, pointer: &str) -> Refusal {
        refuse(pointer, &self.question, &self.question_unconfirmed)
    }
}

impl TextRefusal {
    /// The refusal, with every place marked; `pointer` names the field of the text.
    #[must_use]
    pub fn refusal(&self, pointer: &str) -> Refusal {
        match self {
            Self::Empty | Self::TooLong(_) => Refusal::new(RefusalCode::TextLength),
            Self::Identifying(scan) => refuse(pointer, &scan.refusals, &scan.warnings),
        }
    }
}

#[cfg(test)]
mod tests;
