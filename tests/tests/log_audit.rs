//! The log as an auditor reads it: by any field, page by page, or whole as an export; the entries of
//! their own organisation and no others; and each reading is an entry itself.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use samrad_tests::{
    Caller, Case, Discussion, Patient, Person, Reply, Unit, World, consents, on_both,
};
use serde_json::{Value, json};

on_both! {
    fn an_auditor_finds_entries_by_every_field(world) {
        let story = Story::tell(world);
        let all = all(&story.auditor, &json!({}));
        assert!(all.len() > 15, "{}", all.len());
        let moment = |place: usize| all[place]["recordedAt"].clone();
        let newest_first = all.windows(2).all(|pair| pair[0]["index"].as_u64() > pair[1]["index"].as_u64());
        assert!(newest_first);
        let nav = &story.adviser_unit;
        let took_part = |e: &Value| e["actor"]["organisation"] == nav.organisation.id.as_str() || told(e, &nav.id) || told(e, &story.adviser.id);
        let of_unit = |e: &Value| {
            let units = [&e["actor"]["unit"], &e["unit"]];
            units.into_iter().any(|unit| unit == nav.id.as_str()) || told(e, &nav.id) || told(e, &story.adviser.id)
        };
        let (patient, case) = (story.patient.id.as_str(), story.case.id.as_str());
        finds(&story, &all, json!({"patientId": patient, "ground": "complaint"}), |e| e["patient"] == patient);
        finds(&story, &all, json!({"actorId": story.adviser.id}), |e| e["actor"]["id"] == story.adviser.id.as_str());
        finds(&story, &all, json!({"organisationId": nav.organisation.id}), took_part);
        finds(&story, &all, json!({"unitId": nav.id}), of_unit);
        finds(&story, &all, json!({"caseId": case}), |e| e["case"] == case);
        finds(&story, &all, json!({"discussionId": story.discussion.id}), |e| e["discussion"] == story.discussion.id.as_str());
        finds(&story, &all, json!({"kind": "discussionRead"}), |e| e["kind"] == "discussionRead");
        finds(&story, &all, json!({"reason": "CONSENT_ACTIVE"}), |e| e["reason"] == "CONSENT_ACTIVE");
        finds(&story, &all, json!({"outcome": "refused"}), |e| e["outcome"] == "refused");
        finds(&story, &all, json!({"from": moment(4)}), |e| e["recordedAt"].as_str() >= moment(4).as_str());
        finds(&story, &all, json!({"until": moment(4)}), |e| e["recordedAt"].as_str() < moment(4).as_str());
        finds(&story, &all, json!({"from": moment(9), "until": moment(2), "kind": "discussionRead"}), |e| {
            e["kind"] == "discussionRead" && e["recordedAt"].as_str() >= moment(9).as_str() && e["recordedAt"].as_str() < moment(2).as_str()
        });
    }

    fn an_entry_says_who_whom_what_to_whom_when_and_why(world) {
        let story = Story::tell(world);
        let found = all(&story.auditor, &json!({"outcome": "disclosed"}));
        assert_eq!(found.len(), 1, "{found:?}");
        let entry = &found[0];
        assert_eq!(entry["actor"]["name"], story.adviser.name.as_str());
        assert_eq!(entry["actor"]["role"], "navAdviser");
        assert_eq!(entry["actor"]["unit"], story.adviser_unit.id.as_str());
        assert_eq!(entry["patient"], story.patient.id.as_str());
        assert_eq!(entry["case"], story.case.id.as_str());
        assert_eq!(entry["discussion"], story.discussion.id.as_str());
        assert_eq!(entry["source"], story.dps.organisation.id.as_str());
        assert_eq!(entry["categories"], json!(["identity", "workReadiness"]));
        assert_eq!((entry["purpose"].as_str(), entry["legalBasis"].as_str()), (Some("caseDiscussion"), Some("consent")));
        assert_eq!((entry["reason"].as_str(), entry["redacted"].as_bool()), (Some("CONSENT_ACTIVE"), Some(false)));
        assert_eq!(entry["consents"], json!([{"id": story.consent, "version": entry["consents"][0]["version"]}]));
        assert!(told(entry, &story.adviser.id));
        for (digest, length) in [("digest", 64), ("leafHash", 64)] {
            assert_eq!(entry[digest].as_str().map(str::len), Some(length), "{digest}");
        }
        let anonymised = all(&story.auditor, &json!({"outcome": "anonymised"}));
        assert!(!anonymised.is_empty());
        for entry in anonymised {
            assert!(entry.get("patient").is_none() && entry.get("case").is_none(), "{entry}");
            assert_eq!(entry["consents"], json!([]));
        }
    }

    fn a_question_about_a_patient_needs_a_ground(world) {
        let story = Story::tell(world);
        let probe = world.probe();
        for path in ["/log/search", "/log/export"] {
            let (entries, reply) = probe.entries_of(|| story.auditor.post(path, json!({"patientId": story.patient.id})));
            let reply = reply.refused(422, "invalid");
            assert_eq!(reply.json()["errors"][0]["pointer"], "/ground");
            assert_eq!(entries, 0);
        }
        let unknown = json!({"patientId": samrad_tests::contract::NOTHING, "ground": "complaint"});
        assert_eq!(all(&story.auditor, &unknown), Vec::<Value>::new());
    }

    fn each_reading_is_an_entry_that_later_readings_find(world) {
        let story = Story::tell(world);
        let question = json!({"patientId": story.patient.id, "ground": "suspectedSnooping"});
        let read = story.auditor.post("/log/search", question.clone()).expect(200);
        let exported = story.officer.post("/log/export", question).expect(200);
        let readings = all(&story.auditor, &json!({"patientId": story.patient.id, "ground": "routineControl", "actorId": story.officer.id}));
        assert_eq!(readings.len(), 1);
        assert_eq!((readings[0]["kind"].as_str(), readings[0]["index"].as_u64()), (Some("logExported"), Some(exported.index())));
        let readings = all(&story.officer, &json!({"kind": "logRead", "actorId": story.auditor.id}));
        let first = readings.iter().find(|e| e["index"].as_u64() == Some(read.index())).expect("the first reading");
        assert_eq!(first["ground"], "suspectedSnooping");
        assert_eq!(first["patient"], story.patient.id.as_str());
        assert_eq!(first["actor"]["role"], "auditor");
        // The patient sees who has read about them.
        let own = story.patient.get("/me/log").expect(200).json();
        let kinds: Vec<_> = own["items"].as_array().expect("entries").iter().map(|e| e["kind"].as_str()).collect();
        assert!(kinds.contains(&Some("logRead")) && kinds.contains(&Some("logExported")), "{kinds:?}");
    }

    fn another_organisation_sees_nothing_and_a_recipient_what_concerns_it(world) {
        let story = Story::tell(world);
        let elsewhere = world.auditor_at(&world.rph("RPH Nesodden"));
        let (patient, ground) = (story.patient.id.as_str(), "complaint");
        for question in [json!({}), json!({"patientId": patient, "ground": ground}), json!({"organisationId": story.dps.organisation.id})] {
            let found = all(&elsewhere, &question);
            // It was registered, with its unit and its auditor, and has read.
            let own = |e: &Value| e["kind"] == "registryChanged" || e["actor"]["id"] == elsewhere.id.as_str();
            assert!(found.iter().all(own), "{found:?}");
        }
        // The NAV side: what its own did and were told, never whose case it was before that was disclosed.
        let at_nav = world.auditor_at(&story.adviser_unit);
        let found = all(&at_nav, &json!({}));
        let kinds: BTreeSet<_> = found.iter().filter_map(|e| e["kind"].as_str()).collect();
        assert!(kinds.contains("discussionRead") && kinds.contains("discussionOpened"), "{kinds:?}");
        assert!(!kinds.contains("caseCreated") && !kinds.contains("patientRegistered"), "{kinds:?}");
        for entry in &found {
            let known = entry["outcome"] == "disclosed" || entry["source"] == story.adviser_unit.organisation.id.as_str();
            assert!(known || entry.get("patient").is_none(), "{entry}");
            assert!(entry.get("case").is_none(), "{entry}");
        }
        let of_case = all(&at_nav, &json!({"caseId": story.case.id}));
        assert!(of_case.iter().all(|e| e["kind"] == "logRead"), "{of_case:?}");
    }

    fn a_cursor_belongs_to_its_question_and_its_caller(world) {
        let story = Story::tell(world);
        let question = json!({"organisationId": story.dps.organisation.id});
        let first = story.auditor.post("/log/search?limit=2", question.clone()).expect(200).json();
        let cursor = first["nextCursor"].as_str().expect("more than two entries");
        let path = format!("/log/search?limit=2&cursor={cursor}");
        story.auditor.post(&path, question.clone()).expect(200).done();
        story.auditor.post(&format!("/log/search?limit=5&cursor={cursor}"), question.clone()).expect(200).done();
        for other in [json!({}), json!({"organisationId": story.dps.organisation.id, "kind": "caseRead"})] {
            story.auditor.post(&path, other).refused(400, "malformed").done();
        }
        story.officer.post(&path, question.clone()).refused(400, "malformed").done();
        let forged = format!("{}A", &path[..path.len() - 1]);
        let tampered = story.auditor.post(&forged, question).status;
        assert!(tampered == 400 || forged == path, "{tampered}");
    }

    fn pages_miss_and_repeat_nothing_while_others_act(world) {
        let story = Story::tell(world);
        let before: Vec<_> = ids(&all(&story.auditor, &json!({})));
        let done = AtomicBool::new(false);
        let paged = thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    drop(story.adviser.sees(&story.discussion));
                }
            });
            let paged = paged(&story.auditor, &json!({}), 3);
            done.store(true, Ordering::SeqCst);
            paged
        });
        let paged = ids(&paged);
        let once: BTreeSet<_> = paged.iter().collect();
        assert_eq!(once.len(), paged.len(), "an entry came twice");
        assert!(paged.ends_with(&before[before.len() - 10..]));
        assert!(before.iter().all(|id| once.contains(id)), "an entry was missed");
    }

    fn an_export_holds_what_a_search_finds(world) {
        let story = Story::tell(world);
        for _ in 0..520 {
            drop(story.adviser.reads(&story.discussion));
        }
        for question in [json!({}), json!({"kind": "discussionRead"}), json!({"patientId": story.patient.id, "ground": "supervision"})] {
            let lines = export(&story.auditor, &question, "application/x-ndjson").expect(200);
            let table = export(&story.auditor, &question, "text/csv").expect(200);
            let found = all(&story.auditor, &question);
            let exported = ndjson(&lines);
            assert_eq!(ids(&exported), ids(&up_to(&found, lines.index())), "{question}");
            assert_eq!(column(&table, "eventId"), ids(&up_to(&found, table.index())), "{question}");
            let same = up_to(&found, lines.index());
            assert_eq!(exported, same, "the same entries say the same");
            let exports = exported.iter().filter(|e| e["kind"] == "logExported" && e["index"].as_u64() == Some(lines.index()));
            assert_eq!(exports.count(), usize::from(question["kind"].is_null()), "its own entry, if that is asked for");
        }
        let nothing = json!({"discussionId": samrad_tests::contract::NOTHING, "until": "2026-01-01T00:00:00Z"});
        assert_eq!(export(&story.auditor, &nothing, "application/x-ndjson").expect(200).text(), "");
        assert_eq!(rows(&export(&story.auditor, &nothing, "text/csv").expect(200)).len(), 1);
    }

    fn an_export_is_in_the_form_that_is_asked_for(world) {
        let story = Story::tell(world);
        let kind = |accept: &str| {
            let reply = export(&story.auditor, &json!({}), accept).expect(200);
            reply.header("Content-Type").unwrap_or_default().to_owned()
        };
        assert_eq!(kind("application/x-ndjson"), "application/x-ndjson");
        assert_eq!(kind("*/*"), "application/x-ndjson");
        assert!(kind("text/csv").starts_with("text/csv"));
        assert!(kind("text/csv;q=0.9, application/x-ndjson;q=0.1").starts_with("text/csv"));
        export(&story.auditor, &json!({}), "application/json").refused(406, "notAcceptable").done();
        let reply = export(&story.auditor, &json!({}), "text/csv").expect(200);
        assert!(reply.header("Content-Disposition").is_some_and(|d| d.starts_with("attachment")));
        assert_eq!(reply.header("Cache-Control"), Some("no-store"));
    }

    /// A name that a spreadsheet would take for a formula is a text in the table.
    fn no_cell_of_a_table_is_a_formula(world) {
        let dps = world.dps("Øyane DPS");
        let body = json!({"name": "=HYPERLINK(\"https://evil.test\",\"a;b\")\",x", "identities": [
            {"kind": "token", "issuer": world.issuers().staff.url(), "subject": "formula"}],
            "affiliations": [{"unitId": dps.id, "role": "clinician", "positionPercent": 100, "validFrom": "2020-01-01"}]});
        world.administrator().post("/persons", body).expect(201).done();
        drop(world.patient_of(&world.staff("formula")));
        let auditor = world.auditor_at(&dps);
        let table = export(&auditor, &json!({"kind": "patientRegistered"}), "text/csv").expect(200);
        assert_eq!(column(&table, "actorName"), ["'=HYPERLINK(\"https://evil.test\",\"a;b\")\",x"]);
    }
}

