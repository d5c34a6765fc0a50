//! A text as a reader takes it in: words and numbers, each knowing where it stands.
//!
//! Invisible characters are gone and look-alikes are plain, so the rules see what people see. It
//! finds nothing by itself.

use super::fold::{composed, is_combining, is_invisible, key, shown};
use super::words::Words;

/// A visible character: what it reads as, and which characters of the text it stands for.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    start: usize,
    end: usize,
    shown: char,
}

/// Whether a token is a word or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Letters.
    Word,
    /// Digits.
    Number,
}

/// A run of letters or a run of digits.
#[derive(Debug)]
pub(super) struct Token {
    /// Letters or digits.
    pub(super) kind: TokenKind,
    /// As it reads, case kept.
    pub(super) text: String,
    /// The key by which lists are asked.
    pub(super) key: String,
    /// First character of the text.
    pub(super) start: usize,
    /// One past the last character of the text.
    pub(super) end: usize,
    /// What stands between the token before and this one, as it reads.
    pub(super) gap: String,
    /// Whether a sentence, a line or a list item begins here.
    pub(super) opens: bool,
}

impl Token {
    /// Whether it is a word.
    pub(super) fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    /// Whether it is a number.
    pub(super) fn is_number(&self) -> bool {
        self.kind == TokenKind::Number
    }

    /// Whether it is a word that starts with a capital letter.
    pub(super) fn is_capitalised(&self) -> bool {
        self.is_word() && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it is one letter.
    pub(super) fn is_letter(&self) -> bool {
        self.is_word() && self.text.chars().nth(1).is_none()
    }

    /// Whether it is an abbreviation in capitals: NAV, DPS, NAVs, DPSen.
    pub(super) fn is_acronym(&self) -> bool {
        let capitals = self.text.chars().take_while(|c| c.is_uppercase()).count();
        let rest = self.text.chars().count() - capitals;
        self.is_word() && capitals >= 2 && rest <= 3
    }

    /// Whether nothing but a space or a hyphen stands before it.
    pub(super) fn follows_closely(&self) -> bool {
        matches!(self.gap.as_str(), " " | "-" | "  " | "\t" | " \"" | ". ") && !self.opens
    }
}

/// A text, read.
#[derive(Debug)]
pub(super) struct Reading {
    glyphs: Vec<Glyph>,
    tokens: Vec<Token>,
}

impl Reading {
    /// Reads `text`. Positions count Unicode scalar values.
    pub(super) fn of(text: &str) -> Self {
        let glyphs = glyphs(text);
        let tokens = tokens(&glyphs);
        Self { glyphs, tokens }
    }

    /// The words and numbers, in order.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The text as it reads, in lower case, a character for each glyph.
    pub(super) fn shown(&self) -> Vec<char> {
        let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
        self.glyphs.iter().map(|g| lower(g.shown)).collect()
    }

    /// The characters of the text that the glyphs from `first` up to `past` stand for.
    pub(super) fn span(&self, first: usize, past: usize) -> (usize, usize) {
        match self.glyphs.get(first..past) {
            Some([only]) => (only.start, only.end),
            Some([first, .., last]) => (first.start, last.end),
            Some([]) | None => (0, 0),
        }
    }
}

fn glyphs(text: &str) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::new();
    for (at, c) in text.chars().enumerate() {
        let joins = is_combining(c);
        match glyphs.last_mut() {
            Some(last) if joins => {
                last.shown = composed(last.shown, c);
                last.end = at + 1;
            }
            _ if joins || is_invisible(c) => {}
            _ => glyphs.push(Glyph {
                start: at,
                end: at + 1,
                shown: shown(c),
            }),
        }
    }
    digits_in_disguise(&mut glyphs);
    glyphs
}

/// O for 0 and l for 1 between two digits are digits.
fn digits_in_disguise(glyphs: &mut [Glyph]) {
    let meant = |c: char| match c {
        'O' | 'o' => Some('0'),
        'l' | 'I' | '|' => Some('1'),
        _ => None,
    };
    let mut i = 1;
    while i < glyphs.len() {
        let run = glyphs[i..]
            .iter()
            .take_while(|g| meant(g.shown).is_some())
            .count();
        let after = glyphs
            .get(i + run)
            .is_some_and(|g| g.shown.is_ascii_digit());
        if run > 0 && after && glyphs[i - 1].shown.is_ascii_digit() {
            for glyph in &mut glyphs[i..i + run] {
                glyph.shown = meant(glyph.shown).unwrap_or(glyph.shown);
            }
        }
        i += run + 1;
    }
}

fn kind_of(c: char) -> Option<TokenKind> {
    if c.is_ascii_digit() {
        Some(TokenKind::Number)
    } else {
        c.is_alphabetic().then_some(TokenKind::Word)
    }
}

fn tokens(glyphs: &[Glyph]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut gap = String::new();
    let mut at = 0;
    while at < glyphs.len() {
        let Some(kind) = kind_of(glyphs[at].shown) else {
            gap.push(glyphs[at].shown);
            at += 1;
            continue;
        };
        let run = glyphs[at..]
            .iter()
            .take_while(|g| kind_of(g.shown) == Some(kind))
            .count();
        let text: String = glyphs[at..at + run].iter().map(|g| g.shown).collect();
        let opens = opens_sentence(tokens.last(), &gap);
        tokens.push(Token {
            kind,
            key: key(&text),
            text,
            start: glyphs[at].start,
            end: glyphs[at + run - 1].end,
            gap: std::mem::take(&mut gap),
            opens,
        });
        at += run;
    }
    tokens
}

/// Words after which a full stop ends no sentence.
static ABBREVIATIONS: Words = Words::of(&[
    "dr hr fr prof st kl ca tlf mob nr eks bl evt inkl jf pga ift mht vs mr mrs ms adr avd gt",
    "fru",
]);

/// Words after which a colon announces a name and not a sentence.
static ANNOUNCERS: Words = Words::of(&[
    "navn navnet pasient pasienten bruker brukeren klient fornavn etternavn kontakt mor far",
    "partner pårørende mvh hilsen name",
]);

/// Whether what stands between two tokens ends a sentence, a line or a list number.
fn opens_sentence(before: Option<&Token>, gap: &str) -> bool {
    let Some(before) = before else { return true };
    let after_stop = gap
        .find('.')
        .is_some_and(|stop| !gap[stop + 1..].is_empty());
    let abbreviated = before.is_letter() || ABBREVIATIONS.has(&before.key);
    let announced = ANNOUNCERS.has(&before.key);
    gap.contains(['!', '?', '…'])
        || after_stop && !abbreviated
        || gap.contains('\n') && !announced
        || gap.contains(':') && !announced
        || gap.starts_with(')') && before.is_number()
}

/// Whether a short list, in its natural spelling, has the word with this key.
pub(super) fn is_in(list: &[&str], wanted: &str) -> bool {
    list.iter().any(|word| key(word) == wanted)
}
