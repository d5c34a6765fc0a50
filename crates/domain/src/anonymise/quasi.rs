//! Traits that tell nothing alone, and together may tell who it is.

use super::reading::{Token, is_in};
use super::softer::Signs;
use super::words::Words;
use super::{Finding, WarningKind, mark};

/// How many different traits are worth a warning.
const MANY: usize = 3;

/// Words that tell a gender.
static GENDER: Words = Words::of(&[
    "mann mannen kvinne kvinnen kvinna kvinnelig mannlig gutt gutten jente jenta jenten",
    "transkvinne transmann ikkebinær enkemann enke",
]);

/// Words that tell of a family out of the ordinary, or in detail.
static FAMILY: Words = Words::of(&[
    "tvilling tvillinger trilling trillinger barn barna enke enkemann alenemor alenefar",
    "adoptert adoptivbarn fosterbarn fosterhjem gravid skilt enslig søsken stebarn søskenbarn",
    "ektefelle ektemann kone kona",
]);

/// Words that tell of an occupation or position that few in a place have.
static OCCUPATION: Words = Words::of(&[
    "ordfører prest rektor lensmann lege tannlege veterinær pilot politi politimann",
    "politibetjent brannmann advokat dommer professor forsker artist musiker skuespiller",
    "forfatter kunstner journalist idrettsutøver landslaget landslagsspiller",
    "stortingsrepresentant politiker kommunestyret imam offiser sjømann fisker bonde",
    "gårdbruker reindriftsutøver reineier psykolog psykiater jordmor apoteker flygeleder",
    "dykker kokk frisør lærer sykepleier snekker elektriker rørlegger sjåfør flyvertinne los",
]);

/// Words that tell of origin or faith.
static ORIGIN: Words = Words::of(&[
    "somalisk polsk syrisk irakisk iransk afghansk eritreisk etiopisk pakistansk tyrkisk",
    "litauisk svensk dansk finsk russisk ukrainsk vietnamesisk thai thailandsk filippinsk",
    "kurdisk bosnisk albansk rumensk tysk britisk amerikansk indisk kinesisk tamilsk",
    "marokkansk chilensk samisk kvensk romani flyktning asylsøker muslim muslimsk jøde jødisk",
    "hindu sikh buddhist adventist mormon pinsevenn tsjetsjensk gambisk nigeriansk",
    "kongolesisk latvisk palestinsk",
]);

/// A warning from the first trait to the last, where there are [`MANY`] different ones.
pub(super) fn find(tokens: &[Token], soft: &Signs) -> Option<Finding<WarningKind>> {
    let traits: Vec<(usize, usize)> = [
        first_word(tokens, &GENDER),
        first_word(tokens, &FAMILY),
        first_word(tokens, &OCCUPATION),
        first_word(tokens, &ORIGIN),
        age(tokens),
        year_of_birth(tokens),
        soft.first_of(WarningKind::Place),
        soft.first_of(WarningKind::Employer),
        soft.first_of(WarningKind::School),
        soft.first_of(WarningKind::RareDiagnosis),
    ]
    .into_iter()
    .flatten()
    .collect();
    let first = traits.iter().map(|t| t.0).min()?;
    let last = traits.iter().map(|t| t.1).max()?;
    (traits.len() >= MANY).then(|| mark(tokens, first, last, WarningKind::QuasiIdentifiers))
}

fn first_word(tokens: &[Token], words: &Words) -> Option<(usize, usize)> {
    let at = tokens
        .iter()
        .position(|t| t.is_word() && words.has(&t.key))?;
    Some((at, at))
}

/// "34 år", "34-åring", "34-årig", "i 30-årene" is none: a decade is what the summary allows.
fn age(tokens: &[Token]) -> Option<(usize, usize)> {
    let at = tokens.windows(2).position(|pair| {
        let [number, unit] = pair else { return false };
        let close = matches!(unit.gap.as_str(), " " | "-" | "");
        let years = is_in(
            &["år", "åring", "åringen", "årig", "åra", "årige"],
            &unit.key,
        );
        let plain = is_age(number);
        close && years && plain
    })?;
    let old = tokens
        .get(at + 2)
        .is_some_and(|t| is_in(&["gammel", "gamal"], &t.key));
    Some((at, if old { at + 2 } else { at + 1 }))
}

fn is_age(number: &Token) -> bool {
    number.is_number()
        && number
            .text
            .parse()
            .is_ok_and(|n: u32| (10..=110).contains(&n))
}

/// "født i 1985", "født 1985".
fn year_of_birth(tokens: &[Token]) -> Option<(usize, usize)> {
    let at = tokens
        .iter()
        .position(|t| is_in(&["født", "fødd"], &t.key))?;
    let after = tokens.iter().enumerate().skip(at + 1).take(2);
    let year = after
        .into_iter()
        .find(|(_, t)| t.is_number() && t.text.len() == 4)?;
    Some((at, year.0))
}