/// A patient discussed, disclosed and withdrawn, and those who look at it afterwards.
struct Story {
    dps: Unit,
    adviser_unit: Unit,
    adviser: Person,
    auditor: Person,
    officer: Person,
    patient: Patient,
    case: Case,
    discussion: Discussion,
    consent: String,
}

impl Story {
    fn tell(world: &World) -> Self {
        let (dps, nav) = (
            world.dps("Søndre Oslo DPS"),
            world.nav_office("NAV Nordstrand", "0318"),
        );
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let (patient, other) = (world.patient_of(&clinician), world.patient_of(&clinician));
        let case = clinician.opens_case_for(&patient);
        clinician.states(&case, "workReadiness", "Kan arbeide to dager i uka.");
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, "caseDiscussion");
        assert_eq!(adviser.sees(&discussion), "anonymised");
        let categories = ["identity", "workReadiness"];
        let hearer = consents::person(&adviser);
        let consent =
            clinician.obtains_consent(&patient, "caseDiscussion", &dps, hearer, &categories);
        assert_eq!(adviser.sees(&discussion), "identified");
        consents::withdraw(&clinician, &consent).expect(200).done();
        assert_eq!(adviser.sees(&discussion), "sealed");
        drop(clinician.discusses(&other, &nav, "caseDiscussion"));
        let stranger = world.clinician_at(&dps);
        stranger
            .get(&format!("/cases/{}", case.id))
            .expect(404)
            .done();
        Self {
            auditor: world.auditor_at(&dps),
            officer: world.privacy_officer_at(&dps),
            adviser_unit: nav,
            consent: consent.id,
            dps,
            adviser,
            patient,
            case,
            discussion,
        }
    }
}

