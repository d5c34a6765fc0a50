//! Repeats: a caller that retries never does a thing twice, and a retry is answered afresh.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use samrad_tests::{Caller, Client, Operation, Prepared, Reply, Stock, World, on_both};
use serde_json::{Value, json};

on_both! {
    fn a_key_serves_one_request_only(world) {
        let stock = world.stock();
        for operation in creating(&stock) {
            let prepared = stock.prepared(&operation);
            let made = keyed(&prepared, "a-key").send();
            assert_eq!(made.status, 201, "{}\n{}", operation.name(), made.text());
            let before = rows(world);
            let body = prepared.body().expect("a body").to_string();
            let call = prepared.caller.call("POST", prepared.path()).header("Idempotency-Key", "a-key");
            let call = call.body("application/json", format!("{body} "));
            call.send().refused(422, "idempotencyMismatch").done();
            assert_eq!(rows(world), before, "{}", operation.name());
        }
    }

    fn a_repeat_passes_the_gate_again(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let (owner, colleague) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let case = owner.opens_case_for(&world.patient_of(&owner));
        owner.summarises(&case);
        let members = format!("/cases/{}/members", case.id);
        owner.post(&members, json!({"personId": colleague.id, "unitId": dps.id, "basis": "team"})).expect(201).done();
        let statement = json!({"category": "plan", "text": "Ny samtale om to uker."});
        let discussion = json!({"audienceUnitId": nav.id, "purpose": "caseDiscussion", "attested": true});
        let acts = [("statements", statement), ("discussions", discussion)];
        for (what, body) in &acts {
            again(&colleague, &format!("/cases/{}/{what}", case.id), body).expect(201).done();
        }
        owner.post_over(&format!("{members}/{}/end", colleague.id), json!({})).expect(204).done();
        for (what, body) in &acts {
            let refused = again(&colleague, &format!("/cases/{}/{what}", case.id), body).refused(404, "notFound");
            let missing = colleague.post(&format!("/cases/{}/{what}", samrad_tests::contract::NOTHING), body.clone());
            assert_eq!(refused.likeness(), missing.likeness());
        }
        world.end_affiliation(&owner);
        again(&owner, &format!("/cases/{}/statements", case.id), &acts[0].1).refused(403, "unknownCaller").done();
    }

    fn a_key_is_its_callers_own(world) {
        let (dps, rph) = (world.dps("Søndre Oslo DPS"), world.rph("RPH Nesodden"));
        let (one, other) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let elsewhere = world.also_at(&one, &rph, "clinician", 20);
        let body = json!({"question": "Hvem kan hjelpe med bolig?"});
        let made: BTreeSet<String> =
            [&one, &other, &elsewhere].iter().map(|who| again(*who, "/cases", &body).expect(201).id()).collect();
        assert_eq!(made.len(), 3);
        assert!(made.contains(&again(&one, "/cases", &body).expect(201).id()));
    }

    /// The key is kept in the transaction of what was made: what was not made has none.
    fn what_was_refused_may_be_tried_again_with_its_key(world) {
        let (dps, nav) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Nordstrand", "0318"));
        let clinician = world.clinician_at(&dps);
        let case = clinician.opens_case_for(&world.patient_of(&clinician));
        let path = format!("/cases/{}/discussions", case.id);
        let body = json!({"audienceUnitId": nav.id, "purpose": "caseDiscussion", "attested": true});
        again(&clinician, &path, &body).refused(422, "ruleBroken").done();
        assert_eq!(rows(world).get("idempotency"), Some(&0));
        clinician.summarises(&case);
        let made = again(&clinician, &path, &body).expect(201).id();
        assert_eq!(again(&clinician, &path, &body).expect(201).id(), made);
    }

    fn a_key_out_of_form_is_told(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        for key in ["", "a b", "\"", "x\"y", &"x".repeat(101)] {
            let call = clinician.call("POST", "/cases").header("Idempotency-Key", key);
            let reply = call.json(&json!({"question": "Hva nå?"})).send().refused(400, "malformed");
            assert_eq!(reply.json()["errors"][0]["pointer"], "Idempotency-Key");
        }
        assert_eq!(clinician.get("/cases").expect(200).items(), Vec::<Value>::new());
    }

    fn every_operation_that_makes_something_takes_a_key_and_no_other(world) {
        for operation in world.contract().operations() {
            let creates = operation.method == "POST" && operation.creates;
            assert_eq!(operation.keyed, creates, "{}", operation.name());
        }
    }

    fn a_request_sent_again_makes_nothing_more_and_answers_the_same(world) {
        let (stock, probe) = (world.stock(), world.probe());
        for operation in creating(&stock) {
            let prepared = stock.prepared(&operation);
            let first = keyed(&prepared, "\"retried\"").send();
            assert_eq!(first.status, 201, "{}\n{}", operation.name(), first.text());
            let before = rows(world);
            let (entries, second) = probe.entries_of(|| keyed(&prepared, "retried").send());
            assert_eq!(second.status, 201, "{}\n{}", operation.name(), second.text());
            assert_eq!(second.json(), first.json(), "{}", operation.name());
            assert_eq!(second.header("Location"), first.header("Location"), "{}", operation.name());
            assert_eq!(entries, 1, "{}: a repeat is an entry of its own", operation.name());
            assert_eq!(rows(world), before, "{}", operation.name());
        }
    }

    fn many_at_once_make_one(world) {
        let stock = world.stock();
        for operation in creating(&stock) {
            let prepared = stock.prepared(&operation);
            let before = rows(world);
            let replies: Vec<Reply> = thread::scope(|scope| {
                let senders: Vec<_> = (0..8).map(|_| scope.spawn(|| keyed(&prepared, "at-once").send())).collect();
                senders.into_iter().map(|sender| sender.join().expect("a sender ends")).collect()
            });
            let answers: BTreeSet<String> = replies.iter().map(|reply| reply.json().to_string()).collect();
            assert!(replies.iter().all(|reply| reply.status == 201), "{}: {answers:?}", operation.name());
            assert_eq!(answers.len(), 1, "{}: {answers:?}", operation.name());
            let kept = |rows: &BTreeMap<String, i64>| rows.get("idempotency").copied().unwrap_or_default();
            assert_eq!(kept(&rows(world)), kept(&before) + 1, "{}", operation.name());
        }
    }

    /// What takes no key is safe to repeat by its nature: the second time finds it done. The table is
    /// the one that callers read.
    fn what_takes_no_key_answers_a_repeat_as_the_table_says(world) {
        let stock = world.stock();
        let mut table = table();
        for operation in stock.contract.operations() {
            if operation.keyed || operation.method == "GET" {
                continue;
            }
            let said = table.remove(&operation.id);
            let said = said.unwrap_or_else(|| panic!("docs/repeats.md has no line for {}", operation.id));
            let prepared = stock.prepared(&operation);
            let first = prepared.request().send();
            assert!(first.status < 300, "{}\n{}", operation.name(), first.text());
            let before = rows(world);
            let second = prepared.request().send();
            assert_eq!(second.status, said, "{}\n{}", operation.name(), second.text());
            assert!(second.status > 299 || rows(world) == before, "{}: more was made", operation.name());
        }
        assert_eq!(table, BTreeMap::new(), "lines of docs/repeats.md about no operation");
    }
}

