//! One entry, examined on its own: form, commitment, and whether columns, places and holder say
//! what the body says. What depends on other entries is for `history`.

mod agreement;
mod line;

use std::str;

use crate::entry::{Leaf, commitment, holder};
use crate::tree::Hash;

use super::Id;
use super::chains::Link;
use super::report::Code;
use line::{Body, Line, text};

/// Which lines are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The operator's export, with the database's columns.
    Export,
    /// What an auditor is shown: no columns, and others' entries withheld.
    Evidence,
}

/// What is wrong with an entry.
pub type Fault = (Code, String);

/// An entry, as far as it goes into the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its index, as it says itself.
    pub index: u64,
    /// What the tree has of it.
    pub leaf: Leaf,
    /// [`Leaf::hash`].
    pub hash: Hash,
    /// What can be seen of it.
    pub content: Content,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// What can be seen of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Its body, true to the commitment.
    Open(Open),
    /// Nothing: salt and body are gone. The columns may still say where in a chain it stood.
    Erased(Option<Link>),
    /// Nothing: the data key was destroyed. The columns may say the same.
    KeyDestroyed(Option<Link>),
    /// Nothing: it is not for this auditor.
    Withheld,
    /// Nothing to go by: what is there is not what was committed to.
    Spoilt,
}

/// What the history needs of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// Place in the record's chain.
    pub link: Option<Link>,
    /// What it does to consents.
    pub consents: Consents,
    /// The entry that it says was erased.
    pub erases: Option<u64>,
    /// The new key of the log.
    pub log_key: Option<String>,
}

/// What an entry does with consents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Consents {
    /// Neither of the two.
    #[default]
    Untouched,
    /// Withdraws them.
    Withdraws(Vec<Id>),
    /// Discloses because of them.
    Uses(Vec<Id>),
}

impl Entry {
    /// Examine a line.
    pub fn examine(line: &[u8], source: Source) -> Result<Self, Fault> {
        let line: Line =
            serde_json::from_slice(line).map_err(|error| (Code::Format, error.to_string()))?;
        let malformed = |what: &str| (Code::Format, format!("{what} is malformed"));
        let event = Id::parse(line.event_id.as_str()).ok_or_else(|| malformed("eventId"))?;
        let claimed = unhex(line.commitment.as_str()).ok_or_else(|| malformed("commitment"))?;
        let leaf = Leaf {
            event: event.bytes(),
            recorded_ms: line.recorded_ms,
            commitment: claimed,
        };
        let mut faults = Vec::new();
        let content = open(&line, source, &leaf, &mut faults)?;
        Ok(Self {
            index: line.index,
            hash: leaf.hash(),
            leaf,
            content,
            faults,
        })
    }
}

fn open(
    line: &Line,
    source: Source,
    leaf: &Leaf,
    faults: &mut Vec<Fault>,
) -> Result<Content, Fault> {
    if source == Source::Export && (line.columns.is_none() || line.withheld) {
        return Err((
            Code::Format,
            "an export has the columns of every entry, and withholds none".to_owned(),
        ));
    }
    let (salt, body) = match (text(&line.salt), text(&line.body)) {
        (Some(salt), Some(body)) => (salt, body),
        (None, None) if line.withheld => return Ok(Content::Withheld),
        (None, None) => return Ok(Content::Erased(agreement::link_of_columns(line))),
        (_, None) => return Ok(unreadable(line, faults)),
        (None, Some(_)) => return Err((Code::Format, "a body without its salt".to_owned())),
    };
    let salt = unhex(salt).ok_or((Code::Format, "salt is malformed".to_owned()))?;
    if commitment(&salt, body.as_bytes()) != leaf.commitment {
        faults.push((
            Code::Commitment,
            "the body is not the one that was committed to".to_owned(),
        ));
        return Ok(Content::Spoilt);
    }
    let content = committed(line, source, &salt, body, faults).map(Content::Open);
    Ok(content.unwrap_or_else(|what| {
        faults.push((Code::Body, what));
        Content::Spoilt
    }))
}

/// What a body says that is the one committed to.
fn committed(
    line: &Line,
    source: Source,
    salt: &Hash,
    body: &str,
    faults: &mut Vec<Fault>,
) -> Result<Open, String> {
    let body: Body =
        serde_json::from_str(body).map_err(|error| format!("the body is malformed: {error}"))?;
    if source == Source::Export {
        agreement::judge(line, &body, |person| holder(salt, person), faults);
    }
    read(&body, line.index, faults).ok_or_else(|| "an id in the body is malformed".to_owned())
}

/// Salt without body: lawful only if the data key was destroyed.
fn unreadable(line: &Line, faults: &mut Vec<Fault>) -> Content {
    match text(&line.unreadable) {
        Some("keyDestroyed") => Content::KeyDestroyed(agreement::link_of_columns(line)),
        why => {
            let why = why.unwrap_or("no reason is given");
            faults.push((Code::Unreadable, format!("the body can't be opened: {why}")));
            Content::Spoilt
        }
    }
}

fn read(body: &Body, index: u64, faults: &mut Vec<Fault>) -> Option<Open> {
    let link = match &body.subject {
        Some(subject) => Some(Link {
            subject: Id::parse(subject.id.as_str())?,
            seq: subject.seq,
            prev: subject.prev,
        }),
        None => None,
    };
    let consents = || -> Option<Vec<Id>> {
        body.consents
            .iter()
            .map(|consent| Id::parse(consent.id.as_str()))
            .collect()
    };
    let consents = match (body.kind.as_str(), text(&body.outcome), text(&body.reason)) {
        ("consentWithdrawn", Some("done"), _) => Consents::Withdraws(consents()?),
        (_, Some("disclosed"), Some("CONSENT_ACTIVE")) => Consents::Uses(consents()?),
        (_, _, _) => Consents::Untouched,
    };
    // A refused one erased nothing, and has nothing to tell of it.
    let erases = (body.kind.as_str() == "logEntryErased" && text(&body.outcome) == Some("done"))
        .then(|| erasure(body, index, faults))
        .flatten();
    let log_key = (body.kind.as_str() == "logKeyChanged")
        .then(|| text(&body.log_key).unwrap_or_default().to_owned());
    Some(Open {
        link,
        consents,
        erases,
        log_key,
    })
}

/// The entry that this one says was erased, on a ground and by two persons.
fn erasure(body: &Body, index: u64, faults: &mut Vec<Fault>) -> Option<u64> {
    let mut fault = |what: &str| faults.push((Code::Redaction, what.to_owned()));
    let Some(redaction) = &body.redaction else {
        fault("doesn't say which entry was erased");
        return None;
    };
    let (requested, approved) = (
        redaction.requested_by.as_str(),
        text(&redaction.approved_by).unwrap_or_default(),
    );
    if requested.is_empty() || approved.is_empty() || requested == approved {
        fault("not requested and approved by two different persons");
    }
    if redaction.legal_ground.as_str().is_empty() {
        fault("without a legal ground");
    }
    if redaction.index >= index {
        fault("of an entry that is not before it");
        return None;
    }
    Some(redaction.index)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}
