//! Names of synthetic people: never two alike in one world, never a digit in them.

const GIVEN: [&str; 12] = [
    "Askil",
    "Brynhild",
    "Dagfinn",
    "Eldbjørg",
    "Fridtjof",
    "Gunvor",
    "Hallvard",
    "Jorunn",
    "Kåre",
    "Oddlaug",
    "Sveinung",
    "Ågot",
];
const FIRST: [&str; 12] = [
    "Bjørke", "Dal", "Eike", "Fjell", "Grøn", "Hassel", "Lind", "Myr", "Nord", "Sol", "Ulve", "Øst",
];
const LAST: [&str; 8] = [
    "bakken", "berget", "haugen", "lunden", "moen", "stranda", "tangen", "vika",
];

/// The `n`th given name and family name.
#[must_use]
pub fn nth(n: usize) -> (String, String) {
    let family = n / GIVEN.len();
    let given = GIVEN[n % GIVEN.len()].to_owned();
    let first = FIRST[family % FIRST.len()];
    let last = LAST[family / FIRST.len() % LAST.len()];
    (given, format!("{first}{last}"))
}
