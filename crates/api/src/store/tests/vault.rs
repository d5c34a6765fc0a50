//! What is sealed opens in its place with its key, and nowhere else.

use crate::clock;
use crate::store::schema::data_key;
use crate::store::testing::on_each;
use crate::store::vault::{DataKey, KeyError, LookupKey, MasterKeys, Place, Row, Vault};
use crate::store::{SealError, StoreError, keys};
use crate::{ids, store::dialect::insert_all};
use base64::prelude::{BASE64_STANDARD, Engine};
use diesel::prelude::*;
use std::collections::BTreeSet;

fn master(id: &str) -> String {
    format!("{id}:{}", BASE64_STANDARD.encode(ids::random_bytes::<32>()))
}

fn vault(masters: &str) -> Vault {
    let lookup = LookupKey::parse(&BASE64_STANDARD.encode(ids::random_bytes::<32>())).unwrap();
    Vault::new(MasterKeys::parse(masters).unwrap(), lookup)
}

fn a_key() -> DataKey {
    vault(&master("a")).new_data_key()
}

#[test]
fn a_value_opens_where_it_was_sealed() {
    let (key, place) = (a_key(), Place::new("patient", ids::new_uuid(), "name_enc"));
    let sealed = key.seal(place, "Kari Nordmann".as_bytes());
    assert_eq!(
        key.open_text(place, &sealed),
        Ok("Kari Nordmann".to_owned())
    );
    assert!(!sealed.windows(4).any(|window| window == b"Kari"));
    assert_eq!(
        key.open_text(place, &key.seal(place, b"")),
        Ok(String::new())
    );
}

#[test]
fn a_value_does_not_open_in_another_place_or_with_another_key() {
    let (key, row) = (a_key(), ids::new_uuid());
    let sealed = key.seal(Place::new("patient", row, "name_enc"), b"Kari");
    let elsewhere = [
        Place::new("guardianship", row, "name_enc"),
        Place::new("patient", row, "number_enc"),
        Place::new("patient", ids::new_uuid(), "name_enc"),
        Place::new("patient", Row::Version(row, 1), "name_enc"),
        Place::new("patientn", row, "ame_enc"),
    ];
    for place in elsewhere {
        assert_eq!(
            key.open_text(place, &sealed),
            Err(SealError::Forged),
            "{place:?}"
        );
    }
    assert_eq!(
        a_key().open_text(Place::new("patient", row, "name_enc"), &sealed),
        Err(SealError::Forged)
    );
}

#[test]
fn a_value_with_any_byte_changed_does_not_open() {
    let (key, place) = (a_key(), Place::new("log_body", Row::Index(7), "body_enc"));
    let sealed = key.seal(place, b"Kari");
    for at in 0..sealed.len() {
        let mut forged = sealed.clone();
        forged[at] ^= 1;
        let expected = if at == 0 {
            SealError::Form
        } else {
            SealError::Forged
        };
        assert_eq!(key.open_text(place, &forged), Err(expected), "byte {at}");
    }
    for length in 0..25 {
        assert_eq!(
            key.open_text(place, &sealed[..length]),
            Err(SealError::Form),
            "{length} bytes"
        );
    }
}

#[test]
fn the_same_text_never_looks_the_same_twice() {
    let (key, place) = (a_key(), Place::new("patient", ids::new_uuid(), "name_enc"));
    assert_ne!(key.seal(place, b"Kari"), key.seal(place, b"Kari"));
}

#[test]
fn a_person_key_is_the_same_for_one_number_and_one_key_only() {
    let (one, other) = (vault(&master("a")), vault(&master("a")));
    assert_eq!(one.person_key("13097248022"), one.person_key("13097248022"));
    assert_ne!(one.person_key("13097248022"), one.person_key("13097248023"));
    assert_ne!(
        one.person_key("13097248022"),
        other.person_key("13097248022")
    );
}

#[test]
fn a_data_key_belongs_to_its_row() {
    let vault = vault(&master("a"));
    let (one, other) = (vault.new_data_key(), vault.new_data_key());
    let wrapped = vault.wrap(&one);
    assert!(vault.unwrap(one.id(), &wrapped).is_ok());
    assert_eq!(
        vault.unwrap(other.id(), &wrapped).unwrap_err(),
        SealError::Forged
    );
}

