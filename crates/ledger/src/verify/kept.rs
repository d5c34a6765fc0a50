//! What an auditor keeps from one run to the next: at the least a signed checkpoint, so that the
//! log can't be rolled back or forked unseen; after an export also what is needed to go on from
//! there without reading it all again.
//!
//! The state is NDJSON: the tree's frontier, a line for each chain, withdrawn consent and entry to
//! remember, and the checkpoint at the end. It is the auditor's own file, and believed.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::checkpoint::Checkpoint;
use crate::frontier::Frontier;
use crate::line;
use crate::note::{Note, Verifier};

use super::chains::Head;
use super::history::History;
use super::keys::Trust;
use super::{Id, Stop};

const FORMAT: &str = "samrad-kept/1";

/// A kept checkpoint, and perhaps the state at its size.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The note, as it was signed.
    pub note: Note,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The state of a run over an export.
    pub state: Option<State>,
}

/// All that a run over an export must remember of the entries before.
#[derive(Debug, Clone)]
pub struct State {
    /// Keys of the log that were believed at the end.
    pub keys: Vec<Verifier>,
    /// Keys that were given at the beginning.
    pub given: Vec<Verifier>,
    /// Tree, time, chains and consents.
    pub history: History,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    /// The tree and the newest time.
    Tree {
        size: u64,
        last_ms: Option<i64>,
        frontier: Vec<String>,
    },
    /// The newest link of a record's chain: record, number, index.
    Chain(String, u64, u64),
    /// A consent that must not be used any more.
    Withdrawn(String),
    /// An entry that can't be seen.
    Unseen(u64),
    /// An erased entry that no entry has named yet.
    Unnamed(u64),
    /// The end: what the lines before are the state of. Without it the file was cut off.
    End(End),
}

#[derive(Serialize, Deserialize)]
struct End {
    format: String,
    checkpoint: String,
    keys: Vec<String>,
    given: Vec<String>,
}

impl Kept {
    /// Read a kept state or a signed checkpoint.
    pub fn read(mut input: impl BufRead, name: &str) -> Result<Self, Stop> {
        let read = || {
            let begins = input.fill_buf().map_err(|error| error.to_string())?;
            if begins.first() == Some(&b'{') {
                Self::read_state(input)
            } else {
                Self::read_note(input)
            }
        };
        read().map_err(|why| Stop::unreadable(name, why))
    }

    fn read_note(mut input: impl BufRead) -> Result<Self, String> {
        let mut text = String::new();
        input
            .read_to_string(&mut text)
            .map_err(|error| error.to_string())?;
        Self::of(&text, None)
    }

    fn of(note: &str, state: Option<State>) -> Result<Self, String> {
        let note = Note::parse(note).map_err(|error| error.to_string())?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|error| error.to_string())?;
        Ok(Self {
            note,
            checkpoint,
            state,
        })
    }

    fn read_state(input: impl BufRead) -> Result<Self, String> {
        let mut history = History::default();
        for line in input.lines() {
            let line = line.map_err(|error| error.to_string())?;
            let read = serde_json::from_str(&line).map_err(|error| error.to_string())?;
            match restore(&mut history, read) {
                Some(None) => {}
                Some(Some(end)) => return Self::end(&end, history),
                None => return Err(format!("a line is malformed: {line}")),
            }
        }
        Err("the state is cut off".to_owned())
    }

    fn end(end: &End, history: History) -> Result<Self, String> {
        if end.format != FORMAT {
            return Err(format!("a state of format {}, not {FORMAT}", end.format));
        }
        let keys = |texts: &[String]| -> Result<Vec<Verifier>, String> {
            texts
                .iter()
                .map(|text| text.parse().map_err(|error| format!("{text}: {error}")))
                .collect()
        };
        let tree = (history.frontier.size(), history.frontier.root());
        let state = State {
            keys: keys(&end.keys)?,
            given: keys(&end.given)?,
            history,
        };
        let kept = Self::of(&end.checkpoint, Some(state))?;
        if tree == (kept.checkpoint.size, kept.checkpoint.root) {
            Ok(kept)
        } else {
            Err("the state is not that of its checkpoint".to_owned())
        }
    }
}

/// Put a line back; gives the end if that was it.
fn restore(history: &mut History, line: Line) -> Option<Option<End>> {
    match line {
        Line::Tree {
            size,
            last_ms,
            frontier,
        } => {
            let hashes = frontier
                .iter()
                .map(|hash| line::hash(hash))
                .collect::<Option<Vec<_>>>()?;
            history.last_ms = last_ms;
            history.frontier = Frontier::of(size, hashes).ok()?;
        }
        Line::Chain(subject, seq, index) => history
            .chains
            .restore(Id::parse(&subject)?, Head { seq, index }),
        Line::Withdrawn(consent) => history.withdrawn.withdraw([Id::parse(&consent)?]),
        Line::Unseen(index) => history.chains.unseen(index),
        Line::Unnamed(index) => history.erasures.erased(index),
        Line::End(end) => return Some(Some(end)),
    }
    Some(None)
}

/// Write the state, when a run passes the size of the checkpoint that it is to be kept with.
pub fn write_history(history: &History, mut out: impl Write) -> io::Result<()> {
    let chains = history
        .chains
        .heads()
        .map(|(subject, head)| Line::Chain(subject.to_string(), head.seq, head.index));
    let withdrawn = history
        .withdrawn
        .all()
        .map(|consent| Line::Withdrawn(consent.to_string()));
    let unseen = history
        .chains
        .unseen_entries()
        .iter()
        .copied()
        .map(Line::Unseen);
    let unnamed = history.erasures.unnamed().map(Line::Unnamed);
    let tree = Line::Tree {
        size: history.frontier.size(),
        last_ms: history.last_ms,
        frontier: history
            .frontier
            .hashes()
            .iter()
            .map(|hash| line::base64(hash))
            .collect(),
    };
    let mut lines = std::iter::once(tree)
        .chain(chains)
        .chain(withdrawn)
        .chain(unseen)
        .chain(unnamed);
    lines.try_for_each(|line| write_line(&line, &mut out))
}

/// Write the end of the state, when the run has shown whom to believe.
pub fn write_end(note: &Note, trust: &Trust, out: impl Write) -> io::Result<()> {
    let text = |keys: &[Verifier]| keys.iter().map(ToString::to_string).collect();
    let end = End {
        format: FORMAT.to_owned(),
        checkpoint: note.to_string(),
        keys: text(trust.active()),
        given: text(trust.given()),
    };
    write_line(&Line::End(end), out)
}

fn write_line(line: &Line, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")
}
