//! What a character looks like to a reader, and the keys by which words are compared.
//!
//! Two spellings that a person would read as the same name get a key in common: case, accents,
//! å/aa, ø/oe, æ/ae, full-width and mathematical letters, Cyrillic and Greek look-alikes, digits
//! of any script. It must not decide anything.

/// The zeros of the decimal digits of Unicode (general category Nd), each followed by its nine.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
    0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50,
    0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4D0, 0x1E950, 0x1FBF0,
];

/// Letters that look like Latin ones, and the Latin ones.
pub(super) const LOOK_ALIKES: [&str; 2] = [
    "АВЕЅІЈКМНОРСТУХаеѕіјкмнорстухցΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ",
    "ABESIJKMHOPCTYXaesijkmhopctyxgABEZHIKMNOPTYXaiknoptux",
];

/// Base letters and the accented forms read as them. å, ø, æ and their kin are not here.
const ACCENTED: &[(char, &str)] = &[
    ('a', "àáâãāăąǎǻạảấầẩẫậắằẳẵặª"),
    ('c', "çćĉċč"),
    ('d', "ďđðḍ"),
    ('e', "èéêëēĕėęěẹẻẽếềểễệə"),
    ('g', "ĝğġģǧ"),
    ('h', "ĥħḥ"),
    ('i', "ìíîïĩīĭįıịỉǐ"),
    ('j', "ĵ"),
    ('k', "ķ"),
    ('l', "ĺļľŀł"),
    ('n', "ñńņňŉŋ"),
    ('o', "òóôõōŏőơǒọỏốồổỗộớờởỡợº"),
    ('r', "ŕŗř"),
    ('s', "śŝşšșṣſ"),
    ('t', "ţťŧțṭ"),
    ('u', "ùúûũūŭůűųưǔụủứừửữự"),
    ('w', "ŵẁẃẅ"),
    ('y', "ýÿŷỳỵỷỹ"),
    ('z', "źżžẓ"),
];

