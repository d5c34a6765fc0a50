//! The program itself: arguments, exit codes, files.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::book::{Book, id, key};
use super::served::Served;

/// A folder with an export, and what the program says of it.
struct Desk(TempDir);

impl Desk {
    fn with(files: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| desk.put(name, text));
        desk
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_samrad-verify"));
        command
            .current_dir(self.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    fn code(&self, arguments: &str) -> i32 {
        let output = self.run(arguments);
        output.status.code().unwrap_or_else(|| panic!("{output:?}"))
    }
}

fn vkey(number: u8) -> String {
    key(number).verifier().to_string()
}

/// Recorded long ago: the program reads the true clock.
fn past(acts: u64) -> Book {
    let mut book = Book::of(acts);
    for (index, line) in book.lines.iter_mut().enumerate() {
        line["recordedMs"] = Value::from(1_600_000_000_000 + index);
    }
    book.sign_again();
    book
}

#[test]
fn the_exit_code_tells_verified_from_not_and_from_unread() {
    let mut bad = past(20);
    bad.lines[7]["columns"]["kind"] = Value::Null;
    let desk = Desk::with(&[("good", &past(20).export()), ("bad", &bad.export())]);
    let key = vkey(1);
    assert_eq!(desk.code(&format!("export good --key {key}")), 0);
    assert_eq!(desk.code(&format!("export bad --key {key}")), 1);
    assert_eq!(desk.code("export good"), 2, "no key");
    assert_eq!(desk.code("export good --key log.example/samrad"), 2);
    assert_eq!(
        desk.code(&format!("export good --key {key} --witnesses-wanted 1")),
        2
    );
    assert_eq!(
        desk.code(&format!(
            "export good --key {key} --witness {key} --witnesses-wanted 2"
        )),
        2
    );
    assert_eq!(
        desk.code(&format!("live http://127.0.0.1:1 --key {key} --evidence")),
        2,
        "no token"
    );
    assert_eq!(desk.code(&format!("export none --key {key}")), 3);
    assert_eq!(
        desk.code(&format!("export good --key {key} --since none")),
        3
    );
    assert_eq!(
        desk.code(&format!("export good --key {key} --receipts good")),
        3
    );
    assert_eq!(
        desk.code(&format!("live http://127.0.0.1:1 --key {key}")),
        3
    );
}

#[test]
fn the_report_is_one_json_object() {
    let mut bad = past(20);
    bad.lines[7]["columns"]["kind"] = Value::Null;
    let desk = Desk::with(&[("bad", &bad.export())]);
    let output = desk.run(&format!("export bad --json --key {}", vkey(1)));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["ok"], false);
    assert_eq!(
        (report["size"].as_u64(), report["checked"].as_u64()),
        (Some(20), Some(20))
    );
    assert_eq!(report["firstBad"]["index"], 7);
    assert_eq!(report["firstBad"]["code"], "columns");
    assert!(
        report["firstBad"]["what"]
            .as_str()
            .unwrap()
            .contains("kind")
    );
    assert_eq!(report["warnings"], serde_json::json!([]));
    assert!(output.stderr.is_empty());
}

#[test]
fn the_report_for_people_names_entry_and_reason() {
    let mut bad = past(20);
    bad.lines[7]["columns"]["kind"] = Value::Null;
    let desk = Desk::with(&[("bad", &bad.export())]);
    let output = desk.run(&format!("export bad --key {}", vkey(1)));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("entry 7: columns: "), "{text}");
    assert!(
        text.ends_with("NOT VERIFIED: 20 entries looked at, a checkpoint of 20\n"),
        "{text}"
    );
}

