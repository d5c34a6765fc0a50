use super::*;
use IdentityNumberKind::{DNumber, FhNumber, Fodselsnummer, HNumber};
use NumberError::{NoSuchDate, NotDigits, SyntheticRefused, WrongCheckDigit, WrongLength};
use SyntheticSeries::{Nhn, Tenor};

const VALID: &[(&str, IdentityNumberKind, Option<SyntheticSeries>)] = &[
    ("13097248022", Fodselsnummer, None),
    ("29029648784", Fodselsnummer, None),
    ("15021951940", Fodselsnummer, None),
    ("53097248016", DNumber, None),
    ("10915596784", Fodselsnummer, Some(Tenor)),
    ("50846202355", DNumber, Some(Tenor)),
    ("13527248013", HNumber, None),
    ("02013299903", Fodselsnummer, None),
    ("30108299939", Fodselsnummer, None),
    ("70108299914", DNumber, None),
    ("01669012329", Fodselsnummer, Some(Nhn)),
    ("80123456797", FhNumber, None),
];

#[test]
fn identity_numbers_of_every_kind_and_both_generations_are_read() {
    for (text, kind, synthetic) in VALID {
        let number = IdentityNumber::parse(text, true).unwrap_or_else(|e| panic!("{text} {e}"));
        assert_eq!(
            (number.digits(), number.kind(), number.synthetic()),
            (*text, *kind, *synthetic)
        );
    }
}

#[test]
fn identity_numbers_that_no_register_gave_out_are_refused() {
    for (text, why) in [
        ("13097248032", WrongCheckDigit),
        ("13097248023", WrongCheckDigit),
        ("02013299987", WrongCheckDigit),
        ("02013299996", WrongCheckDigit),
        ("29020112345", WrongCheckDigit),
        ("1309724802", WrongLength),
        ("130972480222", WrongLength),
        ("1309724802a", NotDigits),
        ("00000000000", NoSuchDate),
        ("", WrongLength),
        ("130972 48022", NotDigits),
        ("１３０９７２４８０２２", NotDigits),
    ] {
        assert_eq!(IdentityNumber::parse(text, true), Err(why), "{text}");
    }
}

#[test]
fn the_last_of_february_needs_a_leap_year() {
    assert!(is_date(29, 2, 96) && is_date(29, 2, 0) && is_date(28, 2, 1));
    assert!(
        !is_date(29, 2, 1) && !is_date(30, 2, 96) && !is_date(31, 4, 96) && !is_date(1, 13, 96)
    );
}

#[test]
fn synthetic_numbers_are_refused_where_only_real_ones_may_be() {
    for (text, _, synthetic) in VALID {
        let refused = IdentityNumber::parse(text, false) == Err(SyntheticRefused);
        assert_eq!(refused, synthetic.is_some(), "{text}");
    }
}

#[test]
fn an_identity_number_does_not_print() {
    let number = IdentityNumber::parse("13097248022", false).unwrap();
    assert_eq!(format!("{number:?}"), "IdentityNumber(..)");
}

#[test]
fn organisation_numbers_are_checked() {
    for text in ["100100673", "313876144", "314330897", "974760673"] {
        let number = OrganisationNumber::parse(text, true).unwrap();
        assert_eq!(number.as_str(), text);
        assert_eq!(
            OrganisationNumber::parse(text, false).is_err(),
            text != "974760673",
            "{text}"
        );
    }
    assert_eq!(
        OrganisationNumber::parse("974760674", true),
        Err(WrongCheckDigit)
    );
    assert_eq!(
        OrganisationNumber::parse("000000000", true),
        Err(WrongCheckDigit)
    );
    assert_eq!(
        OrganisationNumber::parse("12345678", true),
        Err(WrongLength)
    );
    assert_eq!(
        OrganisationNumber::parse("9747606733", true),
        Err(WrongLength)
    );
    assert_eq!(OrganisationNumber::parse("97476067é", true), Err(NotDigits));
}

#[test]
fn hpr_numbers_are_compared_as_numbers() {
    assert_eq!(HprNumber::parse("007654321"), HprNumber::parse("7654321"));
    assert_eq!(HprNumber::parse("0"), Err(WrongLength));
    assert_eq!(HprNumber::parse(""), Err(WrongLength));
    assert_eq!(HprNumber::parse("1234567890"), Err(WrongLength));
    assert_eq!(HprNumber::parse("+123"), Err(NotDigits));
}

#[test]
fn offices_and_municipalities_keep_their_leading_zeros() {
    assert_eq!(NavOffice::parse("0318").unwrap().as_str(), "0318");
    assert_eq!(
        MunicipalityNumber::parse("0301").unwrap().to_string(),
        "0301"
    );
    assert_eq!(NavOffice::parse("318"), Err(WrongLength));
    assert_eq!(MunicipalityNumber::parse("03O1"), Err(NotDigits));
}
