//! The lines of an export and of an auditor's evidence, as `docs/log.md` says.
//!
//! Borrowed wherever the text has no escapes: ten million of them are read.

use std::borrow::Cow;

use serde::Deserialize;

/// A text, borrowed if it can be.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Text<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a member that may be null or left out.
pub fn text<'a>(member: &'a Option<Text<'_>>) -> Option<&'a str> {
    member.as_ref().map(Text::as_str)
}

/// An entry as it is in the export.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line<'a> {
    pub index: u64,
    #[serde(borrow)]
    pub event_id: Text<'a>,
    pub recorded_ms: i64,
    #[serde(borrow)]
    pub commitment: Text<'a>,
    #[serde(borrow)]
    pub salt: Option<Text<'a>>,
    #[serde(borrow)]
    pub body: Option<Text<'a>>,
    #[serde(borrow)]
    pub unreadable: Option<Text<'a>>,
    #[serde(default)]
    pub withheld: bool,
    #[serde(borrow)]
    pub columns: Option<Columns<'a>>,
    #[serde(borrow)]
    pub person_key: Option<Text<'a>>,
    #[serde(borrow)]
    pub places: Option<Vec<Place<'a>>>,
}

/// What the database's searchable columns say.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Columns<'a> {
    #[serde(borrow)]
    pub kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub outcome: Option<Text<'a>>,
    #[serde(borrow)]
    pub actor_kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub actor_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub actor_organisation: Option<Text<'a>>,
    #[serde(borrow)]
    pub actor_unit: Option<Text<'a>>,
    #[serde(borrow)]
    pub source: Option<Text<'a>>,
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
    #[serde(borrow)]
    pub patient: Option<Text<'a>>,
    #[serde(borrow)]
    pub case: Option<Text<'a>>,
    #[serde(borrow)]
    pub discussion: Option<Text<'a>>,
    #[serde(borrow)]
    pub request_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub subject: Option<Text<'a>>,
    pub subject_seq: Option<u64>,
    pub subject_prev: Option<u64>,
}

/// Where somebody worked who heard or saw.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    #[serde(borrow)]
    pub organisation: Option<Text<'a>>,
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
    #[serde(borrow)]
    pub person: Option<Text<'a>>,
}

/// What of a body is looked at. Other members are covered by the commitment alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
    #[serde(borrow)]
    pub actor: Option<Actor<'a>>,
    #[serde(borrow)]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub outcome: Option<Text<'a>>,
    #[serde(borrow)]
    pub reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub request_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub patient: Option<Text<'a>>,
    #[serde(borrow)]
    pub case: Option<Text<'a>>,
    #[serde(borrow)]
    pub discussion: Option<Text<'a>>,
    #[serde(borrow)]
    pub source: Option<Text<'a>>,
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub places: Vec<Place<'a>>,
    #[serde(borrow, default)]
    pub consents: Vec<Consent<'a>>,
    #[serde(borrow)]
    pub subject: Option<Subject<'a>>,
    #[serde(borrow)]
    pub holder: Option<Text<'a>>,
    #[serde(borrow)]
    pub redaction: Option<Redaction<'a>>,
    #[serde(borrow)]
    pub log_key: Option<Text<'a>>,
}

/// Who acted.
#[derive(Debug, Deserialize)]
pub struct Actor<'a> {
    #[serde(borrow)]
    pub kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow)]
    pub organisation: Option<Text<'a>>,
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
}

/// A consent used or changed.
#[derive(Debug, Deserialize)]
pub struct Consent<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
}

/// The record that an entry is about, and the entry's place in its chain.
#[derive(Debug, Deserialize)]
pub struct Subject<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    pub seq: u64,
    pub prev: Option<u64>,
}

/// The lawful erasure of another entry's body; only asked for as long as nobody approved it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redaction<'a> {
    pub index: u64,
    #[serde(borrow)]
    pub legal_ground: Text<'a>,
    #[serde(borrow)]
    pub requested_by: Text<'a>,
    #[serde(borrow)]
    pub approved_by: Option<Text<'a>>,
}
