//! R5: what is filed where, and in which words.

use super::{ConsentFacts, JournalNote, NoteKind, Register, register};
use crate::code::{Category, Purpose};
use crate::consent::Recipient;
use crate::testing::{ADVISER, INFORMED, TALK, consent_id, set};
use crate::unit::CompartmentKind;

fn facts() -> ConsentFacts {
    ConsentFacts {
        consent: consent_id(1),
        version: 2,
        purpose: Purpose::CaseDiscussion,
        categories: set(&[Category::Identity, Category::Plan]),
    }
}

#[test]
fn health_files_in_the_journal_nav_in_its_case_file_and_ips_nowhere() {
    assert_eq!(register(CompartmentKind::Health), Some(Register::Journal));
    assert_eq!(
        register(CompartmentKind::NavState),
        Some(Register::CaseFile)
    );
    assert_eq!(
        register(CompartmentKind::MunicipalSocial),
        Some(Register::CaseFile)
    );
    assert_eq!(register(CompartmentKind::Ips), None);
    assert_eq!(register(CompartmentKind::None), None);
}

#[test]
fn every_kind_of_note_is_a_sentence_of_closed_fields() {
    let disclosed = JournalNote::DisclosureMade {
        consent: facts(),
        discussion: TALK,
        recipient: Recipient::Person(ADVISER),
    };
    let informed = JournalNote::InformationGiven {
        information: INFORMED,
        purpose: Purpose::CaseDiscussion,
    };
    let notes = [
        informed,
        JournalNote::ConsentGranted(facts()),
        JournalNote::ConsentRefused(facts()),
        JournalNote::ConsentWithdrawn(facts()),
        disclosed,
    ];
    let kinds: Vec<_> = notes.iter().map(JournalNote::kind).collect();
    assert_eq!(kinds, NoteKind::ALL);
    for note in &notes {
        assert!(note.text().as_str().contains("caseDiscussion"), "{note:?}");
    }
    assert!(notes[4].text().as_str().contains("identity plan"));
}
