use super::*;
use std::fmt;

/// Knuth's MMIX generator: the same texts at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

const SHARDS: &[&str] = &[
    "Kari",
    "nordmann",
    " ",
    "  ",
    "\n",
    "\t",
    ".",
    ",",
    "-",
    "@",
    "(at)",
    "://",
    "www.",
    ".no",
    "'",
    "’s",
    "1",
    "13",
    "097",
    "48022",
    "130972",
    "13097248022",
    "+47",
    "0047",
    "/",
    ":",
    "NO",
    "O",
    "l",
    "\u{200b}",
    "\u{301}",
    "\u{30a}",
    "\u{ad}",
    "\u{feff}",
    "\u{202e}",
    "\0",
    "å",
    "A\u{30a}",
    "ß",
    "İ",
    "ﬁ",
    "🙂",
    "👩‍👩‍👧",
    "𝐊",
    "𝟏",
    "１",
    "٣",
    "Storgata",
    "gate",
    "kl",
    "født",
    "mars",
    "NAV",
    "AS",
    "ansatt",
    "i",
    "Oslo",
    "St",
    "skole",
    "heter",
    "K",
    "…",
    "\u{10ffff}",
    "\u{e0041}",
    "ǅ",
    "中文",
];

fn sound<K: Copy + fmt::Debug>(text: &str, findings: &[Finding<K>]) {
    let length = text.chars().count();
    for finding in findings {
        assert!(
            finding.start < finding.end && finding.end <= length,
            "{finding:?} in {text:?}"
        );
        assert_eq!(
            finding.of(text).chars().count(),
            finding.end - finding.start
        );
    }
    assert!(
        findings.windows(2).all(|w| w[0].start <= w[1].start),
        "{text:?}"
    );
}

#[test]
fn no_text_is_too_odd() {
    let mut dice = Dice(2);
    let names = Names::of("Kari Ånd-Nordmann");
    for _ in 0..4000 {
        let text: String = (0..dice.below(24))
            .map(|_| SHARDS[dice.below(SHARDS.len())])
            .collect();
        let found = scan(&text, &names);
        sound(&text, &found.refusals);
        sound(&text, &found.warnings);
        let _ = Names::of(&text);
    }
}

#[test]
fn no_character_is_too_odd() {
    let mut dice = Dice(3);
    for _ in 0..1000 {
        let any = |dice: &mut Dice| char::from_u32(u32::try_from(dice.below(0x11_0000)).unwrap());
        let text: String = (0..40).filter_map(|_| any(&mut dice)).collect();
        sound(&text, &scan_general(&text).refusals);
    }
}

/// Whatever surrounds it, an identity number of a word of its own is found.
#[test]
fn an_identity_number_is_found_in_any_company() {
    let mut dice = Dice(5);
    for _ in 0..3000 {
        let mut side = || -> String {
            (0..dice.below(8))
                .map(|_| SHARDS[dice.below(SHARDS.len())])
                .collect()
        };
        let (before, after) = (side(), side());
        let text = format!("{before} 13097248022 {after}");
        let start = before.chars().count() + 1;
        let hidden = scan_general(&text)
            .refusals
            .iter()
            .all(|f| f.start > start || f.end < start + 11);
        assert!(!hidden, "{text:?}");
    }
}

#[test]
fn an_own_name_is_found_in_any_company() {
    let mut dice = Dice(7);
    let names = Names::of("Qvist Ibsdatter");
    for _ in 0..3000 {
        let mut side = || -> String {
            (0..dice.below(8))
                .map(|_| SHARDS[dice.below(SHARDS.len())])
                .collect()
        };
        let (before, after) = (side(), side());
        let text = format!("{before} qvist {after}");
        let start = before.chars().count() + 1;
        let found = scan(&text, &names).refusals;
        assert!(
            found.iter().any(|f| f.start <= start && f.end >= start + 5),
            "{text:?}"
        );
    }
}

#[test]
fn long_texts_of_one_kind_are_done_in_time() {
    for shard in [
        "1 ", "1", "Kari ", "a@", "x.", "K ", "\u{301}", "A-", "(at)", "www.", "f. 1.2.",
    ] {
        let text = shard.repeat(4000 / shard.chars().count());
        let found = scan(&text, &Names::of("Kari Nordmann"));
        sound(&text, &found.refusals);
    }
}

#[test]
fn empty_text_holds_nothing() {
    assert_eq!(scan_general(""), Scan::default());
}

#[test]
fn look_alikes_pair_up() {
    let [alike, latin] = super::super::fold::LOOK_ALIKES;
    assert_eq!(alike.chars().count(), latin.chars().count());
}
