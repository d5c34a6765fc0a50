//! Verify a running service's log with other people's code: `signed_note` for the checkpoint,
//! `tlog_tiles` for the tiles, that and `ct-merkle` for consistency and inclusion.
//!
//! `samrad-verify` says more, but by the code that the service itself runs. This says whether
//! that code does what RFC 6962 and the C2SP specifications say, as others read them.

mod receipt;
mod service;
mod tree;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use signed_note::{Note, StandardVerifier, VerifierList};
use thiserror::Error;
use tlog_tiles::Checkpoint;

use receipt::Receipt;
use service::Service;
use tree::Tree;

/// Verify a running service's log with published crates only.
#[derive(Parser)]
struct Arguments {
    /// The service, as `https://samrad.example`.
    url: String,
    /// Its verifier key: name+hash+base64.
    key: String,
    /// An older signed checkpoint that the log must follow from. Half the log, if not given.
    #[arg(long)]
    since: Option<PathBuf>,
    /// A file with a token, for the receipt.
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// Id of an entry to fetch the receipt of.
    #[arg(long, requires = "token_file")]
    entry: Option<String>,
}

/// Why a log isn't verified.
#[derive(Debug, Error)]
enum Fault {
    #[error("{0}: {1}")]
    Unread(String, String),
    #[error("the checkpoint: {0}")]
    Checkpoint(String),
    #[error("the tiles: {0}")]
    Tiles(String),
    #[error("consistency: {0}")]
    Consistency(String),
    #[error("the receipt: {0}")]
    Receipt(String),
}

fn main() -> ExitCode {
    match verify(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("NOT VERIFIED: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn verify(arguments: &Arguments) -> Result<(), Fault> {
    let token = arguments.token_file.as_deref().map(read).transpose()?;
    let service = Service::new(&arguments.url, token.as_deref());
    let checkpoint = open(&service.text("/log/checkpoint")?, &arguments.key)?;
    let (size, root) = (checkpoint.size(), *checkpoint.hash());
    println!("signed_note: a checkpoint of {size} entries, signed by the given key");
    if size == 0 {
        return Ok(());
    }
    let tree = Tree::build(&service, (size, root))?;
    println!("tlog_tiles: the tiles of all {size} leaf hashes lead to the signed root");
    let older = match &arguments.since {
        Some(path) => {
            let older = open(&read(path)?, &arguments.key)?;
            (older.size(), *older.hash())
        }
        None => tree.head(size.div_ceil(2))?,
    };
    tree::follows(&service, older, (size, root))?;
    let from = older.0;
    println!("tlog_tiles, ct-merkle: the log begins with the {from} entries that it had before");
    if let Some(entry) = &arguments.entry {
        let text = service.text(&format!("/api/v1/log/entries/{entry}/receipt"))?;
        let receipt =
            Receipt::parse(&text).ok_or_else(|| Fault::Receipt("no tlog-proof".to_owned()))?;
        let signed = open(&receipt.checkpoint, &arguments.key)?;
        let under = (signed.size(), *signed.hash());
        receipt.verify(under)?;
        if under.0 <= size && tree.head(under.0)? != under {
            return Err(Fault::Receipt(
                "given in another history of the log".to_owned(),
            ));
        }
        println!(
            "tlog_tiles, ct-merkle: the receipt's leaf is entry {} of the log",
            receipt.index
        );
    }
    Ok(())
}

/// A checkpoint that the key signed, of the log that bears the key's name.
fn open(note: &str, key: &str) -> Result<Checkpoint, Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::Checkpoint(error.to_string());
    let known = StandardVerifier::new(key).map_err(|error| fault(&error))?;
    let note = Note::from_bytes(note.as_bytes()).map_err(|error| fault(&error))?;
    note.verify(&VerifierList::new(vec![Box::new(known)]))
        .map_err(|error| fault(&error))?;
    let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|error| fault(&error))?;
    let name = key.split('+').next().unwrap_or_default();
    if checkpoint.origin() == name {
        Ok(checkpoint)
    } else {
        Err(fault(&"it is of another log"))
    }
}

fn read(path: impl AsRef<std::path::Path>) -> Result<String, Fault> {
    let path = path.as_ref();
    fs::read_to_string(path)
        .map_err(|error| Fault::Unread(path.display().to_string(), error.to_string()))
}