/// The question finds those of `all` that fit it, and of what came since no others.
#[track_caller]
fn finds(story: &Story, all_entries: &[Value], question: Value, fits: impl Fn(&Value) -> bool) {
    let found = all(&story.auditor, &question);
    let expected: Vec<_> = all_entries.iter().filter(|e| fits(e)).cloned().collect();
    let newest = all_entries[0]["index"].as_u64();
    let old: Vec<_> = found
        .iter()
        .filter(|e| e["index"].as_u64() <= newest)
        .cloned()
        .collect();
    assert!(!expected.is_empty(), "{question} tests nothing");
    assert_eq!(ids(&old), ids(&expected), "{question}");
    assert!(found.iter().all(fits), "{question}");
}

/// Everything that a question finds, page by page.
fn all(auditor: &impl Caller, question: &Value) -> Vec<Value> {
    paged(auditor, question, 200)
}

fn paged(auditor: &impl Caller, question: &Value, limit: u32) -> Vec<Value> {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/log/search?limit={limit}{cursor}");
        let page = auditor.post(&path, question.clone()).expect(200).json();
        entries.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return entries,
        }
    }
}

fn export(auditor: &impl Caller, question: &Value, accept: &str) -> Reply {
    auditor
        .call("POST", "/log/export")
        .header("Accept", accept)
        .json(question)
        .send()
}

fn ndjson(reply: &Reply) -> Vec<Value> {
    let text = reply.text();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect()
}

/// The table, header first.
fn rows(reply: &Reply) -> Vec<Vec<String>> {
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(reply.body.as_slice());
    let rows = table
        .records()
        .map(|row| row.expect("a row as long as the header"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

fn column(reply: &Reply, name: &str) -> Vec<String> {
    let rows = rows(reply);
    let place = rows[0]
        .iter()
        .position(|column| column == name)
        .expect("a column of this name");
    rows[1..].iter().map(|row| row[place].clone()).collect()
}

fn ids(entries: &[Value]) -> Vec<String> {
    entries
        .iter()
        .map(|e| e["eventId"].as_str().expect("an id").to_owned())
        .collect()
}

fn up_to(entries: &[Value], index: u64) -> Vec<Value> {
    entries
        .iter()
        .filter(|e| e["index"].as_u64() <= Some(index))
        .cloned()
        .collect()
}

/// Whether this unit or person is among those who were told.
fn told(entry: &Value, id: &str) -> bool {
    entry["recipients"]
        .as_array()
        .is_some_and(|told| told.iter().any(|r| r["id"] == id))
}
