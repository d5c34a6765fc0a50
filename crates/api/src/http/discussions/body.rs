//! What leaves the service of a discussion: one of three views.

use samrad_domain::case::Statement;
use samrad_domain::code::ReasonCode;
use samrad_domain::decision::Sight;
use samrad_domain::discussion::{Message, MessageText};
use samrad_domain::id::PersonId;
use samrad_domain::patient::Contact;
use samrad_domain::summary::Summary;
use samrad_domain::view::{
    AnonymisedMessage, AnonymisedView, IdentifiedContent, Identity, SealedView,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::cases::body::{StatementBody, SummaryBody};
use crate::http::cases::share::ConsentVersion;
use crate::http::codes::{
    BasisCode, CategoryCode, Coded, DiscussionStateCode, MessageClassCode, MessageKindCode,
    PurposeCode, ReasonCodeCode, RoleCode, categories,
};

/// What the caller gets of a discussion.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "view", rename_all = "camelCase")]
#[schema(as = DiscussionView)]
pub enum ViewBody {
    /// Nobody can tell who it is.
    Anonymised(AnonymisedBody),
    /// Who it is, as far as the consent covers, or everything for those inside.
    Identified(Box<IdentifiedBody>),
    /// Label and status alone: the caller once knew who it is, and is no longer covered.
    Sealed(SealedBody),
}

/// A discussion without identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AnonymisedView)]
pub struct AnonymisedBody {
    /// The discussion.
    pub discussion_id: Uuid,
    /// What it is called.
    #[schema(max_length = 20)]
    pub label: String,
    /// Where it stands.
    pub state: DiscussionStateCode,
    /// What it is for.
    pub purpose: PurposeCode,
    /// The anonymised summary.
    pub summary: SummaryBody,
    /// The anonymised messages.
    #[schema(max_items = 10000)]
    pub messages: Vec<MessageBody>,
}

/// A discussion with identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IdentifiedView)]
pub struct IdentifiedBody {
    /// The discussion.
    pub discussion_id: Uuid,
    /// What it is called.
    #[schema(max_length = 20)]
    pub label: String,
    /// Where it stands.
    pub state: DiscussionStateCode,
    /// What it is for.
    pub purpose: PurposeCode,
    /// The anonymised summary.
    pub summary: SummaryBody,
    /// Who it is.
    pub identity: IdentityBody,
    /// How to reach them, where covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactBody>,
    /// The statements of the categories covered.
    #[schema(max_items = 10000)]
    pub statements: Vec<StatementBody>,
    /// The messages that the caller may see.
    #[schema(max_items = 10000)]
    pub messages: Vec<MessageBody>,
    /// All categories not covered, whether or not the case has anything in them.
    #[schema(max_items = 16)]
    pub not_covered: Vec<CategoryCode>,
    /// Why the caller sees this; for those inside alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insight: Option<InsightBody>,
}

/// A discussion that the caller may no longer see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SealedView)]
pub struct SealedBody {
    /// The discussion.
    pub discussion_id: Uuid,
    /// What it is called.
    #[schema(max_length = 20)]
    pub label: String,
    /// Where it stands.
    pub state: DiscussionStateCode,
}

/// Why somebody inside sees what they see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Insight)]
pub struct InsightBody {
    /// The reason code of the decision.
    pub reason: ReasonCodeCode,
    /// Why they are inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<BasisCode>,
    /// The consents used, with their versions.
    #[schema(max_items = 100)]
    pub consents: Vec<ConsentVersion>,
}

/// Who somebody is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DisclosedIdentity)]
pub struct IdentityBody {
    /// Given names.
    #[schema(max_length = 200)]
    pub given: String,
    /// Family name.
    #[schema(max_length = 200)]
    pub family: String,
    /// Identity number, eleven digits.
    #[schema(max_length = 11)]
    pub identity_number: String,
    /// Birth date.
    #[schema(format = Date, max_length = 10)]
    pub birth_date: String,
    /// Municipality; withheld where the person is protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4)]
    pub municipality: Option<String>,
}

/// How to reach somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DisclosedContact)]
pub struct ContactBody {
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub email: Option<String>,
    /// Postal address; withheld where the person is protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub address: Option<String>,
}

/// A message of the thread.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub struct MessageBody {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: MessageKindCode,
    /// The class it was written under.
    pub class: MessageClassCode,
    /// The role of who wrote it.
    pub role: RoleCode,
    /// Whether the caller wrote it.
    pub own: bool,
    /// What it says.
    #[schema(max_length = 8000)]
    pub text: String,
    /// When it was written.
    #[schema(format = DateTime, max_length = 40)]
    pub written_at: String,
    /// When an answer is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, max_length = 40)]
    pub due_at: Option<String>,
}

