use super::*;
use crate::ids;
use crate::store::testing::vault;

const READING: &str = r#"{"actor":{"assurance":"high","id":"0a7f8c1e-37b5-4f0e-9d53-3f9b9f1c2d10","kind":"person","name":"Kari Æøå","organisation":"5d1cb0c2-6f2e-4f6e-8a53-4f1f2c3b7a01","role":"navAdviser","unit":"9b2e4d70-0c53-4c8f-b1aa-6a7d1f0e9c02"},"kind":"discussionRead","operation":"readDiscussion","outcome":"anonymised","recipients":[{"id":"0a7f8c1e-37b5-4f0e-9d53-3f9b9f1c2d10","kind":"person"}],"requestId":"r-1"}"#;

fn a_key() -> DataKey {
    vault().new_data_key()
}

#[test]
fn what_is_opened_is_what_was_sealed_to_the_byte() {
    let key = a_key();
    let random = hex::encode(ids::random_bytes::<4096>());
    let many = format!("{{\"recipients\":[{}]}}", READING.repeat(1000));
    let noise = ids::random_bytes::<10_000>();
    assert_eq!(shortened(&noise)[0], SHORTENED);
    let no_utf_8 = b"\xff\xfe\"\x80";
    let texts = [READING, "{}", "", "{\"a\":\"\u{1f469}\"}", &random, &many].map(str::as_bytes);
    for body in texts.into_iter().chain([noise.as_slice(), no_utf_8]) {
        let sealed = seal(&key, 7, body);
        assert_eq!(open(&key, 7, &sealed).unwrap().as_slice(), body);
        let elsewhere = open(&key, 8, &sealed);
        assert_eq!(elsewhere, Err(SealError::Forged), "at another index");
        assert_eq!(open(&a_key(), 7, &sealed), Err(SealError::Forged));
    }
}

#[test]
fn a_usual_body_takes_less_than_two_fifths_of_its_length() {
    let kept = shortened(READING.as_bytes());
    assert_eq!(kept[0], PACKED);
    let kept = kept.len();
    assert!(kept * 5 < READING.len() * 2, "{kept} of {}", READING.len());
}

/// As bodies were kept before they were shortened.
#[test]
fn a_body_that_was_not_shortened_is_opened_as_it_is() {
    let key = a_key();
    let sealed = key.seal(place(7), READING.as_bytes());
    let opened = open(&key, 7, &sealed).unwrap();
    assert_eq!(opened.as_slice(), READING.as_bytes());
}

/// Made by the first build that shortened, and by the first that packed: what they wrote is read for ever.
#[test]
fn what_was_shortened_once_can_always_be_read() {
    let key = a_key();
    for kept in [
        include_str!("of_the_first_build.hex"),
        include_str!("of_the_first_that_packed.hex"),
    ] {
        let kept = hex::decode(kept.trim_end()).unwrap();
        let sealed = key.seal(place(7), &kept);
        let opened = open(&key, 7, &sealed).unwrap();
        assert_eq!(opened.as_slice(), READING.as_bytes());
    }
}

#[test]
fn what_is_no_body_is_told_as_such() {
    let key = a_key();
    let kept = shortened(READING.as_bytes());
    let changed = |at: usize, to: u8| {
        let mut kept = kept.to_vec();
        kept[at] = to;
        kept
    };
    let (longer, other) = (changed(1, kept[1] + 1), changed(0, 3));
    let cut = &kept[..kept.len() - 1];
    let bare = [SHORTENED, 1, 0, 0, 0];
    let endless = [SHORTENED, 0xff, 0xff, 0xff, 0xff, 0x1f, b'a', 1, 0];
    let of_no_text = block_of(PACKED, &[packed::ID]);
    for none in [
        b"".as_slice(),
        &bare[..1],
        &bare,
        cut,
        &longer,
        &other,
        &of_no_text,
        &endless,
        b"text",
    ] {
        let sealed = key.seal(place(7), none);
        assert_eq!(open(&key, 7, &sealed), Err(SealError::Form), "{none:?}");
    }
}
