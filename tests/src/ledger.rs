//! The log as those get at it who verify it: its checkpoint, the operator's export, and the word of
//! `samrad-verify`.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::client::{Caller as _, Client};
use crate::clock;
use crate::server::{Answered, output_of, verifier};
use crate::settings::Settings;
use crate::world::World;

const PATIENCE: Duration = Duration::from_secs(30);

/// An export of the operator's, line by line.
#[derive(Clone, Debug)]
pub struct Export {
    /// The first line.
    pub header: Value,
    /// The entries.
    pub entries: Vec<Value>,
}

/// What `samrad-verify --json` says.
#[derive(Debug)]
pub struct Verdict {
    /// Exit code.
    pub code: Option<i32>,
    /// The report; null where there is none.
    pub report: Value,
    /// What was said besides.
    pub said: String,
}

impl World {
    /// The key that the log's checkpoints are verified by.
    #[must_use]
    pub fn log_key(&self) -> String {
        log_key(self.nobody())
    }

    /// The newest checkpoint, once it is of all that happened until now: a signed note.
    #[must_use]
    pub fn published(&self) -> String {
        self.published_to(self.nobody())
    }

    /// The same of another service of this world's.
    #[must_use]
    pub fn published_to(&self, nobody: &Client) -> String {
        let citizen = self
            .issuers()
            .citizen
            .for_citizen(&self.sheet().identity_number);
        let probe = nobody.with_token(citizen.signed());
        let size = probe.get("/me/log?limit=1").expect(200).index() + 1;
        clock::until(PATIENCE, || {
            let note = nobody.request("GET", "/log/checkpoint").send().expect(200);
            (size_of(&note.text()) >= size).then(|| note.text())
        })
    }
}

/// The key that a service's checkpoints are verified by.
#[must_use]
pub fn log_key(nobody: &Client) -> String {
    let key = nobody.request("GET", "/log/key").send().expect(200);
    key.text().trim().to_owned()
}

/// How many entries a checkpoint is of.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn size_of(checkpoint: &str) -> u64 {
    let size = checkpoint.lines().nth(1).and_then(|size| size.parse().ok());
    size.unwrap_or_else(|| panic!("no checkpoint: {checkpoint}"))
}

impl Export {
    /// The export of a database, whose service may be stopped.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let Answered {
            code,
            stdout,
            stderr,
        } = output_of(&["export-log"], settings);
        assert_eq!(code, Some(0), "{stderr}");
        let mut lines = stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")));
        Self {
            header: lines.next().expect("a first line"),
            entries: lines.collect(),
        }
    }

    /// What an entry says.
    ///
    /// # Panics
    /// If it says nothing.
    #[must_use]
    pub fn body(&self, index: usize) -> Value {
        let body = self.entries[index]["body"].as_str().expect("a body");
        serde_json::from_str(body).expect("a body is JSON")
    }

    /// The first entry whose line is such.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    #[must_use]
    pub fn find(&self, is: impl Fn(&Value) -> bool) -> usize {
        let found = self.entries.iter().position(is);
        found.expect("the story has such an entry")
    }

    /// The checkpoint that it begins with.
    #[must_use]
    pub fn checkpoint(&self) -> String {
        self.header["checkpoint"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// What `samrad-verify export` says of it, with these arguments more.
    #[must_use]
    pub fn verified(&self, key: &str, more: &[&str]) -> Verdict {
        let directory = tempfile::tempdir().expect("a directory of our own");
        let lines = std::iter::once(&self.header).chain(&self.entries);
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        let file = written(&directory, "export", &text);
        let file = file.display().to_string();
        Verdict::of(&[&["export", &file, "--key", key], more].concat())
    }
}

/// A file in a directory of the test's.
///
/// # Panics
/// If it can't be written.
#[must_use]
pub fn written(directory: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let file = directory.path().join(name);
    std::fs::write(&file, text).expect("the directory is ours");
    file
}

impl Verdict {
    /// What `samrad-verify` says when asked with these arguments, and for JSON.
    #[must_use]
    pub fn of(arguments: &[&str]) -> Self {
        let Answered {
            code,
            stdout,
            stderr,
        } = verifier(&[arguments, &["--json"]].concat());
        Self {
            code,
            report: serde_json::from_str(&stdout).unwrap_or_default(),
            said: stderr,
        }
    }

    /// Verified, with nothing left unchecked.
    #[track_caller]
    pub fn passes(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert_eq!(self.report["ok"], true, "{self:?}");
        assert_eq!(self.report["warnings"], serde_json::json!([]), "{self:?}");
    }

    /// Not verified, for this reason first: of the log as a whole where there is no index.
    #[track_caller]
    pub fn fails(&self, index: impl Into<Option<usize>>, code: &str) {
        let first = &self.report["firstBad"];
        let found = (self.code, first["index"].as_u64(), first["code"].as_str());
        let index = index.into().map(|index| index as u64);
        assert_eq!(found, (Some(1), index, Some(code)), "{self:?}");
    }

    /// Whether it found this besides.
    #[must_use]
    pub fn also(&self, code: &str) -> bool {
        let also = self.report["alsoBad"].as_array();
        also.is_some_and(|bad| bad.iter().any(|bad| bad["code"] == code))
    }
}
