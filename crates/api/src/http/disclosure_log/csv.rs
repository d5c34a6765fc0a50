//! Entries as a table: a header, one row an entry, lists joined by spaces.
//!
//! A spreadsheet takes a cell that begins like a formula for one, and some cells hold what people
//! wrote (names, request ids): those get an apostrophe in front.

use csv::{Terminator, Writer, WriterBuilder};
use uuid::Uuid;

use super::body::{Heard, LogEntry, Said};

type Column = (&'static str, fn(&LogEntry) -> String);

const COLUMNS: &[Column] = &[
    ("index", |e| e.index.to_string()),
    ("eventId", |e| e.event_id.to_string()),
    ("recordedAt", |e| e.recorded_at.clone()),
    ("kind", |e| e.kind.0.code().to_owned()),
    ("outcome", |e| e.outcome.0.code().to_owned()),
    ("redacted", |e| e.redacted.to_string()),
    ("actorKind", |e| text(e, |s| Some(&s.actor.kind))),
    ("actorId", |e| id(e, |s| s.actor.id)),
    ("actorName", |e| text(e, |s| s.actor.name.as_ref())),
    ("actorRole", |e| text(e, |s| s.actor.role.as_ref())),
    ("actorUnit", |e| id(e, |s| s.actor.unit)),
    ("actorOrganisation", |e| id(e, |s| s.actor.organisation)),
    ("actorAssurance", |e| {
        text(e, |s| s.actor.assurance.as_ref())
    }),
    ("operation", |e| text(e, |s| Some(&s.operation))),
    ("requestId", |e| text(e, |s| Some(&s.request_id))),
    ("reason", |e| text(e, |s| s.reason.as_ref())),
    ("legalBasis", |e| text(e, |s| s.legal_basis.as_ref())),
    ("patient", |e| id(e, |s| s.patient)),
    ("source", |e| id(e, |s| s.source)),
    ("unit", |e| id(e, |s| s.unit)),
    ("case", |e| id(e, |s| s.case)),
    ("discussion", |e| id(e, |s| s.discussion)),
    ("participation", |e| id(e, |s| s.participation)),
    ("note", |e| id(e, |s| s.note)),
    ("person", |e| id(e, |s| s.person)),
    ("recipients", |e| {
        list(e, |s| s.recipients.iter().map(heard).collect())
    }),
    ("categories", |e| list(e, |s| s.categories.clone())),
    ("purpose", |e| text(e, |s| s.purpose.as_ref())),
    ("consents", |e| list(e, consents)),
    ("digest", |e| text(e, |s| s.digest.as_ref())),
    ("ground", |e| text(e, |s| s.ground.as_ref())),
    ("leafHash", |e| e.leaf_hash.clone()),
];

fn text(entry: &LogEntry, of: fn(&Said) -> Option<&String>) -> String {
    entry
        .said
        .as_ref()
        .and_then(of)
        .cloned()
        .unwrap_or_default()
}

fn id(entry: &LogEntry, of: fn(&Said) -> Option<Uuid>) -> String {
    let id = entry.said.as_ref().and_then(of);
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn list(entry: &LogEntry, of: fn(&Said) -> Vec<String>) -> String {
    entry.said.as_ref().map(of).unwrap_or_default().join(" ")
}

/// `kind:id`, and `:role` for a role in a unit.
fn heard(heard: &Heard) -> String {
    let role = heard.role.as_ref().map(|role| format!(":{role}"));
    format!("{}:{}{}", heard.kind, heard.id, role.unwrap_or_default())
}

/// `id@version`
fn consents(said: &Said) -> Vec<String> {
    let used = said.consents.iter();
    used.map(|consent| format!("{}@{}", consent.id, consent.version))
        .collect()
}

/// The names of the columns.
pub(super) fn header() -> Vec<u8> {
    written(std::iter::once(
        COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect(),
    ))
}

/// Rows of entries, without the header.
pub(super) fn rows(entries: &[LogEntry]) -> Vec<u8> {
    let cells = |entry| {
        COLUMNS
            .iter()
            .map(|(_, cell)| harmless(cell(entry)))
            .collect()
    };
    written(entries.iter().map(cells))
}

fn written(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut table: Writer<Vec<u8>> = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        table
            .write_record(row)
            .expect("memory takes rows, and all of them are of one length");
    }
    table.into_inner().expect("memory takes what was written")
}

/// The cell, with an apostrophe in front if a spreadsheet could take it for a formula.
fn harmless(cell: String) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(formula) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "Kari", "0190a5c4", "a=b", "2026-01-01T00:00:00.000Z"] {
            assert_eq!(harmless(cell.to_owned()), cell);
        }
    }

    #[test]
    fn the_header_names_every_column_once() {
        let header = String::from_utf8(header()).unwrap();
        let names: std::collections::BTreeSet<_> = header.trim_end().split(',').collect();
        assert_eq!(names.len(), COLUMNS.len());
        assert!(header.ends_with("\r\n"));
    }
}
