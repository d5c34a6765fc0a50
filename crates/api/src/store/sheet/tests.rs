//! What stands on a sheet comes back as it was, and what was cut short is nothing.

use super::written::Written;
use crate::ids;
use jiff::Timestamp;
use samrad_domain::case::CaseText;
use samrad_domain::code::{Category, CategorySet, Role};
use samrad_domain::consent::{Recipient, State, Validity};
use samrad_domain::id::{ConsentId, PersonId, UnitId};
use samrad_domain::unit::Compartment;

fn written<T: Written>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// It comes back whole, and of anything shorter nothing does.
#[track_caller]
fn comes_back<T: Written + PartialEq + std::fmt::Debug>(value: T) {
    let bytes = written(&value);
    let mut from = bytes.as_slice();
    assert_eq!(T::read(&mut from), Some(value));
    assert!(from.is_empty(), "{} bytes are left", from.len());
    for length in 0..bytes.len() {
        assert_eq!(T::read(&mut &bytes[..length]), None, "of {length} bytes");
    }
}

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

#[test]
fn values_come_back_as_they_were() {
    comes_back((7_u32, i64::MIN));
    comes_back(vec![Some("æ".to_owned()), None, Some(String::new())]);
    comes_back(CaseText::new("Kan arbeide to dager i uka.".to_owned()));
    comes_back(jiff::civil::date(2016, 2, 29));
    for set in [
        CategorySet::NONE,
        CategorySet::all(),
        CategorySet::NONE.with(Category::Plan),
    ] {
        comes_back(set);
    }
    for role in Role::ALL {
        comes_back(*role);
    }
    for compartment in [Compartment::NavState("0318".to_owned()), Compartment::None] {
        comes_back(compartment);
    }
    let (person, unit) = (PersonId::new(ids::new_uuid()), UnitId::new(ids::new_uuid()));
    comes_back(vec![
        Recipient::Person(person),
        Recipient::Unit(unit),
        Recipient::RoleInUnit(unit, Role::Gp),
    ]);
}

#[test]
fn every_state_of_a_consent_comes_back_as_it_was() {
    let was = Validity {
        granted_at: moment(1),
        from: moment(2),
        until: moment(3),
        lapses_at: Some(moment(-4)),
    };
    let (at, by) = (moment(5), ConsentId::new(ids::new_uuid()));
    for state in [
        State::Draft,
        State::Active(was),
        State::Refused { at },
        State::Withdrawn { at, was },
        State::Superseded { at, by, was },
    ] {
        comes_back(state);
    }
}

#[test]
fn what_this_build_does_not_write_it_does_not_read() {
    assert_eq!(bool::read(&mut [2].as_slice()), None);
    assert_eq!(State::read(&mut [9].as_slice()), None);
    assert_eq!(Role::read(&mut [200].as_slice()), None);
    let no_category = written(&(1_u32 << Category::ALL.len()));
    assert_eq!(CategorySet::read(&mut no_category.as_slice()), None);
    let mut no_text = written(&1_u32);
    no_text.push(0xff);
    assert_eq!(String::read(&mut no_text.as_slice()), None);
}

#[test]
fn a_length_that_lies_asks_for_no_memory() {
    let all = written(&u32::MAX);
    assert_eq!(Vec::<u8>::read(&mut all.as_slice()), None);
    assert_eq!(String::read(&mut all.as_slice()), None);
}
