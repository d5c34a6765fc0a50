//! From one run to the next: what was kept must still hold.

use samrad_ledger::note::Note;
use samrad_ledger::verify::kept::Kept;
use samrad_ledger::verify::report::{Code, Report};
use samrad_ledger::verify::terms::Terms;
use samrad_ledger::verify::{Stop, export};
use serde_json::Value;

use super::book::{Book, terms};
use super::{assert_verified, first, verify};

/// Verify, and keep the state.
fn keep(export: &str, terms: &Terms) -> (Report, Vec<u8>) {
    let mut kept = Vec::new();
    let report = export::verify(export.as_bytes(), terms, Some(&mut kept)).unwrap();
    (report, kept)
}

fn since(kept: &[u8]) -> Terms {
    Terms {
        since: Some(Kept::read(kept, "kept").unwrap()),
        ..terms(&[1])
    }
}

fn since_note(note: &Note) -> Terms {
    since(note.to_string().as_bytes())
}

#[test]
fn a_log_is_verified_piece_by_piece() {
    let mut book = Book::of(20);
    let (report, mut kept) = keep(&book.export(), &terms(&[1]));
    assert_verified(&report, 20);
    for from in [20_u64, 29, 38] {
        (0..9).for_each(|number| book.disclose(number % 5));
        let export = book.export_with(Some(&book.checkpoint()), from);
        let (report, next) = keep(&export, &since(&kept));
        assert_verified(&report, from + 9);
        assert_eq!(report.checked, 9);
        kept = next;
    }
    let nothing_new = book.export_with(Some(&book.checkpoint()), 47);
    assert_verified(&keep(&nothing_new, &since(&kept)).0, 47);
}

#[test]
fn a_piece_is_read_with_all_that_came_before_it() {
    let mut book = Book::of(20);
    book.withdraw(2);
    let (_, kept) = keep(&book.export(), &terms(&[1]));
    let piece = |book: &Book| {
        verify(
            &book.export_with(Some(&book.checkpoint()), 21),
            &since(&kept),
        )
    };
    let mut disclosed = book.clone();
    disclosed.disclose(2);
    assert_eq!(
        first(&piece(&disclosed)),
        (Some(21), Code::DisclosureAfterWithdrawal)
    );
    let mut broken = book.clone();
    broken.about(3, "neverWritten", serde_json::json!({}));
    broken.disclose(3);
    assert_eq!(first(&piece(&broken)), (Some(21), Code::Chain));
    let mut late = book.clone();
    let body = late.about(3, "identityRead", serde_json::json!({}));
    late.write_at(super::book::START_MS + 3000, body);
    assert_eq!(first(&piece(&late)), (Some(21), Code::TimeBackwards));
    let mut forked = Book::of(20);
    forked.disclose(2);
    forked.disclose(3);
    assert_eq!(first(&piece(&forked)), (None, Code::Root));
}

#[test]
fn the_state_is_that_of_the_checkpoint_not_of_entries_beyond_it() {
    let mut book = Book::of(20);
    let checkpoint = book.checkpoint();
    (0..7).for_each(|number| book.disclose(number % 5));
    let (report, kept) = keep(&book.export_with(Some(&checkpoint), 0), &terms(&[1]));
    assert_verified(&report, 20);
    assert_verified(
        &verify(
            &book.export_with(Some(&book.checkpoint()), 20),
            &since(&kept),
        ),
        27,
    );
}

#[test]
fn an_erasure_of_an_entry_in_an_earlier_piece_is_not_checked_and_told() {
    let mut book = Book::of(20);
    let (_, kept) = keep(&book.export(), &terms(&[1]));
    book.erase(7);
    let report = verify(
        &book.export_with(Some(&book.checkpoint()), 20),
        &since(&kept),
    );
    assert_verified(&report, 21);
    assert_eq!(report.warnings[0].code, Code::BeforeExport);
}

#[test]
fn keys_followed_once_are_known_the_next_time() {
    let mut book = Book::of(20);
    book.change_key(2);
    let (report, kept) = keep(&book.export(), &terms(&[1]));
    assert_verified(&report, 21);
    book.disclose(1);
    assert_verified(
        &verify(
            &book.export_with(Some(&book.checkpoint()), 21),
            &since(&kept),
        ),
        22,
    );
    book.key = 1;
    let stolen = verify(
        &book.export_with(Some(&book.checkpoint()), 21),
        &since(&kept),
    );
    assert_eq!(first(&stolen), (None, Code::Signature));
}

#[test]
fn a_log_rolled_back_to_an_older_checkpoint_is_found() {
    let book = Book::of(20);
    let new = book.checkpoint();
    let old = Book::of(15);
    let report = verify(&old.export(), &since_note(&new));
    assert_eq!(first(&report), (None, Code::RolledBack));
    // Also where the entries are still there, and only the checkpoint is old.
    let report = verify(
        &book.export_with(Some(&old.checkpoint()), 0),
        &since_note(&new),
    );
    assert_eq!(first(&report), (None, Code::RolledBack));
}

#[test]
fn a_fork_is_found_by_a_checkpoint_kept_before() {
    let mut mine = Book::of(15);
    mine.disclose(1);
    let mut theirs = Book::of(15);
    theirs.disclose(2);
    (0..5).for_each(|patient| theirs.disclose(patient));
    let report = verify(&theirs.export(), &since_note(&mine.checkpoint()));
    assert_eq!(first(&report), (None, Code::Forked));
    assert_verified(
        &verify(&theirs.export(), &since_note(&Book::of(15).checkpoint())),
        21,
    );
}

#[test]
fn a_kept_checkpoint_that_nobody_known_signed_is_no_ground() {
    let mut stranger = Book::of(15);
    stranger.key = 9;
    let report = verify(&Book::of(20).export(), &since_note(&stranger.checkpoint()));
    assert_eq!(first(&report), (None, Code::Signature));
}

#[test]
fn a_piece_needs_the_state_at_its_beginning() {
    let book = Book::of(20);
    let (_, kept) = keep(&Book::of(15).export(), &terms(&[1]));
    let piece = book.export_with(Some(&book.checkpoint()), 18);
    for terms in [
        terms(&[1]),
        since_note(&Book::of(18).checkpoint()),
        since(&kept),
    ] {
        assert!(matches!(
            export::verify(piece.as_bytes(), &terms, None),
            Err(Stop::Usage(_))
        ));
    }
}

#[test]
fn a_state_that_was_cut_off_or_changed_is_not_read() {
    let (_, kept) = keep(&Book::of(15).export(), &terms(&[1]));
    let kept = String::from_utf8(kept).unwrap();
    let cut: String = kept
        .lines()
        .take(4)
        .map(|line| format!("{line}\n"))
        .collect();
    let first: Value = serde_json::from_str(kept.lines().next().unwrap()).unwrap();
    let other = first["tree"]["frontier"][0].as_str().unwrap();
    for wrong in [
        cut,
        kept.replace("samrad-kept/1", "samrad-kept/2"),
        kept.replace(other, &"A".repeat(43)),
        kept.replacen("15", "14", 1),
    ] {
        assert!(Kept::read(wrong.as_bytes(), "kept").is_err(), "{wrong}");
    }
    let (report, kept) = keep(&Book::of(15).export(), &terms(&[9]));
    assert!(!report.ok);
    assert!(
        Kept::read(kept.as_slice(), "kept").is_err(),
        "the state of a log that isn't verified"
    );
}
