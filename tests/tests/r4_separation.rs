//! R4: IPS follow-up is not documented in the patient journal. Notes live in a register of their
//! own, read by the participation's own team and the participant, and by nobody else.

use samrad_tests::cases::Discussion;
use samrad_tests::consents::{self, Consent};
use samrad_tests::database::holds;
use samrad_tests::ips::{admit, open, read, write};
use samrad_tests::{Caller, Patient, Person, Reply, Unit, World, on_both};
use serde_json::json;

const CANARY: &str = "Kanarifuglen sang for arbeidsgiveren";
const NO_SUCH: &str = "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11";
const CONSENT_MISSING: &str = "ipsConsentMissing";

/// A patient of a DPS whose case is put before an IPS team of another organisation.
struct Scene {
    dps: Unit,
    team: Unit,
    clinician: Person,
    specialist: Person,
    patient: Patient,
    discussion: Discussion,
}

impl Scene {
    fn of(world: &World) -> Self {
        let (dps, team) = (
            world.dps("Søndre Oslo DPS"),
            world.ips_team("IPS Nordstrand"),
        );
        let clinician = world.clinician_at(&dps);
        let patient = world.patient_of(&clinician);
        let discussion = clinician.discusses(&patient, &team, "ipsCooperation");
        Self {
            specialist: world.job_specialist_at(&team),
            dps,
            team,
            clinician,
            patient,
            discussion,
        }
    }

    /// The patient lets the job specialist know who it is.
    fn consents(&self) -> Consent {
        let categories = ["identity", "workReadiness"];
        let to = consents::person(&self.specialist);
        self.clinician
            .obtains_consent(&self.patient, "ipsCooperation", &self.dps, to, &categories)
    }

    fn open(&self) -> Reply {
        open(&self.specialist, &self.discussion.id)
    }

    /// A participation, opened on a consent.
    fn participation(&self) -> String {
        let _ = self.consents();
        self.specialist.opens_participation(&self.discussion)
    }
}

/// Refused under R4, for this reason.
#[track_caller]
fn broken(reply: Reply, reason: &str) {
    let refusal = reply.refused(422, "ruleBroken").json();
    assert_eq!(
        (&refusal["rule"], &refusal["reason"]),
        (&json!("R4"), &json!(reason))
    );
}

