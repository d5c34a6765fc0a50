//! The examples of the contract are what the service answers: taken from it, and held against it.

use samrad_tests::example::likeness;
use samrad_tests::{Stock, on_both};
use serde_json::{Map, Value};

/// Where they lie.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/examples.json");
/// Set by `make examples`: take them instead of holding them against the service.
const TAKE: &str = "SAMRAD_TAKE_EXAMPLES";

on_both! {
    fn every_example_is_what_the_service_answers(world) {
        let fresh = fresh(&world.stock());
        if std::env::var_os(TAKE).is_some() {
            let mut text = serde_json::to_string_pretty(&fresh).expect("JSON");
            text.push('\n');
            std::fs::write(FILE, text).expect("the file can be written");
            return;
        }
        let committed: Map<String, Value> =
            serde_json::from_str(&std::fs::read_to_string(FILE).expect("the examples")).expect("JSON");
        let known: Vec<_> = committed.keys().collect();
        assert_eq!(known, fresh.keys().collect::<Vec<_>>(), "`make examples` takes them anew");
        for (operation, example) in &fresh {
            assert_eq!(likeness(&committed[operation]), likeness(example), "{operation}: `make examples` takes them anew");
        }
    }
}

/// One of each operation that a token can call.
fn fresh(stock: &Stock<'_>) -> Map<String, Value> {
    let operations = stock.contract.operations();
    let examples = operations
        .iter()
        .map(|operation| (operation.id.clone(), stock.example_of(operation)));
    let mut examples: Vec<_> = examples.collect();
    examples.sort_by(|(one, _), (other, _)| one.cmp(other));
    examples.into_iter().collect()
}
