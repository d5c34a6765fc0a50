//! What a reading needs is kept on a sheet of the discussion's own. A sheet never shows what the tables no
//! longer say: not after a change, not after an erasure, and not after somebody wrote on it.

use samrad_tests::consents::{person, withdraw};
use samrad_tests::{Backend, Caller, Discussion, Sides, World, on_both};
use serde_json::json;

const PURPOSE: &str = "caseDiscussion";
const COVERED: &[&str] = &["identity", "workReadiness", "plan"];

/// A discussion that the adviser has read twice by name: the second time from its sheet.
fn read_twice(world: &World) -> (Sides, Discussion) {
    let sides = world.sides();
    let discussion = sides
        .clinician
        .discusses(&sides.patient, &sides.nav, PURPOSE);
    let _consent = sides.clinician.obtains_consent(
        &sides.patient,
        PURPOSE,
        &sides.dps,
        person(&sides.adviser),
        COVERED,
    );
    let first = sides.adviser.reads(&discussion).expect(200).json();
    assert_eq!(first["view"], "identified");
    assert_eq!(sides.adviser.reads(&discussion).expect(200).json(), first);
    (sides, discussion)
}

/// Writes on every sheet that there is.
fn write_on_sheets(world: &World, body: &str) {
    let written = format!("UPDATE sheet SET body_enc = {body}");
    world.database().tamper(&[&written]);
}

on_both! {
    fn a_new_statement_and_a_new_message_are_in_the_next_reading(world) {
        let (sides, discussion) = read_twice(world);
        let cases = sides.clinician.get("/cases").expect(200).json();
        let case = cases["items"][0]["id"].as_str().expect("an id").to_owned();
        let said = json!({"category": "workReadiness", "text": "Kan begynne over påske."});
        sides.clinician.post(&format!("/cases/{case}/statements"), said).expect(201).done();
        let view = sides.adviser.reads(&discussion).expect(200).everything();
        assert!(view.contains("over påske"), "{view}");
        let asked = json!({"kind": "question", "body": {"class": "identified", "categories": ["plan"],
            "text": "Når passer det å møtes?"}});
        sides.adviser.post(&format!("/discussions/{}/messages", discussion.id), asked).expect(201).done();
        for reader in [&sides.adviser, &sides.clinician, &sides.adviser] {
            let view = reader.reads(&discussion).expect(200).everything();
            assert!(view.contains("passer det å møtes"), "{view}");
        }
    }

    fn a_withdrawal_and_a_new_consent_are_in_the_next_reading(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, PURPOSE);
        for _ in 0..3 {
            let consent = sides.clinician.obtains_consent(
                &sides.patient, PURPOSE, &sides.dps, person(&sides.adviser), COVERED);
            for _ in 0..2 {
                assert_eq!(sides.adviser.sees(&discussion), "identified");
            }
            withdraw(&sides.patient, &consent).expect(200).done();
            for _ in 0..2 {
                assert_eq!(sides.adviser.sees(&discussion), "sealed");
            }
        }
    }

    fn who_has_seen_it_by_name_is_known_though_the_sheet_was_written_for_another(world) {
        let (sides, discussion) = read_twice(world);
        let colleague = world.nav_adviser_at(&sides.nav);
        for _ in 0..2 {
            assert_eq!(colleague.sees(&discussion), "anonymised");
        }
        let consent = sides.clinician.obtains_consent(
            &sides.patient, PURPOSE, &sides.dps, person(&colleague), COVERED);
        assert_eq!(colleague.sees(&discussion), "identified");
        withdraw(&sides.patient, &consent).expect(200).done();
        assert_eq!(colleague.sees(&discussion), "sealed");
    }

    fn what_can_not_be_read_is_no_sheet(world) {
        let (sides, discussion) = read_twice(world);
        let before = sides.adviser.reads(&discussion).expect(200).json();
        let nothing = match world.database().backend() {
            Backend::Sqlite => "x'00'",
            Backend::Postgres => "'\\x00'",
        };
        write_on_sheets(world, nothing);
        for _ in 0..2 {
            assert_eq!(sides.adviser.reads(&discussion).expect(200).json(), before);
        }
    }

    fn the_sheet_of_another_discussion_is_no_sheet(world) {
        let (sides, discussion) = read_twice(world);
        // Of the same patient, so sealed with the same key.
        let other = sides.clinician.discusses(&sides.patient, &sides.nav, PURPOSE);
        let before = [&discussion, &other].map(|one| sides.adviser.reads(one).expect(200).json());
        assert_ne!(before[0]["label"], before[1]["label"]);
        write_on_sheets(world, "(SELECT other.body_enc FROM sheet AS other \
            WHERE other.discussion_id <> sheet.discussion_id)");
        for _ in 0..2 {
            let after = [&discussion, &other].map(|one| sides.adviser.reads(one).expect(200).json());
            assert_eq!(after, before);
        }
    }

    fn a_record_whose_key_was_destroyed_is_in_no_reading(world) {
        let (sides, discussion) = read_twice(world);
        let name = &sides.patient.sheet.family;
        assert!(sides.adviser.reads(&discussion).everything().contains(name));
        world.database().tamper(&["UPDATE data_key SET wrapped = NULL, \
            destroyed_at = '2026-11-28T12:00:00.000000Z' \
            WHERE id IN (SELECT data_key_id FROM patient)"]);
        for reader in [&sides.adviser, &sides.clinician] {
            let answer = reader.reads(&discussion);
            assert!(!answer.everything().contains(name), "{}", answer.everything());
            assert!(!answer.everything().contains("identified"), "{}", answer.everything());
        }
    }
}