#[test]
fn an_export_is_read_from_standard_input() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samrad-verify"));
    command
        .args(["export", "-", "--key", &vkey(1)])
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(past(20).export().as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_is_kept_of_one_run_serves_the_next() {
    let mut book = past(20);
    let desk = Desk::with(&[("full", &book.export())]);
    let key = vkey(1);
    assert_eq!(
        desk.code(&format!("export full --key {key} --keep kept")),
        0
    );
    book.disclose(1);
    book.lines[20]["recordedMs"] = Value::from(1_600_000_001_000_u64);
    book.sign_again();
    desk.put("more", &book.export_with(Some(&book.checkpoint()), 20));
    assert_eq!(
        desk.code(&format!("export more --key {key}")),
        2,
        "a piece needs the state before it"
    );
    assert_eq!(
        desk.code(&format!("export more --key {key} --since kept --keep kept")),
        0
    );
    assert_eq!(
        desk.code(&format!("export full --key {key} --since kept")),
        1,
        "rolled back"
    );
    desk.put("full", &book.export());
    assert_eq!(
        desk.code(&format!("export full --key {key} --since kept")),
        0
    );
}

#[test]
fn nothing_is_kept_of_a_log_that_is_not_verified() {
    let mut bad = past(20);
    bad.lines[7]["columns"]["kind"] = Value::Null;
    let desk = Desk::with(&[("bad", &bad.export()), ("kept", "of a better day")]);
    assert_eq!(
        desk.code(&format!("export bad --key {} --keep kept", vkey(1))),
        1
    );
    assert_eq!(
        fs::read_to_string(desk.path().join("kept")).unwrap(),
        "of a better day"
    );
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 2);
}

#[test]
fn a_live_log_is_verified_and_its_checkpoint_kept() {
    let url = Served::of(&past(300)).listen();
    let desk = Desk::with(&[("token", "let-me-in\n"), ("wrong", "no")]);
    let key = vkey(1);
    assert_eq!(desk.code(&format!("live {url} --key {key} --keep kept")), 0);
    assert_eq!(
        desk.code(&format!(
            "live {url} --key {key} --since kept --token-file token --evidence"
        )),
        0
    );
    assert_eq!(
        desk.code(&format!("live {url} --key {key} --token-file wrong")),
        3
    );
    assert_eq!(desk.code(&format!("live {url} --key {}", vkey(9))), 1);
    let shorter = Served::of(&past(200)).listen();
    assert_eq!(
        desk.code(&format!("live {shorter} --key {key} --since kept")),
        1,
        "rolled back"
    );
}

#[test]
fn a_receipt_is_verified_with_its_leaf_along_or_given() {
    let book = past(1);
    let leaf = book.leaves()[0];
    let receipt = |extra: Option<Vec<u8>>| {
        let receipt = samrad_ledger::receipt::Receipt {
            extra,
            index: 0,
            proof: vec![],
            checkpoint: book.checkpoint(),
        };
        receipt.to_string()
    };
    let along = receipt(Some(leaf.encode().to_vec()));
    let forged = receipt(Some(past(2).leaves()[1].encode().to_vec()));
    let desk = Desk::with(&[
        ("along", &along),
        ("forged", &forged),
        ("bare", &receipt(None)),
        ("none", "x"),
    ]);
    let key = vkey(1);
    assert_eq!(desk.code(&format!("receipt along --key {key}")), 0);
    assert_eq!(desk.code(&format!("receipt forged --key {key}")), 1);
    assert_eq!(desk.code(&format!("receipt bare --key {key}")), 2);
    assert_eq!(
        desk.code(&format!(
            "receipt bare --key {key} --leaf {}",
            hex::encode(leaf.hash())
        )),
        0
    );
    assert_eq!(
        desk.code(&format!(
            "receipt bare --key {key} --leaf {}",
            hex::encode([0; 32])
        )),
        1
    );
    assert_eq!(desk.code(&format!("receipt along --key {}", vkey(9))), 1);
    assert_eq!(desk.code(&format!("receipt none --key {key}")), 1);
    assert_eq!(
        desk.code(&format!(
            "receipt bare --key {key} --leaf {}",
            id("leaf", 0)
        )),
        2
    );
}
