//! What was measured, kept line by line as it comes, so that a run cut short is not lost.

use std::error::Error;
use std::fs::{File, create_dir_all};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::audit::Audit;
use crate::load::Outcome;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum What {
    /// The naive rival, by pgbench.
    Rival,
    /// Its selects alone, by pgbench.
    Select,
    /// `/internal/isAlive`.
    Alive,
    /// A discussion, by whom a consent covers.
    Identified,
    /// The same by the service that leaves the append out.
    IdentifiedUnlogged,
    /// A discussion, by whom none covers.
    Anonymised,
    /// What was put before a unit.
    List,
    /// The receipt of an entry, with its inclusion proof.
    Receipt,
    /// Withdrawals one after the other, while others read.
    Withdrawal,
    /// The reads meanwhile.
    ReadsMeanwhile,
    /// The log about a patient, by an auditor, in the long log.
    LogOfPatient,
    /// A discussion, by whom a consent covers, in the long log.
    IdentifiedLongLog,
    /// The receipt of an entry of the long log, with its inclusion proof.
    ReceiptLongLog,
}

/// On what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum On {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// Processor seconds of each party, over seconds of time.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Cpu {
    /// The service.
    pub service: f64,
    /// PostgreSQL, all its processes.
    pub database: f64,
    /// Whatever makes the load.
    pub load: f64,
}

/// One figure of one round.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// What.
    pub what: What,
    /// On what.
    pub on: On,
    /// Over how many connections.
    pub connections: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// Who used the processors, as parts of one.
    pub cpu: Cpu,
    /// Megabytes that the service had resident, at most until then.
    pub peak: f64,
}

/// What else must be known to read the figures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Setting {
    /// Name and number of processors, and memory.
    pub machine: String,
    /// Versions of database and generators.
    pub versions: String,
    /// How many cases, entries, seconds, rounds.
    pub amounts: String,
    /// What the machine had to do besides, before the run.
    pub load_before: String,
}

/// A line of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A figure.
    Figure(Figure),
    /// The setting.
    Setting(Setting),
    /// The long log, verified.
    Audit(Audit),
}

/// Where figures are kept.
#[derive(Debug)]
pub struct Book(File);

impl Book {
    /// An empty one.
    pub fn create(path: &Path) -> Result<Self, Box<dyn Error>> {
        if let Some(directory) = path.parent() {
            create_dir_all(directory)?;
        }
        Ok(Self(File::create(path)?))
    }

    /// Keeps a line, and shows it.
    pub fn keep(&mut self, line: &Line) -> Result<(), Box<dyn Error>> {
        let text = serde_json::to_string(line)?;
        writeln!(self.0, "{text}")?;
        if let Line::Figure(figure) = line {
            let Figure {
                what,
                on,
                connections,
                outcome,
                cpu,
                peak,
            } = figure;
            eprintln!(
                "{:<28}{connections:>4} connections {:>9.0}/s  p50 {:>8.2} p99 {:>8.2} p999 {:>8.2} ms  \
                 failed {}  cpu {:.2}+{:.2}+{:.2}  peak {peak:.0} MB",
                format!("{on:?} {what:?}"),
                outcome.rate,
                outcome.p50,
                outcome.p99,
                outcome.p999,
                outcome.failed,
                cpu.service,
                cpu.database,
                cpu.load,
            );
        }
        Ok(())
    }

    /// All lines of a file.
    pub fn read(path: &Path) -> Result<Vec<Line>, Box<dyn Error>> {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = BufReader::new(file).lines();
        lines
            .map(|line| Ok(serde_json::from_str(&line?)?))
            .collect()
    }
}
