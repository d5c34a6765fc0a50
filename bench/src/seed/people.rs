//! Who the seeded cases are about: synthetic persons, each of a number of their own.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use samrad_tests::numbers;

/// How many are born on one day. A day has numbers for some eight hundred.
const A_DAY: usize = 40;

/// The `n`th person's birth date and identity number, from 1978 on: the persons made over the API
/// are born in 1990.
pub fn nth(n: usize) -> (Date, String) {
    let days = i64::try_from(n / A_DAY).unwrap_or(i64::MAX);
    let born = date(1978, 1, 1).saturating_add(days.days());
    (born, numbers::identity_number(born, n % A_DAY))
}
