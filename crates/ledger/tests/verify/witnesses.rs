//! The auditor's policy on witnesses.

use samrad_ledger::note::{Cosigner, Note};
use samrad_ledger::verify::report::Code;
use samrad_ledger::verify::terms::{Terms, Witnesses};

use super::book::{Book, NOW_MS, terms};
use super::{assert_verified, first, verify};

const NOW: u64 = NOW_MS as u64 / 1000;

fn witness(number: u8) -> Cosigner {
    Cosigner::from_seed(&format!("witness.example/w{number}"), &[100 + number; 32]).unwrap()
}

/// An auditor who wants two of three witnesses, within a day.
fn policy() -> Terms {
    let known = (1..=3).map(|number| witness(number).verifier()).collect();
    Terms {
        witnesses: Witnesses {
            known,
            wanted: 2,
            within: Some(86_400),
        },
        ..terms(&[1])
    }
}

fn cosigned(mut note: Note, by: &[(u8, u64)]) -> Note {
    by.iter()
        .for_each(|(number, time)| note.cosign(&witness(*number), *time));
    note
}

#[test]
fn enough_witnesses_in_time_satisfy_the_policy() {
    let book = Book::of(20);
    let note = cosigned(book.checkpoint(), &[(1, NOW), (2, NOW - 86_400), (9, NOW)]);
    assert_verified(&verify(&book.export_with(Some(&note), 0), &policy()), 20);
}

#[test]
fn too_few_stale_unknown_or_future_witnesses_do_not() {
    let book = Book::of(20);
    for by in [
        vec![],
        vec![(1, NOW)],
        vec![(1, NOW), (9, NOW)],
        vec![(1, NOW), (2, NOW - 86_401)],
        vec![(1, NOW), (2, NOW + 3600)],
    ] {
        let note = cosigned(book.checkpoint(), &by);
        let report = verify(&book.export_with(Some(&note), 0), &policy());
        assert_eq!(first(&report), (None, Code::Witnesses), "{by:?}");
    }
}

#[test]
fn one_witness_does_not_count_twice() {
    let book = Book::of(20);
    let once = cosigned(book.checkpoint(), &[(1, NOW)]).to_string();
    let again = cosigned(book.checkpoint(), &[(1, NOW - 1)]);
    let twice = Note::parse(&format!("{once}{}\n", again.signatures()[1])).unwrap();
    assert_eq!(
        first(&verify(&book.export_with(Some(&twice), 0), &policy())),
        (None, Code::Witnesses)
    );
}

#[test]
fn a_cosignature_of_an_older_checkpoint_is_wrong_on_this_one() {
    let mut book = Book::of(20);
    let old = cosigned(book.checkpoint(), &[(1, NOW), (2, NOW)]);
    book.disclose(1);
    let mut new = book.checkpoint();
    old.signatures()[1..]
        .iter()
        .for_each(|line| new.add(line.clone()));
    assert_eq!(
        first(&verify(&book.export_with(Some(&new), 0), &policy())),
        (None, Code::Signature)
    );
}
