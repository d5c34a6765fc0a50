//! Pages of lists: what was there at the beginning is met once, however much is added meanwhile;
//! and a cursor is of one caller and one question.

use std::collections::{BTreeMap, BTreeSet};

use samrad_tests::consents::{grant, person};
use samrad_tests::{Caller as _, Client, Reply, Stock, numbers, on_both};
use serde_json::{Value, json};

/// How many items there are before anybody turns a page.
const FIRST: usize = 5;
/// Pages after which a list doesn't end.
const MANY: usize = 200;

on_both! {
    fn a_cursor_of_one_list_opens_no_other(world) {
        let stock = world.stock();
        let lists = lists(&stock);
        let cursors: BTreeMap<&str, String> =
            lists.iter().map(|list| (list.operation, list.cursor())).collect();
        for list in &lists {
            for (of, cursor) in cursors.iter().filter(|(of, _)| **of != list.operation) {
                let reply = list.read(&format!("limit=2&cursor={cursor}")).refused(400, "malformed");
                assert_eq!(reply.json()["errors"][0]["pointer"], "?cursor", "{} with one of {of}", list.operation);
            }
            let own = &cursors[list.operation];
            for made_up in [format!("{own}A"), own[..own.len() - 2].to_owned(), flipped(own), "AAAA".to_owned()] {
                let reply = list.read(&format!("limit=2&cursor={made_up}")).refused(400, "malformed");
                assert_eq!(reply.json()["errors"][0]["code"], "cursor", "{}", list.operation);
            }
            let unknown = list.read(&format!("limit=2&cursor={own}&extra=1")).refused(400, "malformed");
            assert_eq!(unknown.json()["errors"][0]["pointer"], "?extra", "{}", list.operation);
            drop(list.read(&format!("limit=7&cursor={own}")).expect(200));
        }
    }

    fn a_cursor_of_one_caller_opens_nothing_for_another(world) {
        let stock = world.stock();
        for list in lists(&stock) {
            let Some(other) = &list.other else { continue };
            let cursor = list.cursor();
            let asked = List { reader: other.clone(), ..list };
            let reply = asked.read(&format!("limit=2&cursor={cursor}")).refused(400, "malformed");
            assert_eq!(reply.json()["errors"][0]["pointer"], "?cursor", "{}", asked.operation);
        }
    }

    fn a_cursor_under_one_filter_opens_no_other(world) {
        let stock = world.stock();
        for list in lists(&stock).iter().filter(|list| ["listCases", "listJournalNotes", "listInbox"].contains(&list.operation)) {
            let reply = list.read(&format!("limit=2&cursor={}&state=open", list.cursor()));
            assert_eq!(reply.status, 400, "{}\n{}", list.operation, reply.text());
        }
    }

    fn what_was_there_is_met_once_while_more_is_added(world) {
        let stock = world.stock();
        for list in lists(&stock) {
            let before = ids(&list.read("limit=200").expect(200));
            assert!(before.len() >= FIRST, "{}: {}", list.operation, before.len());
            let mut met: Vec<String> = Vec::new();
            let mut query = "limit=2".to_owned();
            for page in 0.. {
                assert!(page < MANY, "{}: no end", list.operation);
                let reply = list.read(&query).expect(200);
                met.extend(ids(&reply));
                let Some(cursor) = reply.json()["nextCursor"].as_str().map(str::to_owned) else { break };
                // Else a list in the order of writing would go on for ever.
                if page < 6 {
                    list.add();
                }
                query = format!("limit=2&cursor={cursor}");
            }
            let distinct: BTreeSet<&String> = met.iter().collect();
            assert_eq!(distinct.len(), met.len(), "{}: something twice in {met:?}", list.operation);
            let kept: Vec<&String> = met.iter().filter(|id| before.contains(id)).collect();
            assert_eq!(kept, before.iter().collect::<Vec<_>>(), "{}: skipped or moved", list.operation);
        }
    }

    fn every_list_is_paged_through_here(world) {
        let stock = world.stock();
        let here: BTreeSet<&str> = lists(&stock).iter().map(|list| list.operation).collect();
        let document = &stock.contract.document;
        let paths = document["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        for (_, operation) in operations {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert_eq!(parameters.any(|p| p["name"] == "cursor"), here.contains(id), "{id}");
        }
    }
}

/// A list, who reads it, and how it grows.
struct List<'s> {
    operation: &'static str,
    reader: Client,
    path: String,
    body: Option<Value>,
    /// Somebody else who may read such a list.
    other: Option<Client>,
    add: Box<dyn Fn() + 's>,
}

impl List<'_> {
    fn read(&self, query: &str) -> Reply {
        let sign = if self.path.contains('?') { '&' } else { '?' };
        let path = format!("{}{sign}{query}", self.path);
        match &self.body {
            Some(body) => self.reader.post(&path, body.clone()),
            None => self.reader.get(&path),
        }
    }

    fn add(&self) {
        (self.add)();
    }

    fn cursor(&self) -> String {
        let page = self.read("limit=2").expect(200).json();
        let cursor = page["nextCursor"].as_str().map(str::to_owned);
        cursor.unwrap_or_else(|| panic!("{}: one page only", self.operation))
    }
}

/// Every list of the service, each with items on it.
fn lists<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let lists: Vec<_> = of_registry(stock)
        .into_iter()
        .chain(of_cases(stock))
        .chain(of_patients(stock))
        .chain(of_notes(stock))
        .chain(of_ips(stock))
        .chain(of_the_log(stock))
        .collect();
    for list in &lists {
        (0..FIRST).for_each(|_| list.add());
    }
    lists
}

fn list<'s>(
    operation: &'static str,
    reader: &Client,
    path: impl Into<String>,
    add: impl Fn() + 's,
) -> List<'s> {
    List {
        operation,
        reader: reader.clone(),
        path: path.into(),
        body: None,
        other: None,
        add: Box::new(add),
    }
}

