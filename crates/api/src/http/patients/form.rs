//! The form of what is written down of a person: each field parsed once. No fault repeats what the
//! caller wrote.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::number::{IdentityNumber, MunicipalityNumber, NumberError};
use validator::ValidationError;

use crate::http::language::Text;
use crate::http::problem::{FieldFault, Problem};
use crate::http::terms::Terms;

/// One line that can be read as it stands: something in it, and nothing that doesn't print.
pub(crate) fn line(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        Err(ValidationError::new("blank"))
    } else if text.chars().any(unprintable) {
        Err(ValidationError::new("unprintable"))
    } else {
        Ok(())
    }
}

/// Control characters, and those that turn or break the line or hide in it. Joiners are left:
/// some names are written with them.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Digits with spaces between, after a plus perhaps: five to fifteen of them (E.164).
pub(super) fn phone_number(text: &str) -> Result<(), ValidationError> {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let plain = rest.chars().all(|c| c.is_ascii_digit() || c == ' ') && !rest.starts_with(' ');
    (plain && (5..=15).contains(&digits))
        .then_some(())
        .ok_or_else(|| ValidationError::new("phone"))
}

/// Four digits.
pub(super) fn municipality_number(text: &str) -> Result<(), ValidationError> {
    MunicipalityNumber::parse(text)
        .map(|_| ())
        .map_err(|_| ValidationError::new("municipality"))
}

/// A day as RFC 3339 writes it.
pub(crate) fn day(text: &str) -> Result<(), ValidationError> {
    day_of(text)
        .map(|_| ())
        .ok_or_else(|| ValidationError::new("date"))
}

/// The day that `text` is.
pub(crate) fn day_of(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (day.to_string() == text && (1800..=2200).contains(&day.year())).then_some(day)
}

/// A moment as RFC 3339 writes it, in UTC, to the microsecond.
pub(crate) fn moment(text: &str) -> Result<(), ValidationError> {
    moment_of(text)
        .map(|_| ())
        .ok_or_else(|| ValidationError::new("dateTime"))
}

/// The moment that `text` is. None before this century.
pub(crate) fn moment_of(text: &str) -> Option<Timestamp> {
    let at: Timestamp = text.ends_with('Z').then(|| text.parse().ok())??;
    let at = Timestamp::from_microsecond(at.as_microsecond()).ok()?;
    (at.as_second() >= 946_684_800).then_some(at)
}

/// The identity number at `pointer`.
pub(super) fn identity_number(
    text: &str,
    terms: &Terms,
    pointer: &str,
) -> Result<IdentityNumber, Problem> {
    IdentityNumber::parse(text, terms.allow_synthetic()).map_err(|error| {
        let code = match error {
            NumberError::NotDigits => "notDigits",
            NumberError::WrongLength => "length",
            NumberError::NoSuchDate => "noSuchDate",
            NumberError::WrongCheckDigit => "wrongCheckDigit",
            NumberError::SyntheticRefused => "syntheticRefused",
        };
        Problem::invalid(vec![worded(FieldFault::new(pointer, code).with("11"))])
    })
}

/// The fault, in words of this resource's own where it has any.
pub(super) fn worded(fault: FieldFault) -> FieldFault {
    match words(&fault.code) {
        Some(text) => fault.saying(text),
        None => fault,
    }
}

fn words(code: &Cow<'static, str>) -> Option<Text> {
    Some(match code.as_ref() {
        "notDigits" => Text::fixed("Bare sifre.", "Berre siffer.", "Digits only."),
        "noSuchDate" => Text::fixed(
            "Begynner ikke med en dato.",
            "Byrjar ikkje med ein dato.",
            "Does not begin with a date.",
        ),
        "wrongCheckDigit" => Text::fixed(
            "Kontrollsifrene stemmer ikke.",
            "Kontrollsifra stemmer ikkje.",
            "The check digits don't agree.",
        ),
        "syntheticRefused" => Text::fixed(
            "Syntetiske numre brukes ikke her.",
            "Syntetiske nummer blir ikkje brukte her.",
            "Synthetic numbers are not used here.",
        ),
        "disagrees" => Text::fixed(
            "Fødselsdatoen stemmer ikke med fødselsnummeret.",
            "Fødselsdatoen stemmer ikkje med fødselsnummeret.",
            "The birth date does not agree with the identity number.",
        ),
        "inTheFuture" => Text::fixed(
            "Dagen er ikke kommet ennå.",
            "Dagen har ikkje kome enno.",
            "That day is yet to come.",
        ),
        "unknownTarget" => Text::fixed(
            "Finnes ikke i registeret.",
            "Finst ikkje i registeret.",
            "Not in the registry.",
        ),
        "isThePatient" => Text::fixed(
            "Pasienten kan ikke være sin egen verge eller foresatt.",
            "Pasienten kan ikkje vere sin eigen verje eller føresett.",
            "The patient can't be their own guardian.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_something_and_nothing_unseen() {
        for text in ["Ågot", "O'Brien-Šimůnek", "می\u{200c}خواهم", "Anna Lise"] {
            assert!(line(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "  ",
            "a\nb",
            "a\u{0}",
            "a\u{202e}b",
            "\u{feff}a",
            "a\u{85}b",
        ] {
            assert!(line(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_phone_number_is_digits_and_spaces() {
        for text in ["40000000", "+47 400 00 000", "02800", "+4740000000"] {
            assert!(phone_number(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "+",
            "1234",
            "1234567890123456",
            "400-00-000",
            "ring meg",
            " 40000000",
            "++4740000000",
        ] {
            assert!(phone_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_and_a_moment_have_one_form() {
        assert!(day("1990-05-17").is_ok());
        for text in [
            "1990-5-17",
            "1990-02-30",
            "19900517",
            "1990-05-17T00:00:00",
            "-001990-05-17",
            "",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
        assert!(moment("2026-03-01T12:00:00Z").is_ok());
        for text in [
            "2026-03-01",
            "2026-03-01T12:00:00",
            "2026-03-01T12:00:00+01:00",
            "1999-12-31T23:59:59Z",
            "",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
        let cut = moment_of("2026-03-01T12:00:00.123456789Z").unwrap();
        assert_eq!(cut.subsec_nanosecond(), 123_456_000);
    }

    #[test]
    fn a_number_is_faulted_without_being_repeated() {
        let terms = Terms::new(false, &[]);
        for number in [
            "13097248032",
            "10915596784",
            "1309724802a",
            "1309724802",
            "00000000000",
        ] {
            let problem = identity_number(number, &terms, "/identityNumber").unwrap_err();
            assert!(!format!("{problem:?}").contains(number), "{number}");
            assert_eq!(problem.errors()[0].pointer, "/identityNumber");
        }
        assert!(identity_number("10915596784", &Terms::new(true, &[]), "/x").is_ok());
    }
}