on_both! {
    /// Opened, found in the list, read: and nowhere in it stands who the participant is.
    fn a_job_specialist_whom_a_consent_covers_opens_a_participation(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let opened = scene.specialist.get(&format!("/ips/participations/{id}")).expect(200);
        let body = opened.json();
        assert_eq!(body["discussionId"], scene.discussion.id.as_str());
        assert_eq!(body["members"][0]["personId"], scene.specialist.id.as_str());
        assert_eq!(body["members"][0]["function"], "jobSpecialist");
        assert!(body.get("endedAt").is_none());
        assert!(opened.header("disclosure-receipt").is_some());
        let listed = scene.specialist.get("/ips/participations?ended=false").expect(200);
        assert_eq!(listed.items()[0]["id"], id.as_str());
        assert!(scene.specialist.get("/ips/participations?ended=true").expect(200).items().is_empty());
        for reply in [&opened, &listed] {
            let all = reply.everything();
            assert!(!all.contains(&scene.patient.sheet.family), "{all}");
            assert!(!all.contains(&scene.patient.id), "{all}");
            assert!(!all.contains(&scene.patient.sheet.identity_number), "{all}");
        }
    }

    /// Without a consent, for another purpose, after withdrawal: R4 says no. Outside the audience
    /// there is no such discussion.
    fn without_an_active_ips_consent_there_is_no_participation(world) {
        let scene = Scene::of(world);
        broken(scene.open(), CONSENT_MISSING);

        let talk = scene.clinician.discusses(&scene.patient, &scene.team, "threeWayTalk");
        let _ = scene.clinician.obtains_consent(&scene.patient, "threeWayTalk", &scene.dps,
            consents::person(&scene.specialist), &["identity", "workReadiness"]);
        assert_eq!(scene.specialist.sees(&talk), "identified");
        broken(open(&scene.specialist, &talk.id), CONSENT_MISSING);

        let colleague = world.job_specialist_at(&scene.team);
        let consent = scene.consents();
        broken(open(&colleague, &scene.discussion.id), CONSENT_MISSING);
        consents::withdraw(&scene.patient, &consent).expect(200).done();
        broken(scene.open(), CONSENT_MISSING);

        let stranger = world.job_specialist_at(&world.ips_team("IPS Arendal"));
        let hidden = open(&stranger, &scene.discussion.id).refused(404, "notFound");
        let missing = open(&stranger, NO_SUCH).refused(404, "notFound");
        assert_eq!(hidden.likeness(), missing.likeness());
    }

    /// Only a job specialist opens one, not even who leads them.
    fn nobody_but_a_job_specialist_opens_a_participation(world) {
        let scene = Scene::of(world);
        let _ = scene.consents();
        for role in ["methodSupervisor", "clinician", "navAdviser", "auditor", "administrator"] {
            let other = world.person_at(&scene.team, role);
            open(&other, &scene.discussion.id).refused(403, "forbidden").done();
        }
        open(&scene.patient, &scene.discussion.id).refused(403, "forbidden").done();
    }

    /// One participation at a time for a person with a job specialist; a retry makes no second.
    fn a_participation_is_opened_once(world) {
        let scene = Scene::of(world);
        let _ = scene.consents();
        let body = json!({"discussionId": scene.discussion.id});
        let try_it = || scene.specialist.call("POST", "/ips/participations")
            .header("Idempotency-Key", "first-try").json(&body).send();
        let id = try_it().expect(201).id();
        assert_eq!(try_it().expect(201).id(), id);
        scene.open().refused(409, "conflict").done();
        let end = format!("/ips/participations/{id}/ending");
        scene.specialist.post_over(&end, json!({})).expect(204).done();
        assert_ne!(scene.open().expect(201).id(), id);
    }

    /// A sentence of an IPS note appears in no note to file, no list, no export of the log and
    /// no view of the health side; nor in the database or the service's own log lines.
    fn what_is_written_stays_in_the_ips_register(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        assert_eq!(scene.specialist.sees(&scene.discussion), "identified");
        let note = write(&scene.specialist, &id, CANARY).expect(201);
        assert!(!note.everything().contains(CANARY));
        let note = note.id();
        let listed = scene.specialist.get(&format!("/ips/participations/{id}/notes")).expect(200);
        assert_eq!(listed.items()[0]["id"], note.as_str());
        assert!(!listed.everything().contains(CANARY));
        assert_eq!(read(&scene.specialist, &note).expect(200).json()["text"], CANARY);

        let system = world.system_of(&scene.dps.organisation, "samrad:notes");
        let auditors = [world.auditor_at(&scene.dps), world.auditor_at(&scene.team)];
        let mut answers = vec![
            scene.clinician.reads(&scene.discussion),
            scene.specialist.reads(&scene.discussion),
            scene.patient.get("/me/log"),
            scene.clinician.get("/case-file-notes"),
        ];
        for caller in [scene.clinician.client(), &system] {
            let notes = caller.get("/journal-notes?limit=200").expect(200);
            let all = notes.items();
            assert_eq!(all.len(), 3, "{all:?}");
            answers.extend(all.iter().map(|n| {
                caller.get(&format!("/journal-notes/{}", n["id"].as_str().expect("an id")))
            }));
            answers.push(notes);
        }
        for auditor in &auditors {
            answers.push(auditor.post("/log/search", json!({})));
            for form in ["application/x-ndjson", "text/csv"] {
                let export = auditor.call("POST", "/log/export").header("Accept", form);
                answers.push(export.json(&json!({})).send());
            }
        }
        for answer in answers {
            let all = answer.expect(200).everything();
            assert!(!all.contains(CANARY), "{all}");
        }
        assert!(!holds(&world.database().dump(), CANARY));
        assert!(!world.server().log().contains(CANARY));
    }

    /// Whoever may file notes and asks for an IPS note, or says that it is filed, is told why not.
    fn the_id_of_an_ips_note_is_refused_on_every_note_route(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let callers = [
            scene.clinician.client().clone(),
            world.clinician_at(&scene.dps).client().clone(),
            world.gp_at(&world.dps("Legekontoret")).client().clone(),
            world.nav_adviser_at(&nav).client().clone(),
            world.system_of(&scene.dps.organisation, "samrad:notes"),
            world.system_of(&nav.organisation, "samrad:notes"),
            world.system_of(&scene.team.organisation, "samrad:notes"),
        ];
        for caller in &callers {
            for register in ["journal-notes", "case-file-notes"] {
                let path = |id: &str| format!("/{register}/{id}");
                let filed = |id: &str| format!("/{register}/{id}/acknowledgement");
                let reason = "ipsNoteIsNotAJournalNote";
                broken(caller.get(&path(&note)), reason);
                broken(caller.post(&filed(&note), json!({"reference": "DOC-1"})), reason);
                caller.get(&path(NO_SUCH)).refused(404, "notFound").done();
                caller.post(&filed(NO_SUCH), json!({"reference": "DOC-1"})).refused(404, "notFound").done();
            }
        }
        let text = read(&scene.specialist, &note).expect(200).json();
        assert_eq!(text["text"], CANARY, "untouched");
    }

    /// Nor the other way round: a journal note is nothing to the IPS register, and its team files
    /// no notes.
    fn a_journal_note_is_no_ips_note(world) {
        let scene = Scene::of(world);
        let _ = scene.participation();
        let notes = scene.clinician.get("/journal-notes").expect(200).items();
        let note = notes[0]["id"].as_str().expect("an id");
        read(&scene.specialist, note).refused(404, "notFound").done();
        for register in ["journal-notes", "case-file-notes"] {
            scene.specialist.get(&format!("/{register}")).refused(403, "forbidden").done();
            scene.specialist.get(&format!("/{register}/{note}")).refused(403, "forbidden").done();
        }
    }

    /// Health, NAV and oversight have no way in; other job specialists find nothing there.
    fn nobody_outside_the_team_learns_that_there_is_a_participation(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        let paths = [format!("/ips/participations/{id}"), format!("/ips/participations/{id}/notes"),
            format!("/ips/notes/{note}")];
        let nav = world.nav_office("NAV Nordstrand", "0318");
        for outsider in [&scene.clinician, &world.nav_adviser_at(&nav), &world.auditor_at(&scene.team),
            &world.privacy_officer_at(&scene.team), &world.coordinator_at(&scene.team)] {
            for path in &paths {
                outsider.get(path).refused(403, "forbidden").done();
            }
            write(outsider, &id, "Nei.").refused(403, "forbidden").done();
        }
        for colleague in [&world.job_specialist_at(&scene.team), &world.method_supervisor_at(&scene.team),
            &world.job_specialist_at(&world.ips_team_of(&scene.dps.organisation, "IPS ved DPS"))] {
            assert!(colleague.get("/ips/participations").expect(200).items().is_empty());
            for path in &paths {
                let hidden = colleague.get(path).refused(404, "notFound");
                let missing = colleague.get(&path.replace(&id, NO_SUCH).replace(&note, NO_SUCH));
                assert_eq!(hidden.likeness(), missing.refused(404, "notFound").likeness(), "{path}");
            }
            write(colleague, &id, "Nei.").refused(404, "notFound").done();
            admit(colleague, &id, colleague, &scene.team, "deputy").refused(404, "notFound").done();
            colleague.post_over(&format!("/ips/participations/{id}/ending"), json!({}))
                .refused(404, "notFound").done();
        }
    }

    /// A deputy and the method supervisor of the same organisation are let in, read, write, and
    /// are let out again.
    fn deputies_and_supervisors_share_the_follow_up(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        let deputy = world.job_specialist_at(&scene.team);
        let leader = world.method_supervisor_at(&scene.team);
        admit(&scene.specialist, &id, &deputy, &scene.team, "deputy").expect(201).done();
        admit(&deputy, &id, &leader, &scene.team, "methodSupervisor").expect(201).done();
        admit(&deputy, &id, &leader, &scene.team, "methodSupervisor").refused(409, "conflict").done();
        for member in [&deputy, &leader] {
            assert_eq!(read(member, &note).expect(200).json()["text"], CANARY);
            write(member, &id, "Møte med arbeidsgiver.").expect(201).done();
            assert_eq!(member.get("/ips/participations").expect(200).items().len(), 1);
        }
        let page = scene.specialist.get(&format!("/ips/participations/{id}/notes?limit=2")).expect(200);
        let cursor = page.json()["nextCursor"].as_str().expect("one more").to_owned();
        let rest = format!("/ips/participations/{id}/notes?limit=2&cursor={cursor}");
        assert_eq!(scene.specialist.get(&rest).expect(200).items()[0]["id"], note.as_str());

        let leave = |who: &Person| format!("/ips/participations/{id}/members/{}/end", who.id);
        scene.specialist.post_over(&leave(&deputy), json!({})).expect(204).done();
        read(&deputy, &note).refused(404, "notFound").done();
        assert!(deputy.get("/ips/participations").expect(200).items().is_empty());
        scene.specialist.post_over(&leave(&deputy), json!({})).refused(404, "notFound").done();
        leader.post_over(&leave(&scene.specialist), json!({})).expect(204).done();
        leader.post_over(&leave(&leader), json!({})).refused(409, "conflict").done();
    }

    /// The team is of IPS and of one organisation: not the DPS that referred, whatever else they
    /// are.
    fn the_team_takes_nobody_from_outside(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let elsewhere = world.ips_team("IPS Arendal");
        let foreign = world.job_specialist_at(&elsewhere);
        let own = world.job_specialist_at(&scene.team);
        let leader = world.method_supervisor_at(&scene.team);
        let nobody_there = (&own, &elsewhere, "deputy");
        for (who, at, as_what) in [
            (&foreign, &elsewhere, "deputy"),
            (&scene.clinician, &scene.dps, "deputy"),
            (&leader, &scene.team, "deputy"),
            (&own, &scene.team, "methodSupervisor"),
            nobody_there,
        ] {
            broken(admit(&scene.specialist, &id, who, at, as_what), CONSENT_MISSING);
        }
    }

    /// What has ended is read and not written, and does not end again.
    fn what_has_ended_is_read_and_not_written(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        let end = format!("/ips/participations/{id}/ending");
        scene.specialist.post_over(&end, json!({})).expect(204).done();
        assert_eq!(read(&scene.specialist, &note).expect(200).json()["text"], CANARY);
        let body = scene.specialist.get(&format!("/ips/participations/{id}")).expect(200).json();
        assert!(body["endedAt"].is_string());
        write(&scene.specialist, &id, "For sent.").refused(409, "conflict").done();
        let deputy = world.job_specialist_at(&scene.team);
        admit(&scene.specialist, &id, &deputy, &scene.team, "deputy").refused(409, "conflict").done();
        scene.specialist.post_over(&end, json!({})).refused(409, "conflict").done();
    }

    /// Whoever leaves the team's unit has left its participations too.
    fn who_no_longer_works_there_reads_no_more(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        let elsewhere = world.also_at(&scene.specialist, &world.ips_team("IPS Arendal"), "jobSpecialist", 50);
        read(&elsewhere, &note).refused(404, "notFound").done();
        assert!(elsewhere.get("/ips/participations").expect(200).items().is_empty());
    }

    /// The participant reads their own notes, and sees in their own log that the team has read
    /// them. Nobody else does so by being a patient, or a guardian.
    fn the_participant_reads_what_was_written(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        read(&scene.specialist, &note).expect(200).done();
        let own = scene.patient.get("/me/ips-notes").expect(200);
        assert_eq!(own.items().len(), 1);
        assert_eq!(own.items()[0]["text"], CANARY);
        assert!(own.header("disclosure-receipt").is_some());
        let log = scene.patient.get("/me/log?limit=200").expect(200).items();
        for kind in ["participationOpened", "ipsNoteWritten", "ipsNoteRead"] {
            assert!(log.iter().any(|entry| entry["kind"] == kind), "{kind} in {log:?}");
        }

        let other = world.patient_of(&scene.clinician);
        assert!(other.get("/me/ips-notes").expect(200).items().is_empty());
        scene.clinician.get("/me/ips-notes").refused(403, "forbidden").done();
        scene.specialist.get("/me/ips-notes").refused(403, "forbidden").done();
    }

    /// The log of the health side knows of the consent and of what was disclosed, and nothing of
    /// the follow-up. The IPS side's own auditors see that notes were written and read.
    fn the_health_sides_log_does_not_tell_of_the_follow_up(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let note = write(&scene.specialist, &id, CANARY).expect(201).id();
        read(&scene.specialist, &note).expect(200).done();
        let health = world.auditor_at(&scene.dps).post("/log/search", json!({})).expect(200);
        assert!(!health.items().is_empty());
        for word in ["participation", "ipsNote", &id, &note] {
            assert!(!health.text().contains(word), "{word} in {}", health.text());
        }
        let own = world.auditor_at(&scene.team).post("/log/search", json!({})).expect(200).items();
        for kind in ["participationOpened", "ipsNoteWritten", "ipsNoteRead"] {
            let entry = own.iter().find(|entry| entry["kind"] == kind);
            assert!(entry.is_some(), "{kind} in {own:?}");
            assert!(entry.expect("found").get("patientId").is_none(), "{entry:?}");
        }
    }

    /// A note says something, within bounds.
    fn a_note_without_a_text_changes_nothing(world) {
        let scene = Scene::of(world);
        let id = scene.participation();
        let long = "x".repeat(20_001);
        for text in ["", " \n ", "a\u{0}b", long.as_str()] {
            write(&scene.specialist, &id, text).refused(422, "invalid").done();
        }
        write(&scene.specialist, &id, &"æ".repeat(20_000)).expect(201).done();
        let listed = scene.specialist.get(&format!("/ips/participations/{id}/notes")).expect(200);
        assert_eq!(listed.items().len(), 1);
    }
}
