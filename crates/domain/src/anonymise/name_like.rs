//! What looks like anybody's name: words of the name lists in any case, and capitals where an
//! ordinary word would have none.
//!
//! A capital at the start of a sentence tells nothing, so there only the lists count. Words that
//! the softer signs account for (places, employers, schools) are theirs, unless the lists know
//! them as names.

use super::lists;
use super::reading::Token;
use super::softer::Signs;
use super::words::Words;
use super::{Finding, RefusalKind, mark};

/// Words after which a capital is a name wherever it stands.
static TITLES: Words = Words::of(&[
    "dr hr herr fru frøken fr prof doktor mr mrs ms heter heiter het hette kalles kalt navn",
    "navnet fornavn etternavn mvh hilsen onkel tante bestemor bestefar",
]);

/// Verbs that only somebody can be the subject of, or nearly.
static VERBS: Words = Words::of(&[
    "er har sliter ønsker vil kan bor jobber trenger ble blir var fikk får går gikk skal må",
    "sier sa kommer kom opplever mener tror strever klarer håper gruer",
]);

/// Kinds of things that go by a letter: "plan B. Deretter" is no name.
static LETTERED: Words =
    Words::of(&["plan vitamin hepatitt gruppe type alternativ del punkt cluster"]);

/// Every place where something looks like a name. Words next to each other make one finding.
pub(super) fn find(
    tokens: &[Token],
    soft: &Signs,
    own: &[Finding<RefusalKind>],
) -> Vec<Finding<RefusalKind>> {
    let mut is_name: Vec<bool> = (0..tokens.len())
        .map(|at| looks_like_name(tokens, at, soft))
        .collect();
    for at in 1..tokens.len() {
        if is_name[at] && tokens[at].follows_closely() && belongs(&tokens[at - 1]) {
            is_name[at - 1] = true;
        }
    }
    let mut found: Vec<Finding<RefusalKind>> = Vec::new();
    for at in (0..tokens.len()).filter(|at| is_name[*at]) {
        let token = &tokens[at];
        if own
            .iter()
            .any(|o| o.start <= token.start && token.end <= o.end)
        {
            continue;
        }
        let joined = at > 0 && is_name[at - 1] && token.follows_closely();
        match found.last_mut() {
            Some(before) if joined && before.end == tokens[at - 1].end => before.end = token.end,
            Some(_) | None => found.push(mark(tokens, at, at, RefusalKind::NameLike)),
        }
    }
    found
}

/// A capital before a name, at the start of a sentence or an initial: part of the name.
fn belongs(before: &Token) -> bool {
    is_free_capital(before) && !announces(before)
}

fn looks_like_name(tokens: &[Token], at: usize, soft: &Signs) -> bool {
    let token = &tokens[at];
    if !token.is_word() || token.is_letter() {
        return false;
    }
    listed(tokens, at, soft)
        || after_initial(tokens, at)
        || !soft.account_for(at) && (stray_capital(tokens, at) || subject(tokens, at))
}

/// A word of the name lists. Surnames that are places are names only after a first name.
fn listed(tokens: &[Token], at: usize, soft: &Signs) -> bool {
    let token = &tokens[at];
    let first = |t: &Token| lists::is_first_name(&t.key) || genitive_of(t, lists::is_first_name);
    let last = lists::is_surname(&token.key) || genitive_of(token, lists::is_surname);
    let after_first = at > 0 && first(&tokens[at - 1]) && token.follows_closely();
    let place = soft.account_for(at) && lists::places().has(&token.key);
    (first(token) || last) && (!place || after_first)
        || after_first && is_free_capital(token) && !soft.account_for(at)
}

fn genitive_of(token: &Token, is_name: fn(&str) -> bool) -> bool {
    token.is_capitalised() && token.key.strip_suffix('s').is_some_and(is_name)
}

/// "K. Nordmann", "K Nordmann": an initial and a word with a capital.
fn after_initial(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let Some(initial) = at.checked_sub(1).map(|i| &tokens[i]) else {
        return false;
    };
    let lettered = at >= 2 && LETTERED.has(&tokens[at - 2].key) && !initial.opens;
    initial.is_letter()
        && initial.is_capitalised()
        && (matches!(token.gap.as_str(), ". " | ".") || token.gap == " " && initial.text != "I")
        && is_free_capital(token)
        && !lettered
}

/// A capital where an ordinary word has none, or after a word that announces a name.
fn stray_capital(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let announced = at > 0 && announces(&tokens[at - 1]) && token.gap.chars().count() <= 3;
    is_free_capital(token) && (!token.opens || announced)
}

/// A capital on a word that is neither an abbreviation nor ordinary.
fn is_free_capital(token: &Token) -> bool {
    token.is_capitalised() && !token.is_acronym() && !lists::is_ordinary(&token.key)
}

fn announces(before: &Token) -> bool {
    TITLES.has(&before.key)
}

/// "Liv sliter", "Per har": a name that is also a word, as the subject of a sentence.
fn subject(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let verb = tokens
        .get(at + 1)
        .is_some_and(|t| t.gap == " " && VERBS.has(&t.key));
    token.is_capitalised() && verb && lists::is_word_name(&token.key)
}