#[test]
fn keys_that_nobody_drew_are_refused() {
    let parse = |text: &str| MasterKeys::parse(text).map(|_| ()).unwrap_err();
    let twice = format!("{},{}", master("a"), master("a"));
    let cases = [
        ("", KeyError::Missing),
        (" , ", KeyError::Missing),
        ("c2VjcmV0", KeyError::Id),
        (":c2VjcmV0", KeyError::Id),
        ("a b:c2VjcmV0", KeyError::Id),
        ("a:c2VjcmV0", KeyError::Length),
        ("a:not base64!", KeyError::Length),
        (
            "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            KeyError::Constant,
        ),
        (twice.as_str(), KeyError::Twice),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), expected, "{text}");
    }
    assert_eq!(LookupKey::parse("\n").map(|_| ()), Err(KeyError::Missing));
}

#[test]
fn keys_do_not_print() {
    let text = master("a");
    let vault = vault(&text);
    let secret = text.split_once(':').unwrap().1;
    let printed = format!("{vault:?} {:?}", vault.new_data_key());
    assert!(!printed.contains(secret));
    assert!(printed.len() < 160, "{printed}");
}

#[test]
fn a_key_fetched_opens_what_the_key_made_sealed() {
    on_each(|database| {
        let (mut conn, vault) = (database.conn(), vault(&master("a")));
        let key = keys::create(&mut conn, &vault).unwrap();
        let place = Place::new("patient", ids::new_uuid(), "name_enc");
        let sealed = key.seal(place, b"Kari");
        let fetched = keys::fetch(&mut conn, &vault, key.id()).unwrap();
        assert_eq!(fetched.open_text(place, &sealed), Ok("Kari".to_owned()));
        let many = keys::fetch_all(&mut conn, &vault, &BTreeSet::from([key.id()])).unwrap();
        assert_eq!(
            many[&key.id()].open_text(place, &sealed),
            Ok("Kari".to_owned())
        );
    });
}

#[test]
fn a_destroyed_key_opens_nothing_again() {
    on_each(|database| {
        let (mut conn, vault) = (database.conn(), vault(&master("a")));
        let key = keys::create(&mut conn, &vault).unwrap();
        assert!(keys::destroy(&mut conn, key.id(), clock::now()).unwrap());
        assert!(!keys::destroy(&mut conn, key.id(), clock::now()).unwrap());
        let fetched = keys::fetch(&mut conn, &vault, key.id());
        assert!(matches!(
            fetched,
            Err(StoreError::Sealed(SealError::Destroyed))
        ));
        assert!(
            keys::fetch_all(&mut conn, &vault, &BTreeSet::from([key.id()]))
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn after_rotation_the_old_master_key_is_not_needed() {
    on_each(|database| {
        let (old, new) = (master("old"), master("new"));
        let mut conn = database.conn();
        let before = vault(&old);
        let key = keys::create(&mut conn, &before).unwrap();
        many_keys(&mut conn, &before, 450);
        let destroyed = keys::create(&mut conn, &before).unwrap();
        keys::destroy(&mut conn, destroyed.id(), clock::now()).unwrap();
        let place = Place::new("patient", ids::new_uuid(), "name_enc");
        let sealed = key.seal(place, b"Kari");

        let only_new = vault(&new);
        assert!(matches!(
            keys::rewrap(&mut conn, &only_new),
            Err(StoreError::Sealed(SealError::UnknownMaster))
        ));
        assert_eq!(
            keys::rewrap(&mut conn, &vault(&format!("{new},{old}"))).unwrap(),
            451
        );
        assert_eq!(keys::rewrap(&mut conn, &only_new).unwrap(), 0);
        let fetched = keys::fetch(&mut conn, &only_new, key.id()).unwrap();
        assert_eq!(fetched.open_text(place, &sealed), Ok("Kari".to_owned()));
        assert!(keys::fetch(&mut conn, &before, key.id()).is_err());
    });
}

fn many_keys(conn: &mut crate::store::conn::Conn, vault: &Vault, count: usize) {
    let row = |_| {
        let key = vault.new_data_key();
        let wrapped = vault.wrap(&key);
        (
            data_key::id.eq(crate::store::sql::Db(key.id())),
            data_key::wrapped.eq(wrapped.wrapped),
            data_key::master_id.eq(wrapped.master_id),
        )
    };
    let rows = (0..count).map(row).collect::<Vec<_>>();
    insert_all!(conn, data_key::table, rows).unwrap();
}
