//! The document explains itself: everything that has a name has words, and everything that could
//! hold any amount has a bound, wherever in the document it stands.

use samrad_tests::{Contract, on_both};
use serde_json::Value;

/// Media types of answers that are streams: they end when there is no more.
const STREAMS: [&str; 2] = ["application/x-ndjson", "text/csv"];

on_both! {
    fn every_schema_and_field_is_described(world) {
        let contract = world.contract();
        let bare = each_schema(&contract)
            .filter(|(place, schema)| has_a_name(place) && !is_described(schema))
            .map(|(place, _)| place)
            .collect::<Vec<_>>();
        assert_eq!(bare, Vec::<String>::new());
    }

    fn every_value_of_a_closed_list_is_described(world) {
        let contract = world.contract();
        let mut bare = Vec::new();
        for (place, schema) in each_schema(&contract) {
            let values = schema["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
            let words = schema["description"].as_str().unwrap_or_default();
            // One value alone is what its schema is about. Languages are tags of BCP 47.
            let values = values.iter().filter_map(Value::as_str).filter(|_| values.len() > 1);
            let known = place.ends_with("headers.Content-Language");
            bare.extend(values.filter(|value| !known && !words.contains(&format!("`{value}`"))).map(|v| format!("{place}: {v}")));
        }
        assert_eq!(bare, Vec::<String>::new());
    }

    fn every_parameter_header_answer_and_link_is_described(world) {
        let contract = world.contract();
        let mut bare = Vec::new();
        let words = |value: &Value| value["description"].as_str().is_some_and(|words| !words.trim().is_empty());
        for (path, item) in contract.document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                let name = format!("{method} {path}");
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                bare.extend(parameters.filter(|p| !words(contract.resolved(p))).map(|p| format!("{name}: {p}")));
                for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                    let response = contract.resolved(response);
                    let parts = ["headers", "links"].into_iter().filter_map(|part| response[part].as_object());
                    let parts = parts.flatten().map(|(_, part)| contract.resolved(part));
                    let undescribed = parts.chain([response]).filter(|part| !words(part));
                    bare.extend(undescribed.map(|part| format!("{name} {status}: {part}")));
                }
                if !words(operation) {
                    bare.push(format!("{name}: the operation"));
                }
            }
        }
        bare.extend(contract.document["tags"].as_array().into_iter().flatten().filter(|t| !words(t)).map(Value::to_string));
        assert_eq!(bare, Vec::<String>::new());
    }

    /// Not in the named schemas alone: in parameters, headers and bodies written in place too.
    fn every_text_list_and_number_is_bounded_wherever_it_stands(world) {
        let contract = world.contract();
        let unbounded = each_schema(&contract)
            .filter(|(place, schema)| !is_bounded(schema) && !STREAMS.iter().any(|media| place.contains(media)))
            .map(|(place, _)| place)
            .collect::<Vec<_>>();
        assert_eq!(unbounded, Vec::<String>::new());
    }

    fn every_code_of_a_refusal_is_in_the_table_and_has_an_example(world) {
        let contract = world.contract();
        let codes = contract.document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].clone();
        let codes = codes.as_array().expect("codes");
        let mut met = 0;
        for (path, item) in contract.document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                    let response = contract.resolved(response);
                    for code in response["x-samrad-codes"].as_array().into_iter().flatten() {
                        met += 1;
                        assert!(codes.contains(code), "{method} {path} {status}: {code}");
                        let code = code.as_str().expect("a text");
                        let example = &response["content"]["application/problem+json"]["examples"][code];
                        let example = &contract.resolved(example)["value"];
                        assert_eq!(example["code"], code);
                        assert_eq!(&example["status"].to_string(), status, "{method} {path}: {code}");
                    }
                }
            }
        }
        assert!(met > 500, "{met}");
    }
}

/// Every schema of the document, with its place: named ones, and those under a key `schema`.
fn each_schema(contract: &Contract) -> impl Iterator<Item = (String, &Value)> {
    let mut found = Vec::new();
    let schemas = contract.document["components"]["schemas"].as_object();
    for (name, schema) in schemas.expect("schemas") {
        gather(name, schema, &mut found);
    }
    in_place("paths", &contract.document["paths"], &mut found);
    in_place("", &contract.document["components"], &mut found);
    assert!(found.len() > 1000, "{}", found.len());
    found.into_iter()
}

fn in_place<'d>(place: &str, value: &'d Value, found: &mut Vec<(String, &'d Value)>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        match name.as_str() {
            "schema" => gather(place, inner, found),
            "schemas" | "example" | "examples" => {}
            name => in_place(&format!("{place}.{name}"), inner, found),
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        in_place(&format!("{place}[{index}]"), inner, found);
    }
}

fn gather<'d>(place: &str, schema: &'d Value, found: &mut Vec<(String, &'d Value)>) {
    found.push((place.to_owned(), schema));
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        gather(&format!("{place}.{name}"), inner, found);
    }
    if let Some(items) = schema.get("items") {
        gather(&format!("{place}[]"), items, found);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        for (index, inner) in schema[choice].as_array().into_iter().flatten().enumerate() {
            gather(&format!("{place}/{choice}{index}"), inner, found);
        }
    }
}

/// A schema of the document's own list, or a field. A choice, an item, and what stands under a
/// parameter, header or body are explained by what they stand in.
fn has_a_name(place: &str) -> bool {
    let last = place.rsplit('.').next().unwrap_or(place);
    let in_place = place.starts_with("paths") || place.starts_with('.');
    (!in_place || place.contains("[]")) && !last.contains(['/', '['])
}

/// Words of its own, or those of what it refers to.
fn is_described(schema: &Value) -> bool {
    schema.get("description").is_some() || schema.get("$ref").is_some()
}

fn is_bounded(schema: &Value) -> bool {
    let is = |kind: &str| {
        let types = &schema["type"];
        types == kind
            || types
                .as_array()
                .is_some_and(|all| all.iter().any(|t| t == kind))
    };
    let has = |names: &[&str]| names.iter().any(|name| schema.get(*name).is_some());
    (!is("string")
        || has(&["maxLength", "enum", "const"])
        || schema["format"] == "uuid"
        || schema["format"] == "date")
        && (!is("array") || has(&["maxItems"]))
        && (!(is("integer") || is("number")) || (has(&["minimum"]) && has(&["maximum"])))
}
