//! How long a large export takes. Run by hand:
//! `cargo test -p samrad-ledger --release -- --ignored --nocapture a_million`, with `ENTRIES` for
//! another number and `EXPORT` for a file or pipe to write the export to instead.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _, Write};
use std::time::Instant;

use samrad_ledger::frontier::Frontier;
use samrad_ledger::tree::Hash;
use samrad_ledger::verify::export;
use serde_json::{Value, json};

use super::book::{Book, ORIGIN, START_MS, leaf, signed, terms};

#[test]
#[ignore = "takes a minute and 2 GB of disk; a measurement, not a promise"]
fn a_million_entries_are_verified_in_seconds() {
    let entries = std::env::var("ENTRIES").map_or(1_000_000, |entries| entries.parse().unwrap());
    let root = write_entries(entries, &mut std::io::sink());
    let header = json!({
        "format": "samrad-log-export/1", "origin": ORIGIN, "from": 0, "size": entries,
        "checkpoint": signed(entries, root, 1).to_string(), "keyChanges": [],
    });
    let elsewhere = std::env::var_os("EXPORT");
    let mut file = match &elsewhere {
        Some(path) => File::create(path).unwrap(),
        None => tempfile::tempfile().unwrap(),
    };
    let mut out = BufWriter::new(&file);
    writeln!(out, "{header}").unwrap();
    write_entries(entries, &mut out);
    out.into_inner().unwrap();
    if elsewhere.is_some() {
        return;
    }
    let megabytes = file.metadata().unwrap().len() / 1_000_000;
    file.rewind().unwrap();
    let start = Instant::now();
    let input = BufReader::with_capacity(1 << 20, file);
    let report = export::verify(input, &terms(&[1]), None).unwrap();
    let took = start.elapsed();
    assert!(report.ok, "{report}");
    let rate = entries as f64 / took.as_secs_f64();
    println!("{entries} entries, {megabytes} MB, {took:.2?}: {rate:.0} entries/s");
}

/// Disclosures on a tenth as many records. Gives the root of the tree.
fn write_entries(entries: u64, out: &mut impl Write) -> Hash {
    let mut frontier = Frontier::new();
    let mut book = Book::new();
    for number in 0..entries {
        let patient = number * 7919 % (entries / 10);
        let why = json!({"outcome": "disclosed", "reason": "CONSENT_ACTIVE"});
        let body = book.about(patient, "identityRead", why);
        book.write_at(START_MS + number as i64 / 10_000, body);
        // The whole book would not fit into memory.
        let line = std::mem::replace(&mut book.lines[number as usize], Value::Null);
        frontier.append(leaf(&line).hash());
        writeln!(out, "{line}").unwrap();
    }
    frontier.root()
}
