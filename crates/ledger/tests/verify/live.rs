//! A live log: checkpoint, tiles, bundles, evidence.

use samrad_ledger::note::Note;
use samrad_ledger::verify::kept::Kept;
use samrad_ledger::verify::live::{self, Depth, Http};
use samrad_ledger::verify::promise::Promise;
use samrad_ledger::verify::report::{Code, Report};
use samrad_ledger::verify::terms::Terms;
use samrad_ledger::verify::{Id, Stop};
use serde_json::{Value, json};

use super::book::{Book, START_MS, id, signed, terms};
use super::served::Served;
use super::{assert_verified, codes, first};

const DEPTHS: [Depth; 3] = [Depth::Tiles, Depth::Entries, Depth::Evidence];

fn verify(served: &Served, depth: Depth, terms: &Terms) -> Report {
    live::verify(served, depth, terms).unwrap().0
}

fn since(note: &Note) -> Terms {
    Terms {
        since: Some(Kept::read(note.to_string().as_bytes(), "kept").unwrap()),
        ..terms(&[1])
    }
}

#[test]
fn an_untouched_log_is_verified_at_every_depth() {
    for acts in [1, 255, 256, 257, 700] {
        let book = Book::of(acts);
        let served = Served::of(&book);
        for depth in DEPTHS {
            let (report, note) = live::verify(&served, depth, &terms(&[1])).unwrap();
            assert_verified(&report, acts);
            assert_eq!(note.unwrap(), book.checkpoint());
        }
    }
}

#[test]
fn a_log_of_three_levels_of_tiles_is_verified() {
    let mut book = Book::new();
    (0..65_600).for_each(|_| book.write(json!({"kind": "x"})));
    let mut terms = terms(&[1]);
    terms.now_ms = START_MS + 100_000_000;
    assert_verified(&verify(&Served::of(&book), Depth::Tiles, &terms), 65_600);
}

#[test]
fn a_log_that_grew_from_the_kept_checkpoint_is_verified() {
    let served = Served::of(&Book::of(700));
    for kept in [1, 256, 300, 699, 700] {
        assert_verified(
            &verify(&served, Depth::Tiles, &since(&Book::of(kept).checkpoint())),
            700,
        );
    }
}

#[test]
fn an_older_checkpoint_than_the_kept_one_is_a_log_rolled_back() {
    let report = verify(
        &Served::of(&Book::of(300)),
        Depth::Tiles,
        &since(&Book::of(301).checkpoint()),
    );
    assert_eq!(first(&report), (None, Code::RolledBack));
}

#[test]
fn another_history_than_the_kept_one_is_a_fork() {
    let mut mine = Book::of(300);
    mine.disclose(1);
    let mut theirs = Book::of(300);
    theirs.disclose(2);
    let served = Served::of(&theirs);
    assert_eq!(
        first(&verify(&served, Depth::Tiles, &since(&mine.checkpoint()))),
        (None, Code::Root)
    );
    assert!(
        codes(&verify(&served, Depth::Tiles, &since(&mine.checkpoint()))).contains(&Code::Forked)
    );
    theirs.disclose(3);
    let report = verify(
        &Served::of(&theirs),
        Depth::Tiles,
        &since(&mine.checkpoint()),
    );
    assert!(codes(&report).contains(&Code::Forked));
}

#[test]
fn nothing_is_fetched_for_a_checkpoint_that_nobody_known_signed() {
    let mut served = Served::of(&Book::of(300));
    let huge = signed(1 << 60, [1; 32], 9).to_string();
    served
        .instead
        .insert("/log/checkpoint".to_owned(), huge.into_bytes());
    for depth in DEPTHS {
        assert_eq!(
            first(&verify(&served, depth, &terms(&[1]))),
            (None, Code::Signature)
        );
    }
    served
        .instead
        .insert("/log/checkpoint".to_owned(), b"hello".to_vec());
    assert_eq!(
        first(&verify(&served, Depth::Tiles, &terms(&[1]))),
        (None, Code::Signature)
    );
}

