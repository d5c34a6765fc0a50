//! The command line of `samrad-verify`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::note::Verifier;

/// Verify a Samråd disclosure log: an export, the live log, or one receipt.
///
/// Exit code 0: verified. 1: not verified. 2: bad usage. 3: a file or an answer couldn't be read.
#[derive(Debug, Parser)]
#[command(name = "samrad-verify", version, max_term_width = 100)]
pub struct Arguments {
    /// What to verify.
    #[command(subcommand)]
    pub command: Command,
}

/// What to verify.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// An export that the operator made with `samrad export-log`.
    Export(Export),
    /// The log as a running service serves it.
    Live(Live),
    /// One receipt: a .tlog-proof file.
    Receipt(Receipt),
}

/// What all commands take.
#[derive(Debug, Args)]
pub struct Common {
    /// Verifier key of the log, name+hash+base64; again for another key.
    #[arg(long = "key", value_name = "VKEY", required = true)]
    pub keys: Vec<Verifier>,
    /// Verifier key of a witness; again for another witness.
    #[arg(long = "witness", value_name = "VKEY")]
    pub witnesses: Vec<Verifier>,
    /// How many of the witnesses must have cosigned. All, if not given.
    #[arg(long, value_name = "N", requires = "witnesses")]
    pub witnesses_wanted: Option<usize>,
    /// A cosignature older than this counts for nothing.
    #[arg(long, value_name = "HOURS", requires = "witnesses")]
    pub witnessed_within: Option<u64>,
    /// Take what can't be checked as wrong.
    #[arg(long)]
    pub strict: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// What is kept from run to run.
#[derive(Debug, Args)]
pub struct Keeping {
    /// What an earlier run kept, or a signed checkpoint.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Where to keep what a later run takes with --since. Written only if the log is verified.
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
    /// Receipts that the log must keep: disclosure receipts, one a line, or a .tlog-proof; again
    /// for another file.
    #[arg(long, value_name = "FILE")]
    pub receipts: Vec<PathBuf>,
}

/// `samrad-verify export`
#[derive(Debug, Args)]
pub struct Export {
    /// The export; - for standard input.
    pub file: PathBuf,
    /// What all commands take.
    #[command(flatten)]
    pub common: Common,
    /// What is kept from run to run.
    #[command(flatten)]
    pub keeping: Keeping,
}

/// `samrad-verify live`
#[derive(Debug, Args)]
pub struct Live {
    /// The service, as `https://samrad.example`.
    pub url: String,
    /// What all commands take.
    #[command(flatten)]
    pub common: Common,
    /// What is kept from run to run.
    #[command(flatten)]
    pub keeping: Keeping,
    /// A file with an auditor's token: the bundles of entries are read too.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Read also what this auditor is shown of the bodies.
    #[arg(long, requires = "token_file")]
    pub evidence: bool,
}

/// `samrad-verify receipt`
#[derive(Debug, Args)]
pub struct Receipt {
    /// The receipt; - for standard input.
    pub file: PathBuf,
    /// What all commands take.
    #[command(flatten)]
    pub common: Common,
    /// The leaf hash, hexadecimal, where the receipt has no leaf along.
    #[arg(long, value_name = "HEX", value_parser = leaf_hash)]
    pub leaf: Option<LeafHash>,
}

/// A leaf hash.
#[derive(Debug, Clone, Copy)]
pub struct LeafHash(pub [u8; 32]);

fn leaf_hash(text: &str) -> Result<LeafHash, String> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|error| error.to_string())?;
    Ok(LeafHash(bytes))
}
