//! Whose word it takes: the patient's own from 16 towards health services, the guardians' before
//! that, both where custody is shared; and what guardians see.

use jiff::{Timestamp, ToSpan as _};
use samrad_tests::consents::{Consent, grant, unit, withdraw};
use samrad_tests::sides::day_before;
use samrad_tests::{Caller, Reply, Sides, clock, on_both};
use serde_json::{Value, json};

const TOPICS: &[&str] = &["identity", "workReadiness"];

/// A draft, with what was told.
fn draft(sides: &Sides) -> (Consent, String) {
    let information = sides.clinician.informs(&sides.patient, "caseDiscussion");
    let grants = json!([grant(&sides.dps, unit(&sides.nav), TOPICS)]);
    (
        sides
            .clinician
            .drafts(&sides.patient, "caseDiscussion", grants),
        information,
    )
}

/// Has a citizen grant with their own token.
fn grants(citizen: &impl Caller, (consent, information): &(Consent, String), more: Value) -> Reply {
    let mut body =
        json!({"form": "electronic", "givenBy": "guardian", "informationRecordId": information});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    citizen.post(&format!("/consents/{}/grant", consent.id), body)
}

/// The ids of the consents that a citizen lists.
fn listed(citizen: &impl Caller) -> Vec<String> {
    let list = citizen.get("/me/consents").expect(200).json();
    let items = list["items"].as_array().expect("items").iter();
    items
        .map(|item| item["consent"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

on_both! {
    /// At 15 nobody consents alone, whoever records it.
    fn at_fifteen_nobody_consents_alone(world) {
        let sides = world.sides_about_a_child(15);
        let drafted = draft(&sides);
        sides.clinician.records_grant(&drafted.0, &drafted.1, json!({})).breaks("R2", "tooYoungToConsent").done();
        grants(&sides.patient, &drafted, json!({"givenBy": "self"})).breaks("R2", "tooYoungToConsent").done();
    }

    /// The day one turns 16 is the day one decides, and not the day before.
    fn the_sixteenth_birthday_is_when_it_turns(world) {
        let today = day_before(16.years());
        let tomorrow = today.tomorrow().expect("a day");
        for (born, status) in [(today, 200), (tomorrow, 422)] {
            let sides = world.sides_about_one_born(born);
            grants(&sides.patient, &draft(&sides), json!({"givenBy": "self"})).expect(status).done();
        }
    }

    /// Towards NAV the default is 18.
    fn towards_nav_one_decides_alone_at_eighteen(world) {
        for (age, status) in [(17, 422), (18, 200)] {
            let sides = world.sides_about_a_child(age);
            let patient = world.register(&sides.adviser, sides.patient.sheet.clone());
            let information = sides.adviser.informs(&patient, "caseDiscussion");
            let to_dps = json!([grant(&sides.nav, unit(&sides.dps), TOPICS)]);
            let consent = sides.adviser.drafts(&patient, "caseDiscussion", to_dps);
            sides.adviser.records_grant(&consent, &information, json!({})).expect(status).done();
        }
    }

    /// Where one parent decides, one suffices; and it lapses with the 16th birthday.
    fn one_parent_with_sole_custody_suffices(world) {
        let sides = world.sides_about_a_child(10);
        let parent = world.guardian_of(&sides.patient, &sides.clinician, json!({}));
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let granted = grants(&parent, &draft(&sides), json!({})).expect(200);
        assert_eq!((granted.at("/state"), granted.at("/givenBy")), ("active".into(), "guardian".into()));
        assert_eq!(granted.json()["guardianshipIds"], json!([parent.id]));
        let lapse: Timestamp = granted.at("/validity/lapsesAt").parse().expect("a moment");
        let oslo = jiff::tz::TimeZone::get("Europe/Oslo").expect("Oslo is in the table");
        let birthday = sides.patient.sheet.birth_date.checked_add(16.years()).expect("a date");
        assert_eq!(lapse, birthday.to_zoned(oslo).expect("a day").timestamp());
        assert_eq!(sides.adviser.sees(&discussion), "identified");
    }

    /// Where custody is shared, the case team records the word of both or of nobody.
    fn the_team_records_the_word_of_both_parents(world) {
        let sides = world.sides_about_a_child(10);
        let shared = || world.guardian_of(&sides.patient, &sides.clinician, json!({"custody": "shared"}));
        let (one, other) = (shared(), shared());
        let (consent, information) = draft(&sides);
        let by = |ids: Value| sides.clinician.records_grant(
            &consent, &information, json!({"givenBy": "guardian", "guardianshipIds": ids}));
        for too_few in [json!([]), json!([one.id]), json!([sides.patient.id, one.id])] {
            by(too_few).breaks("R2", "guardiansMissing").done();
        }
        by(json!([one.id, other.id])).expect(200).done();
    }

    /// With their own tokens they agree one after the other; the narrower of their times holds.
    fn shared_custody_takes_two_words(world) {
        let sides = world.sides_about_a_child(10);
        let shared = || world.guardian_of(&sides.patient, &sides.clinician, json!({"custody": "shared"}));
        let (one, other) = (shared(), shared());
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let drafted = draft(&sides);
        let in_a_month = clock::now() + (24 * 30).hours();
        let first = grants(&one, &drafted, json!({"validUntil": in_a_month.to_string()})).expect(200);
        assert_eq!(first.at("/state"), "draft");
        assert_eq!(first.json()["awaitsOtherGuardian"], json!(true));
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
        grants(&one, &drafted, json!({})).conflicts().done();
        let second = grants(&other, &drafted, json!({})).expect(200);
        assert_eq!(second.at("/state"), "active");
        let until: Timestamp = second.at("/validity/until").parse().expect("a moment");
        assert_eq!(until.as_microsecond(), in_a_month.as_microsecond());
        assert_eq!(sides.adviser.sees(&discussion), "identified");
    }

    /// Nor does the second word make a single use another, or more than one.
    fn a_single_use_agreed_by_one_parent_stays_one(world) {
        let sides = world.sides_about_a_child(10);
        let shared = || world.guardian_of(&sides.patient, &sides.clinician, json!({"custody": "shared"}));
        let (one, other) = (shared(), shared());
        let discussed = || sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let (first, second) = (discussed(), discussed());
        let drafted = draft(&sides);
        let of = |discussion: &str| json!({"singleUse": true, "discussionId": discussion});
        grants(&one, &drafted, of(&first.id)).expect(200).done();
        grants(&other, &drafted, of(&second.id)).conflicts().done();
        let granted = grants(&other, &drafted, json!({})).expect(200);
        assert_eq!(granted.json()["singleUse"], json!(true));
        assert_eq!(granted.at("/discussionId"), first.id);
        assert_eq!(sides.adviser.sees(&second), "anonymised");
        assert_eq!(sides.adviser.sees(&first), "identified");
    }

    /// A guardian may say no.
    fn a_guardian_refuses(world) {
        let sides = world.sides_about_a_child(13);
        let parent = world.guardian_of(&sides.patient, &sides.clinician, json!({}));
        let (consent, _) = draft(&sides);
        let path = format!("/consents/{}/refusal", consent.id);
        assert_eq!(parent.post(&path, json!({})).expect(200).at("/state"), "refused");
    }

    /// From 16 the parents are left out of it.
    fn at_sixteen_the_parents_word_counts_no_more(world) {
        let sides = world.sides_about_a_child(16);
        let parent = world.guardian_of(&sides.patient, &sides.clinician, json!({}));
        let drafted = draft(&sides);
        let recorded = json!({"givenBy": "guardian", "guardianshipIds": [parent.id]});
        sides.clinician.records_grant(&drafted.0, &drafted.1, recorded).breaks("R2", "patientDecidesAlone").done();
        grants(&parent, &drafted, json!({})).expect(404).done();
        assert!(listed(&parent).is_empty());
    }

    /// A consent ends with the authority that it was given on.
    fn a_consent_lapses_with_its_guardianship(world) {
        let sides = world.sides_about_a_child(10);
        let parent = world.guardian_of(&sides.patient, &sides.clinician, json!({}));
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        let consent = grants(&parent, &draft(&sides), json!({})).expect(200).id();
        assert_eq!(sides.adviser.sees(&discussion), "identified");
        let end = format!("/patients/{}/guardians/{}/end", sides.patient.id, parent.id);
        sides.clinician.post(&end, json!({})).expect(204).done();
        assert_eq!(sides.adviser.sees(&discussion), "sealed");
        let read = sides.clinician.get(&format!("/consents/{consent}")).expect(200);
        assert_eq!(read.at("/status"), "CONSENT_LAPSED");
        parent.get(&format!("/consents/{consent}")).expect(404).done();
    }

    /// A guardianship of another patient is none of this one's.
    fn anothers_guardian_has_no_say(world) {
        let sides = world.sides_about_a_child(10);
        let other = world.patient_of(&sides.clinician);
        let stranger = world.guardian_of(&other, &sides.clinician, json!({}));
        let drafted = draft(&sides);
        grants(&stranger, &drafted, json!({})).expect(404).done();
        let recorded = json!({"givenBy": "guardian", "guardianshipIds": [stranger.id]});
        sides.clinician.records_grant(&drafted.0, &drafted.1, recorded).breaks("R2", "guardiansMissing").done();
    }

    /// Of a small child the parents see all; from 12 what they gave, and what they are asked.
    fn from_twelve_a_patient_may_keep_things_from_the_parents(world) {
        for (age, sees_drafts) in [(11, true), (12, false)] {
            let sides = world.sides_about_a_child(age);
            let parent = world.guardian_of(&sides.patient, &sides.clinician, json!({}));
            let (asked, kept) = (draft(&sides), draft(&sides));
            assert_eq!(listed(&parent).len(), if sees_drafts { 2 } else { 0 });
            let status = if sees_drafts { 200 } else { 404 };
            parent.get(&format!("/consents/{}", kept.0.id)).expect(status).done();
            grants(&parent, &asked, json!({})).expect(200).done();
            assert!(listed(&parent).contains(&asked.0.id));
            let read = parent.get(&format!("/consents/{}", asked.0.id)).expect(200);
            assert!(read.json().get("patientId").is_none());
            assert_eq!(listed(&sides.patient).len(), 2);
        }
    }

    /// The patient takes back what the parents gave, and a parent too.
    fn the_child_and_the_parent_may_both_withdraw(world) {
        let sides = world.sides_about_a_child(14);
        let parent = world.guardian_of(&sides.patient, &sides.clinician, json!({}));
        for citizen in [sides.patient.client(), parent.client()] {
            let drafted = draft(&sides);
            grants(&parent, &drafted, json!({})).expect(200).done();
            withdraw(citizen, &drafted.0).expect(200).done();
        }
    }

    /// An appointed guardian's word is told from a parent's.
    fn a_verge_does_not_speak_as_a_parent(world) {
        let sides = world.sides_about_a_child(10);
        let verge = world.guardian_of(&sides.patient, &sides.clinician, json!({"authority": "verge"}));
        let drafted = draft(&sides);
        grants(&verge, &drafted, json!({})).breaks("R2", "guardiansMissing").done();
        grants(&verge, &drafted, json!({"givenBy": "verge"})).expect(200).done();
    }
}
