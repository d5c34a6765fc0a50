//! How much is measured, from the environment: `BENCH_CASES=2000 BENCH_SECONDS=1 make bench`.

use std::error::Error;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// `BENCH_CASES`: cases, each with a consent.
    pub cases: usize,
    /// `BENCH_ENTRIES`: entries of the log when it is queried, on PostgreSQL; 0 for no questions.
    pub entries: i64,
    /// `BENCH_SQLITE_ENTRIES`: the same on SQLite.
    pub sqlite_entries: i64,
    /// `BENCH_SECONDS`: how long each load lasts.
    pub seconds: u32,
    /// `BENCH_ROUNDS`: how often everything is measured, in turn; 0 for the long log alone.
    pub rounds: u32,
    /// `BENCH_NO_APPEND`: the service built to leave the log append out, for comparison alone.
    pub no_append: Option<String>,
    /// `BENCH_OUT`: where the figures are kept.
    pub out: PathBuf,
}

impl Options {
    /// What the environment says, and what is usual.
    ///
    /// # Errors
    /// When a setting is no number.
    pub fn from_environment() -> Result<Self, Box<dyn Error>> {
        let entries = number("BENCH_ENTRIES", 10_000_000)?;
        Ok(Self {
            cases: number("BENCH_CASES", 100_000)?,
            entries,
            sqlite_entries: number("BENCH_SQLITE_ENTRIES", entries)?,
            seconds: number("BENCH_SECONDS", 5)?,
            rounds: number("BENCH_ROUNDS", 3)?,
            no_append: std::env::var("BENCH_NO_APPEND")
                .ok()
                .filter(|path| !path.is_empty()),
            out: std::env::var_os("BENCH_OUT")
                .map_or_else(|| "target/bench/figures.jsonl".into(), PathBuf::from),
        })
    }
}

fn number<T: FromStr<Err: Display>>(name: &str, usual: T) -> Result<T, Box<dyn Error>> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text
            .parse()
            .map_err(|error| format!("{name}={text}: {error}").into()),
        _ => Ok(usual),
    }
}
