//! The softer signs: places, employers, named schools, rare diagnoses.
//!
//! Each is a warning that the writer confirms. What a sign accounts for is not also taken for a
//! person's name.

use super::lists;
use super::reading::Token;
use super::words::Words;
use super::{Finding, WarningKind, mark};

/// Companies' forms, after the name.
const COMPANY_FORMS: &[&str] = &[
    "AS", "ASA", "ANS", "DA", "ENK", "SA", "KF", "HF", "AB", "Ltd", "Inc",
];

/// Words that have an employer after them, with a preposition between.
static AT_WORK: Words = Words::of(&[
    "ansatt jobber jobbet jobba arbeider arbeidet arbeidde stilling jobb lærling vikar",
    "praksis arbeidspraksis utplassert tilsatt deltidsjobb ekstrajobb sykmeldt sykemeldt",
    "oppsagt sjef leder daglig",
]);

/// Prepositions between the work and the employer.
static PREPOSITIONS: Words = Words::of(&["i hos på ved for fra av with at"]);

/// Words between "arbeidsgiver" and its name.
static LINKS: Words = Words::of(&["er heter var"]);

/// Words that have an employer right after them.
static EMPLOYER_WORDS: Words =
    Words::of(&["arbeidsgiver arbeidsgiveren bedriften firmaet firma arbeidsgivar"]);

/// Words that make the names before them a school.
static SCHOOLS: Words = Words::of(&[
    "skole skolen skule skulen barneskole barneskolen ungdomsskole ungdomsskolen ungdomsskule",
    "vgs videregående vidaregåande folkehøgskole folkehøyskole folkehøgskule gymnas",
    "universitet høgskole høyskole steinerskole montessoriskole barnehage barnehagen fagskole",
    "privatgymnas lærested",
]);

/// Words that make the names after them a school.
static SCHOOLS_OF: Words = Words::of(&["universitetet høgskolen høyskolen høgskulen elev student"]);

/// Words that make the names after them a place.
const BEFORE_PLACES: &[&str] = &[
    "NAV",
    "Nav",
    "nav",
    "bydel",
    "Bydel",
    "DPS",
    "BUP",
    "kommunen",
    "tettstedet",
    "bygda",
];

/// Words that make the names before them a place.
static AFTER_PLACES: Words = Words::of(&[
    "kommune dps bup sykehus sjukehus fylke legesenter legekontor bydel rupo rph distrikt",
    "sentrum fengsel sykehjem omsorgssenter",
]);

/// The softer signs of one text.
#[derive(Debug)]
pub(super) struct Signs {
    /// First and last token of each sign.
    found: Vec<(usize, usize, WarningKind)>,
    accounted: Vec<bool>,
}

impl Signs {
    fn add(&mut self, first: usize, last: usize, kind: WarningKind) {
        self.accounted[first..=last].fill(true);
        self.found.push((first, last, kind));
    }

    /// Whether the token is part of a sign.
    pub(super) fn account_for(&self, at: usize) -> bool {
        self.accounted[at]
    }

    /// Whether there is a sign of this kind.
    pub(super) fn first_of(&self, kind: WarningKind) -> Option<(usize, usize)> {
        self.found.iter().find(|f| f.2 == kind).map(|f| (f.0, f.1))
    }

    /// The signs as findings.
    pub(super) fn findings(&self, tokens: &[Token]) -> Vec<Finding<WarningKind>> {
        self.found
            .iter()
            .map(|(first, last, kind)| mark(tokens, *first, *last, *kind))
            .collect()
    }
}

/// Every softer sign in the text.
pub(super) fn signs(tokens: &[Token]) -> Signs {
    let mut signs = Signs {
        found: Vec::new(),
        accounted: vec![false; tokens.len()],
    };
    for at in 0..tokens.len() {
        let places = place(tokens, at).map(|end| (end, WarningKind::Place));
        let schools = school(tokens, at).map(|end| (end, WarningKind::School));
        let employers = employer(tokens, at).map(|end| (end, WarningKind::Employer));
        let diagnoses = lists::diagnoses()
            .longest(tokens, at)
            .map(|n| ((at, at + n - 1), WarningKind::RareDiagnosis));
        for ((first, last), kind) in [places, schools, employers, diagnoses]
            .into_iter()
            .flatten()
        {
            signs.add(first, last, kind);
        }
    }
    signs
}

