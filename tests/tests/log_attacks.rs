//! The log in the hands of whoever holds the disk or the database server: what they change, an
//! auditor with the verifier key finds, and where.

use samrad_tests::consents::{person, withdraw};
use samrad_tests::ledger::{log_key, written};
use samrad_tests::{Caller as _, Client, Export, Server, Settings, Verdict, World, on_both};
use serde_json::{Value, json};

on_both! {
    fn an_untouched_log_passes(world) {
        let log = Log::told(world);
        log.whole.verified(&log.key, &["--strict"]).passes();
        let old = log.file("old", &log.old);
        log.whole.verified(&log.key, &["--strict", "--since", &old]).passes();
    }

    fn what_a_column_says_besides_its_body_is_found_at_its_entry(world) {
        let log = Log::told(world);
        let (at, other) = (log.disclosure, log.disclosure - 1);
        for change in ["kind = 'caseRead'", "outcome = 'accessed'", "reason_code = 'INSIDE_TEAM'", "actor_kind = 'system'",
            "actor_id = patient_id", "actor_organisation = source_organisation", "actor_unit = NULL", "patient_id = NULL",
            "source_organisation = NULL", "unit_id = NULL, case_id = NULL", "discussion_id = case_id",
            "request_id = 'another'", "subject_id = discussion_id", "subject_seq = subject_seq + 1"] {
            let tampered = format!("UPDATE log_entry SET {change} WHERE idx = {at}");
            log.after(&[&tampered]).fails(at, "columns");
        }
        let holder = format!("UPDATE log_entry SET person_key = (SELECT person_key FROM log_entry WHERE idx = {}) WHERE idx = {at}", log.other_patients);
        log.after(&[&holder]).fails(at, "holder");
        log.after(&[&format!("UPDATE log_entry SET person_key = NULL WHERE idx = {at}")]).fails(at, "holder");
        log.after(&[&format!("UPDATE log_entry SET actor_ordinal = NULL WHERE idx = {at}")]).fails(at, "places");
        log.after(&[&format!("UPDATE log_entry SET actor_ordinal = 0 WHERE idx = {other}")]).fails(other, "places");
        let told = log.whole.find(tells_another);
        log.after(&[&format!("UPDATE log_recipient SET unit_id = NULL WHERE idx = {told}")]).fails(told, "places");
        log.after(&[&format!("DELETE FROM log_recipient WHERE idx = {told}")]).fails(told, "places");
        let before = told - 1;
        log.after(&[&format!("UPDATE log_recipient SET idx = {before}, ordinal = 9 WHERE idx = {told}")]).fails(before, "places");
    }

    fn what_a_leaf_says_otherwise_than_signed_is_found(world) {
        let log = Log::told(world);
        let (at, last) = (log.disclosure, log.last());
        log.after(&[&format!("UPDATE log_entry SET recorded_ms = recorded_ms - 3600000 WHERE idx = {at}")]).fails(at, "timeBackwards");
        log.after(&[&format!("UPDATE log_entry SET recorded_ms = recorded_ms + 86400000 WHERE idx = {last}")]).fails(last, "timeInFuture");
        // So little that only the tree tells.
        log.after(&[&format!("UPDATE log_entry SET recorded_ms = recorded_ms + 1 WHERE idx = {last}")]).fails(None, "root");
        log.after(&[&format!("UPDATE log_entry SET event_id = discussion_id WHERE idx = {at}")]).fails(None, "root");
        let commitment = format!("UPDATE log_entry SET commitment = (SELECT commitment FROM log_entry WHERE idx = {}) WHERE idx = {at}", at + 1);
        log.after(&[&commitment]).fails(at, "commitment");
        log.after(&[&format!("UPDATE log_entry SET salt = (SELECT salt FROM log_entry WHERE idx = 0) WHERE idx = {at}")]).fails(at, "commitment");
    }

    fn bodies_put_in_each_others_place_are_found(world) {
        let log = Log::told(world);
        let at = log.disclosure;
        let bodies = format!("CREATE TEMPORARY TABLE apart AS SELECT * FROM log_entry WHERE idx IN ({at}, {});
            UPDATE log_entry SET (salt, body_enc, data_key_id) = (SELECT salt, body_enc, data_key_id FROM apart WHERE apart.idx <> log_entry.idx)
            WHERE idx IN ({at}, {})", at + 1, at + 1);
        log.after(&[&bodies]).fails(at, "unreadable");
        let sealed = format!("UPDATE log_entry SET body_enc = (SELECT b.body_enc FROM log_entry b WHERE b.idx = {}) WHERE idx = {at}", at + 1);
        log.after(&[&sealed]).fails(at, "unreadable");
        // Entries that keep their leaves and change their places with all that they have.
        let moved = swapped(at, "log_entry", &["subject_prev = NULL, subject_seq = NULL, subject_id = NULL"]);
        let moved: Vec<_> = [moved, swapped(at, "log_recipient", &[])].concat();
        log.after(&moved).fails(at, "unreadable");
    }

    fn an_entry_taken_out_is_found(world) {
        let log = Log::told(world);
        log.after(&without("= ", log.disclosure)).fails(log.disclosure, "order");
        log.after(&without("= ", 0)).fails(0, "order");
        log.after(&without("= ", log.last())).fails(log.last(), "truncated");
        let cut = log.disclosure + 1;
        let lowered = format!("UPDATE log_head SET size = {cut}");
        log.after(&[without(">= ", cut), vec![lowered]].concat()).fails(cut, "truncated");
    }

    fn an_entry_put_in_is_found(world) {
        let log = Log::told(world);
        let (at, end) = (log.disclosure, log.last() + 1);
        let row = format!("CREATE TEMPORARY TABLE forged AS SELECT * FROM log_entry WHERE idx = {at};
            UPDATE forged SET idx = {end}, event_id = discussion_id, recorded_ms = (SELECT last_ms FROM log_head), subject_id = NULL, subject_seq = NULL, subject_prev = NULL;
            INSERT INTO log_entry SELECT * FROM forged");
        let bare = row.replace("UPDATE forged SET ", "UPDATE forged SET salt = NULL, body_enc = NULL, ");
        let head = format!("UPDATE log_head SET size = {}", end + 1);
        log.after(&[&row]).fails(end, "unreadable");
        assert!(log.after(&[&row]).also("surplus"));
        log.after(&[&row, &head]).fails(end, "unreadable");
        log.after(&[&bare, &head]).fails(end, "erasedUnnamed");
    }

    fn a_body_gone_without_a_word_of_two_persons_is_found(world) {
        let log = Log::told(world);
        let at = log.disclosure;
        let gone = format!("UPDATE log_entry SET salt = NULL, body_enc = NULL WHERE idx = {at}");
        log.after(&[&gone]).fails(at, "erasedUnnamed");
        let forged = format!("CREATE TEMPORARY TABLE forged AS SELECT * FROM log_erasure;
            UPDATE forged SET idx = {at}, id = organisation_id; INSERT INTO log_erasure SELECT * FROM forged");
        log.after(&[&forged, &gone]).fails(at, "erasedUnnamed");
        log.after(&[&format!("UPDATE log_entry SET salt = NULL, body_enc = NULL, data_key_id = NULL WHERE idx = {at}")]).fails(at, "erasedUnnamed");
        log.after(&[&format!("UPDATE log_erasure SET idx = {at}"), &gone]).fails(at, "erasedUnnamed");
        // The word alone doesn't do either: without it the lawful erasure is unlawful.
        let word = log.whole.find(|e| e["columns"]["kind"] == "logEntryErased" && e["columns"]["outcome"] == "done");
        let erased = log.whole.find(|e| e["body"].is_null());
        log.after(&[&format!("UPDATE log_entry SET salt = NULL, body_enc = NULL WHERE idx = {word}")]).fails(erased, "erasedUnnamed");
    }

    fn a_destroyed_data_key_is_told_and_not_taken_for_verified(world) {
        let log = Log::told(world);
        let destroyed = format!("UPDATE data_key SET wrapped = NULL, destroyed_at = '2026-01-01T00:00:00Z'
            WHERE id = (SELECT data_key_id FROM log_entry WHERE idx = {})", log.disclosure);
        let verdict = log.after(&[&destroyed]);
        assert_eq!((verdict.code, &verdict.report["warnings"][0]["code"]), (Some(0), &json!("keyDestroyed")), "{verdict:?}");
        log.after_with(&[&destroyed], &["--strict"]).fails(None, "keyDestroyed");
    }

    fn a_checkpoint_of_before_is_found_by_whoever_kept_a_later_one(world) {
        let log = Log::told(world);
        let kept = log.file("kept", &log.whole.checkpoint());
        let old = log.old.lines().nth(1).expect("a size").to_owned();
        let replay = format!("UPDATE log_checkpoint SET size = {old}, note = '{}'", log.old);
        let verdict = log.after(&[&replay]);
        assert_eq!((verdict.code, &verdict.report["warnings"][0]["code"]), (Some(0), &json!("notVouchedFor")), "{verdict:?}");
        log.after_with(&[&replay], &["--strict"]).fails(None, "notVouchedFor");
        log.after_with(&[&replay], &["--since", &kept]).fails(None, "rolledBack");
        // The whole log taken back, with its head.
        let cut: usize = old.parse().expect("a size");
        let head = format!("UPDATE log_head SET size = {old}");
        let back = [without(">= ", cut), vec![head, replay]].concat();
        log.after_with(&back, &["--since", &kept]).fails(None, "rolledBack");
        log.after(&["DELETE FROM log_checkpoint"]).fails(None, "noCheckpoint");
    }

    fn an_edited_export_is_found(world) {
        let log = Log::told(world);
        let at = log.disclosure;
        let edited = |edit: &dyn Fn(&mut Export)| {
            let mut export = log.whole.clone();
            edit(&mut export);
            export.verified(&log.key, &[])
        };
        let said = |export: &Export, index: usize, from: &str, to: &str| {
            let body = export.entries[index]["body"].as_str().expect("a body");
            assert!(body.contains(from), "{body}");
            json!(body.replace(from, to))
        };
        edited(&|e| e.entries[at]["body"] = said(e, at, "caseDiscussion", "ipsCooperation")).fails(at, "commitment");
        edited(&|e| e.entries.swap(at, at + 1)).fails(at, "order");
        edited(&|e| { e.entries.swap(at, at + 1); e.entries[at]["index"] = json!(at); e.entries[at + 1]["index"] = json!(at + 1); }).fails(at, "chain");
        edited(&|e| { let twice = e.entries[at].clone(); e.entries.insert(at + 1, twice); }).fails(at, "order");
        edited(&|e| e.entries[at]["eventId"] = e.entries[at - 1]["eventId"].clone()).fails(at, "eventTwice");
        edited(&|e| e.entries[at]["salt"] = Value::Null).fails(at, "format");
        edited(&|e| { e.entries[at]["body"] = Value::Null; e.entries[at]["unreadable"] = json!("lost"); }).fails(at, "unreadable");
        edited(&|e| { e.entries.truncate(at); e.header["size"] = json!(at); }).fails(at, "truncated");
        edited(&|e| e.header["checkpoint"] = Value::Null).fails(None, "noCheckpoint");
        edited(&|e| e.header["origin"] = json!("another.invalid/log")).fails(None, "signature");
        let resized = log.whole.checkpoint().replacen(&format!("\n{}\n", at + 1), "\n1\n", 1);
        edited(&|e| e.header["checkpoint"] = json!(resized.replace("tests.samrad", "tests.samrod"))).fails(None, "signature");
        // Two records that change names in their columns.
        let (one, other) = (at, log.other_patients);
        edited(&|e| {
            for column in ["subject", "patient", "subjectSeq", "subjectPrev"] {
                let kept = e.entries[one]["columns"][column].take();
                e.entries[one]["columns"][column] = e.entries[other]["columns"][column].take();
                e.entries[other]["columns"][column] = kept;
            }
        }).fails(other, "columns");
    }

    fn two_histories_under_one_key_are_found(world) {
        let log = Log::told(world);
        let copy = world.database().copy();
        let settings = log.settings().clone().on(&copy)
            .with("SAMRAD_LOG_CHECKPOINT_FILE", &copy.checkpoint_file().display().to_string());
        let fork = Server::serve(settings.clone());
        let nobody = Client::nobody(fork.address());
        assert_eq!(log_key(&nobody), log.key);
        let theirs = world.published_to(&nobody);
        fork.stop();
        world.server().restart();
        let ours = world.published();
        world.server().stop();
        let (our_log, their_log) = (Export::of(log.settings()), Export::of(&settings));
        our_log.verified(&log.key, &[]).passes();
        their_log.verified(&log.key, &[]).passes();
        their_log.verified(&log.key, &["--since", &log.file("ours", &ours)]).fails(None, "forked");
        our_log.verified(&log.key, &["--since", &log.file("theirs", &theirs)]).fails(None, "forked");
        let mut mixed = our_log;
        mixed.header["checkpoint"] = json!(theirs);
        mixed.verified(&log.key, &[]).fails(None, "root");
    }
}

/// Whether somebody heard who didn't act.
fn tells_another(entry: &Value) -> bool {
    let places = entry["places"].as_array();
    places.is_some_and(|places| {
        places
            .iter()
            .any(|place| place["person"] != entry["columns"]["actorId"])
    })
}

/// Statements that remove entries with all that they have.
fn without(which: &str, index: usize) -> Vec<String> {
    let of = |table| format!("DELETE FROM {table} WHERE idx {which}{index}");
    ["log_recipient", "log_erasure", "log_entry"]
        .map(of)
        .to_vec()
}

/// Statements that let the rows of two neighbours change places.
fn swapped(at: usize, table: &str, before: &[&str]) -> Vec<String> {
    let (next, away) = (at + 1, 1_000_000);
    let to = |from: usize, to: usize| format!("UPDATE {table} SET idx = {to} WHERE idx = {from}");
    let before = before
        .iter()
        .map(|set| format!("UPDATE {table} SET {set} WHERE idx IN ({at}, {next})"));
    before
        .chain([to(at, away), to(next, at), to(away, next)])
        .collect()
}

/// The log of a small story, whose service has stopped.
struct Log<'w> {
    world: &'w World,
    directory: tempfile::TempDir,
    key: String,
    /// A checkpoint of before the end.
    old: String,
    whole: Export,
    /// A disclosure of who the patient is; another one comes next.
    disclosure: usize,
    /// An entry about another patient.
    other_patients: usize,
}

impl<'w> Log<'w> {
    fn told(world: &'w World) -> Self {
        let sides = world.sides();
        let (clinician, adviser, patient) = (&sides.clinician, &sides.adviser, &sides.patient);
        let other = world.patient_of(clinician);
        let case = clinician.opens_case_for(&other);
        let categories = ["identity", "workReadiness"];
        let consent = clinician.obtains_consent(
            patient,
            "caseDiscussion",
            &sides.dps,
            person(adviser),
            &categories,
        );
        let discussion = clinician.discusses(patient, &sides.nav, "caseDiscussion");
        assert_eq!(adviser.sees(&discussion), "identified");
        assert_eq!(adviser.sees(&discussion), "identified");
        let old = world.published();
        let read = clinician.get(&format!("/cases/{}", case.id)).expect(200);
        let receipt = read.header("Disclosure-Receipt").expect("a receipt");
        let event = receipt.split(';').next();
        let (auditor, officer) = (
            world.auditor_at(&sides.dps),
            world.privacy_officer_at(&sides.dps),
        );
        let asked = auditor
            .post(
                "/log/erasures",
                json!({"eventId": event, "legalGround": "courtOrder"}),
            )
            .expect(201);
        let approval = format!("/log/erasures/{}/approval", asked.id());
        // A refused one is an entry too, and tells of no erasure.
        auditor.post(&approval, json!({})).expect(409).done();
        officer.post(&approval, json!({})).expect(200).done();
        withdraw(clinician, &consent).expect(200).done();
        assert_eq!(adviser.sees(&discussion), "sealed");
        let key = world.log_key();
        drop(world.published());
        world.server().stop();
        let whole = Export::of(world.server().settings());
        let disclosure = whole.find(|e| e["columns"]["outcome"] == "disclosed");
        let other_patients = whole.find(|e| e["columns"]["patient"] == other.id.as_str());
        let directory = tempfile::tempdir().expect("a directory of our own");
        Self {
            world,
            directory,
            key,
            old,
            whole,
            disclosure,
            other_patients,
        }
    }

    fn settings(&self) -> &Settings {
        self.world.server().settings()
    }

    fn last(&self) -> usize {
        self.whole.entries.len() - 1
    }

    fn file(&self, name: &str, text: &str) -> String {
        written(&self.directory, name, text).display().to_string()
    }

    /// What an auditor finds in a copy of the database that was tampered with.
    fn after(&self, statements: &[impl AsRef<str>]) -> Verdict {
        self.after_with(statements, &[])
    }

    fn after_with(&self, statements: &[impl AsRef<str>], arguments: &[&str]) -> Verdict {
        let copy = self.world.database().copy();
        let statements: Vec<&str> = statements.iter().map(AsRef::as_ref).collect();
        copy.tamper(&statements);
        Export::of(&self.settings().clone().on(&copy)).verified(&self.key, arguments)
    }
}
