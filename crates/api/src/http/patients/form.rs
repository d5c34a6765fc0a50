//! The form of what is written down of a person: each field parsed once. No fault repeats what the
//! caller wrote.

use jiff::civil::Date;
use samrad_domain::number::{IdentityNumber, MunicipalityNumber, NumberError};
use validator::ValidationError;

use crate::http::language::Text;
use crate::http::problem::{FieldFault, Problem};
use crate::http::terms::Terms;

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
pub(super) fn day(text: &str) -> Result<(), ValidationError> {
    day_of(text)
        .map(|_| ())
        .ok_or_else(|| ValidationError::new("date"))
}

/// The day that `text` is.
pub(super) fn day_of(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (day.to_string() == text && (1800..=2200).contains(&day.year())).then_some(day)
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

fn words(code: &str) -> Option<Text> {
    Some(match code {
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
    fn a_day_has_one_form() {
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
