//! Whose signatures count.

use samrad_ledger::note::{Note, Signer};
use samrad_ledger::verify::report::Code;
use serde_json::json;

use super::book::{Book, key, signed, terms};
use super::{assert_verified, codes, first, verify};

/// Twenty entries, a change from key 1 to key 2, ten more.
fn changed() -> Book {
    let mut book = Book::of(20);
    book.change_key(2);
    (0..10).for_each(|number| book.disclose(number % 5));
    book
}

#[test]
fn a_stranger_s_signature_counts_for_nothing() {
    let book = Book::of(20);
    let report = verify(&book.export(), &terms(&[9]));
    assert_eq!(first(&report), (None, Code::Signature));
    assert_eq!(report.size, 0);
}

#[test]
fn another_log_s_key_counts_for_nothing() {
    let book = Book::of(20);
    let mut other = terms(&[]);
    other.keys = vec![
        Signer::from_seed("other.example/log", &[1; 32])
            .unwrap()
            .verifier(),
    ];
    assert_eq!(
        first(&verify(&book.export(), &other)),
        (None, Code::Signature)
    );
    let renamed = book.export().replacen(
        "\"origin\":\"log.example/samrad\"",
        "\"origin\":\"log.example/other\"",
        1,
    );
    assert_eq!(
        first(&verify(&renamed, &terms(&[1]))),
        (None, Code::Signature)
    );
}

#[test]
fn a_change_of_key_is_followed() {
    let mut book = changed();
    assert_verified(&verify(&book.export(), &terms(&[1])), 31);
    assert_verified(&verify(&book.export(), &terms(&[2])), 31);
    assert_verified(&verify(&book.export(), &terms(&[1, 2])), 31);
    book.change_key(3);
    book.disclose(1);
    for known in [1, 2, 3] {
        assert_verified(&verify(&book.export(), &terms(&[known])), 33);
    }
}

#[test]
fn the_old_key_signs_nothing_after_the_change() {
    let mut book = changed();
    book.key = 1;
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (None, Code::Signature));
    // Nor if the thief of the old key leaves the change out of the first line.
    book.key_changes.clear();
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(20), Code::KeyChange));
}

#[test]
fn a_new_key_that_no_entry_names_is_not_followed() {
    let mut book = Book::of(20);
    // Whoever has a checkpoint of the old key can put a signature of their own beside it.
    let mut note = book.checkpoint();
    note.sign(&key(2));
    book.key_changes.push(note.to_string());
    book.key = 2;
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(19), Code::KeyChange));
    assert!(codes(&report).contains(&Code::Signature));
}

#[test]
fn a_change_of_key_in_another_history_is_not_followed() {
    let mut book = changed();
    let mut forged = signed(21, [7; 32], 1);
    forged.sign(&key(2));
    book.key_changes = vec![forged.to_string()];
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(20), Code::KeyChange)
    );
}

#[test]
fn a_change_of_key_that_the_new_key_did_not_sign_is_not_followed() {
    let mut book = changed();
    let note = Note::parse(&book.key_changes[0]).unwrap();
    let mut one = Note::new(note.text()).unwrap();
    one.add(note.signatures()[0].clone());
    book.key_changes = vec![one.to_string()];
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(20), Code::KeyChange)
    );
}

#[test]
fn a_new_key_of_another_log_is_not_followed() {
    let mut book = Book::of(20);
    let other = Signer::from_seed("other.example/log", &[2; 32]).unwrap();
    book.write(
        json!({"kind": "logKeyChanged", "outcome": "done", "logKey": other.verifier().to_string()}),
    );
    let mut note = book.checkpoint();
    note.sign(&other);
    book.key_changes.push(note.to_string());
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(20), Code::KeyChange)
    );
}
