//! The discussion: a case put before one audience for one purpose, and its thread.

#[cfg(test)]
mod tests;

use crate::actor::Staff;
use crate::case::{Case, CaseText};
use crate::code::{CategorySet, Purpose, ReasonCode, Role, codes};
use crate::decision::{Basis, Insider, Sight};
use crate::id::{CaseId, DiscussionId, MessageId, PersonId, UnitId};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::summary::ScannedText;
use jiff::{SignedDuration, Timestamp};

codes! {
    /// Where a discussion stands.
    DiscussionState {
        /// Going on.
        Open = "open",
        /// Stopped, because somebody recognised the person.
        Stopped = "stopped",
        /// Closed with an outcome.
        Closed = "closed",
    }

    /// What a message is.
    MessageKind {
        /// A question.
        Question = "question",
        /// An answer.
        Answer = "answer",
        /// Advice.
        Advice = "advice",
        /// The outcome, on closing.
        Outcome = "outcome",
    }

    /// The class a message was written under.
    MessageClass {
        /// Nobody can tell who it is about.
        Anonymised = "anonymised",
        /// About an identified person.
        Identified = "identified",
    }
}

/// How long an audience has to answer a question, if nothing else is said.
pub const ANSWER_DUE_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// What a discussion is called among those who don't know who it is: "Case 7QXK". Random, never
/// reused, so that audiences can't join what they heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The signs a label is made of: no vowels and no look-alikes.
    pub const SIGNS: &'static [u8; 24] = b"23456789BCDFGHJKMNPQRTVX";

    /// A label of these random bytes.
    #[must_use]
    pub fn of(random: [u8; 6]) -> Self {
        let signs = random
            .iter()
            .map(|b| char::from(Self::SIGNS[usize::from(*b) % 24]));
        Self(format!("Case {}", signs.collect::<String>()))
    }

    /// A label read back from the database.
    #[must_use]
    pub const fn stored(label: String) -> Self {
        Self(label)
    }

    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A discussion.
#[derive(Clone, Debug)]
pub struct Discussion {
    /// Its id, random.
    pub id: DiscussionId,
    /// What it is called.
    pub label: Label,
    /// The case.
    pub case: CaseId,
    /// Its audience.
    pub audience: UnitId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: DiscussionState,
    /// The version of the anonymised summary it was opened with.
    pub summary_version: u32,
    /// Every category that the summary and the anonymised messages drew on.
    pub drawn: CategorySet,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// What a message says. Anonymised text has been scanned; there is no other way to make it.
#[derive(Clone, Debug)]
pub enum MessageText {
    /// Scanned.
    Anonymised(ScannedText),
    /// About an identified person.
    Identified(CaseText),
}

impl MessageText {
    /// The class it was written under.
    #[must_use]
    pub const fn class(&self) -> MessageClass {
        match self {
            Self::Anonymised(_) => MessageClass::Anonymised,
            Self::Identified(_) => MessageClass::Identified,
        }
    }
}

/// A message of a thread.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its place in the thread, from 1.
    pub ordinal: u32,
    /// What it is.
    pub kind: MessageKind,
    /// What it draws on.
    pub categories: CategorySet,
    /// What it says.
    pub text: MessageText,
    /// Who wrote it.
    pub author: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// In which role.
    pub role: Role,
    /// When.
    pub written_at: Timestamp,
    /// When an answer is due.
    pub due_at: Option<Timestamp>,
}

/// A case to be put before an audience.
#[derive(Clone, Debug)]
pub struct Presentation {
    /// The case.
    pub case: CaseId,
    /// The audience.
    pub audience: UnitId,
    /// What for.
    pub purpose: Purpose,
    /// Which version of the summary.
    pub summary_version: u32,
    /// What that summary draws on.
    pub drawn: CategorySet,
}

/// A message to be written.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The discussion.
    pub discussion: DiscussionId,
    /// The class it is written under.
    pub class: MessageClass,
    /// What it draws on.
    pub categories: CategorySet,
}

/// A change of a discussion's state.
#[derive(Clone, Copy, Debug)]
pub struct Turned {
    /// The discussion.
    pub discussion: DiscussionId,
    /// Who pressed or closed.
    pub by: PersonId,
    /// The state after.
    pub state: DiscussionState,
}

