//! Where somebody lives: a street with its number, a post box, a flat, a postcode with its place.

use super::lists;
use super::reading::{Token, is_in};
use super::words::Words;
use super::{Finding, RefusalKind, mark};

/// Ends of street names that hardly end another word before a number.
static STREETS: Words = Words::of(&[
    "gata gate gaten gt veien vegen vei veg alleen alléen smuget stredet strædet almenningen",
    "allmenningen veita",
]);

/// Ends of street names that end other words too: the name must have a capital.
static CAPITAL_STREETS: Words = Words::of(&[
    "alle plass plassen torg torget bakken bakke stien svingen kroken terrasse terrassen",
    "brygge brygga bryggen lia lien haugen løkka løkken tunet ringen jordet åsen faret kollen",
    "sletta stubben smauet kaia kaien kai gård gården vangen moen myra toppen grenda hagen",
    "skogen berget dalen stranda vika neset høgda flata enga åkeren låven kleiva linja rabben",
    "gjerdet vollen stokken",
]);

/// Streets as words of their own, after the name: "Nordre gate", "Karl Johans gt."
static STREET_WORDS: Words = Words::of(&[
    "gata gate gaten gt vei veien veg vegen vn allé alle plass torg terrasse brygge stien",
    "svingen bakke smug kai",
]);

/// First words of street names that need no capital to be one.
static STREET_STARTS: Words = Words::of(&[
    "nordre søndre østre vestre øvre nedre store lille gamle nye indre ytre kong dronning",
    "kongens dronningens sankt",
]);

/// Every address in the text.
pub(super) fn find(tokens: &[Token]) -> Vec<Finding<RefusalKind>> {
    (0..tokens.len())
        .filter_map(|at| {
            street(tokens, at)
                .or_else(|| box_or_flat(tokens, at))
                .or_else(|| postcode(tokens, at))
        })
        .map(|(first, last)| mark(tokens, first, last, RefusalKind::Address))
        .collect()
}

/// A street whose last word is at `at`, with the number after it.
fn street(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let word = tokens.get(at).filter(|t| t.is_word())?;
    let number = house_number(tokens, at)?;
    let first = street_name(tokens, at, word)?;
    let letter = tokens.get(number + 1).filter(|t| {
        let spaced = t.gap == " " && (t.is_capitalised() || "abcdefgh".contains(&t.key));
        t.is_letter() && (t.gap.is_empty() || spaced)
    });
    Some((first, if letter.is_some() { number + 1 } else { number }))
}

/// The first word of the street name that ends at `at`.
fn street_name(tokens: &[Token], at: usize, word: &Token) -> Option<usize> {
    let compound = |ends: &Words| ends.end(&word.key, 2);
    if compound(&STREETS) || word.is_capitalised() && compound(&CAPITAL_STREETS) {
        return Some(at - leading_names(tokens, at));
    }
    if !STREET_WORDS.has(&word.key) && word.text != "v" {
        return None;
    }
    let before = at
        .checked_sub(1)
        .map(|i| &tokens[i])
        .filter(|t| t.is_word() && word.gap == " ")?;
    let named = before.is_capitalised() && !lists::is_ordinary(&before.key);
    if !named && !STREET_STARTS.has(&before.key) {
        return None;
    }
    Some(at - leading_names(tokens, at).max(1))
}

/// How many words right before `at` are part of the street's name.
fn leading_names(tokens: &[Token], at: usize) -> usize {
    let close = |i: &usize| {
        let token = &tokens[*i];
        let named = token.is_capitalised() && !lists::is_ordinary(&token.key);
        (named || STREET_STARTS.has(&token.key)) && tokens[*i + 1].gap == " "
    };
    (0..at).rev().take(3).take_while(close).count()
}

/// The number of one to four digits that follows the word at `at`, with "nr" between or not.
fn house_number(tokens: &[Token], at: usize) -> Option<usize> {
    let next = tokens.get(at + 1)?;
    let number = if is_in(&["nr", "nummer", "no"], &next.key) {
        at + 2
    } else {
        at + 1
    };
    let token = tokens.get(number).filter(|t| t.is_number())?;
    let near = tokens[at + 1..=number]
        .iter()
        .all(|t| t.gap.chars().count() <= 3 && t.gap.chars().all(|c| " ,.\t-:\n".contains(c)));
    let sentence_between = number == at + 1
        && token.gap.starts_with(". ")
        && !["gt", "v", "vn"]
            .iter()
            .any(|short| tokens[at].key.ends_with(short));
    (near && !sentence_between && token.text.len() <= 4).then_some(number)
}

/// "Postboks 123", "leilighet H0201".
fn box_or_flat(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let word = tokens.get(at).filter(|t| t.is_word())?;
    let number = tokens.get(at + 1).filter(|t| t.is_number())?;
    let post = is_in(&["postboks", "boks", "pb", "gnr", "bnr"], &word.key)
        && number.gap.chars().count() <= 2
        && number.text.len() <= 4;
    let flat = matches!(word.text.as_str(), "H" | "K" | "U" | "L")
        && number.gap.is_empty()
        && number.text.len() == 4
        && number.text.starts_with('0');
    (post || flat).then_some((at, at + 1))
}

/// Four digits and a place: "0182 Oslo", "N-1450 Nesoddtangen". A year needs a place we know.
fn postcode(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let code = tokens
        .get(at)
        .filter(|t| t.is_number() && t.text.len() == 4)?;
    let place = tokens.get(at + 1).filter(|t| {
        t.is_word() && !t.gap.is_empty() && t.gap.chars().all(|c| " ,-\t".contains(c))
    })?;
    let known = lists::places().longest(tokens, at + 1);
    if let Some(length) = known {
        let alone = is_year(code) && !place.is_capitalised();
        return (!alone).then_some((at, at + length));
    }
    let looks = place.is_capitalised() && !lists::is_ordinary(&place.key);
    let acronym = place.is_acronym() && place.text.chars().count() < 4;
    (looks && !acronym && !is_year(code)).then_some((at, at + 1))
}

fn is_year(code: &Token) -> bool {
    code.text.starts_with("19") || code.text.starts_with("20")
}
