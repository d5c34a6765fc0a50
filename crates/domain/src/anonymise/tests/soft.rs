use super::*;
use WarningKind::{Employer, Place, QuasiIdentifiers, RareDiagnosis, School};

#[test]
fn softer_signs_are_warned_of_and_not_refused() {
    let mut wrong = String::new();
    for (text, kind, words) in [
        ("Bor i Oslo", Place, "Oslo"),
        ("bor i oslo", Place, "oslo"),
        ("Oslos beste", Place, "Oslos"),
        ("kommer fra Søndre Nordstrand", Place, "Søndre Nordstrand"),
        ("flyttet til Mo i Rana", Place, "Mo i Rana"),
        ("født i Somalia", Place, "Somalia"),
        ("I Bodø har de dette", Place, "Bodø"),
        ("ved Søndre Oslo DPS", Place, "Søndre Oslo"),
        ("saken ligger hos NAV Qvikne", Place, "Qvikne"),
        ("innlagt ved Qvikne sykehus", Place, "Qvikne"),
        ("bor på St. Hanshaugen", Place, "St. Hanshaugen"),
        ("jobber hos Rema 1000", Employer, "Rema 1000"),
        ("ansatt i Qwerty", Employer, "Qwerty"),
        ("er ansatt hos Qwerty Zxcvb", Employer, "Qwerty Zxcvb"),
        ("Qwerty Bygg AS", Employer, "Qwerty Bygg AS"),
        ("arbeidsgiver Qwerty vil", Employer, "Qwerty"),
        (
            "går på Qwerty videregående skole",
            School,
            "Qwerty videregående skole",
        ),
        ("går på Qwertyskolen", School, "Qwertyskolen"),
        ("elev ved Qwerty vgs", School, "elev ved Qwerty vgs"),
        (
            "har Huntingtons sykdom",
            RareDiagnosis,
            "Huntingtons sykdom",
        ),
        ("har cystisk fibrose", RareDiagnosis, "cystisk fibrose"),
        ("har narkolepsi", RareDiagnosis, "narkolepsi"),
        ("har Ehlers-Danlos", RareDiagnosis, "Ehlers-Danlos"),
    ] {
        if !warned(text).contains(&(kind, words)) || !refused(text).is_empty() {
            wrong += &format!("{text:?}: {:?} {:?}\n", warned(text), refused(text));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn three_traits_together_are_warned_of() {
    for (text, words) in [
        (
            "En kvinne på 34 år med tre barn",
            "kvinne på 34 år med tre barn",
        ),
        ("somalisk mann, 52 år", "somalisk mann, 52 år"),
        ("prest og enke fra Oslo", "prest og enke fra Oslo"),
        ("34-årig kvinnelig pilot", "34-årig kvinnelig pilot"),
    ] {
        assert!(
            warned(text).contains(&(QuasiIdentifiers, words)),
            "{text}: {:?}",
            warned(text)
        );
    }
    assert_eq!(warned("En kvinne på 34 år"), []);
    assert_eq!(warned("har to barn og er skilt"), []);
}

#[test]
fn a_person_is_no_place_employer_or_school() {
    for text in ["ansatt hos Hansen", "Kari Lund", "jobber med Qwerty"] {
        assert!(!refused(text).is_empty(), "{text}");
    }
}

#[test]
fn words_that_are_also_places_are_left_alone() {
    for text in [
        "Time er satt opp",
        "en time",
        "på ski i sola",
        "vi ser på det",
        "Sola skinner",
    ] {
        assert_eq!((warned(text), refused(text)), (vec![], vec![]), "{text}");
    }
}
