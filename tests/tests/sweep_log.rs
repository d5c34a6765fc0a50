//! One act, one entry: every operation of the document, done once, leaves exactly one entry in the
//! log, and so does every refusal of one. What leaves none is listed, with its reason, in
//! `tests/exemptions.txt`.

use std::collections::BTreeSet;

use samrad_tests::on_both;

on_both! {
    fn each_operation_leaves_one_entry_when_it_is_done(world) {
        let (stock, probe) = (world.stock(), world.probe());
        for operation in stock.contract.operations() {
            let prepared = stock.prepared(&operation);
            let (entries, reply) = probe.entries_of(|| prepared.request().send());
            assert!(reply.status < 300, "{}: {}\n{}", operation.name(), reply.status, reply.text());
            let expected = u64::from(!exempt(&operation.id));
            assert_eq!(entries, expected, "{} ({}): entries", operation.id, operation.name());
            let has_receipt = reply.header("Disclosure-Receipt").is_some();
            assert!(has_receipt || expected == 0 || reply.status == 204, "{}: no receipt", operation.name());
        }
    }

    /// A stranger's request leaves what a request about nothing leaves: the same entry of refusal.
    fn each_operation_leaves_one_entry_when_it_is_refused(world) {
        let (stock, probe) = (world.stock(), world.probe());
        for operation in stock.contract.operations() {
            if operation.ids().is_empty() || exempt(&operation.id) {
                continue;
            }
            let prepared = stock.prepared(&operation).about_nothing(&operation);
            let (entries, reply) = probe.entries_of(|| prepared.request().send());
            assert_eq!(reply.status, 404, "{}\n{}", operation.name(), reply.text());
            assert_eq!(entries, 1, "{} about nothing: entries", operation.name());
        }
    }

    fn every_exemption_is_of_an_operation(world) {
        let operations: BTreeSet<String> = world.contract().operations().into_iter().map(|o| o.id).collect();
        let unknown: Vec<_> = exemptions().into_iter().filter(|id| !operations.contains(id)).collect();
        assert_eq!(unknown, Vec::<String>::new());
    }
}

fn exempt(operation: &str) -> bool {
    exemptions().iter().any(|id| id == operation)
}

/// The operation ids, each of which has a reason behind it.
fn exemptions() -> Vec<String> {
    let lines = include_str!("../exemptions.txt").lines();
    let entries = lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let split = entries.map(|line| {
        line.split_once(char::is_whitespace)
            .expect("an id and a reason")
    });
    split.map(|(id, _)| id.to_owned()).collect()
}