#[test]
fn tiles_that_do_not_give_the_signed_root_are_found() {
    let book = Book::of(300);
    let mut served = Served::of(&book);
    let mut tile = served.true_answer("/log/tile/0/000");
    tile[100] ^= 1;
    served.instead.insert("/log/tile/0/000".to_owned(), tile);
    let report = verify(&served, Depth::Tiles, &terms(&[1]));
    assert!(codes(&report).contains(&Code::Root));
    // The bundle beside it tells which.
    assert_eq!(
        first(&verify(&served, Depth::Entries, &terms(&[1]))),
        (Some(0), Code::Tile)
    );
}

#[test]
fn an_upper_tile_that_is_not_made_of_those_below_is_found() {
    let mut served = Served::of(&Book::of(700));
    served
        .instead
        .insert("/log/tile/1/000.p/2".to_owned(), vec![7; 64]);
    assert_eq!(
        first(&verify(&served, Depth::Tiles, &terms(&[1]))),
        (Some(0), Code::Tile)
    );
}

#[test]
fn a_tile_or_bundle_of_another_form_is_found() {
    for (path, depth) in [
        ("/log/tile/0/001.p/44", Depth::Tiles),
        ("/log/tile/entries/001.p/44", Depth::Entries),
    ] {
        let mut served = Served::of(&Book::of(300));
        served.instead.insert(path.to_owned(), vec![7; 33]);
        assert_eq!(
            first(&verify(&served, depth, &terms(&[1]))),
            (Some(256), Code::Tile)
        );
    }
}

#[test]
fn a_bundle_with_another_entry_than_the_tile_is_found() {
    let mut served = Served::of(&Book::of(300));
    let mut bundle = served.true_answer("/log/tile/entries/000");
    bundle[7 * 59 + 30] ^= 1;
    served
        .instead
        .insert("/log/tile/entries/000".to_owned(), bundle);
    assert_eq!(
        first(&verify(&served, Depth::Entries, &terms(&[1]))),
        (Some(7), Code::Tile)
    );
}

#[test]
fn times_that_go_back_are_found_in_the_bundles_though_signed() {
    let mut book = Book::of(10);
    book.write_at(START_MS, json!({"kind": "x"}));
    assert_eq!(
        first(&verify(&Served::of(&book), Depth::Entries, &terms(&[1]))),
        (Some(10), Code::TimeBackwards)
    );
}

#[test]
fn an_entry_withheld_from_the_auditor_may_be_a_link_of_a_chain() {
    let mut served = Served::of(&Book::of(300));
    (0..300).step_by(3).for_each(|index| served.withhold(index));
    assert_verified(&verify(&served, Depth::Evidence, &terms(&[1])), 300);
}

#[test]
fn an_erasure_may_be_named_by_an_entry_withheld_from_the_auditor() {
    let mut book = Book::of(30);
    book.erase(7);
    book.disclose(1);
    let mut served = Served::of(&book);
    assert_verified(&verify(&served, Depth::Evidence, &terms(&[1])), 32);
    served.withhold(30);
    let report = verify(&served, Depth::Evidence, &terms(&[1]));
    assert_verified(&report, 32);
    assert_eq!(report.warnings[0].code, Code::ErasedUnnamed);
}

#[test]
fn evidence_that_was_tampered_with_is_found() {
    type Tamper = fn(&mut Value);
    let cases: [(Tamper, Option<u64>, Code); 4] = [
        (
            |line| {
                line["body"] = json!(
                    line["body"]
                        .as_str()
                        .unwrap()
                        .replace("Nordmann", "Normann")
                );
            },
            Some(7),
            Code::Commitment,
        ),
        (
            |line| line["commitment"] = json!(hex::encode([1; 32])),
            Some(7),
            Code::Commitment,
        ),
        (
            |line| line["eventId"] = json!(id("event", 999)),
            None,
            Code::Root,
        ),
        (
            |line| (line["salt"], line["body"]) = (Value::Null, Value::Null),
            Some(7),
            Code::ErasedUnnamed,
        ),
    ];
    for (tamper, index, code) in cases {
        let mut served = Served::of(&Book::of(30));
        served.show(7, tamper);
        assert_eq!(
            first(&verify(&served, Depth::Evidence, &terms(&[1]))),
            (index, code)
        );
    }
}

