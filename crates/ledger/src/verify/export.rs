//! The operator's export, as NDJSON: every entry with what the database says of it.

mod lines;
mod verdict;

use std::io::{BufRead, Write};

use serde::Deserialize;

use crate::checkpoint::Checkpoint;
use crate::note::Note;

use super::Stop;
use super::entry::{Entry, Fault, Source};
use super::history::{History, Reading};
use super::kept;
use super::marks::Marks;
use super::promise;
use super::report::{Code, Findings, Report};
use super::terms::Terms;
use super::{keys::Trust, progress};

pub(super) use lines::each_entry;

const FORMAT: &str = "samrad-log-export/1";

/// The first line.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    format: String,
    origin: String,
    from: u64,
    size: u64,
    checkpoint: Option<String>,
    key_changes: Vec<String>,
}

/// The notes of the header, read but not believed.
struct Claims {
    header: Header,
    signed: Option<(Note, Checkpoint)>,
    key_changes: Vec<(Note, Checkpoint)>,
}

/// Verify an export. What the run should keep is written to `keep`, and is good if the report is.
pub fn verify(
    mut input: impl BufRead,
    terms: &Terms,
    mut keep: Option<&mut dyn Write>,
) -> Result<Report, Stop> {
    let header = lines::read_line(&mut input)?.unwrap_or_default();
    let claims = match Claims::read(&header) {
        Ok(claims) => claims,
        Err(what) => return Ok(Findings::alone(Code::Format, what)),
    };
    let mut reading = Reading::from(
        start(&claims.header, terms)?,
        claims.marks(terms),
        terms.now_ms,
    );
    let bar = progress::over(claims.header.size.saturating_sub(claims.header.from));
    let mut lines = 0;
    keep_at(&claims, &reading, &mut keep)?;
    each_entry(input, Source::Export, |entry: Result<Entry, Fault>| {
        lines += 1;
        reading.take(entry);
        if lines % 4096 == 0 {
            bar.set_position(lines);
        }
        keep_at(&claims, &reading, &mut keep)
    })?;
    bar.finish_and_clear();
    reading.finish();
    let trust = Trust::of(&terms.keys, terms.since.as_ref());
    let (report, trust) = verdict::give(&claims, reading, lines, trust, terms);
    if let (Some(keep), Some((note, _)), true) = (keep, &claims.signed, report.ok) {
        kept::write_end(note, &trust, keep)
            .map_err(|error| Stop::unreadable("what is kept", error))?;
    }
    Ok(report)
}

/// Write what is to be kept, where the reading has come to the checkpoint's size.
fn keep_at(
    claims: &Claims,
    reading: &Reading,
    keep: &mut Option<&mut dyn Write>,
) -> Result<(), Stop> {
    match (keep, &claims.signed) {
        (Some(keep), Some((_, checkpoint))) if checkpoint.size == reading.size() => {
            kept::write_history(&reading.history, keep)
                .map_err(|error| Stop::unreadable("what is kept", error))
        }
        (_, _) => Ok(()),
    }
}

/// The history before the export's first entry.
fn start(header: &Header, terms: &Terms) -> Result<History, Stop> {
    if header.from == 0 {
        return Ok(History::default());
    }
    let from = header.from;
    let Some(state) = terms.since.as_ref().and_then(|kept| kept.state.as_ref()) else {
        return Err(Stop::Usage(format!(
            "an export from entry {from} needs the state kept there: --since"
        )));
    };
    match state.history.frontier.size() {
        size if size == from => Ok(state.history.clone()),
        size => Err(Stop::Usage(format!(
            "the export is from entry {from}, the state was kept at {size}"
        ))),
    }
}

impl Claims {
    fn read(line: &[u8]) -> Result<Self, String> {
        let header: Header =
            serde_json::from_slice(line).map_err(|error| format!("the first line: {error}"))?;
        if header.format != FORMAT {
            return Err(format!(
                "an export of format {}, not {FORMAT}",
                header.format
            ));
        }
        let signed = header.checkpoint.as_deref().map(read_note).transpose()?;
        let mut key_changes = header
            .key_changes
            .iter()
            .map(|note| read_note(note))
            .collect::<Result<Vec<_>, _>>()?;
        key_changes.sort_by_key(|(_, checkpoint)| checkpoint.size);
        Ok(Self {
            header,
            signed,
            key_changes,
        })
    }

    /// The places to remember while reading.
    fn marks(&self, terms: &Terms) -> Marks {
        let mut marks = Marks::default();
        let kept = terms.since.iter().map(|kept| &kept.checkpoint);
        let signed = self
            .signed
            .iter()
            .chain(&self.key_changes)
            .map(|(_, checkpoint)| checkpoint);
        signed
            .chain(kept)
            .for_each(|checkpoint| marks.want_root(checkpoint.size));
        promise::mark(&terms.promises, &mut marks);
        marks
    }
}

fn read_note(text: &str) -> Result<(Note, Checkpoint), String> {
    let note =
        Note::parse(text).map_err(|error| format!("a checkpoint in the first line: {error}"))?;
    let checkpoint = Checkpoint::parse(note.text())
        .map_err(|error| format!("a checkpoint in the first line: {error}"))?;
    Ok((note, checkpoint))
}
