//! How long a large export takes. Run by hand:
//! `cargo test -p samrad-ledger --release -- --ignored --nocapture a_million`, with `ENTRIES` for
//! another number and `EXPORT` for a file to leave the export in.

use std::fs::File;
use std::io::{BufReader, Cursor, Read as _, Seek as _, Write as _};
use std::time::Instant;

use samrad_ledger::frontier::Frontier;
use samrad_ledger::verify::export;
use serde_json::json;

use super::book::{Book, ORIGIN, leaf, signed, terms};

#[test]
#[ignore = "takes half a minute and 2 GB of disk; a measurement, not a promise"]
fn a_million_entries_are_verified_in_seconds() {
    let entries: u64 =
        std::env::var("ENTRIES").map_or(1_000_000, |entries| entries.parse().unwrap());
    let mut export = tempfile::tempfile().unwrap();
    let mut out = std::io::BufWriter::new(&mut export);
    let mut frontier = Frontier::new();
    let mut book = Book::new();
    for number in 0..entries {
        let patient = number * 7919 % (entries / 10);
        // Kept short: the book of all entries would not fit into memory.
        let body = book.about(
            patient,
            "identityRead",
            json!({"outcome": "disclosed", "reason": "CONSENT_ACTIVE"}),
        );
        book.write_at(super::book::START_MS + number as i64 / 1000, body);
        let line = &mut book.lines[number as usize];
        frontier.append(leaf(line).hash());
        writeln!(out, "{line}").unwrap();
        *line = json!(null);
    }
    let header = json!({"format": "samrad-log-export/1", "origin": ORIGIN, "from": 0, "size": entries,
        "checkpoint": signed(entries, frontier.root(), 1).to_string(), "keyChanges": []});
    out.flush().unwrap();
    drop(out);
    let bytes = export.metadata().unwrap().len();
    export.rewind().unwrap();
    let mut input =
        Cursor::new(format!("{header}\n")).chain(BufReader::with_capacity(1 << 20, export));
    if let Some(path) = std::env::var_os("EXPORT") {
        std::io::copy(&mut input, &mut File::create(path).unwrap()).unwrap();
        return;
    }
    let start = Instant::now();
    let report = export::verify(input, &terms(&[1]), None).unwrap();
    let took = start.elapsed();
    assert!(report.ok, "{report}");
    let rate = entries as f64 / took.as_secs_f64();
    println!(
        "{entries} entries, {} MB, {took:.2?}: {rate:.0} entries/s",
        bytes / 1_000_000
    );
}
