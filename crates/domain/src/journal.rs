//! What must be filed in the patient's journal (R5), or in NAV's case file the same way.
//!
//! A closed enum of closed fields: no free text that another system wrote, and no variant for an
//! IPS note (R4). Nothing turns one into a journal note:
//!
//! ```compile_fail
//! fn file(note: samrad_domain::ips::IpsNote) -> samrad_domain::journal::JournalNote {
//!     note.into()
//! }
//! ```
//!
//! ```compile_fail
//! fn file(text: samrad_domain::ips::IpsText) -> samrad_domain::journal::JournalText {
//!     samrad_domain::journal::JournalText::from(text)
//! }
//! ```

mod filing;
#[cfg(test)]
mod tests;

pub use filing::{
    Acknowledgement, Filed, FiledNote, Filing, FilingContent, NoteForFiling, Reach, Reference,
    Showing, reach,
};

use crate::code::{CategorySet, Purpose, codes};
use crate::consent::Recipient;
use crate::id::{ConsentId, DiscussionId, InformationId};
use crate::unit::CompartmentKind;
use jiff::SignedDuration;

codes! {
    /// The register that a note is to be filed in.
    Register {
        /// The patient's journal, on the health side.
        Journal = "journal",
        /// NAV's case file.
        CaseFile = "caseFile",
    }

    /// What happened.
    NoteKind {
        /// The patient was informed.
        InformationGiven = "informationGiven",
        /// A consent was granted.
        ConsentGranted = "consentGranted",
        /// A consent was refused.
        ConsentRefused = "consentRefused",
        /// A consent was withdrawn.
        ConsentWithdrawn = "consentWithdrawn",
        /// Information was disclosed.
        DisclosureMade = "disclosureMade",
    }

    /// Whether a note has been filed.
    NoteState {
        /// Waiting to be filed.
        Pending = "pending",
        /// Filed, with the record system's own reference.
        Filed = "filed",
    }

    /// Which notes are asked for.
    NoteFilter {
        /// Those waiting to be filed, overdue or not.
        Pending = "pending",
        /// Those filed.
        Filed = "filed",
        /// Those that should have been filed by now.
        Overdue = "overdue",
    }
}

/// How soon a note should be filed (helsepersonelloven § 39: without undue delay).
pub const FILE_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// The register of a compartment's record system, if it keeps one.
#[must_use]
pub const fn register(compartment: CompartmentKind) -> Option<Register> {
    match compartment {
        CompartmentKind::Health => Some(Register::Journal),
        CompartmentKind::NavState | CompartmentKind::MunicipalSocial => Some(Register::CaseFile),
        CompartmentKind::Ips | CompartmentKind::None => None,
    }
}

/// The text of a journal note: made of the note's own closed fields, never taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalText(String);

impl JournalText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A note to file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalNote {
    /// The patient was informed.
    InformationGiven {
        /// The record.
        information: InformationId,
        /// What about.
        purpose: Purpose,
    },
    /// A consent was granted.
    ConsentGranted(ConsentFacts),
    /// A consent was refused.
    ConsentRefused(ConsentFacts),
    /// A consent was withdrawn.
    ConsentWithdrawn(ConsentFacts),
    /// Information was disclosed: one note for each discussion, recipient, consent version and
    /// set of categories.
    DisclosureMade {
        /// The consent used.
        consent: ConsentFacts,
        /// The discussion.
        discussion: DiscussionId,
        /// Who heard.
        recipient: Recipient,
    },
}

/// A consent as a note tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentFacts {
    /// Which.
    pub consent: ConsentId,
    /// Which version.
    pub version: u32,
    /// What for.
    pub purpose: Purpose,
    /// What about.
    pub categories: CategorySet,
}

impl JournalNote {
    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> NoteKind {
        match self {
            Self::InformationGiven { .. } => NoteKind::InformationGiven,
            Self::ConsentGranted(_) => NoteKind::ConsentGranted,
            Self::ConsentRefused(_) => NoteKind::ConsentRefused,
            Self::ConsentWithdrawn(_) => NoteKind::ConsentWithdrawn,
            Self::DisclosureMade { .. } => NoteKind::DisclosureMade,
        }
    }

    /// The sentence to file, made of closed fields alone.
    #[must_use]
    pub fn text(&self) -> JournalText {
        JournalText(match self {
            Self::InformationGiven { purpose, .. } => {
                format!("The patient was informed about {purpose}.")
            }
            Self::ConsentGranted(c) => format!(
                "The patient consented to {} covering: {}.",
                c.purpose, c.categories
            ),
            Self::ConsentRefused(c) => {
                format!("The patient refused consent to {}.", c.purpose)
            }
            Self::ConsentWithdrawn(c) => {
                format!("The patient withdrew the consent to {}.", c.purpose)
            }
            Self::DisclosureMade { consent: c, .. } => {
                format!("Disclosed on consent, for {}: {}.", c.purpose, c.categories)
            }
        })
    }
}
