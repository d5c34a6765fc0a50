//! Receipts: C2SP tlog-proof.

use samrad_ledger::checkpoint::{Checkpoint, CheckpointError};
use samrad_ledger::note::{Note, NoteError, Signer};
use samrad_ledger::proof::{self, ProofError};
use samrad_ledger::receipt::{Receipt, ReceiptError};

use crate::naive::{self, Tree};

fn log() -> Signer {
    Signer::from_seed("log.example/samrad", &[1; 32]).unwrap()
}

fn receipt(index: u64, size: u64) -> Receipt {
    let tree = Tree::of(size);
    let checkpoint = Checkpoint {
        origin: "log.example/samrad".to_owned(),
        size,
        root: proof::root(&tree, size).unwrap(),
        extensions: vec![],
    };
    let mut note = Note::new(&checkpoint.text()).unwrap();
    note.sign(&log());
    Receipt {
        extra: None,
        index,
        proof: proof::inclusion(&tree, index, size).unwrap(),
        checkpoint: note,
    }
}

#[test]
fn a_receipt_reads_as_it_was_written_and_verifies() {
    for (index, size, extra) in [
        (0, 1, None),
        (41, 77, None),
        (76, 77, Some(b"x".to_vec())),
        (3, 4, Some(vec![])),
    ] {
        let receipt = Receipt {
            extra,
            ..receipt(index, size)
        };
        let read = Receipt::parse(&receipt.to_string()).unwrap();
        assert_eq!(read, receipt);
        let keys = [log().verifier()];
        let (checkpoint, signed) = read.verify(&naive::leaf(index), &keys).unwrap();
        assert_eq!((checkpoint.size, signed.len()), (size, 1));
    }
}

#[test]
fn a_receipt_begins_as_the_specification_shows() {
    let text = Receipt {
        extra: Some(b"abc".to_vec()),
        ..receipt(1, 2)
    }
    .to_string();
    let sibling = "c2sp.org/tlog-proof@v1\nextra YWJj\nindex 1\n";
    assert!(text.starts_with(sibling), "{text}");
    assert!(text.contains("\n\nlog.example/samrad\n2\n"), "{text}");
}

#[test]
fn a_receipt_is_for_one_entry_at_one_place() {
    let keys = [log().verifier()];
    let right = receipt(5, 9);
    let mismatch = ReceiptError::Proof(ProofError::Mismatch);
    assert_eq!(right.verify(&naive::leaf(6), &keys).unwrap_err(), mismatch);
    let moved = Receipt {
        index: 4,
        ..right.clone()
    };
    assert_eq!(moved.verify(&naive::leaf(5), &keys).unwrap_err(), mismatch);
    let beyond = Receipt {
        index: 9,
        ..right.clone()
    };
    assert_eq!(
        beyond.verify(&naive::leaf(5), &keys).unwrap_err(),
        ReceiptError::Proof(ProofError::OutOfRange)
    );
    let stranger = [Signer::from_seed("log.example/samrad", &[2; 32])
        .unwrap()
        .verifier()];
    let unsigned = ReceiptError::Checkpoint(CheckpointError::Note(NoteError::Unsigned));
    assert_eq!(
        right.verify(&naive::leaf(5), &stranger).unwrap_err(),
        unsigned
    );
}

#[test]
fn what_is_no_receipt_is_refused() {
    let good = receipt(5, 9).to_string();
    for wrong in [
        good.replace("@v1", "@v2"),
        good.replace("index 5\n", ""),
        good.replace("index 5", "index 05"),
        good.replace("index 5", "extra !\nindex 5"),
        good.replace("index 5", "index 5\nindex 5"),
        good.replace("index 5\n", "index 5\nAAAA\n"),
        good.replace(
            "index 5\n",
            &format!("index 5\n{}", "A".repeat(43) + "=\n").repeat(64),
        ),
        good.replacen("\n\n", "\n", 1),
        String::new(),
    ] {
        assert!(Receipt::parse(&wrong).is_err(), "{wrong}");
    }
}
