use super::*;

fn own(name: &str, table: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, words) in table {
        let found = refused_for(name, text);
        if !found.contains(&(RefusalKind::OwnName, *words)) {
            wrong += &format!("{text:?}: {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{name} not found as marked in\n{wrong}");
}

#[test]
fn own_names_are_found_in_any_case_and_inflection() {
    own(
        "Kari Nordmann",
        &[
            ("jeg snakket med kari i går", "kari"),
            ("KARI", "KARI"),
            ("kArI", "kArI"),
            ("Karis mor", "Karis"),
            ("Kari's mor", "Kari's"),
            ("Kari’s mor", "Kari’s"),
            ("Kari-saken", "Kari"),
            ("karisaken", "karisaken"),
            ("Kari Nordmann ringte", "Kari Nordmann"),
            ("Nordmann, Kari", "Nordmann, Kari"),
            ("nordmanns sak", "nordmanns"),
            ("Nordmannfamilien", "Nordmannfamilien"),
            ("K. Nordmann", "Nordmann"),
            ("K.N. er klar", "K.N"),
            ("karinordmann", "karinordmann"),
            ("kari_nordmann83", "kari_nordmann"),
            ("K a r i", "K a r i"),
            ("k-a-r-i", "k-a-r-i"),
            ("k.a.r.i", "k.a.r.i"),
            ("Ka\u{200b}ri", "Ka\u{200b}ri"),
            ("Ka\u{ad}ri", "Ka\u{ad}ri"),
            ("Ｋａｒｉ", "Ｋａｒｉ"),
            ("𝐊𝐚𝐫𝐢", "𝐊𝐚𝐫𝐢"),
            ("Каri", "Каri"),
            ("Karí", "Karí"),
            ("Kari\u{301}", "Kari\u{301}"),
            ("Nord-mann", "Nord-mann"),
            ("Nord-\nmann", "Nord-\nmann"),
            ("«Kari»", "Kari"),
            ("(kari)", "kari"),
        ],
    );
}

#[test]
fn own_names_are_found_in_any_spelling() {
    own(
        "Åse Bjørnsæther",
        &[
            ("ase", "ase"),
            ("Aase", "Aase"),
            ("A\u{30a}se", "A\u{30a}se"),
            ("bjornsather", "bjornsather"),
            ("Bjoernsaether", "Bjoernsaether"),
            ("Bjørnsaether", "Bjørnsaether"),
            ("BJØRNSÆTHERS", "BJØRNSÆTHERS"),
        ],
    );
    own("Aase Hauge", &[("åse", "åse")]);
    own(
        "André Müller",
        &[
            ("andre", "andre"),
            ("mueller", "mueller"),
            ("Muller", "Muller"),
        ],
    );
    own("Łukasz Żółć", &[("lukasz", "lukasz"), ("zolc", "zolc")]);
}

#[test]
fn own_names_that_end_in_s_x_z_take_an_apostrophe() {
    own(
        "Hans Felix",
        &[
            ("hans' mor", "hans"),
            ("Hans’ mor", "Hans"),
            ("felix'", "felix"),
        ],
    );
    own(
        "Lars Moritz",
        &[("moritz' sak", "moritz"), ("Larses", "Larses")],
    );
}

#[test]
fn double_names_are_found_whole_and_in_parts() {
    own(
        "Anne-Marie Lie-Haugen",
        &[
            ("Anne-Marie", "Anne-Marie"),
            ("annemarie", "annemarie"),
            ("Anne Marie", "Anne Marie"),
            ("marie", "marie"),
            ("haugens", "haugens"),
        ],
    );
    own(
        "Sean O'Brien",
        &[
            ("obrien", "obrien"),
            ("O’Brien", "O’Brien"),
            ("brien", "brien"),
        ],
    );
    own("Nguyen Van Do", &[("nguyen", "nguyen"), ("do", "do")]);
}

#[test]
fn particles_of_a_name_are_not_looked_for() {
    assert_eq!(refused_for("Pieter de Vries", "hva vil de gjøre"), []);
}

#[test]
fn a_name_that_is_a_word_is_refused_as_the_word_too() {
    own("Liv Dag", &[("et godt liv", "liv"), ("i dag", "dag")]);
}

#[test]
fn own_names_are_not_found_in_other_words() {
    for (name, text) in [
        ("Kari Nordmann", "karisma og karies"),
        ("Bo Moe", "en bolig og en moden plan"),
        ("Per Boe", "et sted å bo, en person"),
        ("Jo Lie", "vi jobber med lite"),
        ("Else de Wit", "de vil ha en telefon"),
    ] {
        assert_eq!(refused_for(name, text), [], "{name}");
    }
}

#[test]
fn a_former_name_is_found_too() {
    let names = Names::of("Kari Nordmann").and("Kari Bråtveit");
    assert_eq!(
        of("bråtveit", &scan("bråtveit", &names)),
        [(RefusalKind::OwnName, "bråtveit")]
    );
}

#[test]
fn anyone_elses_text_does_not_reveal_who_is_a_patient() {
    assert_eq!(refused("en veldig qvistgaard sak"), []);
    assert_eq!(
        refused_for("Ib Qvistgaard", "en veldig qvistgaard sak").len(),
        1
    );
}

#[test]
fn the_names_do_not_print() {
    assert_eq!(format!("{:?}", Names::of("Kari Nordmann")), "Names(..)");
}

#[test]
fn what_looks_like_a_name_is_found() {
    each_is(
        RefusalKind::NameLike,
        &[
            ("Kari sliter", "Kari"),
            ("kari sliter", "kari"),
            ("vi møtte ola i dag", "ola"),
            ("Karis mor", "Karis"),
            ("Jeg snakket med Xerxes", "Xerxes"),
            ("Xerxes Qwerty kom", "Xerxes Qwerty"),
            ("Pasienten heter Qwerty", "Qwerty"),
            ("Navn: Qwerty", "Qwerty"),
            ("Mvh\nQwerty", "Qwerty"),
            ("Dr. Qwerty sier", "Qwerty"),
            ("han K. Qwerty", "K. Qwerty"),
            ("hansen kom", "hansen"),
            ("Hansens sak", "Hansens"),
            ("Spør Anne-Marie", "Anne-Marie"),
            ("Liv sliter med angst", "Liv"),
            ("KARI", "KARI"),
            ("Har Mohammed fått svar?", "Mohammed"),
            ("pasienten «Qwerty» ønsker", "Qwerty"),
            ("Ka\u{200b}ri sliter", "Ka\u{200b}ri"),
            ("Haakon vil", "Haakon"),
            ("Qwerty Olsen", "Qwerty Olsen"),
            ("Bjørn Dag er her", "Bjørn Dag"),
            ("jeg heter kari", "kari"),
        ],
    );
}