impl From<AnonymisedView> for ViewBody {
    fn from(view: AnonymisedView) -> Self {
        Self::Anonymised(AnonymisedBody {
            discussion_id: view.discussion.uuid(),
            label: view.label.as_str().to_owned(),
            state: Coded(view.state),
            purpose: Coded(view.purpose),
            summary: SummaryBody::from(&view.summary),
            messages: view.messages.into_iter().map(MessageBody::from).collect(),
        })
    }
}

impl From<SealedView> for ViewBody {
    fn from(view: SealedView) -> Self {
        Self::Sealed(SealedBody {
            discussion_id: view.discussion.uuid(),
            label: view.label.as_str().to_owned(),
            state: Coded(view.state),
        })
    }
}

impl From<AnonymisedMessage> for MessageBody {
    fn from(message: AnonymisedMessage) -> Self {
        Self {
            id: message.id.uuid(),
            kind: Coded(message.kind),
            class: Coded(samrad_domain::discussion::MessageClass::Anonymised),
            role: Coded(message.role),
            own: message.own,
            text: message.text.as_str().to_owned(),
            written_at: message.written_at.to_string(),
            due_at: message.due_at.map(|at| at.to_string()),
        }
    }
}

impl MessageBody {
    fn read_by(message: Message, reader: PersonId) -> Self {
        Self {
            id: message.id.uuid(),
            kind: Coded(message.kind),
            class: Coded(message.text.class()),
            role: Coded(message.role),
            own: message.author == reader,
            text: match message.text {
                MessageText::Anonymised(text) => text.as_str().to_owned(),
                MessageText::Identified(text) => text.as_str().to_owned(),
            },
            written_at: message.written_at.to_string(),
            due_at: message.due_at.map(|at| at.to_string()),
        }
    }
}

/// What an identified view needs besides its content.
#[derive(Debug)]
pub struct Frame {
    /// The discussion.
    pub discussion: samrad_domain::discussion::Discussion,
    /// Its summary.
    pub summary: Summary,
    /// Who reads.
    pub reader: PersonId,
    /// The decision.
    pub sight: Sight,
}

impl IdentifiedBody {
    /// The body of an identified view, now that it is open.
    #[must_use]
    pub fn of(content: IdentifiedContent, frame: &Frame) -> Self {
        let reader = frame.reader;
        Self {
            discussion_id: frame.discussion.id.uuid(),
            label: frame.discussion.label.as_str().to_owned(),
            state: Coded(frame.discussion.state),
            purpose: Coded(frame.discussion.purpose),
            summary: SummaryBody::from(&frame.summary),
            identity: IdentityBody::from(content.identity),
            contact: content.contact.map(ContactBody::from),
            statements: statements(content.statements),
            messages: content
                .messages
                .into_iter()
                .map(|message| MessageBody::read_by(message, reader))
                .collect(),
            not_covered: categories(content.not_covered),
            insight: InsightBody::of(&frame.sight),
        }
    }
}

fn statements(statements: Vec<Statement>) -> Vec<StatementBody> {
    statements.into_iter().map(StatementBody::from).collect()
}

impl InsightBody {
    /// The insight of those inside; nobody else learns why.
    fn of(sight: &Sight) -> Option<Self> {
        match sight {
            Sight::Inside(insider) => {
                let reason: ReasonCode = sight.reason();
                Some(Self {
                    reason: Coded(reason),
                    basis: Some(Coded(insider.basis)),
                    consents: Vec::new(),
                })
            }
            Sight::Identified(_) | Sight::Anonymised(_) | Sight::Sealed(_) | Sight::Absent(_) => {
                None
            }
        }
    }
}

impl From<Identity> for IdentityBody {
    fn from(identity: Identity) -> Self {
        Self {
            given: identity.name.given,
            family: identity.name.family,
            identity_number: identity.number.digits().to_owned(),
            birth_date: identity.birth_date.to_string(),
            municipality: identity.municipality,
        }
    }
}

impl From<Contact> for ContactBody {
    fn from(contact: Contact) -> Self {
        Self {
            phone: contact.phone,
            email: contact.email,
            address: contact.address,
        }
    }
}
