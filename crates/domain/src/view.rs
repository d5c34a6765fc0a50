//! What leaves the service of a discussion.
//!
//! An anonymised view holds only [`NonIdentifying`] fields:
//!
//! ```
//! use samrad_domain::{anonymised, discussion::Label};
//! anonymised! {
//!     /// A view that gives nobody away.
//!     pub struct Careful { /// What it is called.
//!         label: Label }
//! }
//! ```
//!
//! A field of any other type does not compile, nor can the marker be given from outside:
//!
//! ```compile_fail,E0277
//! use samrad_domain::{anonymised, patient::FullName};
//! anonymised! {
//!     /// A view that gives a name away.
//!     pub struct Careless { /// Who it is.
//!         name: FullName }
//! }
//! ```
//!
//! ```compile_fail,E0277
//! struct Mine(String);
//! impl samrad_domain::view::NonIdentifying for Mine {}
//! ```
//!
//! A view with identity is built only from a decision, which nobody else can make up:
//!
//! ```compile_fail,E0639
//! use samrad_domain::decision::{Basis, Insider};
//! let insider = Insider { basis: Basis::Team };
//! ```
//!
//! ```compile_fail,E0639
//! use samrad_domain::{code::CategorySet, decision::Cover};
//! fn forge(until: jiff::Timestamp) -> Cover {
//!     Cover { categories: CategorySet::all(), consents: Vec::new(), until }
//! }
//! ```
//!
//! ```compile_fail,E0451
//! fn forge() -> samrad_domain::view::Release {
//!     samrad_domain::view::Release { categories: samrad_domain::code::CategorySet::all(), places: true }
//! }
//! ```
//!
//! And it opens only against the log's witness:
//!
//! ```
//! use samrad_domain::view::{Committed, IdentifiedView};
//! fn show(view: IdentifiedView, logged: &Committed) -> samrad_domain::patient::FullName {
//!     view.open(logged).identity.name
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn leak(view: samrad_domain::view::IdentifiedView) -> samrad_domain::patient::FullName {
//!     view.content.identity.name
//! }
//! ```
//!
//! ```compile_fail,E0061
//! fn leak(view: samrad_domain::view::IdentifiedView) {
//!     let _ = view.open();
//! }
//! ```

#[cfg(test)]
mod tests;

use crate::case::Statement;
use crate::code::{Category, CategorySet, Purpose, Role};
use crate::decision::Sight;
use crate::discussion::{DiscussionState, Label, Message, MessageKind, MessageText};
use crate::event::Shown;
use crate::id::{DiscussionId, MessageId};
use crate::number::IdentityNumber;
use crate::patient::{Contact, FullName, Patient};
use crate::summary::ScannedText;
use crate::summary::Summary;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;

mod sealed {
    pub trait Sealed {}
}

/// What can't tell who somebody is. Sealed: the list is here, and nowhere else.
pub trait NonIdentifying: sealed::Sealed {}

macro_rules! non_identifying {
    ($($t:ty),* $(,)?) => { $(impl sealed::Sealed for $t {} impl NonIdentifying for $t {})* };
}

non_identifying!(
    DiscussionId,
    MessageId,
    Label,
    DiscussionState,
    Purpose,
    CategorySet,
    Summary,
    ScannedText,
    MessageKind,
    Role,
    Timestamp,
    bool,
    AnonymisedMessage,
);

impl<T: NonIdentifying> sealed::Sealed for Option<T> {}
impl<T: NonIdentifying> NonIdentifying for Option<T> {}
impl<T: NonIdentifying> sealed::Sealed for Vec<T> {}
impl<T: NonIdentifying> NonIdentifying for Vec<T> {}

/// Declares a view whose every field is [`NonIdentifying`].
#[macro_export]
macro_rules! anonymised {
    ($($(#[$m:meta])* pub struct $n:ident { $($(#[$fm:meta])* $f:ident : $t:ty),* $(,)? })*) => {$(
        $(#[$m])* pub struct $n { $($(#[$fm])* pub $f: $t),* }
        const _: fn() = || {
            fn safe<T: $crate::view::NonIdentifying>() {}
            $(safe::<$t>();)*
        };
    )*};
}

anonymised! {
    /// A message as the audience sees it before consent.
    #[derive(Clone, Debug)]
    pub struct AnonymisedMessage {
        /// Its id.
        id: MessageId,
        /// What it is.
        kind: MessageKind,
        /// The role of who wrote it.
        role: Role,
        /// Whether the reader wrote it.
        own: bool,
        /// What it says.
        text: ScannedText,
        /// When it was written.
        written_at: Timestamp,
        /// When an answer is due.
        due_at: Option<Timestamp>,
    }

    /// A discussion as the audience sees it before consent.
    #[derive(Clone, Debug)]
    pub struct AnonymisedView {
        /// Its id.
        discussion: DiscussionId,
        /// What it is called.
        label: Label,
        /// Where it stands.
        state: DiscussionState,
        /// What it is for.
        purpose: Purpose,
        /// The summary.
        summary: Summary,
        /// The anonymised messages of the thread.
        messages: Vec<AnonymisedMessage>,
    }

    /// A discussion as those see it who knew who it was, and are no longer covered.
    #[derive(Clone, Debug)]
    pub struct SealedView {
        /// Its id.
        discussion: DiscussionId,
        /// What it is called.
        label: Label,
        /// Where it stands.
        state: DiscussionState,
    }
}

/// Leave, by a decision, to let identity out for certain categories.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    categories: CategorySet,
    places: bool,
}

impl Release {
    /// What `sight` lets out of a record; nothing unless it is inside or identified. Places are
    /// withheld from outsiders where the person is protected.
    #[must_use]
    pub fn by(sight: &Sight, restricted: bool) -> Option<Self> {
        match sight {
            Sight::Inside(_) => Some(Self {
                categories: CategorySet::all(),
                places: true,
            }),
            Sight::Identified(cover) => Some(Self {
                categories: cover.categories,
                places: !restricted,
            }),
            Sight::Anonymised(_) | Sight::Sealed(_) | Sight::Absent(_) => None,
        }
    }

    /// What everybody of a room may be shown on one screen: what each of them may see; nothing
    /// where one may not (R3).
    #[must_use]
    pub fn to_all(together: &[Sight], restricted: bool) -> Option<Self> {
        let mut each = together.iter().map(|sight| Self::by(sight, restricted));
        let first = each.next()??;
        each.try_fold(first, |all, next| {
            let next = next?;
            Some(Self {
                categories: all.categories.intersection(next.categories),
                places: all.places && next.places,
            })
        })
    }

    /// The categories let out.
    #[must_use]
    pub const fn categories(&self) -> CategorySet {
        self.categories
    }

    fn lets_out(&self, message: &Message) -> bool {
        match message.text {
            MessageText::Anonymised(_) => true,
            MessageText::Identified(_) => self.categories.covers(message.categories),
        }
    }
}

/// Proof, made by the log writer alone, that the entry of what is about to be shown is durable.
#[derive(Clone, Copy, Debug)]
pub struct Committed(());

impl Committed {
    /// The log writer's word that the entry is committed. Nobody else may say it: the
    /// constructor stands on the list of disallowed methods.
    #[must_use]
    pub const fn by_the_log_writer() -> Self {
        Self(())
    }
}

/// Who somebody is. It does not print.
#[derive(Clone)]
pub struct Identity {
    /// Name.
    pub name: FullName,
    /// Identity number.
    pub number: IdentityNumber,
    /// Birth date.
    pub birth_date: Date,
    /// Municipality; withheld from outsiders where the person is protected.
    pub municipality: Option<String>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

/// What an identified view holds once it may be opened.
#[derive(Clone, Debug)]
pub struct IdentifiedContent {
    /// Who it is.
    pub identity: Identity,
    /// How to reach them, where `contact` is covered.
    pub contact: Option<Contact>,
    /// The statements of the categories covered.
    pub statements: Vec<Statement>,
    /// The messages that the reader may see.
    pub messages: Vec<Message>,
    /// All categories not covered, whether or not the case has anything in them.
    pub not_covered: CategorySet,
}

/// A view with identity, closed until its log entry is durable.
#[derive(Clone, Debug)]
pub struct IdentifiedView {
    content: IdentifiedContent,
}

impl IdentifiedView {
    /// Builds what `release` lets out.
    #[must_use]
    pub fn of(
        release: &Release,
        patient: &Patient,
        statements: Vec<Statement>,
        messages: Vec<Message>,
    ) -> Option<Self> {
        if !release.categories.contains(Category::Identity) {
            return None;
        }
        let contact = release
            .categories
            .contains(Category::Contact)
            .then(|| Contact {
                address: patient.contact.address.clone().filter(|_| release.places),
                ..patient.contact.clone()
            });
        let identity = Identity {
            name: patient.name.clone(),
            number: patient.number.clone(),
            birth_date: patient.birth_date,
            municipality: release.places.then(|| patient.municipality.clone()),
        };
        let covered = |s: &Statement| release.categories.contains(s.category);
        Some(Self {
            content: IdentifiedContent {
                identity,
                contact,
                statements: statements.into_iter().filter(covered).collect(),
                messages: messages
                    .into_iter()
                    .filter(|m| release.lets_out(m))
                    .collect(),
                not_covered: CategorySet::all().without(release.categories),
            },
        })
    }

    /// What it will show, as bytes on their way into the log entry's salted digest.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let content = &self.content;
        let identity = &content.identity;
        let mut shown = vec![
            identity.name.given.clone(),
            identity.name.family.clone(),
            identity.number.digits().to_owned(),
            identity.birth_date.to_string(),
            identity.municipality.clone().unwrap_or_default(),
            content.not_covered.to_string(),
        ];
        if let Some(contact) = &content.contact {
            let parts = [&contact.phone, &contact.email, &contact.address];
            shown.extend(parts.into_iter().flatten().cloned());
        }
        shown.extend(
            content
                .statements
                .iter()
                .map(|s| format!("{} {}", s.id, s.text.as_str())),
        );
        shown.extend(content.messages.iter().map(|m| {
            let text = match &m.text {
                MessageText::Anonymised(text) => text.as_str(),
                MessageText::Identified(text) => text.as_str(),
            };
            format!("{} {text}", m.id)
        }));
        Shown(shown.join("\0").into_bytes())
    }

    /// Opens it, now that its log entry is durable.
    #[must_use]
    pub fn open(self, _: &Committed) -> IdentifiedContent {
        self.content
    }
}

/// The anonymised messages of a thread, as `reader` sees them.
#[must_use]
pub fn anonymised_thread(
    messages: Vec<Message>,
    reader: crate::id::PersonId,
) -> Vec<AnonymisedMessage> {
    messages
        .into_iter()
        .filter_map(|m| match m.text {
            MessageText::Identified(_) => None,
            MessageText::Anonymised(text) => Some(AnonymisedMessage {
                id: m.id,
                kind: m.kind,
                role: m.role,
                own: m.author == reader,
                text,
                written_at: m.written_at,
                due_at: m.due_at,
            }),
        })
        .collect()
}
