//! The lists that the rules ask: names, places, employers, diagnoses, and ordinary words.
//!
//! They are to be added to as people meet what is missing. Words stand in their natural spelling.

mod names;
mod ordinary;
mod places;
mod things;

use super::words::Phrases;

/// Whether it is a first name that is no ordinary word.
pub(super) fn is_first_name(key: &str) -> bool {
    names::FIRST_NAMES.has(key)
}

/// Whether it is a first name that is also an ordinary word: Liv, Per, Dag.
pub(super) fn is_word_name(key: &str) -> bool {
    names::WORD_NAMES.has(key)
}

/// Whether it is a surname that is no ordinary word.
pub(super) fn is_surname(key: &str) -> bool {
    names::SURNAMES.has(key)
}

/// Whether it is an ordinary word, which names nobody even with a capital.
pub(super) fn is_ordinary(key: &str) -> bool {
    ordinary::ORDINARY.has(key)
        || ordinary::ORDINARY_ENDS.end(key, 3)
        || key
            .strip_suffix('s')
            .is_some_and(|stem| ordinary::ORDINARY.has(stem))
            && !is_name(key)
}

fn is_name(key: &str) -> bool {
    is_first_name(key) || is_word_name(key) || is_surname(key)
}

/// Municipalities, districts of Oslo, towns, counties and foreign countries.
pub(super) fn places() -> &'static Phrases {
    &places::PLACES
}

/// Whether a place is also an ordinary word: Time, Ski, Sola.
pub(super) fn is_word_place(key: &str) -> bool {
    places::WORD_PLACES.has(key)
}

/// Employers that everybody knows.
pub(super) fn employers() -> &'static Phrases {
    &things::EMPLOYERS
}

/// Diagnoses that few have.
pub(super) fn diagnoses() -> &'static Phrases {
    &things::RARE_DIAGNOSES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_word_is_no_listed_name() {
        let listed = names::FIRST_NAMES.all().chain(names::SURNAMES.all());
        let listed = listed.chain(names::WORD_NAMES.all());
        let both: Vec<_> = listed
            .filter(|w| is_ordinary(&crate::anonymise::fold::key(w)))
            .collect();
        assert!(both.is_empty(), "{both:?}");
    }

    #[test]
    fn a_first_name_is_either_a_word_too_or_not() {
        for word in names::WORD_NAMES.all() {
            assert!(!is_first_name(&crate::anonymise::fold::key(word)), "{word}");
        }
    }
}
