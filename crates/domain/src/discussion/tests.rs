//! Putting a case before an audience, writing in its thread, stopping and closing it.

use super::{Discussion, DiscussionState, Label, MessageClass, SummaryFacts, present};
use crate::case::{Case, CaseState};
use crate::code::{Category, CategorySet, Purpose};
use crate::decision::{Basis, Sight};
use crate::id::CaseId;
use crate::permit::RefusalCode;
use crate::testing::{
    ADVISER, DPS, ELSEWHERE, NAV, Scene, TALK, THERAPIST, consent, now, set, staff, therapist,
};
use uuid::Uuid;

fn discussion(state: DiscussionState) -> Discussion {
    Discussion {
        id: TALK,
        label: Label::of([0, 1, 2, 24, 25, 255]),
        case: CaseId::new(Uuid::from_u128(0x90)),
        audience: NAV,
        purpose: Purpose::CaseDiscussion,
        state,
        summary_version: 1,
        drawn: CategorySet::NONE,
        opened_at: now(),
        closed_at: None,
    }
}

fn open() -> Discussion {
    discussion(DiscussionState::Open)
}

fn inside() -> Sight {
    Scene::with(Vec::new())
        .by_clinician(DPS, Some(Basis::Team))
        .sight()
}

fn invited() -> Sight {
    Scene::with(Vec::new())
        .by_clinician(ELSEWHERE, Some(Basis::Hpl25))
        .sight()
}

fn covered_for_plan() -> Sight {
    let mut consent = consent();
    consent.grants[0].categories = set(&[Category::Identity, Category::Plan]);
    Scene {
        drawn: CategorySet::NONE,
        ..Scene::with(vec![consent])
    }
    .sight()
}

fn anonymised() -> Sight {
    Scene::with(Vec::new()).sight()
}

fn sealed() -> Sight {
    Scene {
        has_seen: true,
        ..Scene::with(Vec::new())
    }
    .sight()
}

fn stranger() -> Sight {
    Scene {
        unit: ELSEWHERE,
        ..Scene::with(Vec::new())
    }
    .sight()
}

fn write(sight: &Sight, class: MessageClass, about: &[Category]) -> Option<RefusalCode> {
    open()
        .write(sight, class, set(about))
        .err()
        .map(|refusal| refusal.code)
}

#[test]
fn a_label_is_made_of_signs_nobody_misreads() {
    assert_eq!(Label::of([0, 1, 2, 24, 25, 255]).as_str(), "Case 23423K");
}

#[test]
fn a_case_is_put_before_an_audience_with_an_attested_summary() {
    let facts = SummaryFacts {
        version: 3,
        drawn: set(&[Category::Diagnosis]),
    };
    let put = |case: &Case, by, summary, attested| {
        present(
            case,
            by,
            NAV,
            Purpose::CaseDiscussion,
            summary,
            attested,
            now(),
        )
        .map(|permit| permit.act().drawn)
        .map_err(|refusal| refusal.code)
    };
    let case = crate::case::tests::case();
    let by = therapist();
    assert_eq!(put(&case, &by, Some(facts), true), Ok(facts.drawn));
    assert_eq!(
        put(&case, &by, None, true),
        Err(RefusalCode::SummaryMissing)
    );
    assert_eq!(
        put(&case, &by, Some(facts), false),
        Err(RefusalCode::AttestationMissing)
    );
    let stranger = staff(ADVISER, DPS, by.role, by.compartment.clone());
    assert_eq!(
        put(&case, &stranger, Some(facts), true),
        Err(RefusalCode::Absent)
    );
    let closed = Case {
        state: CaseState::Closed,
        ..case
    };
    assert_eq!(
        put(&closed, &by, Some(facts), true),
        Err(RefusalCode::WrongState)
    );
}

#[test]
fn an_identified_message_needs_cover_for_all_it_is_about() {
    let identified = MessageClass::Identified;
    assert_eq!(write(&inside(), identified, &[Category::Diagnosis]), None);
    assert_eq!(
        write(&covered_for_plan(), identified, &[Category::Plan]),
        None
    );
    let too_much = write(
        &covered_for_plan(),
        identified,
        &[Category::Plan, Category::Family],
    );
    assert_eq!(too_much, Some(RefusalCode::NotCovered));
    assert_eq!(
        write(&anonymised(), identified, &[]),
        Some(RefusalCode::NotCovered)
    );
}

#[test]
fn an_anonymised_message_needs_no_consent() {
    for sight in [inside(), covered_for_plan(), anonymised()] {
        assert_eq!(
            write(&sight, MessageClass::Anonymised, &[Category::Diagnosis]),
            None
        );
    }
}

#[test]
fn the_sealed_and_strangers_write_nothing() {
    for class in [MessageClass::Anonymised, MessageClass::Identified] {
        assert_eq!(write(&sealed(), class, &[]), Some(RefusalCode::WrongState));
        assert_eq!(write(&stranger(), class, &[]), Some(RefusalCode::Absent));
    }
}

#[test]
fn nothing_is_written_where_the_discussion_is_over() {
    for state in [DiscussionState::Stopped, DiscussionState::Closed] {
        let refusal =
            discussion(state).write(&inside(), MessageClass::Anonymised, CategorySet::NONE);
        assert_eq!(
            refusal.map(|_| ()).map_err(|r| r.code),
            Err(RefusalCode::WrongState)
        );
    }
}

#[test]
fn anyone_in_the_audience_who_recognises_the_person_stops_it() {
    for sight in [anonymised(), covered_for_plan(), sealed()] {
        let permit = open().recognise(&sight, ADVISER).expect("in the audience");
        assert_eq!(permit.act().state, DiscussionState::Stopped);
        let again = discussion(DiscussionState::Stopped).recognise(&sight, ADVISER);
        assert_eq!(
            again.map(|_| ()).map_err(|r| r.code),
            Err(RefusalCode::WrongState)
        );
    }
    let recognise = |sight| {
        open()
            .recognise(&sight, ADVISER)
            .map(|_| ())
            .map_err(|r| r.code)
    };
    assert_eq!(recognise(stranger()), Err(RefusalCode::Absent));
    assert_eq!(recognise(inside()), Err(RefusalCode::WrongState));
}

#[test]
fn the_team_alone_closes_it_stopped_or_not() {
    for state in [DiscussionState::Open, DiscussionState::Stopped] {
        let permit = discussion(state)
            .close(&inside(), THERAPIST)
            .expect("the team");
        assert_eq!(permit.act().state, DiscussionState::Closed);
    }
    let again = discussion(DiscussionState::Closed).close(&inside(), THERAPIST);
    assert_eq!(
        again.map(|_| ()).map_err(|r| r.code),
        Err(RefusalCode::WrongState)
    );
    for sight in [
        invited(),
        covered_for_plan(),
        anonymised(),
        sealed(),
        stranger(),
    ] {
        let refusal = open()
            .close(&sight, ADVISER)
            .map(|_| ())
            .map_err(|r| r.code);
        assert_eq!(refusal, Err(RefusalCode::Absent), "{sight:?}");
    }
}
