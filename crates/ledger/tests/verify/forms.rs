//! What is no export, no line and no body.

use samrad_ledger::verify::report::Code;
use serde_json::{Value, json};

use super::book::{Book, START_MS, id, line, terms};
use super::{first, verify};

#[test]
fn what_is_no_export_is_not_verified() {
    let good = Book::of(3).export();
    for wrong in [
        String::new(),
        "\n".to_owned(),
        good.replacen("samrad-log-export/1", "samrad-log-export/2", 1),
        good.replacen("\"from\"", "\"form\"", 1),
        good.replacen("checkpoint\":\"", "checkpoint\":\"x\\n", 1)
            .replacen("\\n\\n", "\\n", 1),
        good.lines().skip(1).collect(),
    ] {
        assert_eq!(
            first(&verify(&wrong, &terms(&[1]))).1,
            Code::Format,
            "{wrong:.100}"
        );
    }
}

#[test]
fn a_line_that_is_no_entry_is_told_where_it_stands() {
    let tampered: [fn(&mut Value); 9] = [
        |line| *line = json!({}),
        |line| drop(line.as_object_mut().unwrap().remove("columns")),
        |line| line["withheld"] = json!(true),
        |line| line["eventId"] = json!("7"),
        |line| line["eventId"] = json!(id("event", 2).to_uppercase()),
        |line| line["commitment"] = json!("00"),
        |line| line["salt"] = json!("00"),
        |line| line["salt"] = Value::Null,
        |line| line["index"] = json!(-1),
    ];
    for tamper in tampered {
        let mut book = Book::of(5);
        tamper(&mut book.lines[2]);
        assert_eq!(
            first(&verify(&book.export(), &terms(&[1]))),
            (Some(2), Code::Format)
        );
    }
}

#[test]
fn a_body_that_is_no_body_is_found_though_signed() {
    for body in [
        json!({"operation": "x"}),
        json!({"kind": "x", "subject": {"id": "7", "seq": 1}}),
    ] {
        let mut book = Book::of(5);
        book.lines[2] = line(2, START_MS + 2000, body);
        book.sign_again();
        assert_eq!(
            first(&verify(&book.export(), &terms(&[1]))),
            (Some(2), Code::Body)
        );
    }
}
