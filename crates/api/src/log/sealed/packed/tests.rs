use super::*;
use crate::ids;

const AN_ID: &str = "0a7f8c1e-37b5-4f0e-9d53-3f9b9f1c2d10";

fn a_digest_in_letters() -> String {
    hex::encode(ids::random_bytes::<WIDTH>())
}

/// Packs a text, holds what comes back against it, and tells how long it was packed.
fn there_and_back(text: &str) -> usize {
    let packed = packed(text.as_bytes()).unwrap();
    assert_eq!(unpacked(&packed).unwrap().as_slice(), text.as_bytes());
    packed.len()
}

#[test]
fn an_id_takes_seventeen_bytes_and_a_digest_thirty_three() {
    let digest = a_digest_in_letters();
    assert_eq!(there_and_back(&format!("\"{AN_ID}\"")), 17 + 2);
    assert_eq!(there_and_back(&format!("\"{digest}\"")), 33 + 2);
    let both = format!(r#"{{"a":"{AN_ID}","b":["{digest}","{AN_ID}"],"c":{{"{AN_ID}":1}}}}"#);
    assert_eq!(there_and_back(&both), both.len() - 3 * 19 - 31);
}

/// What stands in databases.
#[test]
fn what_is_packed_is_the_same_for_ever() {
    let text = br#"{"a":"00010203-0405-0607-0809-0a0b0c0d0e0f","b":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}"#;
    let bytes: Vec<u8> = (0..32).collect();
    let expected = [
        br#"{"a":""#.as_slice(),
        &[1],
        &bytes[..16],
        br#"","b":""#,
        &[2],
        &bytes,
        br#""}"#,
    ];
    assert_eq!(packed(text).unwrap().as_slice(), expected.concat());
}

#[test]
fn what_its_bytes_would_not_give_back_is_left_as_it_is() {
    let (digest, capitals) = (a_digest_in_letters(), AN_ID.to_uppercase());
    let compact = AN_ID.replace('-', "");
    let moved = "0a7f8c1e-37b54-f0e-9d53-3f9b9f1c2d10";
    let other = "0a7f8c1e-37b5-4f0e-9d53-3f9b9f1c2d1g";
    let (short, long) = (&digest[1..], format!("{digest}0"));
    let (large, odd) = (format!("AB{}", &digest[2..]), format!("g{}", &digest[1..]));
    let (spaced, escaped) = (format!("{digest} "), format!("{digest}\\"));
    for text in [
        "",
        "\"",
        "\"\"",
        AN_ID,
        &capitals,
        &format!("{{{AN_ID}}}"),
        &format!("urn:uuid:{AN_ID}"),
        &compact,
        moved,
        other,
        &format!("{AN_ID} "),
        &format!("{AN_ID}\\"),
        &digest,
        short,
        &long,
        &large,
        &odd,
        &spaced,
        &escaped,
        "Kari Æøå \u{1f469} \u{7f}",
    ] {
        assert_eq!(there_and_back(text), text.len(), "{text}");
        if ![AN_ID, &digest].contains(&text) {
            let text = format!("\"{text}\"");
            assert_eq!(there_and_back(&text), text.len(), "{text}");
        }
    }
    assert_eq!(there_and_back(&format!("\"{AN_ID}")), 37, "no whole string");
}

#[test]
fn a_quote_that_is_not_where_a_string_begins_or_ends_does_no_harm() {
    for text in [
        format!(r#""say \"{AN_ID}\"""#),
        format!(r#""say \"{AN_ID}""#),
        format!(r#""{AN_ID}"{AN_ID}""#),
    ] {
        there_and_back(&text);
    }
}

#[test]
fn what_holds_control_characters_is_not_packed() {
    for control in 0..TEXT {
        assert!(packed(&[b'"', control, b'"']).is_none(), "{control}");
        assert!(packed(&[control]).is_none(), "{control}");
    }
}

#[test]
fn what_was_made_of_no_text_is_told_as_such() {
    let id = [[ID].as_slice(), &[7; 15]].concat();
    let digest = [[DIGEST].as_slice(), &[7; 31]].concat();
    for none in [id.as_slice(), &digest, &[0], &[3], b"a\n", &[ID], &[DIGEST]] {
        assert!(unpacked(none).is_none(), "{none:?}");
    }
}
