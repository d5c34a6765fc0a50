//! Moments and days. Time comes in as an argument; the only thing known here is how the days of
//! Oslo lie, from a table built into the program.

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, Zoned};

/// The time zone in which days, birthdays and office hours are counted.
#[must_use]
pub fn oslo() -> TimeZone {
    TimeZoneDatabase::bundled()
        .get("Europe/Oslo")
        .expect("the bundled time-zone table holds Europe/Oslo")
}

/// The day it is in Oslo at `at`.
#[must_use]
pub fn oslo_day(at: Timestamp) -> Date {
    at.to_zoned(oslo()).date()
}

/// The first moment of `day` in Oslo.
#[must_use]
pub fn start_of(day: Date) -> Timestamp {
    day.to_zoned(oslo())
        .map_or(Timestamp::MAX, |z: Zoned| z.timestamp())
}

/// The first moment after the Oslo day that holds `at`.
#[must_use]
pub fn end_of_oslo_day(at: Timestamp) -> Timestamp {
    oslo_day(at).tomorrow().map_or(Timestamp::MAX, start_of)
}

/// Whole years from `birth` to `day`; 29 February counts as reached on 1 March in other years.
#[must_use]
pub fn age_on(birth: Date, day: Date) -> u8 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    let years = i32::from(day.year()) - i32::from(birth.year()) - i32::from(!had_birthday);
    u8::try_from(years.clamp(0, 150)).unwrap_or(150)
}

/// The first moment, in Oslo, at which somebody born on `birth` is `years` old.
#[must_use]
pub fn birthday(birth: Date, years: u8) -> Timestamp {
    let year = birth.year() + i16::from(years);
    let day = Date::new(year, birth.month(), birth.day()).or_else(|_| Date::new(year, 3, 1));
    day.map_or(Timestamp::MAX, start_of)
}

/// Twelve calendar months after `from`, in Oslo: the longest a consent may last.
#[must_use]
pub fn twelve_months_after(from: Timestamp) -> Timestamp {
    from.to_zoned(oslo())
        .checked_add(12.months())
        .map_or(Timestamp::MAX, |z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_oslo_day_ends_at_local_midnight_in_summer_and_winter() {
        let summer: Timestamp = "2026-07-01T10:00:00Z".parse().unwrap();
        let winter: Timestamp = "2026-12-01T23:30:00Z".parse().unwrap();
        assert_eq!(end_of_oslo_day(summer).to_string(), "2026-07-01T22:00:00Z");
        assert_eq!(end_of_oslo_day(winter).to_string(), "2026-12-02T23:00:00Z");
    }

    #[test]
    fn a_birthday_is_reached_on_its_day_and_not_before() {
        let birth = date(2010, 5, 17);
        assert_eq!(age_on(birth, date(2026, 5, 16)), 15);
        assert_eq!(age_on(birth, date(2026, 5, 17)), 16);
        assert_eq!(birthday(birth, 16).to_string(), "2026-05-16T22:00:00Z");
    }

    #[test]
    fn a_leap_day_birthday_falls_on_the_first_of_march() {
        let birth = date(2012, 2, 29);
        assert_eq!(age_on(birth, date(2030, 2, 28)), 17);
        assert_eq!(age_on(birth, date(2030, 3, 1)), 18);
        assert_eq!(oslo_day(birthday(birth, 18)), date(2030, 3, 1));
    }
}