/// The operations that make something.
fn creating(stock: &Stock<'_>) -> Vec<Operation> {
    let operations = stock.contract.operations();
    let creating: Vec<_> = operations.into_iter().filter(|o| o.keyed).collect();
    assert!(creating.len() > 20, "only {}", creating.len());
    creating
}

fn keyed<'p>(prepared: &'p Prepared, key: &str) -> samrad_tests::client::Request<'p> {
    prepared.request().header("Idempotency-Key", key)
}

fn again(caller: &impl Caller, path: &str, body: &Value) -> Reply {
    let client: &Client = caller.client();
    let call = client
        .call("POST", path)
        .header("Idempotency-Key", "the-same");
    call.json(body).send()
}

/// How many rows there are, but for the log, which tells of every request.
fn rows(world: &World) -> BTreeMap<String, i64> {
    let mut rows = world.database().rows();
    rows.retain(|table, _| !table.starts_with("log_"));
    rows
}

/// What a repeat of each operation without a key answers, as `docs/repeats.md` has it.
fn table() -> BTreeMap<String, u16> {
    let lines = include_str!("../../docs/repeats.md").lines();
    let cells = lines.filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let cells = cells.filter_map(|(id, rest)| Some((id, rest.get(..3)?.parse().ok()?)));
    cells.map(|(id, status)| (id.to_owned(), status)).collect()
}
