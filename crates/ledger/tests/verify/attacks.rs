//! Tampering with entries: by whoever can write to the database or the export, and by whoever
//! holds the key as well.

use samrad_ledger::verify::report::Code;
use serde_json::{Value, json};

use super::book::{Book, NOW_MS, START_MS, id, line, signed, terms};
use super::{assert_verified, codes, first, verify};

#[test]
fn an_untouched_log_is_verified() {
    for acts in [1, 2, 7, 300] {
        let book = Book::of(acts);
        let report = verify(&book.export(), &terms(&[1]));
        assert_verified(&report, acts);
        assert_eq!((report.checked, report.warnings.len()), (acts, 0));
    }
}

#[test]
fn a_log_without_entries_is_verified_whether_signed_or_not() {
    let book = Book::new();
    assert_verified(&verify(&book.export(), &terms(&[1])), 0);
    assert_verified(&verify(&book.export_with(None, 0), &terms(&[1])), 0);
}

#[test]
fn an_edited_body_is_not_the_one_committed_to() {
    let mut book = Book::of(20);
    let body = book.lines[7]["body"]
        .as_str()
        .unwrap()
        .replace("Nordmann", "Normann");
    book.lines[7]["body"] = json!(body);
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(7), Code::Commitment));
    assert_eq!(
        codes(&report),
        [Code::Commitment],
        "the next in the chain is not bad for that"
    );
}

#[test]
fn an_edited_body_with_a_new_commitment_is_not_in_the_tree() {
    let mut book = Book::of(20);
    let mut body: Value = serde_json::from_str(book.lines[7]["body"].as_str().unwrap()).unwrap();
    body["personKey"] = json!("person 2");
    body["outcome"] = json!("refused");
    book.lines[7] = line(7, START_MS + 7000, body);
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (None, Code::Root)
    );
}

#[test]
fn an_edited_column_says_something_else_than_the_body() {
    for column in [
        "kind",
        "reason",
        "outcome",
        "actorKind",
        "actorId",
        "actorOrganisation",
        "actorUnit",
        "source",
        "unit",
        "patient",
        "case",
        "discussion",
        "requestId",
        "subject",
    ] {
        let mut book = Book::of(20);
        book.lines[7]["columns"][column] = json!(id("other", 1));
        let report = verify(&book.export(), &terms(&[1]));
        assert_eq!(first(&report), (Some(7), Code::Columns), "{column}");
        assert!(
            report
                .first_bad
                .unwrap()
                .what
                .ends_with(&format!("columns {column}"))
        );
        let mut book = Book::of(20);
        let was = book.lines[7]["columns"][column].take();
        let report = verify(&book.export(), &terms(&[1]));
        assert_eq!(report.ok, was.is_null(), "{column}");
    }
    for column in ["subjectSeq", "subjectPrev"] {
        let mut book = Book::of(20);
        book.lines[7]["columns"][column] = json!(0);
        assert_eq!(
            first(&verify(&book.export(), &terms(&[1]))),
            (Some(7), Code::Columns),
            "{column}"
        );
    }
}

#[test]
fn edited_places_of_work_say_something_else_than_the_body() {
    let tampered: [fn(&mut Value); 4] = [
        |places| places[0]["unit"] = json!(id("unit", 9)),
        |places| places[0]["person"] = Value::Null,
        |places| drop(places.as_array_mut().unwrap().pop()),
        |places| *places = Value::Null,
    ];
    for tamper in tampered {
        let mut book = Book::of(20);
        tamper(&mut book.lines[7]["places"]);
        assert_eq!(
            first(&verify(&book.export(), &terms(&[1]))),
            (Some(7), Code::Places)
        );
    }
    let mut book = Book::of(20);
    book.lines[7]["places"].as_array_mut().unwrap().reverse();
    assert_verified(&verify(&book.export(), &terms(&[1])), 20);
}

#[test]
fn an_entry_moved_to_another_persons_log_is_found() {
    for person in [json!(hex::encode([3; 32])), Value::Null, json!("00")] {
        let mut book = Book::of(20);
        book.lines[7]["personKey"] = person;
        assert_eq!(
            first(&verify(&book.export(), &terms(&[1]))),
            (Some(7), Code::Holder)
        );
    }
}

#[test]
fn a_deleted_entry_is_missed_where_it_was() {
    let mut book = Book::of(20);
    book.lines.remove(7);
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(7), Code::Order));
    assert!(codes(&report).contains(&Code::Chain));
    assert!(codes(&report).contains(&Code::Truncated));
}

#[test]
fn a_deleted_entry_is_missed_in_its_chain_though_the_rest_was_renumbered() {
    let mut book = Book::of(20);
    book.lines.remove(7);
    renumber(&mut book);
    book.size = 19;
    let report = verify(&book.export(), &terms(&[1]));
    // Entry 12 of the true log, now 11, follows the one that is gone.
    assert_eq!(first(&report), (Some(11), Code::Chain));
    assert!(
        codes(&report).contains(&Code::Truncated),
        "the checkpoint is of one more"
    );
}

#[test]
fn an_inserted_entry_is_one_too_many() {
    let mut book = Book::of(20);
    let mut inserted = Book::of(8).lines.remove(7);
    inserted["eventId"] = json!(id("event", 99));
    book.lines.insert(7, inserted);
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(7), Code::Order));
    renumber(&mut book);
    book.size = 21;
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(8), Code::Chain));
    assert!(codes(&report).contains(&Code::Root));
}

