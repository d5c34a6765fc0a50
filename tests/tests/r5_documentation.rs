//! R5: the health side documents its cooperation in the patient's journal. Each event of its cases
//! leaves exactly its note, in the same transaction; the record system fetches it and says as what
//! it was filed. NAV's own cases leave notes for its case file in the same way.

use samrad_tests::cases::Discussion;
use samrad_tests::consents::{self, Consent, grant};
use samrad_tests::database::holds;
use samrad_tests::{Caller, Patient, Person, Reply, Unit, World, on_both};
use serde_json::{Value, json};

const NO_SUCH: &str = "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11";
const PURPOSE: &str = "caseDiscussion";
const KINDS: [&str; 5] = [
    "informationGiven",
    "consentGranted",
    "consentRefused",
    "consentWithdrawn",
    "disclosureMade",
];

/// A patient of a DPS whose case is put before a NAV office.
struct Scene {
    dps: Unit,
    nav: Unit,
    clinician: Person,
    adviser: Person,
    patient: Patient,
    discussion: Discussion,
}

impl Scene {
    fn of(world: &World) -> Self {
        let (dps, nav) = (
            world.dps("Søndre Oslo DPS"),
            world.nav_office("NAV Nordstrand", "0318"),
        );
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &nav, PURPOSE);
        Self {
            adviser: world.nav_adviser_at(&nav),
            dps,
            nav,
            clinician,
            patient,
            discussion,
        }
    }

    fn consents_to(&self, who: &Person, categories: &[&str]) -> Consent {
        self.clinician.obtains_consent(
            &self.patient,
            PURPOSE,
            &self.dps,
            consents::person(who),
            categories,
        )
    }

    /// How many notes there are of each of [`KINDS`].
    fn counts(&self) -> [usize; 5] {
        counts(&self.clinician)
    }
}

fn notes(caller: &impl Caller, register: &str) -> Vec<Value> {
    caller
        .get(&format!("/{register}?limit=200"))
        .expect(200)
        .items()
}

fn counts(caller: &impl Caller) -> [usize; 5] {
    let all = notes(caller, "journal-notes");
    KINDS.map(|kind| all.iter().filter(|note| note["kind"] == kind).count())
}

fn note_of(caller: &impl Caller, register: &str, kind: &str) -> String {
    let all = notes(caller, register);
    let found = all.iter().find(|note| note["kind"] == kind);
    found
        .and_then(|note| note["id"].as_str())
        .expect("a note of the kind")
        .to_owned()
}

fn file(caller: &impl Caller, register: &str, note: &str, reference: &str) -> Reply {
    let path = format!("/{register}/{note}/acknowledgement");
    caller.post(&path, json!({"reference": reference}))
}

