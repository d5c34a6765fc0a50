//! Groups of digits that stand together, and the windows of them that the number rules judge.

use super::reading::Token;

/// The longest gap between two groups of one number.
const WIDEST_GAP: usize = 4;

/// The most digits that a window holds, unless one group alone is longer.
const MOST_DIGITS: usize = 16;

/// Some groups of digits next to each other, with nothing but punctuation and space between.
#[derive(Clone, Copy)]
pub(super) struct Window<'t> {
    tokens: &'t [Token],
    /// The first group, as a place among the tokens.
    pub(super) first: usize,
    /// The last group.
    pub(super) last: usize,
    /// Whether no group stands before or after it in the same run.
    pub(super) whole: bool,
}

impl<'t> Window<'t> {
    fn groups(&self) -> &'t [Token] {
        &self.tokens[self.first..=self.last]
    }

    /// The digits, without what stands between.
    pub(super) fn digits(&self) -> String {
        self.groups().iter().map(|t| t.text.as_str()).collect()
    }

    /// The groups of digits.
    pub(super) fn parts(&self) -> Vec<&'t str> {
        self.groups().iter().map(|t| t.text.as_str()).collect()
    }

    /// How many digits each group has.
    pub(super) fn shape(&self) -> Vec<usize> {
        self.groups().iter().map(|t| t.text.len()).collect()
    }

    /// What stands between the groups.
    pub(super) fn gaps(&self) -> Vec<&'t str> {
        self.groups()[1..].iter().map(|t| t.gap.as_str()).collect()
    }

    /// What stands before the first group.
    pub(super) fn gap_before(&self) -> &'t str {
        &self.tokens[self.first].gap
    }

    /// The word right before the first group.
    pub(super) fn word_before(&self) -> Option<&'t Token> {
        self.first
            .checked_sub(1)
            .map(|at| &self.tokens[at])
            .filter(|t| t.is_word())
    }

    /// Up to `most` words right before the first group, the nearest first.
    pub(super) fn words_before(&self, most: usize) -> impl Iterator<Item = &'t Token> {
        self.tokens[..self.first]
            .iter()
            .rev()
            .take(most)
            .take_while(|t| t.is_word())
    }

    /// The word right after the last group.
    pub(super) fn word_after(&self) -> Option<&'t Token> {
        self.tokens.get(self.last + 1).filter(|t| t.is_word())
    }

    /// Whether the groups are held together by what people write inside one number: at most
    /// three spaces, dots, hyphens, slashes and the like, no comma and no line break.
    pub(super) fn is_tight(&self) -> bool {
        self.gaps().iter().all(|gap| {
            gap.chars().count() <= 3 && gap.chars().all(|c| " \t.-/_()[]:|*~+'".contains(c))
        })
    }

    /// Whether it is, or lies in, a range of clock times: 12.00-15.30.
    pub(super) fn in_clock_range(&self) -> bool {
        let from = self.first.saturating_sub(3);
        (from..=self.first).any(|at| {
            let groups = self.tokens.get(at..at + 4);
            self.last < at + 4 && groups.is_some_and(is_clock_range)
        })
    }
}

fn is_clock_range(groups: &[Token]) -> bool {
    let number = |at: usize| groups[at].text.parse::<u32>().unwrap_or(u32::MAX);
    let clock = |at: usize| {
        number(at) <= 24
            && number(at + 1) < 60
            && groups[at + 1].text.len() == 2
            && matches!(groups[at + 1].gap.as_str(), "." | ":")
    };
    groups.iter().all(Token::is_number) && groups[2].gap.trim() == "-" && clock(0) && clock(2)
}

/// Every window of every run of digit groups.
pub(super) fn windows(tokens: &[Token]) -> Vec<Window<'_>> {
    let mut windows = Vec::new();
    for (start, end) in runs(tokens) {
        for first in start..=end {
            let mut digits = 0;
            for last in first..=end {
                digits += tokens[last].text.len();
                if digits > MOST_DIGITS && last > first {
                    break;
                }
                windows.push(Window {
                    tokens,
                    first,
                    last,
                    whole: first == start && last == end,
                });
            }
        }
    }
    windows
}

/// The runs, each by its first and last token.
fn runs(tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.is_number()) {
        let near = token.gap.chars().count() <= WIDEST_GAP;
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == at && near => *end = at,
            Some(_) | None => runs.push((at, at)),
        }
    }
    runs
}
