//! Full dates: a day with its month and year. A month, a year or a weekday alone is no full date.

use super::reading::{Token, is_in};
use super::runs::{Window, windows};
use super::words::Words;
use super::{Finding, RefusalKind, mark};

/// Months by name and abbreviation: bokmål, nynorsk, English.
static MONTHS: Words = Words::of(&[
    "januar februar mars april mai juni juli august september oktober november desember jan",
    "feb febr mar apr jun jul aug sep sept okt nov des january february march may june july",
    "october december oct dec",
]);

/// Days of the month in words.
static DAYS: Words = Words::of(&[
    "første andre annen tredje fjerde femte sjette sjuende syvende åttende niende tiende",
    "ellevte tolvte trettende fjortende femtende sekstende syttende attende nittende tjuende",
    "tyvende tjueførste tjueandre tjuetredje tjuefjerde tjuefemte tjuesjette tjuesjuende",
    "tjuesyvende tjueåttende tjueniende trettiende trettiførste fyrste",
]);

/// Words that make a day and a month a birthday, even without a year.
static BIRTH_WORDS: Words =
    Words::of(&["født fødd fødselsdag fødselsdagen fødselsdato bursdag bursdagen f"]);

/// Every full date in the text.
pub(super) fn find(tokens: &[Token]) -> Vec<Finding<RefusalKind>> {
    let in_digits = windows(tokens)
        .into_iter()
        .filter(|w| is_date(w))
        .map(|w| mark(tokens, w.first, w.last, RefusalKind::FullDate));
    let in_words = (0..tokens.len()).filter_map(|month| {
        let (first, last) = around_month(tokens, month)?;
        Some(mark(tokens, first, last, RefusalKind::FullDate))
    });
    in_digits.chain(in_words).collect()
}

fn is_date(window: &Window<'_>) -> bool {
    let parts = window.parts();
    match parts.as_slice() {
        [compact] => is_compact_date(window, compact),
        [day, month] => is_birthday(window) && is_day_of(day, month),
        [a, b, c] => {
            let clock = window.word_before().is_some_and(|w| w.key == "kl");
            !clock
                && !window.in_clock_range()
                && joins_date(window, a.len() == 4 || c.len() == 4)
                && is_date_in_parts(a, b, c)
        }
        _ => false,
    }
}

/// Day, month and year in the orders people write them.
fn is_date_in_parts(a: &str, b: &str, c: &str) -> bool {
    let year_last = is_year(c) && (is_day_of(a, b) || is_day_of(b, a));
    let year_first = a.len() == 4 && is_year(a) && (is_day_of(c, b) || is_day_of(b, c));
    year_last || year_first
}

fn is_day_of(day: &str, month: &str) -> bool {
    let within = |text: &str, most: u32| {
        text.len() <= 2 && text.parse().is_ok_and(|n: u32| (1..=most).contains(&n))
    };
    within(day, 31) && within(month, 12)
}

fn is_year(text: &str) -> bool {
    match text.len() {
        2 => true,
        4 => text.starts_with("18") || text.starts_with("19") || text.starts_with("20"),
        _ => false,
    }
}

/// What may stand between the parts of a date. Spaces alone only where the year has four digits.
fn joins_date(window: &Window<'_>, long_year: bool) -> bool {
    let gaps = window.gaps();
    let spaces_alone = gaps.iter().all(|gap| gap.trim().is_empty());
    gaps.iter().all(|gap| {
        matches!(
            gap.trim(),
            "" | "." | "-" | "/" | "_" | "," | ".-" | ":" | "'"
        ) && (gap.trim() != "-" || gap.trim() == *gap || *gap == " - ")
            && (gap.trim() != "," || long_year)
            && gap.chars().count() <= 3
    }) && (long_year || !spaces_alone)
        && (long_year || !gaps.contains(&" "))
}

/// 130972, 13091972 and 19720913, unless said to be money.
fn is_compact_date(window: &Window<'_>, digits: &str) -> bool {
    let money = window
        .word_after()
        .is_some_and(|w| is_in(&["kr", "kroner", "nok"], &w.key))
        || window
            .word_before()
            .is_some_and(|w| is_in(&["kr", "nok"], &w.key));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let day_first = is_day_of(part(0, 2), part(2, 4));
    match digits.len() {
        6 => day_first && !money,
        8 => {
            day_first && is_year(part(4, 8))
                || is_year(part(0, 4)) && is_day_of(part(6, 8), part(4, 6))
        }
        _ => false,
    }
}

fn is_birthday(window: &Window<'_>) -> bool {
    let joined = matches!(window.gaps().as_slice(), ["." | "/" | "-" | ". "]);
    joined
        && window
            .word_before()
            .is_some_and(|w| BIRTH_WORDS.has(&w.key))
}

/// "3. mars 1985", "mars 3, 1985", "den tredje mars 85", "3 mars -85"; without a year only after
/// a word about birth.
fn around_month(tokens: &[Token], month: usize) -> Option<(usize, usize)> {
    let word = tokens
        .get(month)
        .filter(|t| t.is_word() && MONTHS.has(&t.key))?;
    let before = month
        .checked_sub(1)
        .filter(|at| is_day(&tokens[*at]) && near(word));
    let after = tokens.get(month + 1).filter(|t| near(t));
    if let Some(day) = before {
        if after.is_some_and(|t| t.is_number() && is_year(&t.text)) {
            return Some((day, month + 1));
        }
        let born = tokens[day.saturating_sub(2)..day]
            .iter()
            .any(|t| BIRTH_WORDS.has(&t.key));
        return born.then_some((day, month));
    }
    let year = tokens
        .get(month + 2)
        .filter(|t| near(t) && t.is_number() && is_year(&t.text));
    let day = after.filter(|t| is_day(t) && t.is_number());
    (year.is_some() && day.is_some()).then_some((month, month + 2))
}

fn is_day(token: &Token) -> bool {
    token.is_number() && is_day_of(&token.text, "1") || DAYS.has(&token.key)
}

/// Whether little stands before the token, and no end of line.
fn near(token: &Token) -> bool {
    token.gap.chars().count() <= 3 && !token.gap.contains(['\n', '!', '?', ';'])
}
