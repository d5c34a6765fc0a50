//! Numbers that belong to somebody: identity, bank account, telephone, and other long ones.
//!
//! A number with check digits that agree is found however it is broken up. Eleven digits that
//! could be an identity number are refused even when the check digits don't agree: a slip of the
//! pen still tells who it is.

use super::reading::{Token, is_in};
use super::runs::{Window, windows};
use super::words::Words;
use super::{Finding, RefusalKind, mark};
use crate::number::{IdentityNumber, IdentityNumberKind, is_bank_account};

/// Ways of breaking up eleven digits that are an identity number to any reader.
const IDENTITY_SHAPES: &[&[usize]] = &[
    &[11],
    &[6, 5],
    &[2, 2, 2, 5],
    &[2, 2, 2, 3, 2],
    &[6, 3, 2],
    &[4, 2, 3, 2],
    &[4, 7],
];

/// Ways of breaking up a Norwegian telephone number.
const PHONE_SHAPES: &[&[usize]] = &[
    &[8],
    &[3, 2, 3],
    &[2, 2, 2, 2],
    &[4, 4],
    &[3, 5],
    &[5, 3],
    &[2, 6],
    &[3, 3, 2],
    &[1, 1, 1, 1, 1, 1, 1, 1],
    &[4, 2, 2],
    &[2, 2, 4],
    &[6, 2],
];

/// Words that announce a telephone number, however it is broken up.
static PHONE_WORDS: Words = Words::of(&[
    "tlf telefon telefonen telefonnummer telefonnummeret mobil mobilen mobilnummer mob ring",
    "ringes sms phone tel fax faks",
]);

/// Words that announce the last five digits of an identity number.
static PERSONAL_WORDS: Words =
    Words::of(&["personnummer personnummeret personnr pnr fødselsnummer fødselsnr fnr"]);

/// Words that announce an account number.
static ACCOUNT_WORDS: Words = Words::of(&["konto kontonummer kontonr kontoen bankkonto iban"]);

/// Every number in the text that is somebody's.
pub(super) fn find(tokens: &[Token]) -> Vec<Finding<RefusalKind>> {
    let mut found: Vec<_> = windows(tokens)
        .iter()
        .filter_map(|w| Some(mark(tokens, w.first, w.last, judge(w)?)))
        .collect();
    found.extend(parted_by_words(tokens));
    found
}

fn judge(window: &Window<'_>) -> Option<RefusalKind> {
    let digits = window.digits();
    let shape = window.shape();
    let account = is_iban(window, &digits) || is_account(window, &digits, &shape);
    match IdentityNumber::parse(&digits, true).map(|number| number.kind()) {
        Ok(IdentityNumberKind::FhNumber) | Err(_) if account => {
            return Some(RefusalKind::BankAccount);
        }
        Ok(_) => return Some(RefusalKind::IdentityNumber),
        Err(_) => {}
    }
    if is_phone(window, &digits, &shape) {
        return Some(RefusalKind::Phone);
    }
    let eleven = digits.len() == 11 && window.whole && window.is_tight();
    let personal = digits.len() == 5 && shape.len() == 1 && announced(window, &PERSONAL_WORDS);
    if eleven || personal || IDENTITY_SHAPES.contains(&shape.as_slice()) && window.is_tight() {
        return Some(RefusalKind::IdentityNumber);
    }
    match shape.as_slice() {
        [n] if *n >= 12 && holds_identity_number(&digits) => Some(RefusalKind::IdentityNumber),
        [n] if *n >= 8 && !is_amount(window) => Some(RefusalKind::LongNumber),
        [6, 4] | [3, 3, 3] if window.is_tight() && !is_amount(window) => {
            Some(RefusalKind::LongNumber)
        }
        _ => None,
    }
}

fn is_identity_number(digits: &str) -> bool {
    IdentityNumber::parse(digits, true).is_ok()
}

fn holds_identity_number(digits: &str) -> bool {
    (0..digits.len())
        .filter_map(|at| digits.get(at..at + 11))
        .any(is_identity_number)
}

fn is_account(window: &Window<'_>, digits: &str, shape: &[usize]) -> bool {
    let written_so = shape == [4, 2, 5] && window.is_tight();
    let so_called = announced(window, &ACCOUNT_WORDS) && window.is_tight();
    let by_itself = shape == [11] && is_bank_account(digits) && !is_identity_number(digits);
    digits.len() == 11 && (written_so || so_called || by_itself)
}

/// NO and thirteen digits, or any two letters and fourteen digits or more said to be an IBAN.
fn is_iban(window: &Window<'_>, digits: &str) -> bool {
    let Some(country) = window.word_before() else {
        return false;
    };
    let norwegian = country.key == "no" && digits.len() == 13;
    window.gap_before().trim().is_empty()
        && country.text.chars().count() == 2
        && window.is_tight()
        && (norwegian || digits.len() >= 14 && window.gap_before().is_empty())
}

fn is_phone(window: &Window<'_>, digits: &str, shape: &[usize]) -> bool {
    if !window.is_tight() || window.in_clock_range() {
        return false;
    }
    let plus = window.gap_before().trim_end().ends_with('+');
    let abroad = plus || digits.starts_with("00") && digits.len() >= 10;
    let nearby = digits.len() == 8 && window.words_before(4).any(|w| PHONE_WORDS.has(&w.key));
    let announced = announced(window, &PHONE_WORDS) && (5..=15).contains(&digits.len());
    let norwegian = digits.len() == 8
        && digits.starts_with(|c: char| ('2'..='9').contains(&c))
        && PHONE_SHAPES.contains(&shape)
        && !is_amount(window)
        && !are_years(window);
    abroad && (8..=15).contains(&digits.len()) || announced || nearby || norwegian
}

/// Whether one of `words` stands right before, or with one word between.
fn announced(window: &Window<'_>, words: &Words) -> bool {
    window.words_before(2).any(|w| words.has(&w.key))
}

/// 2018-2019 is no telephone number.
fn are_years(window: &Window<'_>) -> bool {
    window
        .parts()
        .iter()
        .all(|p| p.len() == 4 && (p.starts_with("19") || p.starts_with("20")))
}

/// An amount of money: 250 000 000, or so and so many kroner.
fn is_amount(window: &Window<'_>) -> bool {
    let kroner = window
        .word_after()
        .is_some_and(|w| is_in(&["kr", "kroner", "nok"], &w.key));
    let thousands = window.gaps().iter().all(|gap| matches!(*gap, " " | "."))
        && window.parts().iter().skip(1).all(|p| p.len() == 3)
        && window.digits().ends_with("000")
        && window.parts().len() > 1;
    kroner || thousands
}

/// "130972, personnummer 48022": the two halves with up to three words between.
fn parted_by_words(tokens: &[Token]) -> Vec<Finding<RefusalKind>> {
    let mut found = Vec::new();
    for (first, date) in tokens.iter().enumerate().filter(|(_, t)| t.is_number()) {
        let others = tokens.iter().enumerate().skip(first + 1).take(4);
        if let Some((last, rest)) = others.into_iter().find(|(_, t)| t.is_number())
            && is_identity_number(&format!("{}{}", date.text, rest.text))
        {
            found.push(mark(tokens, first, last, RefusalKind::IdentityNumber));
        }
    }
    found
}
