//! Paths and contents of tiles and bundles.

use samrad_ledger::entry::Leaf;
use samrad_ledger::tile::{
    BundleAt, TileAt, TileError, decode_bundle, decode_tile, encode_bundle, encode_tile,
};

#[test]
fn a_path_is_spelled_as_the_specification_shows() {
    let full = TileAt {
        level: 0,
        index: 1_234_067,
        width: 256,
    };
    assert_eq!(full.path(), "0/x001/x234/067");
    assert_eq!(
        TileAt {
            level: 1,
            index: 1234,
            width: 17
        }
        .path(),
        "1/x001/234.p/17"
    );
    assert_eq!(
        TileAt {
            level: 63,
            index: 0,
            width: 1
        }
        .path(),
        "63/000.p/1"
    );
    assert_eq!(
        BundleAt {
            index: 999,
            width: 256
        }
        .path(),
        "999"
    );
    assert_eq!(
        BundleAt {
            index: 1000,
            width: 255
        }
        .path(),
        "x001/000.p/255"
    );
}

#[test]
fn every_spelled_path_is_read_again() {
    for index in [0, 1, 999, 1000, 1_234_067, u64::from(u32::MAX), u64::MAX] {
        for width in [1, 17, 255, 256] {
            for level in [0, 1, 7, 63] {
                let at = TileAt {
                    level,
                    index,
                    width,
                };
                assert_eq!(TileAt::parse(&at.path()), Ok(at));
            }
            let at = BundleAt { index, width };
            assert_eq!(BundleAt::parse(&at.path()), Ok(at));
        }
    }
}

#[test]
fn a_path_has_one_spelling() {
    for wrong in [
        "",
        "0",
        "0/",
        "/000",
        "0/0",
        "0/00",
        "0/0000",
        "0/1000",
        "0/x000",
        "0/x000/001",
        "0/001/234",
        "0/x001/x234",
        "0/x001/234/",
        "00/000",
        "+0/000",
        "64/000",
        "256/000",
        "-1/000",
        "0/000.p",
        "0/000.p/",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/017",
        "0/000.p/+1",
        "0/000.p/1/",
        "0/xx01/234",
        "0/x+01/234",
        "0/000?a",
        "0/ 000",
        "0/x018/x446/x744/x073/x709/x551/616",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/٠٠٠",
        "entries/000",
    ] {
        assert_eq!(TileAt::parse(wrong), Err(TileError::Path), "{wrong}");
        let below = wrong.split_once('/').map_or(wrong, |(_, below)| below);
        assert!(BundleAt::parse(below).is_err() || below == "000", "{below}");
    }
}

#[test]
fn a_tree_of_seventy_thousand_has_the_tiles_of_the_specifications_example() {
    let at = |level, n| TileAt::holding(level, n, 70_000).map(|at| at.path());
    assert_eq!(at(0, 69_887).unwrap(), "0/272");
    assert_eq!(at(0, 69_999).unwrap(), "0/273.p/112");
    assert_eq!(at(0, 70_000), None);
    assert_eq!(at(1, 255).unwrap(), "1/000");
    assert_eq!(at(1, 272).unwrap(), "1/001.p/17");
    assert_eq!(at(2, 0).unwrap(), "2/000.p/1");
    assert_eq!(at(3, 0), None);
    assert_eq!(at(63, 0), None);
    assert_eq!(TileAt::holding(1, 0, 256).unwrap().path(), "1/000.p/1");
}

#[test]
fn a_tile_is_its_hashes_and_nothing_else() {
    let hashes = [[1; 32], [2; 32]];
    let bytes = encode_tile(&hashes);
    assert_eq!(decode_tile(&bytes, 2).unwrap(), hashes);
    assert_eq!(decode_tile(&bytes, 1), Err(TileError::Content));
    assert_eq!(decode_tile(&bytes, 3), Err(TileError::Content));
    assert_eq!(decode_tile(&bytes[..63], 2), Err(TileError::Content));
}

#[test]
fn a_bundle_has_each_entry_behind_its_length() {
    let leaf = Leaf {
        event: [1; 16],
        recorded_ms: 5,
        commitment: [2; 32],
    }
    .encode();
    let bytes = encode_bundle(&[&leaf[..], b"", b"x"]).unwrap();
    assert_eq!(bytes[..2], [0, 57]);
    assert_eq!(bytes[59..], [0, 0, 0, 1, b'x']);
    assert_eq!(decode_bundle(&bytes, 3).unwrap(), [&leaf[..], b"", b"x"]);
    assert_eq!(decode_bundle(&bytes, 2), Err(TileError::Content));
    assert_eq!(
        decode_bundle(&bytes[..bytes.len() - 1], 3),
        Err(TileError::Content)
    );
    assert_eq!(decode_bundle(&[0], 0), Err(TileError::Content));
    assert_eq!(
        encode_bundle(&[vec![0; 65_536]]),
        Err(TileError::TooLong(65_536))
    );
    assert!(encode_bundle(&[vec![0; 65_535]]).is_ok());
}
