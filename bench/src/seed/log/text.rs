//! A body with gaps: the bytes that all copies share, and what differs between them.

use samrad_api::ids;
use serde_json::{Value, json};
use uuid::Uuid;

use super::image::{Offices, Who};
use super::records::Record;
use crate::seed::rows::push_hex;

/// A piece of a body.
#[derive(Clone, Debug)]
enum Part {
    Shared(String),
    Id(Who),
    Name(usize),
    Holder,
    Digest,
    Request,
    /// The index of the entry before it in the chain, with its name and comma; nothing at the first.
    Before,
    Number,
}

/// A body with gaps.
#[derive(Clone, Debug)]
pub struct Text(Vec<Part>);

/// What fills the gaps, besides the record.
pub struct Fill<'a> {
    /// Whose own log it stands in.
    pub holder: String,
    /// The request.
    pub request: &'a str,
}

const GAPS: [(&str, Part); 5] = [
    ("@holder", Part::Holder),
    ("@digest", Part::Digest),
    ("@request", Part::Request),
    ("\"prev\":\"@prev\",", Part::Before),
    ("\"@seq\"", Part::Number),
];

impl Text {
    /// Reads an image's body. `who` says whose an id is, `name` whose a name.
    pub fn read(
        mut body: Value,
        who: impl Fn(Uuid) -> Who,
        name: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, serde_json::Error> {
        for (member, gap) in [
            ("holder", "@holder"),
            ("digest", "@digest"),
            ("requestId", "@request"),
        ] {
            if let Some(value) = body.get_mut(member) {
                *value = json!(gap);
            }
        }
        if let Some(subject) = body.get_mut("subject") {
            subject["prev"] = json!("@prev");
            subject["seq"] = json!("@seq");
        }
        let text = serde_json_canonicalizer::to_string(&body)?;
        let (mut parts, mut shared, mut at) = (Vec::new(), String::new(), 0);
        while let Some(next) = text[at..].chars().next() {
            if let Some((part, length)) = gap(&text[at..], &who, &name) {
                parts.push(Part::Shared(std::mem::take(&mut shared)));
                parts.push(part);
                at += length;
            } else {
                shared.push(next);
                at += next.len_utf8();
            }
        }
        parts.push(Part::Shared(shared));
        Ok(Self(parts))
    }

    /// The body of one copy.
    pub fn fill(&self, record: &Record, offices: &Offices, fill: &Fill<'_>) -> String {
        let mut text = String::with_capacity(1200);
        for part in &self.0 {
            match part {
                Part::Shared(shared) => text.push_str(shared),
                Part::Id(who) => text.push_str(&who.id(record, offices).to_string()),
                Part::Name(place) => text.push_str(offices.name(record.case.office, *place)),
                Part::Holder => text.push_str(&fill.holder),
                Part::Digest => text.push_str(&hex(&ids::random_bytes::<32>())),
                Part::Request => text.push_str(fill.request),
                Part::Before => {
                    if let Some((_, index)) = record.last {
                        text.push_str(&format!("\"prev\":{index},"));
                    }
                }
                Part::Number => text.push_str(&record.next_number().to_string()),
            }
        }
        text
    }
}

/// The gap that `text` begins with, and its length.
fn gap(
    text: &str,
    who: impl Fn(Uuid) -> Who,
    name: impl Fn(&str) -> Option<usize>,
) -> Option<(Part, usize)> {
    for (gap, part) in GAPS {
        if text.starts_with(gap) {
            return Some((part, gap.len()));
        }
    }
    if let Some(Ok(id)) = text.get(..36).map(Uuid::parse_str) {
        return Some((Part::Id(who(id)), 36));
    }
    // A name stands alone between its quotes.
    let word = text.split('"').next()?;
    name(word).map(|place| (Part::Name(place), word.len()))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    push_hex(&mut text, bytes);
    text
}
