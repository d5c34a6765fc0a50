//! The patient's own names, in any case, spelling and inflection.
//!
//! Only for text by the patient's own case team. A name that is also a word ("Liv", "Dag") is
//! refused as the word too: the writer rewords.

use super::fold::keys;
use super::reading::{Reading, Token};
use super::words::Words;
use super::{Finding, RefusalKind, mark};
use std::fmt;

/// Words in the middle of names that are too common in any text to be looked for.
static PARTICLES: Words = Words::of(&[
    "de den der des van von av af da di do dos du la le el al bin ibn bint og zu ter ten i",
]);

/// Endings under which a name is still the name, in a word of its own.
const ENDINGS: &[&str] = &["s", "z"];

/// Endings that only names of four letters and more take, lest short ones meet ordinary words.
static LONG_ENDINGS: Words = Words::of(&[
    "ens en a ene enes er ers sak saken saka ssak ssaken familien sfamilien gutten jenta mor",
    "far smor sfar ish",
]);

/// A name of this many letters is found inside any word.
const LONG: usize = 6;

/// The names of one patient: every part of every name they go by or went by.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Each part, by each of its keys.
    parts: Vec<String>,
    /// The initials of each full name, in order.
    initials: Vec<String>,
}

impl Names {
    /// No names: for text by anybody who is not of the case team.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The parts of a full name: first, middle and last, hyphenated ones whole and in parts.
    #[must_use]
    pub fn of(full_name: &str) -> Self {
        Self::none().and(full_name)
    }

    /// These names and another full name: a former one, or a name of use.
    #[must_use]
    pub fn and(mut self, full_name: &str) -> Self {
        let reading = Reading::of(full_name);
        let words: Vec<&Token> = reading.tokens().iter().filter(|t| t.is_word()).collect();
        for (at, word) in words.iter().enumerate() {
            let middle = at > 0 && at + 1 < words.len();
            let particle = middle && PARTICLES.has(&word.key);
            if !word.is_letter() && !particle {
                self.add(&word.text);
            }
            let joined = word.gap.contains(['-', '\'']) || word.gap.is_empty();
            if let Some(before) = at.checked_sub(1).map(|i| words[i]).filter(|_| joined) {
                self.add(&format!("{}{}", before.text, word.text));
            }
        }
        if let [first, .., last] = words.as_slice() {
            self.add(&format!("{}{}", first.text, last.text));
            self.initials
                .push(words.iter().filter_map(|w| w.key.chars().next()).collect());
            self.initials.push(
                [first, last]
                    .iter()
                    .filter_map(|w| w.key.chars().next())
                    .collect(),
            );
        }
        self
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    fn add(&mut self, part: &str) {
        for key in keys(part) {
            if !self.parts.contains(&key) {
                self.parts.push(key);
            }
        }
    }

    /// Whether a word, as written, is one of the names or a form of one.
    fn has(&self, word: &str) -> bool {
        let keys = keys(word);
        self.parts
            .iter()
            .any(|part| keys.iter().any(|key| is_form_of(key, part)))
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names(..)")
    }
}

fn is_form_of(key: &str, part: &str) -> bool {
    let letters = part.chars().count();
    if letters >= LONG && key.contains(part) {
        return true;
    }
    key.strip_prefix(part).is_some_and(|ending| {
        ending.is_empty()
            || ENDINGS.contains(&ending)
            || ending == "es" && part.ends_with(['s', 'x', 'z'])
            || letters >= 4 && LONG_ENDINGS.has(ending)
    })
}

/// Every place where one of `names` stands. Parts next to each other make one finding.
pub(super) fn find(tokens: &[Token], names: &Names) -> Vec<Finding<RefusalKind>> {
    if names.is_empty() {
        return Vec::new();
    }
    let mut is_name = vec![false; tokens.len()];
    for at in 0..tokens.len() {
        for past in [
            whole(tokens, at, names),
            halves(tokens, at, names),
            spelled_out(tokens, at, names),
        ] {
            is_name[at..past.unwrap_or(at)].fill(true);
        }
    }
    let mut found: Vec<Finding<RefusalKind>> = Vec::new();
    for at in (0..tokens.len()).filter(|at| is_name[*at]) {
        let joined = at > 0 && is_name[at - 1] && tokens[at].gap.chars().count() <= 2;
        let last = if genitive(tokens, at + 1) { at + 1 } else { at };
        match found.last_mut() {
            Some(before) if joined => before.end = tokens[last].end,
            Some(_) | None => found.push(mark(tokens, at, last, RefusalKind::OwnName)),
        }
    }
    found
}

/// A word that is a name. Each gives one past the last token of what it found.
fn whole(tokens: &[Token], at: usize, names: &Names) -> Option<usize> {
    let word = tokens.get(at).filter(|t| t.is_word())?;
    names.has(&word.text).then_some(at + 1)
}

/// A name of five letters or more broken in two, by a hyphen, a space or the end of a line.
fn halves(tokens: &[Token], at: usize, names: &Names) -> Option<usize> {
    let (first, second) = (tokens.get(at)?, tokens.get(at + 1)?);
    let close = second.gap.chars().count() <= 2 && first.is_word() && second.is_word();
    let joined = format!("{}{}", first.text, second.text);
    (close && joined.chars().count() >= 5 && names.has_exactly(&joined)).then_some(at + 2)
}

/// Letters one by one: "K a r i", "K-a-r-i"; or initials with full stops: "K. N.".
fn spelled_out(tokens: &[Token], at: usize, names: &Names) -> Option<usize> {
    let follows = |t: &Token| t.is_letter() && t.gap.chars().count() <= 3 && !t.gap.contains('\n');
    tokens.get(at).filter(|t| t.is_letter())?;
    let past = at
        + 1
        + tokens[at + 1..]
            .iter()
            .take(60)
            .take_while(|t| follows(t))
            .count();
    let letters: String = tokens[at..past].iter().map(|t| t.text.as_str()).collect();
    let dotted = tokens[at + 1..past].iter().all(|t| t.gap.starts_with('.'));
    let capitals = tokens[at..past].iter().all(Token::is_capitalised);
    let initials = past - at >= 2
        && dotted
        && capitals
        && names.initials.contains(&super::fold::key(&letters));
    (initials || past - at >= 3 && names.stands_in(&letters)).then_some(past)
}

impl Names {
    /// Whether the word is one of the names, or its genitive.
    fn has_exactly(&self, word: &str) -> bool {
        let keys = keys(word);
        let same = |part: &String, key: &String| {
            key.strip_prefix(part.as_str())
                .is_some_and(|end| end.is_empty() || end == "s")
        };
        self.parts
            .iter()
            .any(|part| keys.iter().any(|key| same(part, key)))
    }

    /// Whether a name of three letters or more starts the letters.
    fn stands_in(&self, letters: &str) -> bool {
        let keys = keys(letters);
        let long = self.parts.iter().filter(|part| part.chars().count() >= 3);
        long.into_iter()
            .any(|part| keys.iter().any(|key| key.contains(part.as_str())))
    }
}

/// Whether the token is an s after an apostrophe.
fn genitive(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|t| t.key == "s" && t.gap == "'")
}
