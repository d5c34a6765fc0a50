//! E-mail addresses, handles and web addresses, also where the signs are spelled out.

use super::reading::Reading;
use super::{Finding, RefusalKind};

/// Ways to spell out @.
const AT_SIGNS: &[&str] = &[
    "(at)",
    "[at]",
    "{at}",
    "<at>",
    "(a)",
    "[a]",
    " krøllalfa ",
    " alfakrøll ",
    "(krøllalfa)",
    "(alfakrøll)",
    " at ",
];

/// Ends of domain names that are no Norwegian words.
const TOP_LEVELS: &[&str] = &[
    "no", "com", "net", "org", "info", "eu", "io", "dk", "uk", "fi", "biz", "tv", "app", "dev",
    "gov", "edu", "nu", "ru", "pl", "fr", "nl", "online", "xyz", "site",
];

/// Starts of web addresses.
const STARTS: &[&str] = &["://", "www.", "mailto:", "hxxp"];

/// Every e-mail address, handle and web address in the text.
pub(super) fn find(reading: &Reading) -> Vec<Finding<RefusalKind>> {
    let shown = reading.shown();
    let mut found = Vec::new();
    let mut at = 0;
    while at < shown.len() {
        let hit = email(&shown, at)
            .map(|hit| (hit, RefusalKind::Email))
            .or_else(|| url(&shown, at).map(|hit| (hit, RefusalKind::Url)));
        let Some(((first, past), kind)) = hit else {
            at += 1;
            continue;
        };
        let (start, end) = reading.span(first, past);
        found.push(Finding { start, end, kind });
        at = past.max(at + 1);
    }
    found
}

/// The place of an e-mail address or handle whose @ stands at `at`.
fn email(shown: &[char], at: usize) -> Option<(usize, usize)> {
    if shown[at] == '@' {
        let past = right(shown, skip_space_right(shown, at + 1));
        let close = shown.get(at + 1).is_some_and(|c| *c != ' ');
        let handle = close && !shown[at + 1..past].contains(&'.');
        let first = left(
            shown,
            if handle {
                at
            } else {
                skip_space_left(shown, at)
            },
        );
        return (past > at + 1 && (close || first < at)).then_some((first, past));
    }
    let sign = AT_SIGNS.iter().find(|sign| starts(shown, at, sign))?;
    let past_sign = at + sign.chars().count();
    let first = left(shown, skip_space_left(shown, at));
    let past = right(shown, skip_space_right(shown, past_sign));
    let host = &shown[past_sign.min(past)..past];
    let spelled = sign.trim() != "at" && sign.trim() != "(a)" && sign.trim() != "[a]";
    let host: String = host.iter().collect();
    let topped = host
        .rsplit_once('.')
        .is_some_and(|(_, top)| TOP_LEVELS.contains(&top));
    let dotted = topped || spells_dot(shown, past);
    (first < at && past > past_sign && (spelled || dotted)).then_some((first, past))
}

/// Whether a spelled-out dot follows.
fn spells_dot(shown: &[char], at: usize) -> bool {
    [
        "(dot)",
        "[dot]",
        " dot ",
        " punktum ",
        "(punktum)",
        " (dot)",
        " [dot]",
    ]
    .iter()
    .any(|dot| starts(shown, at, dot))
}

/// The place of a web address that starts at, or has its scheme end at, `at`.
fn url(shown: &[char], at: usize) -> Option<(usize, usize)> {
    if STARTS.iter().any(|start| starts(shown, at, start)) {
        let past = trimmed(shown, at, until_space(shown, at));
        return Some((left(shown, at), past));
    }
    let begins = at == 0 || !is_host(shown[at - 1]);
    if !begins || !shown[at].is_alphanumeric() {
        return None;
    }
    let length = shown[at..].iter().take_while(|c| is_host(**c)).count();
    let host: String = shown[at..at + length].iter().collect();
    let host = host.trim_end_matches(['.', '-', '_']);
    let (name, top) = host.rsplit_once('.')?;
    let named = name.chars().next_back().is_some_and(char::is_alphanumeric);
    let long = name.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let path = shown.get(at + host.chars().count()) == Some(&'/');
    let known = TOP_LEVELS.contains(&top);
    let foreign = path && top.chars().count() >= 2 && top.chars().all(|c| c.is_ascii_lowercase());
    (named && long && (known || foreign)).then(|| (at, trimmed(shown, at, until_space(shown, at))))
}

fn is_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

fn is_address(c: char) -> bool {
    is_host(c) || matches!(c, '+' | '%' | '\'' | '&' | '=' | '#')
}

fn starts(shown: &[char], at: usize, what: &str) -> bool {
    let mut rest = shown[at.min(shown.len())..].iter();
    what.chars().all(|c| rest.next() == Some(&c))
}

fn left(shown: &[char], at: usize) -> usize {
    at - shown[..at]
        .iter()
        .rev()
        .take_while(|c| is_address(**c))
        .count()
}

/// One past what can be part of an address from `from` on, without a full stop at the end.
fn right(shown: &[char], from: usize) -> usize {
    let length = shown[from..].iter().take_while(|c| is_address(**c)).count();
    trimmed(shown, from, from + length)
}

fn skip_space_left(shown: &[char], at: usize) -> usize {
    if at > 0 && shown[at - 1] == ' ' {
        at - 1
    } else {
        at
    }
}

fn skip_space_right(shown: &[char], at: usize) -> usize {
    if shown.get(at) == Some(&' ') {
        at + 1
    } else {
        at.min(shown.len())
    }
}

fn until_space(shown: &[char], at: usize) -> usize {
    at + shown[at..]
        .iter()
        .take_while(|c| !c.is_whitespace() && **c != '"')
        .count()
}

fn trimmed(shown: &[char], from: usize, past: usize) -> usize {
    let tail = shown[from..past]
        .iter()
        .rev()
        .take_while(|c| ".,;:!?)]'-_".contains(**c))
        .count();
    past - tail
}
