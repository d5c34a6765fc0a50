//! Receipts against the log.

use samrad_ledger::proof;
use samrad_ledger::receipt::Receipt;
use samrad_ledger::tile::{TileAt, Tiles};
use samrad_ledger::tree::{Hash, root_over};
use samrad_ledger::verify::promise::Promise;
use samrad_ledger::verify::report::{Code, Report};
use samrad_ledger::verify::terms::Terms;

use super::book::{Book, hash, id, signed, terms};
use super::{assert_verified, first, verify};

struct Served(Vec<Hash>);

impl Tiles for Served {
    type Error = ();

    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, ()> {
        let span = 256_usize.pow(at.level.into());
        let start = at.index as usize * 256;
        Ok((start..start + usize::from(at.width))
            .map(|n| root_over(&self.0[n * span..(n + 1) * span]))
            .collect())
    }
}

fn hashes(book: &Book) -> Vec<Hash> {
    book.leaves()
        .iter()
        .map(samrad_ledger::entry::Leaf::hash)
        .collect()
}

fn disclosure(book: &Book, index: usize) -> String {
    format!(
        "{};{index};{}",
        id("event", index as u64),
        hex::encode(hashes(book)[index])
    )
}

fn proof(book: &Book, index: u64) -> Receipt {
    let size = book.lines.len() as u64;
    let proof = proof::inclusion(&Served(hashes(book)), index, size).unwrap();
    Receipt {
        extra: None,
        index,
        proof,
        checkpoint: book.checkpoint(),
    }
}

fn judge(book: &Book, receipts: &str) -> Report {
    let promises = Promise::parse_all(receipts).unwrap();
    verify(
        &book.export(),
        &Terms {
            promises,
            ..terms(&[1])
        },
    )
}

#[test]
fn receipts_that_were_given_are_kept() {
    let book = Book::of(300);
    let lines = format!(
        "{}\nDisclosure-Receipt: {}\n\n",
        disclosure(&book, 7),
        disclosure(&book, 299)
    );
    assert_verified(&judge(&book, &lines), 300);
    let earlier = proof(&Book::of(270), 263).to_string();
    assert_verified(&judge(&book, &earlier), 300);
}

#[test]
fn a_receipt_for_an_entry_that_is_not_there_is_broken() {
    let receipt = disclosure(&Book::of(25), 22);
    assert_eq!(
        first(&judge(&Book::of(20), &receipt)),
        (Some(22), Code::ReceiptMissing)
    );
    let receipt = proof(&Book::of(25), 22).to_string();
    assert_eq!(
        first(&judge(&Book::of(20), &receipt)),
        (Some(22), Code::ReceiptMissing)
    );
}

#[test]
fn a_receipt_for_another_entry_there_is_broken() {
    let book = Book::of(20);
    let leaf = hex::encode(hashes(&book)[7]);
    for wrong in [
        format!("{};7;{leaf}", id("event", 8)),
        format!("{};7;{}", id("event", 7), hex::encode(hash("other"))),
    ] {
        assert_eq!(
            first(&judge(&book, &wrong)),
            (Some(7), Code::ReceiptMismatch)
        );
    }
    let mut moved = proof(&book, 7);
    moved.index = 6;
    assert_eq!(
        first(&judge(&book, &moved.to_string())),
        (Some(6), Code::ReceiptMismatch)
    );
}

#[test]
fn a_receipt_given_in_another_history_shows_the_fork() {
    let mut other = Book::of(19);
    other.disclose(1);
    let receipt = proof(&other, 7);
    // The same entry, under another root, honestly proved.
    assert_eq!(
        first(&judge(&Book::of(20), &receipt.to_string())),
        (None, Code::Forked)
    );
    let mut unsigned = receipt;
    unsigned.checkpoint = signed(20, [1; 32], 9);
    assert_eq!(
        first(&judge(&Book::of(20), &unsigned.to_string())),
        (Some(7), Code::ReceiptMismatch)
    );
}

#[test]
fn what_is_no_receipt_is_not_read() {
    let line = disclosure(&Book::of(3), 1);
    for wrong in [
        "x".to_owned(),
        format!("{line};x"),
        line.replace(";1;", ";-1;"),
        line[..40].to_owned(),
    ] {
        assert!(Promise::parse_all(&wrong).is_err(), "{wrong}");
    }
    assert_eq!(Promise::parse_all("").unwrap(), []);
}
