//! Texts as others seal them, and as builds of before sealed them.

use super::*;
use crate::store::vault::{DataKey, Place};
use samrad_domain::id::DataKeyId;
use sha2::{Digest, Sha256};
use uuid::{Uuid, uuid};

/// 40, 41, and so on: the nonce of draft-irtf-cfrg-xchacha-03, appendix A.3.1.
fn nonce() -> [u8; NONCE_LENGTH] {
    std::array::from_fn(|n| 0x40 + u8::try_from(n).expect("below 24"))
}

#[test]
fn a_text_is_sealed_as_the_draft_says() {
    let key = Zeroizing::new(std::array::from_fn(|n| {
        0x80 + u8::try_from(n).expect("below 32")
    }));
    let bound_to = hex::decode("50515253c0c1c2c3c4c5c6c7").unwrap();
    let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let sealed = seal_by_nonce(&key, nonce(), &bound_to, text);
    assert_eq!(
        hex::encode(&sealed[1 + NONCE_LENGTH..]),
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39\
         ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
         21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    );
}

/// Made by RustCrypto's `chacha20poly1305`, by which the first builds sealed.
#[test]
fn what_was_sealed_once_can_always_be_opened() {
    let key = DataKey {
        id: DataKeyId::new(Uuid::nil()),
        key: Zeroizing::new([7; 32]),
    };
    let patient = uuid!("0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60");
    let place = Place::new("patient", patient, "name_enc");
    let sealed = hex::decode(
        "01404142434445464748494a4b4c4d4e4f50515253545556570f4f427e443ad5438eeffce1d8f3c20b4b58fefde91d57c2865bdde777",
    )
    .unwrap();
    assert_eq!(
        key.open_text(place, &sealed).as_deref(),
        Ok("Kari Nordmann")
    );
    let anew = seal_by_nonce(&key.key, nonce(), &place.bound(), b"Kari Nordmann");
    assert_eq!(anew, sealed);
}

/// Texts of all these lengths take other ways through ring's assembly. The digest is of what RustCrypto's
/// `chacha20poly1305` makes of them.
#[test]
fn texts_of_any_length_are_sealed_as_another_seals_them() {
    let key = Zeroizing::new([7; 32]);
    let text: Vec<u8> = (0..=250).cycle().take(3000).collect();
    let mut all = Sha256::new();
    for length in 0..=text.len() {
        all.update(seal_by_nonce(&key, nonce(), b"here", &text[..length]));
    }
    assert_eq!(
        hex::encode(all.finalize()),
        "8776e3525c0a04f9848408a9ca2b90ea56c9907af68c6bd774ed4cb30c5cb0a2"
    );
}

#[test]
fn texts_of_any_length_are_opened_as_they_were_sealed() {
    let key = Zeroizing::new([7; 32]);
    let text = ids::random_bytes::<600>();
    for length in 0..=text.len() {
        let text = &text[..length];
        let sealed = seal_with(&key, b"here", text);
        assert_eq!(sealed.len(), 1 + NONCE_LENGTH + length + 16);
        assert_eq!(open_with(&key, b"here", &sealed).unwrap().as_slice(), text);
        let cut = &sealed[..sealed.len() - 1];
        assert_eq!(open_with(&key, b"here", cut), Err(SealError::Forged));
        assert_eq!(open_with(&key, b"there", &sealed), Err(SealError::Forged));
    }
}
