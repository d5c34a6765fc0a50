//! The document: what is committed is what is served, and what is served is whole.

use std::collections::BTreeSet;

use samrad_tests::{Contract, on_both};
use serde_json::Value;

on_both! {
    fn the_committed_document_is_the_one_that_is_served(world) {
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
        let committed = std::fs::read_to_string(committed).expect("`make openapi` writes it");
        let served = world.nobody().request("GET", "/openapi.json").send().expect(200);
        assert!(served.text() == committed, "openapi/openapi.json has drifted: run `make openapi` and commit it");
        assert_eq!(served.header("Content-Type"), Some("application/json"));
    }

    fn every_operation_says_what_it_is_and_for_whom(world) {
        let contract = world.contract();
        let mut ids = BTreeSet::new();
        for (name, operation) in operations(&contract) {
            for text in ["operationId", "summary"] {
                assert!(operation[text].as_str().is_some_and(|text| !text.trim().is_empty()), "{name}: {text}");
            }
            for list in ["tags", "x-samrad-roles", "security"] {
                assert!(operation[list].as_array().is_some_and(|list| !list.is_empty()), "{name}: {list}");
            }
            assert!(ids.insert(operation["operationId"].to_string()), "{name}: the id of another operation");
        }
        assert!(!ids.is_empty());
    }

    fn every_refusal_is_a_problem_with_its_codes(world) {
        let contract = world.contract();
        for (name, operation) in operations(&contract) {
            let responses = operation["responses"].as_object().expect("responses");
            let open = operation["x-samrad-roles"] == serde_json::json!(["public"]);
            for status in ["401", "403"] {
                assert_ne!(responses.contains_key(status), open, "{name}: {status}");
            }
            assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
            for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
                let response = contract.resolved(response);
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{name}: {status}");
                assert!(response["x-samrad-codes"].as_array().is_some_and(|c| !c.is_empty()), "{name}: {status}");
            }
        }
    }

    /// In requests and in answers, so that a client knows how much can come.
    fn every_text_list_and_number_has_its_bounds(world) {
        let contract = world.contract();
        let schemas = contract.document["components"]["schemas"].as_object().expect("schemas");
        let unbounded: Vec<String> =
            schemas.iter().flat_map(|(name, schema)| without_bounds(name, schema)).collect();
        assert_eq!(unbounded, Vec::<String>::new());
    }

    fn no_body_takes_unknown_fields(world) {
        let contract = world.contract();
        for operation in contract.operations() {
            if let Some(body) = &operation.body {
                assert_eq!(open_objects(&contract, body, 0), Vec::<String>::new(), "{}", operation.name());
            }
        }
    }

    fn every_reference_leads_somewhere(world) {
        let contract = world.contract();
        let mut references = Vec::new();
        gather(&contract.document, &mut references);
        for reference in references {
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(contract.document.pointer(pointer).is_some(), "{reference}");
        }
    }
}

fn operations(contract: &Contract) -> impl Iterator<Item = (String, &Value)> {
    let paths = contract.document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

fn is(schema: &Value, kind: &str) -> bool {
    let types = &schema["type"];
    types == kind
        || types
            .as_array()
            .is_some_and(|types| types.iter().any(|t| t == kind))
}

/// The places within `schema` that could hold any amount.
fn without_bounds(place: &str, schema: &Value) -> Vec<String> {
    let has = |names: &[&str]| names.iter().any(|name| schema.get(*name).is_some());
    let mut found = Vec::new();
    if is(schema, "string") && !has(&["maxLength", "enum", "const", "format"]) {
        found.push(format!("{place}: a text"));
    }
    if is(schema, "array") && !has(&["maxItems"]) {
        found.push(format!("{place}: a list"));
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        found.extend(without_bounds(&format!("{place}.{name}"), inner));
    }
    found.extend(without_bounds_in(
        &format!("{place}[]"),
        schema.get("items"),
    ));
    for choice in ["oneOf", "anyOf", "allOf"] {
        for inner in schema[choice].as_array().into_iter().flatten() {
            found.extend(without_bounds(place, inner));
        }
    }
    found
}

fn without_bounds_in(place: &str, schema: Option<&Value>) -> Vec<String> {
    schema
        .map(|schema| without_bounds(place, schema))
        .unwrap_or_default()
}

/// The objects within a body that would take fields that nobody knows.
fn open_objects(contract: &Contract, schema: &Value, depth: usize) -> Vec<String> {
    let schema = contract.resolved(schema);
    let mut found = Vec::new();
    if is(schema, "object") && schema["additionalProperties"] != false {
        found.push(schema.to_string());
    }
    if depth > 10 {
        return found;
    }
    let properties = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, inner)| inner);
    let choices = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|choice| schema[choice].as_array());
    for inner in properties
        .chain(schema.get("items"))
        .chain(choices.flatten())
    {
        found.extend(open_objects(contract, inner, depth + 1));
    }
    found
}

fn gather(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(
                fields
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields.values().for_each(|inner| gather(inner, references));
        }
        Value::Array(items) => items.iter().for_each(|inner| gather(inner, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
