//! The tool on a service in memory: true, and tampered with.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[expect(dead_code, reason = "made for more tests than these")]
#[path = "../../../crates/ledger/tests/verify/book.rs"]
mod book;
#[expect(dead_code, reason = "made for more tests than these")]
#[path = "../../../crates/ledger/tests/verify/served.rs"]
mod served;

use std::fs;
use std::process::Command;

use book::{Book, id, key};
use served::Served;

fn run(served: Served, by: u8, more: &[&str]) -> (bool, String) {
    let url = served.listen();
    let mut command = Command::new(env!("CARGO_BIN_EXE_samrad-outside"));
    let key = key(by).verifier().to_string();
    let output = command.args([url, key]).args(more).output().unwrap();
    (
        output.status.success(),
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
    )
}

/// A file for the length of a test.
fn file(name: &str, text: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_true_log_is_verified_by_other_people_s_code() {
    let token = file("token", "let-me-in\n");
    for acts in [1, 2, 256, 257, 700] {
        let book = Book::of(acts);
        let entry = id("event", acts - 1);
        let (ok, said) = run(
            Served::of(&book),
            1,
            &["--token-file", &token, "--entry", &entry],
        );
        assert!(ok, "{acts}: {said}");
        assert_eq!(said.lines().count(), 4, "{said}");
    }
}

#[test]
fn a_log_follows_from_an_older_checkpoint_or_is_a_fork() {
    let older = file("older", &Book::of(300).checkpoint().to_string());
    let (ok, said) = run(Served::of(&Book::of(700)), 1, &["--since", &older]);
    assert!(ok, "{said}");
    let mut fork = Book::of(299);
    (0..401).for_each(|_| fork.disclose(1));
    let (ok, said) = run(Served::of(&fork), 1, &["--since", &older]);
    assert!(!ok && said.contains("NOT VERIFIED: consistency"), "{said}");
}

#[test]
fn a_stranger_s_key_and_a_tampered_tile_are_found() {
    let (ok, said) = run(Served::of(&Book::of(300)), 9, &[]);
    assert!(
        !ok && said.contains("NOT VERIFIED: the checkpoint"),
        "{said}"
    );
    for path in [
        "/log/tile/0/000",
        "/log/tile/0/001.p/44",
        "/log/tile/1/000.p/1",
    ] {
        let mut served = Served::of(&Book::of(300));
        let mut tile = served.true_answer(path);
        tile[17] ^= 1;
        served.instead.insert(path.to_owned(), tile);
        let (ok, said) = run(served, 1, &[]);
        assert!(
            !ok && said.contains("NOT VERIFIED: the tiles"),
            "{path}: {said}"
        );
    }
}

#[test]
fn a_receipt_of_another_entry_is_found() {
    let token = file("token", "let-me-in\n");
    let path = |number| format!("/api/v1/log/entries/{}/receipt", id("event", number));
    let mut served = Served::of(&Book::of(300));
    let text = String::from_utf8(served.true_answer(&path(7))).unwrap();
    served
        .instead
        .insert(path(8), text.replace("index 7", "index 8").into_bytes());
    let (ok, said) = run(
        served,
        1,
        &["--token-file", &token, "--entry", &id("event", 8)],
    );
    assert!(!ok && said.contains("NOT VERIFIED: the receipt"), "{said}");
}
