//! A service in memory, and the same one over HTTP.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samrad_ledger::entry::Leaf;
use samrad_ledger::note::Note;
use samrad_ledger::proof;
use samrad_ledger::receipt::Receipt;
use samrad_ledger::tile::{BundleAt, TileAt, Tiles, encode_bundle, encode_tile};
use samrad_ledger::tree::{Hash, root_over};
use samrad_ledger::verify::Stop;
use samrad_ledger::verify::live::Service;
use serde_json::{Value, json};

use super::book::Book;

/// Serves a book, but for the answers that a test puts in place of its own.
pub struct Served {
    leaves: Vec<Leaf>,
    hashes: Vec<Hash>,
    checkpoint: String,
    key_changes: Vec<String>,
    lines: Vec<Value>,
    pub instead: HashMap<String, Vec<u8>>,
}

impl Served {
    pub fn of(book: &Book) -> Self {
        let leaves = book.leaves();
        let hashes = leaves.iter().map(Leaf::hash).collect();
        Self {
            leaves,
            hashes,
            checkpoint: book.checkpoint().to_string(),
            key_changes: book.key_changes.clone(),
            lines: book.lines.iter().map(shown).collect(),
            instead: HashMap::new(),
        }
    }

    /// Withhold an entry from the auditor.
    pub fn withhold(&mut self, index: usize) {
        let line = &mut self.lines[index];
        (line["salt"], line["body"], line["withheld"]) = (Value::Null, Value::Null, json!(true));
    }

    /// Show an auditor another line.
    pub fn show(&mut self, index: usize, change: impl Fn(&mut Value)) {
        change(&mut self.lines[index]);
    }

    /// What this service answers.
    pub fn true_answer(&self, path: &str) -> Vec<u8> {
        self.answer(path).unwrap()
    }

    fn answer(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(instead) = self.instead.get(path) {
            return Some(instead.clone());
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query: HashMap<&str, u64> = pairs
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect();
        let text = match path {
            "/log/checkpoint" => self.checkpoint.clone(),
            "/log/key-changes" => json!(self.key_changes).to_string(),
            "/log/consistency" => {
                let proof = proof::consistency(self, query["from"], query["to"]).ok()?;
                proof
                    .iter()
                    .map(|hash| STANDARD.encode(hash) + "\n")
                    .collect()
            }
            "/api/v1/log/evidence" => {
                let (from, limit) = (query["from"] as usize, query["limit"] as usize);
                let lines = self.lines.iter().skip(from).take(limit);
                lines.map(|line| format!("{line}\n")).collect()
            }
            other => {
                let receipt = other.strip_prefix("/api/v1/log/entries/");
                match receipt.and_then(|rest| rest.strip_suffix("/receipt")) {
                    Some(event) => self.receipt(event)?,
                    None => return self.tile_or_bundle(other.strip_prefix("/log/tile/")?),
                }
            }
        };
        Some(text.into_bytes())
    }

    fn receipt(&self, event: &str) -> Option<String> {
        let index = self
            .lines
            .iter()
            .position(|line| line["eventId"] == event)?;
        let size = self.leaves.len() as u64;
        let receipt = Receipt {
            extra: Some(self.leaves[index].encode().to_vec()),
            index: index as u64,
            proof: proof::inclusion(self, index as u64, size).ok()?,
            checkpoint: Note::parse(&self.checkpoint).unwrap(),
        };
        Some(receipt.to_string())
    }

    fn tile_or_bundle(&self, path: &str) -> Option<Vec<u8>> {
        let Some(bundle) = path.strip_prefix("entries/") else {
            return Some(encode_tile(&self.tile(TileAt::parse(path).unwrap()).ok()?));
        };
        let at = BundleAt::parse(bundle).unwrap();
        let start = at.index as usize * 256;
        let leaves = self.leaves.get(start..start + usize::from(at.width))?;
        let leaves: Vec<_> = leaves.iter().map(Leaf::encode).collect();
        Some(encode_bundle(&leaves).unwrap())
    }

    /// Serve over HTTP as long as the test runs. Gives the URL.
    pub fn listen(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap())
                    .lines()
                    .map(Result::unwrap);
                let request = lines.next().unwrap();
                let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let path = request.split(' ').nth(1).unwrap();
                let guarded = path.contains("/entries/") || path.contains("/evidence");
                let may = headers
                    .iter()
                    .any(|header| header.eq_ignore_ascii_case("authorization: Bearer let-me-in"));
                let (status, body) = match self.answer(path) {
                    _ if guarded && !may => ("401 Unauthorized", vec![]),
                    Some(body) => ("200 OK", body),
                    None => ("404 Not Found", vec![]),
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                // Whoever asked may have gone.
                let _ = stream.write_all(&[head.into_bytes(), body].concat());
            }
        });
        url
    }
}

impl Service for Served {
    fn get(&self, path: &str) -> Result<Vec<u8>, Stop> {
        self.answer(path)
            .ok_or_else(|| Stop::Unreadable(path.to_owned()))
    }
}

impl Tiles for Served {
    type Error = ();

    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, ()> {
        let span = 256_usize.pow(at.level.into());
        let start = at.index as usize * 256;
        let hash = |n: usize| {
            self.hashes
                .get(n * span..(n + 1) * span)
                .map(root_over)
                .ok_or(())
        };
        (start..start + usize::from(at.width)).map(hash).collect()
    }
}

/// What an auditor is shown of a line.
fn shown(line: &Value) -> Value {
    let mut line = line.clone();
    for member in ["columns", "personKey", "places"] {
        line.as_object_mut().unwrap().remove(member);
    }
    line
}
