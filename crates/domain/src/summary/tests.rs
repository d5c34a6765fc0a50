use super::*;
use crate::code::Category;

fn fields(question: &str) -> SummaryFields {
    SummaryFields {
        facts: CoarseFacts::default(),
        question: Question::parse(question).unwrap(),
        question_draws_on: CategorySet::NONE,
    }
}

#[test]
fn a_plain_question_becomes_a_summary() {
    let summary = Summary::draft(
        fields("Hvordan komme i gang med jobb?"),
        &Names::none(),
        &[],
    );
    assert_eq!(
        summary.unwrap().question().as_str(),
        "Hvordan komme i gang med jobb?"
    );
}

#[test]
fn a_summary_that_names_the_patient_is_refused_with_the_place() {
    let text = "Hvordan kan vi hjelpe karis familie?";
    let refusal = Summary::draft(fields(text), &Names::of("Kari Nordmann"), &[]).unwrap_err();
    let found: Vec<_> = refusal
        .question
        .iter()
        .map(|f| (f.kind, f.of(text)))
        .collect();
    assert_eq!(found, [(RefusalKind::OwnName, "karis")]);
}

#[test]
fn a_warning_stops_the_summary_until_it_is_confirmed() {
    let text = "Finnes det tiltak i Oslo?";
    let refusal = Summary::draft(fields(text), &Names::none(), &[]).unwrap_err();
    assert!(refusal.question.is_empty());
    assert_eq!(refusal.question_unconfirmed[0].kind, WarningKind::Place);
    assert!(Summary::draft(fields(text), &Names::none(), &[WarningKind::School]).is_err());
    assert!(Summary::draft(fields(text), &Names::none(), &[WarningKind::Place]).is_ok());
}

#[test]
fn no_confirmation_lifts_a_refusal() {
    let sure = Summary::draft(fields("Ring 900 12 345"), &Names::none(), WarningKind::ALL);
    assert_eq!(sure.unwrap_err().question[0].kind, RefusalKind::Phone);
}

#[test]
fn each_field_draws_on_its_category() {
    use Category::{
        Benefits, Diagnosis, EmploymentHistory, Identity, SubstanceUse, TreatmentTiming,
    };
    let none = CoarseFacts::default();
    let cases: &[(CoarseFacts, &[Category])] = &[
        (none, &[]),
        (
            CoarseFacts {
                age_band: Some(AgeBand::From30),
                ..none
            },
            &[Identity],
        ),
        (
            CoarseFacts {
                region: Some(Region::Ostlandet),
                ..none
            },
            &[Identity],
        ),
        (
            CoarseFacts {
                gender: Some(Gender::Woman),
                ..none
            },
            &[Identity],
        ),
        (
            CoarseFacts {
                diagnosis_group: Some(DiagnosisGroup::Anxiety),
                ..none
            },
            &[Diagnosis],
        ),
        (
            CoarseFacts {
                diagnosis_group: Some(DiagnosisGroup::SubstanceUse),
                ..none
            },
            &[Diagnosis, SubstanceUse],
        ),
        (
            CoarseFacts {
                work_sector: Some(WorkSector::Retail),
                ..none
            },
            &[EmploymentHistory],
        ),
        (
            CoarseFacts {
                benefit_group: Some(BenefitGroup::Nothing),
                ..none
            },
            &[Benefits],
        ),
        (
            CoarseFacts {
                duration: Some(CoarseDuration::NotBegun),
                ..none
            },
            &[TreatmentTiming],
        ),
    ];
    for (facts, categories) in cases {
        assert_eq!(
            facts.draws_on(),
            categories.iter().copied().collect(),
            "{facts:?}"
        );
    }
}

#[test]
fn the_question_draws_on_what_the_owner_says() {
    let mut fields = fields("Kan gjelden ordnes?");
    fields.question_draws_on = CategorySet::NONE.with(Category::EconomyAndDebt);
    fields.facts.benefit_group = Some(BenefitGroup::SickPay);
    let summary = Summary::draft(fields, &Names::none(), &[]).unwrap();
    assert_eq!(summary.draws_on().to_string(), "benefits economyAndDebt");
}

#[test]
fn a_question_has_1_to_2000_characters() {
    assert_eq!(Question::parse(" \n"), Err(TextRefusal::Empty));
    assert!(Question::parse(&"å".repeat(2000)).is_ok());
    assert_eq!(
        Question::parse(&"å".repeat(2001)),
        Err(TextRefusal::TooLong(2000))
    );
}

#[test]
fn a_message_has_1_to_4000_characters_and_is_scanned() {
    let scan = |text: &str| ScannedText::scan(text, &Names::none(), &[]);
    assert!(scan(&"ja ".repeat(1333)).is_ok());
    assert_eq!(scan(&"ja ".repeat(1335)), Err(TextRefusal::TooLong(4000)));
    assert_eq!(scan(""), Err(TextRefusal::Empty));
    assert!(matches!(
        scan("Spør Xerxes"),
        Err(TextRefusal::Identifying(_))
    ));
}

#[test]
fn free_text_does_not_print() {
    let text = ScannedText::stored("noe".to_owned());
    assert_eq!(
        format!("{text:?} {:?}", Question::parse("noe").unwrap()),
        "ScannedText(..) Question(..)"
    );
}

#[test]
fn every_age_falls_in_one_decade() {
    for years in 0..=120 {
        assert_eq!(AgeBand::of(years) as u16, (years / 10).min(8), "{years}");
    }
}