on_both! {
    /// Informed, granted, read, withdrawn, asked again and refused: one note each, and none for
    /// what is no event of R5.
    fn every_event_of_a_health_side_case_leaves_exactly_its_note(world) {
        let scene = Scene::of(world);
        assert_eq!(scene.adviser.sees(&scene.discussion), "anonymised");
        assert_eq!(scene.counts(), [0, 0, 0, 0, 0]);
        let information = scene.clinician.informs(&scene.patient, PURPOSE);
        assert_eq!(scene.counts(), [1, 0, 0, 0, 0]);
        let grants = json!([grant(&scene.dps, consents::person(&scene.adviser), &["identity", "workReadiness"])]);
        let consent = scene.clinician.drafts(&scene.patient, PURPOSE, grants.clone());
        assert_eq!(scene.counts(), [1, 0, 0, 0, 0]);
        scene.clinician.records_grant(&consent, &information, json!({})).expect(200).done();
        assert_eq!(scene.counts(), [1, 1, 0, 0, 0]);
        assert_eq!(scene.adviser.sees(&scene.discussion), "identified");
        assert_eq!(scene.counts(), [1, 1, 0, 0, 1]);
        consents::withdraw(&scene.patient, &consent).expect(200).done();
        assert_eq!(scene.counts(), [1, 1, 0, 1, 1]);
        assert_eq!(scene.adviser.sees(&scene.discussion), "sealed");
        assert_eq!(scene.clinician.sees(&scene.discussion), "identified");
        let again = scene.clinician.drafts(&scene.patient, PURPOSE, grants);
        scene.clinician.post(&format!("/consents/{}/refusal", again.id), json!({"form": "oral"}))
            .expect(200).done();
        assert_eq!(scene.counts(), [1, 1, 1, 1, 1]);
    }

    /// What is refused leaves a log entry and no note.
    fn what_did_not_happen_leaves_no_note(world) {
        let scene = Scene::of(world);
        let information = scene.clinician.informs(&scene.patient, PURPOSE);
        let grants = json!([grant(&scene.dps, consents::person(&scene.adviser), &["identity"])]);
        let consent = scene.clinician.drafts(&scene.patient, PURPOSE, grants);
        scene.clinician.records_grant(&consent, NO_SUCH, json!({})).refused(422, "ruleBroken").done();
        world.clinician_at(&scene.dps).records_grant(&consent, &information, json!({})).expect(404).done();
        assert_eq!(scene.counts(), [1, 0, 0, 0, 0]);
    }

    /// One note for each discussion, recipient, consent version and set of categories; not one a
    /// read.
    fn a_disclosure_is_noted_once_and_not_at_each_read(world) {
        let scene = Scene::of(world);
        let colleague = world.nav_adviser_at(&scene.nav);
        let consent = scene.consents_to(&scene.adviser, &["identity", "workReadiness"]);
        let disclosures = || scene.counts()[4];
        for _ in 0..5 {
            assert_eq!(scene.adviser.sees(&scene.discussion), "identified");
        }
        assert_eq!(disclosures(), 1);
        let other = scene.clinician.discusses(&scene.patient, &scene.nav, PURPOSE);
        assert_eq!(scene.adviser.sees(&other), "identified");
        assert_eq!(disclosures(), 2, "another discussion");
        let _ = scene.consents_to(&colleague, &["identity", "workReadiness"]);
        for _ in 0..2 {
            assert_eq!(colleague.sees(&scene.discussion), "identified");
        }
        assert_eq!(disclosures(), 3, "another recipient");
        let narrower = json!({"grants": [grant(&scene.dps, consents::person(&scene.adviser), &["identity"])]});
        scene.clinician.post(&format!("/consents/{}/narrowing", consent.id), narrower).expect(201).done();
        for _ in 0..2 {
            assert_eq!(scene.adviser.sees(&scene.discussion), "identified");
        }
        assert_eq!(disclosures(), 4, "another consent, and other categories");
    }

    /// What was said by word of mouth is a disclosure too, to each who heard.
    fn a_disclosure_by_word_of_mouth_is_noted(world) {
        let scene = Scene::of(world);
        let _ = scene.consents_to(&scene.adviser, &["identity", "workReadiness"]);
        let granted = notes(&scene.clinician, "journal-notes").into_iter()
            .find(|note| note["kind"] == "consentGranted").expect("granted");
        let told = json!({"disclosedAt": granted["occurredAt"], "categories": ["identity"],
            "recipients": [{"personId": scene.adviser.id, "unitId": scene.nav.id}]});
        let path = format!("/discussions/{}/oral-disclosures", scene.discussion.id);
        for _ in 0..2 {
            scene.clinician.post(&path, told.clone()).expect(201).done();
            assert_eq!(scene.counts(), [1, 1, 0, 0, 1]);
        }
        assert_eq!(scene.adviser.sees(&scene.discussion), "identified");
        assert_eq!(scene.counts()[4], 2, "other categories");
    }

    /// A note is durable with the act that it tells of.
    fn a_note_survives_what_the_act_survives(world) {
        let scene = Scene::of(world);
        let _ = scene.consents_to(&scene.adviser, &["identity", "workReadiness"]);
        assert_eq!(scene.adviser.sees(&scene.discussion), "identified");
        world.server().kill9();
        world.server().restart();
        assert_eq!(scene.counts(), [1, 1, 0, 0, 1]);
    }

    /// The list has ids and no identity; the note has what the record system files it by, and its
    /// reading is in the log.
    fn a_note_tells_whose_it_is_to_who_files_it(world) {
        let scene = Scene::of(world);
        let consent = scene.consents_to(&scene.adviser, &["identity", "workReadiness"]);
        assert_eq!(scene.adviser.sees(&scene.discussion), "identified");
        let list = scene.clinician.get("/journal-notes?state=pending").expect(200);
        let sheet = &scene.patient.sheet;
        for word in [&sheet.family, &sheet.identity_number] {
            assert!(!list.everything().contains(word.as_str()), "{word}");
        }
        for item in list.items() {
            assert_eq!(item["patientId"], scene.patient.id.as_str());
            assert_eq!((&item["state"], &item["overdue"]), (&json!("pending"), &json!(false)));
            assert!(item["dueAt"].as_str() > item["occurredAt"].as_str());
        }
        let id = note_of(&scene.clinician, "journal-notes", "disclosureMade");
        let reply = scene.clinician.get(&format!("/journal-notes/{id}")).expect(200);
        assert!(reply.header("disclosure-receipt").is_some());
        let note = reply.json();
        assert_eq!(note["patient"]["given"], sheet.given.as_str());
        assert_eq!(note["patient"]["family"], sheet.family.as_str());
        assert_eq!(note["patient"]["identityNumber"], sheet.identity_number.as_str());
        assert_eq!(note["consentId"], consent.id.as_str());
        assert_eq!(note["discussionId"], scene.discussion.id.as_str());
        assert_eq!(note["recipient"]["id"], scene.adviser.id.as_str());
        assert_eq!(note["recipient"]["name"], scene.adviser.name.as_str());
        assert_eq!(note["categories"], json!(["identity", "workReadiness"]));
        assert_eq!(note["purpose"], PURPOSE);
        assert!(note["text"].as_str().expect("a sentence").starts_with("Disclosed on consent"));
        assert!(note.get("filed").is_none());
        let auditor = world.auditor_at(&scene.dps);
        let log = auditor.post("/log/search", json!({"kind": "noteRead"})).expect(200).items();
        assert_eq!(log.len(), 1, "{log:?}");
        assert_eq!(log[0]["outcome"], "accessed");
    }

    /// Filed once, under one reference; said again it is the same answer.
    fn a_note_is_acknowledged_with_the_records_own_reference(world) {
        let scene = Scene::of(world);
        let _ = scene.clinician.informs(&scene.patient, PURPOSE);
        let _ = scene.clinician.informs(&scene.patient, "threeWayTalk");
        let id = note_of(&scene.clinician, "journal-notes", "informationGiven");
        for reference in ["", "two words", "Kåre", "tab\t", "x".repeat(201).as_str()] {
            file(&scene.clinician, "journal-notes", &id, reference).refused(422, "invalid").done();
        }
        let filed = file(&scene.clinician, "journal-notes", &id, "DIPS-4711").expect(200);
        assert!(filed.header("disclosure-receipt").is_some());
        assert_eq!(filed.json()["reference"], "DIPS-4711");
        let again = file(&scene.clinician, "journal-notes", &id, "DIPS-4711").expect(200);
        assert_eq!(again.json(), filed.json());
        file(&scene.clinician, "journal-notes", &id, "DIPS-4712").refused(409, "conflict").done();
        let note = scene.clinician.get(&format!("/journal-notes/{id}")).expect(200).json();
        assert_eq!((&note["state"], &note["filed"]), (&json!("filed"), &filed.json()));
        for (state, expected) in [("pending", 1), ("filed", 1), ("overdue", 0)] {
            let listed = scene.clinician.get(&format!("/journal-notes?state={state}")).expect(200);
            assert_eq!(listed.items().len(), expected, "{state}");
        }
        scene.clinician.get("/journal-notes?state=lost").refused(400, "malformed").done();
        let auditor = world.auditor_at(&scene.dps);
        let log = auditor.post("/log/search", json!({"kind": "noteFiled", "outcome": "done"})).expect(200).items();
        assert_eq!(log.len(), 1, "done once: {log:?}");
    }

    /// The record system does it without a person, for all of its organisation and nothing else.
    fn a_record_system_files_the_notes_of_its_organisation(world) {
        let scene = Scene::of(world);
        let _ = scene.consents_to(&scene.adviser, &["identity"]);
        let own = world.system_of(&scene.dps.organisation, "samrad:notes");
        assert_eq!(notes(&own, "journal-notes").len(), 2);
        assert!(notes(&own, "case-file-notes").is_empty());
        let id = note_of(&own, "journal-notes", "consentGranted");
        let note = own.get(&format!("/journal-notes/{id}")).expect(200).json();
        assert_eq!(note["patient"]["identityNumber"], scene.patient.sheet.identity_number.as_str());
        file(&own, "journal-notes", &id, "DOC-CANARY-77").expect(200).done();
        assert!(!holds(&world.database().dump(), "DOC-CANARY-77"), "sealed");

        let unscoped = world.system_of(&scene.dps.organisation, "samrad:other");
        unscoped.get("/journal-notes").refused(403, "forbidden").done();
        let other = world.system_of(&world.dps("Øyane DPS").organisation, "samrad:notes");
        let nav = world.system_of(&scene.nav.organisation, "samrad:notes");
        for stranger in [&other, &nav] {
            for register in ["journal-notes", "case-file-notes"] {
                assert!(notes(stranger, register).is_empty());
                let hidden = stranger.get(&format!("/{register}/{id}")).refused(404, "notFound");
                let missing = stranger.get(&format!("/{register}/{NO_SUCH}")).refused(404, "notFound");
                assert_eq!(hidden.likeness(), missing.likeness());
                let hidden = file(stranger, register, &id, "DOC-CANARY-77").refused(404, "notFound");
                let missing = file(stranger, register, NO_SUCH, "DOC-CANARY-77").refused(404, "notFound");
                assert_eq!(hidden.likeness(), missing.likeness());
            }
        }
        own.get(&format!("/case-file-notes/{id}")).refused(404, "notFound").done();
    }

    /// Belonging to the office gives nothing; belonging to the case does, while it lasts.
    fn notes_are_for_the_case_team_alone(world) {
        let scene = Scene::of(world);
        let _ = scene.clinician.informs(&scene.patient, PURPOSE);
        let id = note_of(&scene.clinician, "journal-notes", "informationGiven");
        let path = format!("/journal-notes/{id}");
        let colleague = world.clinician_at(&scene.dps);
        for outsider in [&colleague, &world.clinician_at(&world.dps("Øyane DPS")), &scene.adviser] {
            assert!(notes(outsider, "journal-notes").is_empty());
            let hidden = outsider.get(&path).refused(404, "notFound");
            let missing = outsider.get(&format!("/journal-notes/{NO_SUCH}")).refused(404, "notFound");
            assert_eq!(hidden.likeness(), missing.likeness());
        }
        for role in ["jobSpecialist", "coordinator", "auditor", "administrator"] {
            world.person_at(&scene.dps, role).get(&path).refused(403, "forbidden").done();
        }
        let case = scene.clinician.opens_case_for(&scene.patient);
        let member = json!({"personId": colleague.id, "unitId": scene.dps.id, "basis": "team"});
        scene.clinician.post(&format!("/cases/{}/members", case.id), member).expect(201).done();
        colleague.get(&path).expect(200).done();
        assert_eq!(notes(&colleague, "journal-notes").len(), 1);
        let leave = format!("/cases/{}/members/{}/end", case.id, colleague.id);
        scene.clinician.post_over(&leave, json!({})).expect(204).done();
        colleague.get(&path).refused(404, "notFound").done();
        assert!(notes(&colleague, "journal-notes").is_empty());

        let invited = json!({"personId": colleague.id, "unitId": scene.dps.id, "basis": "hpl25"});
        scene.clinician.post(&format!("/cases/{}/members", case.id), invited).expect(201).done();
        colleague.get(&path).refused(404, "notFound").done();
    }

    /// A clinician who is a job specialist elsewhere is outside health secrecy, notes too.
    fn who_is_a_job_specialist_anywhere_files_no_journal_notes(world) {
        let scene = Scene::of(world);
        let _ = scene.clinician.informs(&scene.patient, PURPOSE);
        let id = note_of(&scene.clinician, "journal-notes", "informationGiven");
        let _ = world.also_at(&scene.clinician, &world.ips_team("IPS Nordstrand"), "jobSpecialist", 0);
        scene.clinician.get(&format!("/journal-notes/{id}")).refused(404, "notFound").done();
        assert!(notes(&scene.clinician, "journal-notes").is_empty());
    }

    /// NAV's own case before a DPS: the notes are for NAV's case file, and the DPS has none.
    fn a_nav_side_case_leaves_notes_for_the_case_file(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let patient = world.patient_of(&adviser);
        let discussion = adviser.discusses(&patient, &dps, PURPOSE);
        let _ = adviser.obtains_consent(&patient, PURPOSE, &nav, consents::person(&clinician), &["identity"]);
        assert_eq!(clinician.sees(&discussion), "identified");
        let own = notes(&adviser, "case-file-notes");
        assert_eq!(own.len(), 3, "{own:?}");
        assert!(notes(&adviser, "journal-notes").is_empty());
        assert!(notes(&clinician, "journal-notes").is_empty());
        assert!(notes(&clinician, "case-file-notes").is_empty());
        let id = note_of(&adviser, "case-file-notes", "disclosureMade");
        let note = adviser.get(&format!("/case-file-notes/{id}")).expect(200).json();
        assert_eq!(note["recipient"]["name"], clinician.name.as_str());
        adviser.get(&format!("/journal-notes/{id}")).refused(404, "notFound").done();
        clinician.get(&format!("/case-file-notes/{id}")).refused(404, "notFound").done();
        let system = world.system_of(&nav.organisation, "samrad:notes");
        assert_eq!(notes(&system, "case-file-notes").len(), 3);
        file(&system, "case-file-notes", &id, "MODIA-1").expect(200).done();
        file(&adviser, "case-file-notes", &id, "MODIA-1").expect(200).done();
    }

    /// A municipality has health services and social services: two secrecies, two record systems.
    fn an_organisation_with_two_registers_tells_its_systems_apart(world) {
        let municipality = world.organisation("Nesodden kommune");
        let rph = world.health_unit(&municipality, "RPH Nesodden", "rph");
        let social = world.unit(&municipality, "Sosialtjenesten", "municipalService",
            &json!({"kind": "municipalSocial", "key": "3212"}));
        let (clinician, adviser) = (world.clinician_at(&rph), world.nav_adviser_at(&social));
        let _ = clinician.informs(&world.patient_of(&clinician), PURPOSE);
        let _ = adviser.informs(&world.patient_of(&adviser), PURPOSE);
        let unsure = world.system_of(&municipality, "samrad:notes");
        let journal = world.system_of(&municipality, "samrad:notes samrad:journal-notes");
        let case_file = world.system_of(&municipality, "samrad:notes samrad:case-file-notes");
        for (system, expected) in [(&unsure, [0, 0]), (&journal, [1, 0]), (&case_file, [0, 1])] {
            let seen = ["journal-notes", "case-file-notes"].map(|register| notes(system, register).len());
            assert_eq!(seen, expected);
        }
        let id = note_of(&journal, "journal-notes", "informationGiven");
        case_file.get(&format!("/journal-notes/{id}")).refused(404, "notFound").done();
        unsure.get(&format!("/journal-notes/{id}")).refused(404, "notFound").done();
    }

    /// The health side documents the consent to IPS too; the IPS side has no record to file in.
    fn a_consent_to_ips_is_documented_by_the_health_side(world) {
        let scene = Scene::of(world);
        let team = world.ips_team("IPS Nordstrand");
        let specialist = world.job_specialist_at(&team);
        let discussion = scene.clinician.discusses(&scene.patient, &team, "ipsCooperation");
        let _ = scene.clinician.obtains_consent(&scene.patient, "ipsCooperation", &scene.dps,
            consents::person(&specialist), &["identity"]);
        assert_eq!(specialist.sees(&discussion), "identified");
        let _ = specialist.opens_participation(&discussion);
        assert_eq!(scene.counts(), [1, 1, 0, 0, 1]);
        let system = world.system_of(&team.organisation, "samrad:notes");
        for register in ["journal-notes", "case-file-notes"] {
            assert!(notes(&system, register).is_empty());
        }
    }

    /// Page by page, those due first ahead, each once.
    fn notes_are_listed_page_by_page(world) {
        let scene = Scene::of(world);
        for purpose in ["caseDiscussion", "threeWayTalk", "coordinatedPlan", "schoolCooperation", "ipsCooperation"] {
            let _ = scene.clinician.informs(&scene.patient, purpose);
        }
        let whole = notes(&scene.clinician, "journal-notes");
        let (mut paged, mut path) = (Vec::new(), "/journal-notes?limit=2".to_owned());
        loop {
            let page = scene.clinician.get(&path).expect(200);
            assert!(page.items().len() <= 2);
            paged.extend(page.items());
            match page.json()["nextCursor"].as_str() {
                Some(cursor) => path = format!("/journal-notes?limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!((paged.len(), &paged), (5, &whole));
        let due: Vec<_> = paged.iter().map(|note| note["dueAt"].as_str()).collect();
        assert!(due.is_sorted());
        let cursor = scene.clinician.get("/journal-notes?limit=2").expect(200).json()["nextCursor"].clone();
        let cursor = cursor.as_str().expect("more");
        let borrowed = format!("/journal-notes?limit=2&cursor={cursor}");
        scene.adviser.get(&borrowed).refused(400, "malformed").done();
    }
}
