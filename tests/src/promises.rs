//! The log as those see it who need no word of the service's: receipts that clients hold, what the
//! operator exports, and `samrad-verify`.

use std::process::{Command, Stdio};
use std::time::Duration;

use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::entry::Leaf;
use samrad_ledger::note::{Note, Verifier};
use serde_json::Value;

use crate::client::{Caller, Client};
use crate::clock;
use crate::reply::Reply;
use crate::server::program;
use crate::settings::Settings;

/// Hash of a leaf or a root.
pub type Hash = [u8; 32];

/// A `Disclosure-Receipt`: what an answer promises that the log says for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Id of the event.
    pub event: String,
    /// Index of the entry.
    pub index: u64,
    /// Hash of the leaf.
    pub leaf: Hash,
}

impl Promise {
    /// The promise of an answer, if it makes one.
    ///
    /// # Panics
    /// If what it says is no receipt.
    #[must_use]
    pub fn of(reply: &Reply) -> Option<Self> {
        let header = reply.header("Disclosure-Receipt")?;
        let parts: Vec<_> = header.split(';').collect();
        let [event, index, leaf] = parts[..] else {
            panic!("no receipt: {header}");
        };
        Some(Self {
            event: event.to_owned(),
            index: index.parse().expect("an index"),
            leaf: hash(leaf),
        })
    }
}

/// An entry, as those know it who may not know what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Id of the event.
    pub event: String,
    /// Its index.
    pub index: u64,
    /// Hash of the leaf, from the leaf's own parts.
    pub leaf: Hash,
}

impl Entry {
    /// The entry of a line of an export, or of an auditor's evidence.
    ///
    /// # Panics
    /// If the line is none.
    #[must_use]
    pub fn of(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        let event = text("eventId");
        let leaf = Leaf {
            event: *uuid::Uuid::parse_str(&event).expect("a UUID").as_bytes(),
            recorded_ms: line["recordedMs"].as_i64().expect("a time"),
            commitment: hash(&text("commitment")),
        };
        Self {
            event,
            index: line["index"].as_u64().expect("an index"),
            leaf: leaf.hash(),
        }
    }

    /// Whether it is the entry that `promise` speaks of.
    #[must_use]
    pub fn keeps(&self, promise: &Promise) -> bool {
        (&self.event, self.index, self.leaf) == (&promise.event, promise.index, promise.leaf)
    }
}

/// Every entry from index `from` on, down to the one that tells of this reading, as an auditor is
/// shown them; none missing.
///
/// # Panics
/// If an index is missing, or stands twice.
#[must_use]
pub fn entries(auditor: &impl Caller, from: u64) -> Vec<Entry> {
    const PAGE: usize = 1000;
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let next = from + entries.len() as u64;
        let page = auditor
            .get(&format!("/log/evidence?from={next}"))
            .expect(200);
        let before = entries.len();
        entries.extend(page.text().lines().map(Entry::of));
        if entries.len() - before < PAGE {
            break;
        }
    }
    let indices = (from..).zip(&entries);
    let gap = indices
        .into_iter()
        .find(|(index, entry)| *index != entry.index);
    assert_eq!(gap, None, "a gap in the log");
    entries
}

/// The key by which the log's checkpoints are verified.
///
/// # Panics
/// If the service has none.
#[must_use]
pub fn key(nobody: &Client) -> Verifier {
    let key = nobody.request("GET", "/log/key").send().expect(200);
    key.text().trim().parse().expect("a verifier key")
}

/// The checkpoint that is published now, if there is one, signed by the log.
///
/// # Panics
/// If it is not.
#[must_use]
pub fn published(nobody: &Client, key: &Verifier) -> Checkpoint {
    let text = nobody.request("GET", "/log/checkpoint").send().expect(200);
    opened(&text.text(), key)
}

/// What a signed note says.
///
/// # Panics
/// If it is no checkpoint signed by the log.
#[must_use]
pub fn opened(note: &str, key: &Verifier) -> Checkpoint {
    let note = Note::parse(note).expect("a signed note");
    let (checkpoint, _) =
        Checkpoint::open(&note, std::slice::from_ref(key)).expect("signed by the log");
    checkpoint
}

/// The first published checkpoint with more than `size` entries.
///
/// # Panics
/// If none comes.
#[must_use]
pub fn published_beyond(nobody: &Client, size: u64) -> Checkpoint {
    let key = key(nobody);
    clock::until(Duration::from_secs(30), || {
        let checkpoint = published(nobody, &key);
        (checkpoint.size > size).then_some(checkpoint)
    })
}

/// All that the log says, as the operator exports it: with `samrad export-log`, without the service.
///
/// # Panics
/// If it can't be exported.
#[must_use]
pub fn export(settings: &Settings) -> String {
    let mut command = Command::new(program());
    settings.apply(&mut command);
    let done = command.arg("export-log").stdin(Stdio::null()).output();
    let done = done.unwrap_or_else(|e| panic!("{}: {e}", program().display()));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "samrad export-log:\n{said}");
    String::from_utf8(done.stdout).expect("NDJSON")
}

/// The entries of an export, first line left out.
#[must_use]
pub fn exported(export: &str) -> Vec<Entry> {
    export.lines().skip(1).map(Entry::of).collect()
}

/// `samrad-verify` finds nothing wrong with the export, nothing that it could not check, and every
/// promise kept.
///
/// # Panics
/// With all that it says, if it finds something.
pub fn verify<'p>(
    export: &str,
    key: &Verifier,
    promises: impl IntoIterator<Item = &'p Promise>,
) -> Value {
    let place = tempfile::tempdir().expect("a directory for the export");
    let (log, receipts) = (place.path().join("log"), place.path().join("receipts"));
    let lines = promises.into_iter().map(|promise| {
        let Promise { event, index, leaf } = promise;
        format!("{event};{index};{}\n", hex::encode(leaf))
    });
    std::fs::write(&log, export).expect("a file for the export");
    std::fs::write(&receipts, lines.collect::<String>()).expect("a file for the receipts");
    let program = program().with_file_name("samrad-verify");
    let done = Command::new(&program)
        .args(["export", "--strict", "--json", "--key", &key.to_string()])
        .arg("--receipts")
        .args([&receipts, &log])
        .output();
    let done = done.unwrap_or_else(|e| panic!("{}: {e}; `make build` makes it", program.display()));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let fault = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "samrad-verify:\n{said}\n{fault}");
    serde_json::from_str(&said).expect("one JSON object")
}

fn hash(hex: &str) -> Hash {
    let bytes = hex::decode(hex).expect("hexadecimal");
    bytes.try_into().expect("32 bytes")
}