#[test]
fn evidence_that_ends_early_is_found() {
    let mut served = Served::of(&Book::of(30));
    let page = "/api/v1/log/evidence?from=0&limit=30";
    let lines = String::from_utf8(served.true_answer(page)).unwrap();
    let lines: String = lines
        .lines()
        .take(20)
        .map(|line| format!("{line}\n"))
        .collect();
    served.instead.insert(page.to_owned(), lines.into_bytes());
    served
        .instead
        .insert("/api/v1/log/evidence?from=20&limit=10".to_owned(), vec![]);
    assert_eq!(
        first(&verify(&served, Depth::Evidence, &terms(&[1]))),
        (None, Code::Root)
    );
}

#[test]
fn a_change_of_key_is_followed_where_its_entry_is_shown() {
    let mut book = Book::of(300);
    book.change_key(2);
    book.disclose(1);
    let mut served = Served::of(&book);
    assert_verified(&verify(&served, Depth::Evidence, &terms(&[1])), 302);
    assert_verified(&verify(&served, Depth::Tiles, &terms(&[2])), 302);
    assert_eq!(
        first(&verify(&served, Depth::Tiles, &terms(&[1]))),
        (None, Code::Signature)
    );
    // Signed with the old key after the change.
    book.key = 1;
    let stolen = Served::of(&book);
    assert_eq!(
        first(&verify(&stolen, Depth::Evidence, &terms(&[1]))),
        (Some(300), Code::KeyChange)
    );
    // The new key signs another history than the one in which it became the key.
    book.key = 2;
    book.lines[5] = book.lines[4].clone();
    book.sign_again();
    let fork = verify(&Served::of(&book), Depth::Evidence, &terms(&[1]));
    assert!(codes(&fork).contains(&Code::KeyChange));
    // A false entry for the new key.
    served.show(300, |line| line["eventId"] = json!(id("event", 999)));
    assert_eq!(
        first(&verify(&served, Depth::Evidence, &terms(&[1]))),
        (Some(300), Code::KeyChange)
    );
}

#[test]
fn a_receipt_is_kept_by_the_live_log() {
    let book = Book::of(30);
    let leaf = hex::encode(book.leaves()[7].hash());
    let judge = |line: String, depth| {
        let promises = Promise::parse_all(&line).unwrap();
        verify(
            &Served::of(&book),
            depth,
            &Terms {
                promises,
                ..terms(&[1])
            },
        )
    };
    for depth in DEPTHS {
        assert_verified(&judge(format!("{};7;{leaf}", id("event", 7)), depth), 30);
        assert_eq!(
            first(&judge(format!("{};8;{leaf}", id("event", 7)), depth)),
            (Some(8), Code::ReceiptMismatch)
        );
        assert_eq!(
            first(&judge(format!("{};30;{leaf}", id("event", 7)), depth)),
            (Some(30), Code::ReceiptMissing)
        );
    }
    assert!(Id::parse(&id("event", 7)).is_some());
}

#[test]
fn a_service_over_http_is_verified() {
    let book = Book::of(600);
    let url = Served::of(&book).listen();
    let open = Http::new(&format!("{url}/"), None);
    assert_verified(
        &live::verify(&open, Depth::Tiles, &terms(&[1])).unwrap().0,
        600,
    );
    assert!(matches!(
        live::verify(&open, Depth::Entries, &terms(&[1])),
        Err(Stop::Unreadable(_))
    ));
    let token = Http::new(&url, Some("let-me-in\n"));
    assert_verified(
        &live::verify(&token, Depth::Evidence, &terms(&[1]))
            .unwrap()
            .0,
        600,
    );
}