#[test]
fn swapped_entries_are_out_of_order() {
    let mut book = Book::of(20);
    book.lines.swap(7, 8);
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(7), Code::Order)
    );
    renumber(&mut book);
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(8), Code::TimeBackwards)
    );
}

#[test]
fn a_log_cut_off_is_shorter_than_its_head_or_its_checkpoint() {
    let mut book = Book::of(20);
    book.lines.truncate(15);
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(15), Code::Truncated)
    );
    book.size = 15;
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(15), Code::Truncated)
    );
}

#[test]
fn more_entries_than_the_head_claims_are_found() {
    let mut book = Book::of(20);
    book.size = 18;
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(18), Code::Surplus)
    );
}

#[test]
fn swapped_chains_of_two_records_are_found_though_signed() {
    let mut book = Book::new();
    (0..20).for_each(|number| {
        let mut body = book.about(number % 5, "identityRead", json!({"outcome": "disclosed"}));
        if number == 12 {
            // The chain of patient 1, by the number of patient 2's.
            body["subject"]["id"] = json!(id("patient", 1));
        }
        book.write(body);
    });
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(12), Code::Chain));
    assert_eq!(codes(&report), [Code::Chain]);
}

#[test]
fn a_chain_that_leaves_out_a_number_is_found_though_signed() {
    let mut book = Book::of(10);
    book.about(2, "neverWritten", json!({}));
    book.disclose(3);
    book.disclose(2);
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(11), Code::Chain)
    );
}

#[test]
fn a_back_dated_entry_is_found_though_signed() {
    let mut book = Book::of(10);
    let body = book.about(1, "identityRead", json!({"outcome": "refused"}));
    book.write_at(START_MS + 5000, body);
    book.disclose(2);
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(10), Code::TimeBackwards));
    assert_eq!(codes(&report), [Code::TimeBackwards]);
}

#[test]
fn an_entry_recorded_after_now_is_found() {
    let mut book = Book::of(10);
    let body = book.about(1, "identityRead", json!({"outcome": "refused"}));
    book.write_at(NOW_MS + 120_000, body);
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(10), Code::TimeInFuture)
    );
}

#[test]
fn an_event_stands_in_the_log_once() {
    let mut book = Book::of(10);
    book.lines[6]["eventId"] = json!(id("event", 3));
    book.sign_again();
    assert_eq!(
        first(&verify(&book.export(), &terms(&[1]))),
        (Some(6), Code::EventTwice)
    );
}

#[test]
fn a_disclosure_after_the_withdrawal_of_its_consent_is_found_though_signed() {
    let mut book = Book::of(10);
    book.withdraw(2);
    book.disclose(1);
    assert_verified(&verify(&book.export(), &terms(&[1])), 12);
    book.disclose(2);
    let report = verify(&book.export(), &terms(&[1]));
    assert_eq!(first(&report), (Some(12), Code::DisclosureAfterWithdrawal));
    assert_eq!(codes(&report), [Code::DisclosureAfterWithdrawal]);
}

#[test]
fn a_refused_withdrawal_and_a_disclosure_on_other_grounds_are_no_matter() {
    let mut book = Book::of(10);
    let refused = book.about(
        1,
        "consentWithdrawn",
        json!({"outcome": "refused", "reason": "NOT_IN_AUDIENCE"}),
    );
    book.write(refused);
    book.disclose(1);
    book.withdraw(2);
    let inside = book.about(
        2,
        "identityRead",
        json!({"outcome": "disclosed", "reason": "INSIDE_TEAM"}),
    );
    book.write(inside);
    assert_verified(&verify(&book.export(), &terms(&[1])), 14);
}

#[test]
fn entries_beyond_the_checkpoint_are_not_yet_vouched_for() {
    let mut book = Book::of(15);
    let checkpoint = book.checkpoint();
    (0..5).for_each(|patient| book.disclose(patient));
    let export = book.export_with(Some(&checkpoint), 0);
    let report = verify(&export, &terms(&[1]));
    assert_verified(&report, 15);
    assert_eq!(report.checked, 20);
    assert_eq!(report.warnings[0].code, Code::NotVouchedFor);
    let mut strict = terms(&[1]);
    strict.strict = true;
    assert_eq!(
        first(&verify(&export, &strict)),
        (None, Code::NotVouchedFor)
    );
}

#[test]
fn a_signed_empty_log_vouches_for_no_entry() {
    let empty = Book::new().checkpoint();
    let report = verify(&Book::of(5).export_with(Some(&empty), 0), &terms(&[1]));
    assert_verified(&report, 0);
    assert_eq!(report.warnings[0].code, Code::NotVouchedFor);
}

#[test]
fn a_log_that_nobody_signed_is_not_verified() {
    let book = Book::of(15);
    let report = verify(&book.export_with(None, 0), &terms(&[1]));
    assert_eq!(first(&report), (None, Code::NoCheckpoint));
    assert_eq!(report.size, 0);
}

#[test]
fn a_checkpoint_with_another_root_is_found_though_signed() {
    let book = Book::of(15);
    let report = verify(
        &book.export_with(Some(&signed(15, [5; 32], 1)), 0),
        &terms(&[1]),
    );
    assert_eq!(first(&report), (None, Code::Root));
}

/// Make the indices gap-free again, as whoever tampers with rows might.
fn renumber(book: &mut Book) {
    for (index, line) in book.lines.iter_mut().enumerate() {
        line["index"] = json!(index);
    }
}
