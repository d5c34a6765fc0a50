//! What is not for the caller does not exist, over every operation with an id in its path: the
//! answer about a thing that is there is, byte for byte, the answer about one that never was.

use samrad_tests::{Caller as _, Client, Operation, Reply, Stock, on_both};

/// What is nobody's secret: the registry, which anybody known may read, and administrators keep.
/// Receipts too: hashes and a time, for whoever was given the entry's id.
const DIRECTORY: [&str; 7] = [
    "/log/entries",
    "/organisations",
    "/units",
    "/persons",
    "/persons/identities",
    "/affiliations",
    "/clients",
];

on_both! {
    fn a_strangers_not_found_is_that_of_a_missing_id(world) {
        let stock = world.stock();
        let mut swept = 0;
        for operation in stock.contract.operations() {
            let kinds: Vec<_> = (0..operation.ids().len()).map(|place| operation.collection(place)).collect();
            if kinds.is_empty() || kinds.iter().any(|kind| DIRECTORY.contains(&kind.as_str())) {
                continue;
            }
            for role in ROLES.iter().filter(|role| operation.roles.contains(**role)) {
                for stranger in stock.strangers(role) {
                    is_nowhere(&stock, &operation, &stranger, role);
                    swept += 1;
                }
            }
        }
        assert!(swept > 100, "{swept}");
    }
}

const ROLES: [&str; 9] = [
    "clinician",
    "gp",
    "navAdviser",
    "jobSpecialist",
    "methodSupervisor",
    "coordinator",
    "patient",
    "guardian",
    "system",
];

fn is_nowhere(stock: &Stock<'_>, operation: &Operation, stranger: &Client, role: &str) {
    let there = asked(
        stock,
        operation,
        stranger,
        &operation.at(&stock.ids_of(operation)),
    );
    let missing = asked(stock, operation, stranger, &operation.nowhere());
    let name = format!("{role}: {}\n{}", operation.name(), there.text());
    assert_eq!(
        missing.status,
        404,
        "{role}: {}\n{}",
        operation.name(),
        missing.text()
    );
    assert_eq!(there.status, 404, "{name}");
    assert_eq!(there.likeness(), missing.likeness(), "{name}");
}

fn asked(stock: &Stock<'_>, operation: &Operation, stranger: &Client, path: &str) -> Reply {
    let mut request = stranger.call(&operation.method, path);
    if operation.conditional {
        request = request.header("If-Match", "\"v1\"");
    }
    match stock.body_of(operation) {
        Some(body) => request.json(&body).send(),
        None => request.send(),
    }
}
