//! A PostgreSQL of one story's own, which may be stopped and started. Its settings are those it is
//! delivered with: what it forgets when it is stopped at once is what a real one forgets.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use postgres::{Config, NoTls};

use crate::chance;

/// How it is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Sessions are broken off, and what was committed is written first.
    Fast,
    /// As the power goes: what was not written is forgotten.
    Immediate,
}

/// A running cluster; stopped and removed when dropped.
#[derive(Debug)]
pub struct Cluster {
    place: tempfile::TempDir,
    programs: PathBuf,
    password: String,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Panics
    /// If there is no PostgreSQL here, or it does not start.
    #[must_use]
    pub fn start() -> Self {
        let place = tempfile::Builder::new()
            .prefix("samrad-pg.")
            .tempdir_in("/tmp");
        let mut cluster = Self {
            place: place.expect("a directory for the cluster"),
            programs: programs(),
            password: chance::word::<16>(),
            port: 0,
        };
        let password = cluster.place.path().join("password");
        std::fs::write(&password, &cluster.password).expect("the directory is ours");
        if is_root() {
            let mut give = Command::new("chown");
            ran(give.args(["-R", "postgres"]).arg(cluster.place.path()));
        }
        let file = format!("--pwfile={}", password.display());
        ran(cluster
            .program("initdb")
            .arg("-D")
            .arg(cluster.directory())
            .args([
                "-U",
                "postgres",
                &file,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
            ]));
        // A port can only be tried: another process may take it between the looking and the starting.
        let tried = (0..10).any(|_| {
            cluster.port = 20_000 + u16::from_le_bytes(chance::bytes()) % 12_000;
            cluster.try_start()
        });
        assert!(tried, "the cluster starts on no port: {}", cluster.said());
        cluster
    }

    /// How whoever runs it connects.
    #[must_use]
    pub fn config(&self) -> Config {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port);
        config
            .user("postgres")
            .password(&self.password)
            .dbname("postgres");
        config
    }

    /// Stops it.
    ///
    /// # Panics
    /// If it goes on.
    pub fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        ran(self.control().args(["-m", mode, "-w", "-t", "60", "stop"]));
    }

    /// Starts it again, and returns when it takes connections.
    ///
    /// # Panics
    /// If it does not.
    pub fn start_again(&self) {
        assert!(
            self.try_start(),
            "the cluster does not start again: {}",
            self.said()
        );
        self.config().connect(NoTls).expect("it takes connections");
    }

    fn try_start(&self) -> bool {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}",
            self.port,
            self.place.path().display()
        );
        let log = self.place.path().join("server.log");
        let mut start = self.control();
        start
            .args(["-o", &options, "-l"])
            .arg(log)
            .args(["-w", "-t", "60", "start"]);
        quiet(&mut start)
            .status()
            .is_ok_and(|status| status.success())
    }

    fn control(&self) -> Command {
        let mut control = self.program("pg_ctl");
        control.arg("-D").arg(self.directory());
        control
    }

    /// One of its programs, as a user whom it lets start it: not root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut as_server = Command::new("setpriv");
            as_server
                .args(["--reuid=postgres", "--regid=postgres", "--init-groups"])
                .arg(program);
            as_server
        } else {
            Command::new(program)
        };
        command.current_dir(self.place.path());
        command
    }

    fn directory(&self) -> PathBuf {
        self.place.path().join("cluster")
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.place.path().join("server.log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.directory().join("postmaster.pid").exists() {
            let mut stop = self.control();
            stop.args(["-m", "immediate", "-w", "-t", "30", "stop"]);
            drop(quiet(&mut stop).status());
        }
    }
}

/// The newest directory that holds a server's programs.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut places: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    places.sort();
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    places.extend(told.map(|told| PathBuf::from(String::from_utf8_lossy(&told.stdout).trim())));
    let whole = |place: &PathBuf| place.join("initdb").exists() && place.join("pg_ctl").exists();
    let found = places.into_iter().rev().find(whole);
    found.expect("PostgreSQL's programs are here where TEST_POSTGRES_URL is set")
}

fn is_root() -> bool {
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|own| own.uid() == 0)
}

fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}

fn ran(command: &mut Command) {
    let status = quiet(command).status();
    let done = status.as_ref().is_ok_and(std::process::ExitStatus::success);
    assert!(done, "{command:?}: {status:?}");
}
