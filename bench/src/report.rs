//! The figures as a page: a table of medians with their ranges, and what was to be reached.

mod claims;
mod median;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::audit::Audit;
use crate::figures::{Book, Figure, Line, On, Setting, What};
use median::{Median, median};

/// Between these lines of the page stand the figures; the rest of it is written by hand.
const BEGIN: &str = "<!-- figures: written by `make bench` -->";
const END: &str = "<!-- end of figures -->";

/// All figures of a run.
#[derive(Debug)]
pub struct Figures(Vec<Figure>);

impl Figures {
    /// Those of one kind, in the order of the rounds.
    pub fn of(&self, what: What, on: On, connections: u32) -> Vec<&Figure> {
        let same = |f: &&Figure| (f.what, f.on, f.connections) == (what, on, connections);
        self.0.iter().filter(same).collect()
    }

    /// Round by round, how many times as fast as the other.
    pub fn ratio(&self, one: (What, On), other: (What, On), connections: u32) -> Option<Median> {
        let others = self.of(other.0, other.1, connections);
        let ones = self.of(one.0, one.1, connections);
        median(
            ones.iter()
                .zip(others)
                .map(|(one, other)| one.outcome.rate / other.outcome.rate),
        )
    }
}

/// Writes the figures into the page, between its marks.
///
/// # Errors
/// When there are no figures, or the page has no marks.
pub fn write(figures: &Path, page: &Path) -> Result<(), Box<dyn Error>> {
    let (mut settings, mut all, mut audits) = (Vec::new(), Vec::new(), Vec::new());
    for line in Book::read(figures)? {
        match line {
            Line::Figure(figure) => all.push(figure),
            Line::Setting(setting) => settings.push(setting),
            Line::Audit(audit) => audits.push(audit),
        }
    }
    let setting = settings.first().ok_or("no setting")?;
    let mut table = text(setting, &Figures(all))?;
    verified(&mut table, &audits)?;
    let old = fs::read_to_string(page)?;
    let before = old.split_once(BEGIN).map(|(before, _)| before);
    let after = old.split_once(END).map(|(_, after)| after);
    let (before, after) = before
        .zip(after)
        .ok_or("the page has no marks for figures")?;
    fs::write(page, format!("{before}{BEGIN}\n{table}{END}{after}"))?;
    println!("{table}");
    Ok(())
}

fn text(setting: &Setting, figures: &Figures) -> Result<String, Box<dyn Error>> {
    let mut text = format!(
        "{}\n{}. {}.\nLoad average before: {}.\n\n",
        setting.machine, setting.versions, setting.amounts, setting.load_before
    );
    text.push_str("### Reached\n\n");
    text.push_str(&claims::table(figures)?);
    text.push_str("\n### All figures\n\n");
    text.push_str(
        "Medians of the rounds, their range in brackets; latencies in ms; processors in parts of one, \
         service + PostgreSQL + load.\n\n\
         | | connections | answers/s | × rival | p50 | p99 | p999 | processors | peak MB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (what, on, connections) in kinds(figures) {
        row(&mut text, figures, what, on, connections)?;
    }
    let failed: u64 = figures.0.iter().map(|figure| figure.outcome.failed).sum();
    writeln!(
        text,
        "\nRequests that failed, in all rounds together: {failed}.\n"
    )?;
    Ok(text)
}

/// What the long logs took to verify, and take on the disk.
fn verified(text: &mut String, audits: &[Audit]) -> Result<(), Box<dyn Error>> {
    if audits.is_empty() {
        return Ok(());
    }
    text.push_str(
        "### The long log, exported and verified\n\n\
         `samrad export-log | samrad-verify export -`, both at once, beside nothing else.\n\n\
         | | entries | took | entries/s | verifier's processor time | its peak MB | disk an entry | database |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for audit in audits {
        let disk = audit
            .bytes_an_entry
            .map(|bytes| format!("{bytes:.0} bytes"));
        writeln!(
            text,
            "| {:?} | {} | {:.0} s | {:.0} | {:.0} s | {:.0} | {} | {:.1} GB |",
            audit.on,
            audit.entries,
            audit.took,
            audit.entries as f64 / audit.took,
            audit.verifying,
            audit.peak,
            disk.unwrap_or_default(),
            audit.megabytes / 1e3,
        )?;
    }
    Ok(())
}

/// What was measured, sorted.
fn kinds(figures: &Figures) -> Vec<(What, On, u32)> {
    let mut kinds: Vec<_> = figures
        .0
        .iter()
        .map(|f| (f.what, f.on, f.connections))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn row(
    text: &mut String,
    figures: &Figures,
    what: What,
    on: On,
    connections: u32,
) -> Result<(), Box<dyn Error>> {
    let of = figures.of(what, on, connections);
    let over = |value: fn(&Figure) -> f64| median(of.iter().map(|f| value(f))).ok_or("no figures");
    let rate = over(|f| f.outcome.rate)?;
    let ratio = figures.ratio((what, on), (What::Rival, On::Postgres), connections);
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{:.2}", ratio.middle));
    let (service, database, load) = (
        over(|f| f.cpu.service)?.middle,
        over(|f| f.cpu.database)?.middle,
        over(|f| f.cpu.load)?.middle,
    );
    let latency = |value| -> Result<String, Box<dyn Error>> { Ok(over(value)?.milliseconds()) };
    let peak = of.iter().map(|f| f.peak).fold(0.0, f64::max);
    let peak = if peak > 0.0 {
        format!("{peak:.0}")
    } else {
        String::new()
    };
    writeln!(
        text,
        "| {} | {connections} | {:.0} ({:.0}–{:.0}) | {ratio} | {} | {} | {} | {service:.2} + {database:.2} + {load:.2} | {peak} |",
        name(what, on),
        rate.middle,
        rate.least,
        rate.most,
        latency(|f| f.outcome.p50)?,
        latency(|f| f.outcome.p99)?,
        latency(|f| f.outcome.p999)?,
    )?;
    Ok(())
}

/// What it is called on the page.
fn name(what: What, on: On) -> String {
    let what = match what {
        What::Rival => return "naive rival (pgbench)".to_owned(),
        What::Select => return "its selects alone, unaudited (pgbench)".to_owned(),
        What::Alive => "`/internal/isAlive`",
        What::Identified => "identified read, audited",
        What::IdentifiedUnlogged => "identified read, append left out",
        What::Anonymised => "anonymised read, audited",
        What::List => "list of a unit",
        What::Receipt => "receipt with inclusion proof",
        What::Withdrawal => "withdrawal, one by one, while 64 read",
        What::ReadsMeanwhile => "identified reads meanwhile",
        What::LogOfPatient => "log of a patient, in the long log",
        What::IdentifiedLongLog => "identified read, in the long log",
        What::ReceiptLongLog => "receipt with inclusion proof, in the long log",
    };
    let on = match on {
        On::Postgres => "PostgreSQL",
        On::Sqlite => "SQLite",
    };
    format!("{what}, {on}")
}