fn of_registry<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let administrator = stock.world.administrator();
    let made = {
        let administrator = administrator.clone();
        move |path: &str, body: Value| administrator.post(path, body).expect(201).done()
    };
    let (organisation, unit, client) = (made.clone(), made.clone(), made);
    let other = Some(stock.clinician.client().clone());
    vec![
        List {
            other: other.clone(),
            ..list(
                "listOrganisations",
                &administrator,
                "/organisations",
                move || {
                    let number = numbers::organisation_number(5000 + stock.world.next());
                    organisation(
                        "/organisations",
                        json!({"name": "Øyane DPS", "number": number}),
                    );
                },
            )
        },
        List {
            other,
            ..list("listUnits", &administrator, "/units", move || {
                let body = json!({"organisationId": stock.dps.organisation.id, "name": "Team", "kind": "dps",
                    "compartment": {"kind": "health"}});
                unit("/units", body);
            })
        },
        list("listClients", &administrator, "/clients", move || {
            client("/clients", stock.new_client());
        }),
    ]
}

fn of_cases<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let clinician = stock.clinician.client();
    let put = || {
        drop(
            stock
                .clinician
                .puts_before(&stock.case, &stock.nav, "caseDiscussion"),
        );
    };
    let path = format!("/cases/{}/discussions", stock.case.id);
    let other = Some(stock.world.clinician_at(&stock.dps).client().clone());
    vec![
        List {
            other,
            ..list("listCases", clinician, "/cases", || {
                drop(stock.clinician.opens_case_for(&stock.patient));
            })
        },
        list("listCaseDiscussions", clinician, path, put),
        List {
            other: Some(stock.world.nav_adviser_at(&stock.nav).client().clone()),
            ..list("listInbox", stock.adviser.client(), "/discussions", put)
        },
    ]
}

fn of_patients<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let (clinician, patient) = (stock.clinician.client(), &stock.patient);
    let draft = || drop(stock.draft());
    vec![
        list(
            "listConsents",
            clinician,
            format!("/patients/{}/consents", patient.id),
            draft,
        ),
        list("listMyConsents", patient.client(), "/me/consents", || {
            let hearer = stock.world.nav_adviser_at(&stock.nav);
            drop(stock.granted("caseDiscussion", &hearer));
        }),
        list(
            "listInformation",
            clinician,
            format!("/patients/{}/information-records", patient.id),
            || {
                drop(stock.clinician.informs(patient, "caseDiscussion"));
            },
        ),
    ]
}

fn of_notes<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let other = Some(stock.world.clinician_at(&stock.dps).client().clone());
    let client = &stock.client;
    vec![
        List {
            other,
            ..list(
                "listJournalNotes",
                stock.clinician.client(),
                "/journal-notes?state=pending",
                || {
                    drop(stock.clinician.informs(&stock.patient, "caseDiscussion"));
                },
            )
        },
        list(
            "listCaseFileNotes",
            stock.adviser.client(),
            "/case-file-notes?state=pending",
            move || {
                drop(stock.adviser.informs(client, "caseDiscussion"));
            },
        ),
    ]
}

fn of_ips<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let specialist = stock.job_specialist.client();
    let patient = stock.world.patient_of(&stock.clinician);
    let hearer = person(&stock.job_specialist);
    let grants = json!([grant(&stock.dps, hearer, &["identity", "workReadiness"])]);
    let consent = stock.clinician.drafts(&patient, "ipsCooperation", grants);
    let information = stock.clinician.informs(&patient, "ipsCooperation");
    stock
        .clinician
        .records_grant(&consent, &information, json!({}))
        .expect(200)
        .done();
    let discussion = stock
        .clinician
        .discusses(&patient, &stock.ips, "ipsCooperation");
    let id = stock.job_specialist.opens_participation(&discussion);
    let notes = format!("/ips/participations/{id}/notes");
    let write = {
        let (specialist, notes) = (specialist.clone(), notes.clone());
        move || {
            let text = format!("Møte {}.", stock.world.next());
            specialist
                .post(&notes, json!({"text": text}))
                .expect(201)
                .done();
        }
    };
    vec![
        list(
            "listParticipations",
            specialist,
            "/ips/participations",
            || drop(stock.participation()),
        ),
        list("listIpsNotes", specialist, notes, write.clone()),
        list("listMyIpsNotes", patient.client(), "/me/ips-notes", write),
    ]
}

fn of_the_log<'s>(stock: &'s Stock<'s>) -> Vec<List<'s>> {
    let auditor = stock.in_role("auditor");
    let read = || drop(stock.entry());
    let whole = json!({"ground": "routineControl", "caseId": stock.case.id});
    vec![
        list("listErasures", &auditor, "/log/erasures", || {
            drop(stock.erasure());
        }),
        List {
            body: Some(whole),
            other: Some(stock.in_role("privacyOfficer")),
            ..list("searchLog", &auditor, "/log/search", read)
        },
        list("readMyLog", stock.patient.client(), "/me/log", read),
    ]
}

/// What tells the items of a page apart, in order.
fn ids(reply: &Reply) -> Vec<String> {
    let items = reply.items().into_iter();
    items
        .map(|item| {
            let named = ["id", "eventId", "discussionId", "index"]
                .iter()
                .map(|name| &item[*name]);
            let named = named.into_iter().find(|value| !value.is_null());
            named.unwrap_or(&item).to_string()
        })
        .collect()
}

/// The cursor with one letter changed, in the middle.
fn flipped(cursor: &str) -> String {
    let at = cursor.len() / 2;
    let other = if &cursor[at..=at] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &cursor[..at], &cursor[at + 1..])
}
