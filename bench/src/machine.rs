//! What the figures were taken on.

use std::error::Error;
use std::fs;
use std::process::Command;

use postgres::{Client, NoTls};

use crate::figures::Setting;
use crate::load::output;
use crate::options::Options;

/// The process that all of PostgreSQL's are children of.
///
/// # Errors
/// When the server does not answer, or is on another machine.
pub fn postmaster() -> Result<u32, Box<dyn Error>> {
    let mut client = Client::connect(&std::env::var("TEST_POSTGRES_URL")?, NoTls)?;
    let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
    let stat = fs::read_to_string(format!("/proc/{backend}/stat"))?;
    let parent = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.split(' ').nth(1));
    Ok(parent.ok_or("a process without a parent")?.parse()?)
}

/// Puts on the disk whatever anybody has written, so that what follows does not wait for that.
///
/// # Errors
/// When the disk refuses it.
pub fn rest() -> Result<(), Box<dyn Error>> {
    let synced = Command::new("sync").status()?.success();
    synced.then_some(()).ok_or_else(|| "sync failed".into())
}

/// What must be known to read the figures.
///
/// # Errors
/// When something of it can't be found out.
pub fn setting(options: &Options) -> Result<Setting, Box<dyn Error>> {
    let mut client = Client::connect(&std::env::var("TEST_POSTGRES_URL")?, NoTls)?;
    let mut shown = |name: &str| -> Result<String, Box<dyn Error>> {
        Ok(client.query_one(&format!("SHOW {name}"), &[])?.get(0))
    };
    let database = format!(
        "PostgreSQL {} (fsync {}, synchronous_commit {}, full_page_writes {}, shared_buffers {})",
        shown("server_version")?,
        shown("fsync")?,
        shown("synchronous_commit")?,
        shown("full_page_writes")?,
        shown("shared_buffers")?,
    );
    let Options {
        cases,
        entries,
        sqlite_entries,
        seconds,
        rounds,
        ..
    } = options;
    Ok(Setting {
        machine: machine()?,
        versions: format!(
            "{database}; {}; {}",
            wrk(),
            first_line("pgbench", "--version")?
        ),
        amounts: format!(
            "{cases} cases and consents; {rounds} rounds of {seconds} s; a log of {entries} entries \
             ({sqlite_entries} on SQLite) for the questions to it"
        ),
        load_before: fs::read_to_string("/proc/loadavg")?.trim().to_owned(),
    })
}

fn machine() -> Result<String, Box<dyn Error>> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let names: Vec<_> = cpus
        .lines()
        .filter(|line| line.starts_with("model name"))
        .filter_map(|line| line.split_once(": "))
        .collect();
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kilobytes = memory
        .split_whitespace()
        .nth(1)
        .ok_or("no memory")?
        .parse::<f64>()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(format!(
        "{} × {}, {:.0} GB, Linux {}",
        names.len(),
        names.first().map_or("processor", |(_, name)| *name),
        kilobytes * 1024.0 / 1e9,
        kernel.trim(),
    ))
}

fn first_line(program: &str, flag: &str) -> Result<String, Box<dyn Error>> {
    let mut command = Command::new(program);
    command.arg(flag);
    let text = output(command)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// `wrk --version` ends as a failure, and says it all the same.
fn wrk() -> String {
    let told = Command::new("wrk").arg("--version").output();
    let told = told
        .map(|told| [told.stdout, told.stderr].concat())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&told);
    let words = text.lines().next().unwrap_or_default().split_whitespace();
    words.take(3).collect::<Vec<_>>().join(" ")
}
