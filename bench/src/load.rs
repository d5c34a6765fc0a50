//! The load: `wrk` for the service, `pgbench` for the rival and the selects. Both are closed loops:
//! each connection asks again as soon as it is answered.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// How many threads a load generator has: as `pgbench -j 2`.
const THREADS: u32 = 2;

/// What came of a load, if it could be made.
pub type Measured = Result<Outcome, Box<dyn Error>>;

/// What came of a load.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Answers a second.
    pub rate: f64,
    /// Half of the answers came within so many milliseconds.
    pub p50: f64,
    /// 99 of 100.
    pub p99: f64,
    /// 999 of 1,000.
    pub p999: f64,
    /// Those that were no answer, or not a good one.
    pub failed: u64,
}

/// One request of many, of which random ones are made.
#[derive(Debug)]
pub struct Target {
    /// Its method.
    pub method: &'static str,
    /// Its path, with what is before `/api`.
    pub path: String,
    /// The place of its token among those given, none for no token.
    pub token: Option<usize>,
    /// Its body, empty for none.
    pub body: String,
}

/// Requests and tokens, in files as the generator reads them.
#[derive(Debug)]
pub struct Targets {
    directory: TempDir,
    script: PathBuf,
}

impl Targets {
    /// Writes them.
    pub fn write(
        targets: impl IntoIterator<Item = Target>,
        tokens: &[String],
    ) -> Result<Self, Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        let mut lines = String::new();
        for target in targets {
            let token = target.token.map_or(0, |place| place + 1);
            let (method, path, body) = (target.method, target.path, target.body);
            writeln!(lines, "{method}\t{path}\t{token}\t{body}")?;
        }
        std::fs::write(directory.path().join("targets.tsv"), lines)?;
        std::fs::write(directory.path().join("tokens.txt"), tokens.join("\n"))?;
        Ok(Self {
            directory,
            script: Path::new(env!("CARGO_MANIFEST_DIR")).join("wrk/targets.lua"),
        })
    }

    /// The command that asks for them at `address`.
    pub fn command(&self, address: &str, connections: u32, seconds: u32) -> Command {
        let mut wrk = Command::new("wrk");
        wrk.args([
            "-t",
            &THREADS.min(connections).to_string(),
            "-c",
            &connections.to_string(),
        ])
        .args(["-d", &format!("{seconds}s"), "--timeout", "30s", "-s"])
        .arg(&self.script)
        .args([address, "--"])
        .arg(self.directory.path().join("targets.tsv"))
        .arg(self.directory.path().join("tokens.txt"));
        wrk
    }

    /// Asks for each of them once, which must be done in so many seconds.
    pub fn ask_each(&self, address: &str, connections: u32, seconds: u32) -> Measured {
        let mut wrk = self.command(address, connections, seconds);
        wrk.arg(THREADS.min(connections).to_string());
        read_wrk(&output(wrk)?)
    }

    /// Asks for them at `address`.
    pub fn ask(&self, address: &str, connections: u32, seconds: u32) -> Measured {
        read_wrk(&output(self.command(address, connections, seconds))?)
    }
}

#[derive(Deserialize)]
struct Told {
    requests: u64,
    microseconds: u64,
    failed: u64,
    p50: u64,
    p99: u64,
    p999: u64,
}

/// What `wrk` with our script tells.
pub fn read_wrk(text: &str) -> Measured {
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let told: Told = serde_json::from_str(line.ok_or_else(|| format!("wrk told:\n{text}"))?)?;
    let millis = |micros: u64| micros as f64 / 1000.0;
    Ok(Outcome {
        rate: told.requests as f64 / (told.microseconds as f64 / 1e6),
        p50: millis(told.p50),
        p99: millis(told.p99),
        p999: millis(told.p999),
        failed: told.failed,
    })
}

/// Runs a script of `pgbench` on a database.
pub fn pgbench(url: &str, script: &Path, connections: u32, seconds: u32) -> Measured {
    let logs = tempfile::tempdir()?;
    // Its time runs while it connects, which takes seconds for hundreds of passwords.
    let seconds = seconds + connections / 40;
    let mut pgbench = Command::new("pgbench");
    pgbench
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            &THREADS.min(connections).to_string(),
        ])
        .args(["-c", &connections.to_string(), "-T", &seconds.to_string()])
        .args(["--log", "--sampling-rate", "0.1", "--log-prefix"])
        .arg(logs.path().join("sample"))
        .arg("-f")
        .arg(script)
        .arg(url);
    let text = output(pgbench)?;
    let number = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok())
            .ok_or_else(|| format!("pgbench told:\n{text}"))
    };
    let failed = number("number of failed transactions: ")? as u64;
    Ok(summed(sampled(logs.path())?, number("tps = ")?, failed))
}

/// What came of answers that took these milliseconds.
pub fn summed(mut took: Vec<f64>, rate: f64, failed: u64) -> Outcome {
    took.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = (took.len() as f64 * part) as usize;
        took.get(place).or(took.last()).copied().unwrap_or_default()
    };
    Outcome {
        rate,
        p50: at(0.5),
        p99: at(0.99),
        p999: at(0.999),
        failed,
    }
}

/// Milliseconds of the transactions that pgbench kept.
fn sampled(directory: &Path) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut took = Vec::new();
    for file in std::fs::read_dir(directory)? {
        for line in std::fs::read_to_string(file?.path())?.lines() {
            let micros = line.split(' ').nth(2).ok_or("a line of pgbench's log")?;
            took.push(micros.parse::<f64>()? / 1000.0);
        }
    }
    Ok(took)
}

/// Runs it to its end, and gives what it wrote.
pub fn output(mut command: Command) -> Result<String, Box<dyn Error>> {
    let program = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} ended with {}:\n{text}{errors}", output.status).into())
}