/// The summary a case has, as far as opening a discussion needs to know.
#[derive(Clone, Copy, Debug)]
pub struct SummaryFacts {
    /// Its version.
    pub version: u32,
    /// What it draws on.
    pub drawn: CategorySet,
}

/// Puts a case before an audience.
///
/// # Errors
/// Absent for those outside the team; wrong state for a closed case; R3 without an anonymised
/// summary, or where the owner does not attest that nobody in this audience can recognise the
/// person.
pub fn present(
    case: &Case,
    staff: &Staff,
    audience: UnitId,
    purpose: Purpose,
    summary: Option<SummaryFacts>,
    attested: bool,
    now: Timestamp,
) -> Decision<Presentation> {
    case.work_open(staff, now)?;
    let Some(summary) = summary else {
        return Err(Refusal::new(RefusalCode::SummaryMissing));
    };
    if !attested {
        return Err(Refusal::new(RefusalCode::AttestationMissing));
    }
    Ok(Permit::grant(Presentation {
        case: case.id,
        audience,
        purpose,
        summary_version: summary.version,
        drawn: summary.drawn,
    }))
}

impl Discussion {
    /// Whether a message of `class` about `categories` may be written by somebody who has `sight`.
    ///
    /// # Errors
    /// Absent without sight; wrong state where it is not open, or sealed; R2 for an identified
    /// message by who is not covered for its categories.
    pub fn write(
        &self,
        sight: &Sight,
        class: MessageClass,
        categories: CategorySet,
    ) -> Decision<Writing> {
        let may = match (sight, class) {
            (Sight::Absent(reason), _) => return Err(Refusal::absent(*reason)),
            (Sight::Sealed(reason), _) => {
                return Err(Refusal::new(RefusalCode::WrongState).because(*reason));
            }
            (Sight::Inside(_), _) | (_, MessageClass::Anonymised) => true,
            (Sight::Identified(cover), MessageClass::Identified) => {
                cover.categories.covers(categories)
            }
            (Sight::Anonymised(_), MessageClass::Identified) => false,
        };
        if self.state != DiscussionState::Open {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        // What is about nothing would pass every gate on categories.
        let about_nothing = class == MessageClass::Identified && categories.is_empty();
        if !may || about_nothing {
            return Err(Refusal::new(RefusalCode::NotCovered).because(sight.reason()));
        }
        Ok(Permit::grant(Writing {
            discussion: self.id,
            class,
            categories,
        }))
    }

    /// Somebody in the audience recognises the person: the discussion stops.
    ///
    /// # Errors
    /// Absent without sight; wrong state where it is not open.
    pub fn recognise(&self, sight: &Sight, by: PersonId) -> Decision<Turned> {
        match sight {
            Sight::Absent(reason) => Err(Refusal::absent(*reason)),
            Sight::Inside(_) => Err(Refusal::new(RefusalCode::WrongState)),
            Sight::Identified(_) | Sight::Anonymised(_) | Sight::Sealed(_) => {
                self.turn(DiscussionState::Stopped, by)
            }
        }
    }

    /// The owner closes it with an outcome.
    ///
    /// # Errors
    /// Absent for all but the case team; wrong state where it is closed already.
    pub fn close(&self, sight: &Sight, by: PersonId) -> Decision<Turned> {
        match (sight, self.state) {
            (Sight::Inside(Insider { basis: Basis::Team }), DiscussionState::Stopped) => {
                Ok(Permit::grant(Turned {
                    discussion: self.id,
                    by,
                    state: DiscussionState::Closed,
                }))
            }
            (Sight::Inside(Insider { basis: Basis::Team }), _) => {
                self.turn(DiscussionState::Closed, by)
            }
            (_, _) => Err(Refusal::absent(ReasonCode::NotOnCaseTeam)),
        }
    }

    fn turn(&self, state: DiscussionState, by: PersonId) -> Decision<Turned> {
        if self.state != DiscussionState::Open {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        Ok(Permit::grant(Turned {
            discussion: self.id,
            by,
            state,
        }))
    }
}
