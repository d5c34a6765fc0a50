//! Bodies that are gone: lawfully, or not.

use samrad_ledger::verify::report::Code;
use serde_json::{Value, json};

use super::book::{Book, terms};
use super::{assert_verified, codes, first, verify};

#[test]
fn a_lawful_erasure_breaks_nothing() {
    let mut book = Book::of(20);
    book.erase(7);
    book.disclose(2);
    assert_verified(&verify(&book.export(), &terms(&[1])), 22);
}

#[test]
fn an_erased_entry_fills_its_chain_though_its_columns_are_gone_too() {
    let mut book = Book::of(20);
    book.erase(7);
    book.erase(12);
    for index in [7, 12] {
        for column in book.lines[index]["columns"]
            .as_object_mut()
            .unwrap()
            .values_mut()
        {
            *column = Value::Null;
        }
    }
    book.disclose(2);
    assert_verified(&verify(&book.export(), &terms(&[1])), 23);
}

#[test]
fn an_erased_entry_can_not_be_put_into_another_chain() {
    let mut book = Book::of(20);
    book.erase(7);
    book.lines[7]["columns"]["subject"] = json!(super::book::id("patient", 3));
    assert_eq!(first(&verify(&book.export(), &terms(&[1]))).1, Code::Chain);
}

#[test]
fn a_body_that_is_gone_without_a_word_is_found() {
    let mut book = Book::of(20);
    book.lines[7]["salt"] = Value::Null;
    book.lines[7]["body"] = Value::Null;
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(7), Code::ErasedUnnamed));
    assert_eq!(codes(&report), [Code::ErasedUnnamed]);
}

#[test]
fn an_entry_said_to_be_erased_must_be() {
    let mut book = Book::of(20);
    book.say_erased(7, "somebody", "another");
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(20), Code::NamedNotErased)
    );
}

#[test]
fn an_erasure_takes_two_persons_and_an_earlier_entry() {
    let mut book = Book::of(20);
    book.erase(7);
    book.say_erased(7, "somebody", "somebody");
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(21), Code::Redaction)
    );
    let mut book = Book::of(20);
    book.say_erased(20, "somebody", "another");
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(20), Code::Redaction)
    );
    let mut book = Book::of(20);
    book.write(json!({"kind": "logEntryErased", "outcome": "done"}));
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(20), Code::Redaction)
    );
}

#[test]
fn an_erasure_only_asked_for_is_none_and_one_without_a_second_person_is_wrong() {
    let asked = |kind: &str| {
        let redaction = json!({"index": 7, "legalGround": "courtOrder", "requestedBy": super::book::id("somebody", 0)});
        let mut book = Book::of(20);
        book.write(json!({"kind": kind, "outcome": "done", "redaction": redaction}));
        verify(&book.export(), &terms(&[1]))
    };
    assert_verified(&asked("logErasureRequested"), 21);
    assert_eq!(first(&asked("logEntryErased")), (Some(20), Code::Redaction));
}

#[test]
fn a_body_that_cannot_be_opened_is_tampered_with_unless_its_key_was_destroyed() {
    for (why, code) in [
        (json!("wrongTag"), Some(Code::Unreadable)),
        (Value::Null, Some(Code::Unreadable)),
        (json!("keyDestroyed"), None),
    ] {
        let mut book = Book::of(20);
        book.lines[7]["body"] = Value::Null;
        book.lines[7]["unreadable"] = why;
        let report = verify(&book.export(), &terms(&[1]));
        match code {
            Some(code) => assert_eq!(first(&report), (Some(7), code)),
            None => {
                assert_verified(&report, 20);
                assert_eq!(report.warnings[0].code, Code::KeyDestroyed);
            }
        }
    }
}
