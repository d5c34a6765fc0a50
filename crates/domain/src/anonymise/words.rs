//! Lists of words, asked by key. A list is folded once, the first time it is asked.

use super::fold::list_keys;
use super::reading::Token;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// A list of single words, in their natural spelling.
pub(super) struct Words {
    spelled: &'static [&'static str],
    keys: OnceLock<HashSet<String>>,
}

impl Words {
    /// The words of `spelled`; each item may hold several, with space between.
    pub(super) const fn of(spelled: &'static [&'static str]) -> Self {
        Self {
            spelled,
            keys: OnceLock::new(),
        }
    }

    /// Whether the word with this key is in the list.
    pub(super) fn has(&self, wanted: &str) -> bool {
        self.keys().contains(wanted)
    }

    /// Whether a word ends like one of the list, after `least` letters of its own or more.
    pub(super) fn end(&self, wanted: &str, least: usize) -> bool {
        self.keys().iter().any(|end| {
            wanted
                .strip_suffix(end.as_str())
                .is_some_and(|own| own.chars().count() >= least)
        })
    }

    fn keys(&self) -> &HashSet<String> {
        self.keys
            .get_or_init(|| self.all().flat_map(list_keys).collect())
    }

    /// The words as spelled.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> {
        self.spelled.iter().flat_map(|s| s.split_whitespace())
    }
}

/// A list of phrases of one word or more, in their natural spelling.
pub(super) struct Phrases {
    spelled: &'static str,
    by_first: OnceLock<HashMap<String, Vec<Vec<String>>>>,
}

impl Phrases {
    /// The phrases of `spelled`, with a comma or line break between them.
    pub(super) const fn of(spelled: &'static str) -> Self {
        Self {
            spelled,
            by_first: OnceLock::new(),
        }
    }

    fn by_first(&self) -> &HashMap<String, Vec<Vec<String>>> {
        self.by_first.get_or_init(|| {
            let mut by_first: HashMap<String, Vec<Vec<String>>> = HashMap::new();
            for phrase in self.spelled.split([',', '\n']).map(str::trim) {
                for phrase in list_keys(phrase) {
                    let mut words = phrase
                        .split([' ', '-', '.', '\''])
                        .filter(|w| !w.is_empty());
                    if let Some(first) = words.next() {
                        let rest = words.map(str::to_owned).collect();
                        by_first.entry(first.to_owned()).or_default().push(rest);
                    }
                }
            }
            by_first
        })
    }

    /// How many tokens the longest phrase that starts at `at` takes. The last word may be a
    /// genitive.
    pub(super) fn longest(&self, tokens: &[Token], at: usize) -> Option<usize> {
        let first = &tokens.get(at)?.key;
        let exact = self.by_first().get(first).into_iter().flatten();
        let long = exact.filter_map(|rest| follows(tokens, at + 1, rest)).max();
        let genitive = first
            .strip_suffix('s')
            .and_then(|stem| self.by_first().get(stem));
        long.or_else(|| {
            genitive
                .is_some_and(|r| r.contains(&Vec::new()))
                .then_some(1)
        })
    }

    /// Whether the word with this key is a phrase of its own.
    pub(super) fn has(&self, wanted: &str) -> bool {
        self.by_first()
            .get(wanted)
            .is_some_and(|rests| rests.contains(&Vec::new()))
    }
}

/// The length of a phrase whose words after the first are `rest`, if they stand at `at`.
fn follows(tokens: &[Token], at: usize, rest: &[String]) -> Option<usize> {
    for (i, word) in rest.iter().enumerate() {
        let token = tokens.get(at + i)?;
        let genitive = i + 1 == rest.len() && token.key.strip_suffix('s') == Some(word);
        if token.key != *word && !genitive || token.gap.chars().count() > 2 {
            return None;
        }
    }
    Some(rest.len() + 1)
}