fn place(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let token = &tokens[at];
    if let Some(length) = lists::places().longest(tokens, at)
        && (length > 1 || stands_as_place(tokens, at))
    {
        return Some((at, at + length - 1));
    }
    let before = AFTER_PLACES
        .has(&token.key)
        .then(|| names_before(tokens, at))
        .flatten();
    let after = BEFORE_PLACES
        .contains(&token.text.as_str())
        .then(|| names_after(tokens, at));
    before.or(after.flatten())
}

/// A place that is also a word needs its capital inside a sentence; a short one needs it anyway;
/// and after a first name it is a surname.
fn stands_as_place(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let surname = at > 0 && token.follows_closely() && lists::is_first_name(&tokens[at - 1].key);
    let plain = !lists::is_word_place(&token.key);
    let long = token.key.chars().count() >= 6 || matches!(token.key.as_str(), "oslo" | "molde");
    let capital =
        token.is_capitalised() && (plain || !token.opens) && !lists::is_ordinary(&token.key);
    !surname && (capital || plain && long)
}

fn employer(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let token = &tokens[at];
    if let Some(length) = lists::employers().longest(tokens, at)
        && token.is_capitalised()
    {
        return Some((at, at + length - 1));
    }
    if COMPANY_FORMS.contains(&token.text.as_str()) && token.follows_closely() {
        let (first, _) = names_before(tokens, at)?;
        return Some((first, at));
    }
    if EMPLOYER_WORDS.has(&token.key) {
        return names_after(tokens, at).or_else(|| names_after_one(tokens, at, &LINKS));
    }
    let work = AT_WORK.has(&token.key);
    work.then(|| names_after_one(tokens, at, &PREPOSITIONS))
        .flatten()
}

fn school(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let token = &tokens[at];
    if SCHOOLS.has(&token.key) {
        let (first, _) = names_before(tokens, at)?;
        let more = tokens
            .get(at + 1)
            .is_some_and(|t| t.follows_closely() && SCHOOLS.has(&t.key));
        return Some((first, if more { at + 1 } else { at }));
    }
    if SCHOOLS_OF.has(&token.key) {
        let (_, last) = names_after_one(tokens, at, &PREPOSITIONS)?;
        return Some((at, last));
    }
    let named = token.is_capitalised() && !token.opens && !lists::is_ordinary(&token.key);
    let compound = ["skolen", "skole", "skulen", "barnehage"]
        .iter()
        .any(|end| token.key.ends_with(end));
    (named && compound && token.key.chars().count() > 7).then_some((at, at))
}

/// A word that could be, or be part of, a proper name.
fn is_proper(token: &Token) -> bool {
    token.is_capitalised() && !lists::is_ordinary(&token.key) && !token.is_letter()
}

/// The run of proper words right before `at`.
fn names_before(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let close = |i: &usize| {
        let names = is_proper(&tokens[*i]) || tokens[*i].is_number();
        names && tokens[*i + 1].follows_closely()
    };
    let count = (0..at).rev().take(4).take_while(close).count();
    let proper = tokens[at - count..at].iter().any(is_proper);
    (count > 0 && proper).then(|| (at - count, at - 1))
}

/// The run of proper words right after `at`.
fn names_after(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let close = |t: &&Token| t.follows_closely() && (is_proper(t) || t.is_number());
    let rest = tokens.get(at + 1..).unwrap_or_default();
    let count = rest.iter().take(4).take_while(close).count();
    let proper = rest.first().is_some_and(is_proper);
    (count > 0 && proper).then_some((at + 1, at + count))
}

/// The run of proper words after `at` and one of `words`.
fn names_after_one(tokens: &[Token], at: usize, words: &Words) -> Option<(usize, usize)> {
    tokens
        .get(at + 1)
        .filter(|t| words.has(&t.key) && t.follows_closely())?;
    names_after(tokens, at + 1)
}