/// Characters that a reader doesn't see: they join what stands on both sides.
pub(super) fn is_invisible(c: char) -> bool {
    let code = u32::from(c);
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}')
        || matches!(code,
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
            | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// Marks that combine with the letter before them.
pub(super) fn is_combining(c: char) -> bool {
    matches!(u32::from(c),
        0x300..=0x36F | 0x483..=0x489 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0xFE20..=0xFE2F)
}

/// The letter that `base` and the mark after it make, where the mark tells two letters apart.
pub(super) fn composed(base: char, mark: char) -> char {
    match (base, mark) {
        ('a', '\u{30A}') => 'å',
        ('A', '\u{30A}') => 'Å',
        ('a', '\u{308}') => 'ä',
        ('A', '\u{308}') => 'Ä',
        ('o', '\u{308}' | '\u{337}' | '\u{338}') => 'ö',
        ('O', '\u{308}' | '\u{337}' | '\u{338}') => 'Ö',
        ('u', '\u{308}') => 'ü',
        ('U', '\u{308}') => 'Ü',
        _ => base,
    }
}

/// The plain character that `c` reads as, case kept: digits of any script become ASCII ones.
pub(super) fn shown(c: char) -> char {
    let code = u32::from(c);
    if c.is_ascii() {
        return c;
    }
    if let Some(digit) = digit(code) {
        return digit;
    }
    match code {
        0x85 | 0x2028 | 0x2029 => '\n',
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => ' ',
        0x2010..=0x2015 | 0x2212 | 0x2E3A | 0x2E3B | 0x2043 | 0xFE58 | 0xFE63 => '-',
        0xB4 | 0x2018..=0x201B | 0x2032 | 0x2BC | 0x2BB | 0x55A => '\'',
        0xAB | 0xBB | 0x201C..=0x201F => '"',
        0xB7 | 0x2022 | 0x2024 | 0x2027 | 0x22C5 | 0x3002 | 0xFE52 => '.',
        0x2044 | 0x2215 => '/',
        0xFE6B => '@',
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x1D400..=0x1D6A3 => mathematical(code),
        0x24B6..=0x24E9 => mathematical(code - 0x24B6 + 0x1D400),
        _ => look_alike(c),
    }
}

fn digit(code: u32) -> Option<char> {
    let value = match code {
        0x2460..=0x2468 => code - 0x245F,
        0x2776..=0x277E => code - 0x2775,
        0x24EA | 0x24FF => 0,
        0xB9 => 1,
        0xB2 | 0xB3 => code - 0xB0,
        0x2070 | 0x2074..=0x2079 => code - 0x2070,
        0x2080..=0x2089 => code - 0x2080,
        _ => {
            code - ZEROS
                .iter()
                .rev()
                .find(|zero| (**zero..**zero + 10).contains(&code))?
        }
    };
    char::from_digit(value, 10)
}

/// Mathematical letters come in runs of A–Z a–z.
fn mathematical(code: u32) -> char {
    let place = u8::try_from((code - 0x1D400) % 52).expect("less than 52");
    char::from(if place < 26 {
        b'A' + place
    } else {
        b'a' + place - 26
    })
}

fn look_alike(c: char) -> char {
    let [alike, latin] = LOOK_ALIKES;
    alike
        .chars()
        .zip(latin.chars())
        .find(|(a, _)| *a == c)
        .map_or(c, |(_, l)| l)
}

/// How the letters with a spelling of their own in ASCII are written.
#[derive(Clone, Copy)]
enum Spelling {
    /// å, ø and æ as they are; ö and ä as ø and æ.
    Faithful,
    /// å as a, ø as o, æ as a.
    Short,
    /// å as aa, ø as oe, æ as ae.
    Long,
}

fn spelled(word: &str, spelling: Spelling) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        let spellings = match c {
            'å' => ["å", "a", "aa"],
            'ø' | 'ö' | 'œ' | 'ǿ' => ["ø", "o", "oe"],
            'æ' | 'ä' | 'ǽ' => ["æ", "a", "ae"],
            'ü' => ["u", "u", "ue"],
            'ß' | 'ẞ' => ["ss"; 3],
            'þ' => ["th"; 3],
            'ﬁ' => ["fi"; 3],
            'ﬂ' => ["fl"; 3],
            'ﬀ' => ["ff"; 3],
            _ if is_combining(c) => continue,
            _ => {
                key.push(plain(c));
                continue;
            }
        };
        key.push_str(match spelling {
            Spelling::Faithful => spellings[0],
            Spelling::Short => spellings[1],
            Spelling::Long => spellings[2],
        });
    }
    key
}

fn plain(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    ACCENTED
        .iter()
        .find(|(_, forms)| forms.contains(c))
        .map_or(c, |(base, _)| *base)
}

/// The key by which words are looked up in lists.
pub(super) fn key(word: &str) -> String {
    spelled(word, Spelling::Faithful)
}

/// The keys under which a word of a list is met: with its letters, and spelled without them. Not
/// the other way round: nobody writes "Søndre" for "Sondre".
pub(super) fn list_keys(word: &str) -> [String; 3] {
    [Spelling::Faithful, Spelling::Short, Spelling::Long].map(|s| spelled(word, s))
}

/// Every key under which a name may be met. Two names are the same if they share one.
pub(super) fn keys(word: &str) -> Vec<String> {
    let mut keys = vec![spelled(word, Spelling::Short)];
    let long = spelled(word, Spelling::Long);
    let collapsed = collapsed(&long);
    for other in [Some(long), collapsed].into_iter().flatten() {
        if !keys.contains(&other) {
            keys.push(other);
        }
    }
    keys
}

/// aa, ae, oe and ue as one letter, for spellings that mix them ("Aasgård"). Short words have no
/// such key: "Boe" is not "bo".
fn collapsed(long: &str) -> Option<String> {
    let mut key = String::with_capacity(long.len());
    for c in long.chars() {
        let second = match key.chars().next_back() {
            Some('a') => matches!(c, 'a' | 'e'),
            Some('o' | 'u') => c == 'e',
            _ => false,
        };
        if !second {
            key.push(c);
        }
    }
    (key.chars().count() >= 5).then_some(key)
}
