//! The OpenAPI document, finished: what every operation has in common is written here once, so
//! that a handler documents only what is its own.

mod examples;
mod headers;
mod links;
mod media;
mod parameters;
mod problems;
mod schemas;
mod shared;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

use crate::auth::gate::AFFILIATION;
use crate::http::problem::{Code, FieldFaultBody, MEDIA_TYPE, ProblemBody};

/// The methods that a path can have.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Info, servers and tags: what stands above the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Samråd",
        description = "Case discussions between health services and NAV: anonymised until the patient consents, \
            and every disclosure in the log.\n\nA token proves who calls; the registry says what they are. \
            Errors are problems (RFC 9457), in bokmål, nynorsk or English by `Accept-Language`.",
        contact(name = "Those who keep Samråd; see SECURITY.md for what should not be told openly"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "me", description = "Who the caller is, and what concerns the caller as a patient"),
        (name = "registry", description = "Organisations, units, persons and client systems"),
        (name = "patients", description = "The record that one compartment keeps of a person, and information given (R1)"),
        (name = "consents", description = "What the patient allows (R2)"),
        (name = "cases", description = "The owner's file about one matter"),
        (name = "discussions", description = "A case put before one audience (R3)"),
        (name = "notes", description = "What must be filed in the patient's journal or the case file (R5)"),
        (name = "ips", description = "IPS participations and follow-up notes, apart from the journal (R4)"),
        (name = "log", description = "Who has seen what"),
        (name = "transparency", description = "What anybody needs to verify the log, and nothing that it says")
    ),
    components(schemas(ProblemBody, FieldFaultBody))
)]
pub struct Base;

/// Adds to `document` what all operations have in common.
#[must_use]
pub fn finish(document: &Document) -> Value {
    let mut whole = serde_json::to_value(document).expect("a document is always JSON");
    whole["components"]["securitySchemes"] = json!({"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "A signed JWT of a configured issuer."}});
    whole["components"]["parameters"] = json!({"affiliation": {"name": AFFILIATION, "in": "header", "required": false,
        "description": "The affiliation to act in; needed by staff who hold several.",
        "schema": {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}}});
    if let Some(paths) = whole["paths"].as_object_mut() {
        for (path, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                    finish_operation(path, method, operation);
                }
            }
        }
    }
    parameters::finish(&mut whole);
    media::finish(&mut whole);
    problems::finish(&mut whole);
    schemas::finish(&mut whole);
    headers::add(&mut whole);
    links::add(&mut whole);
    examples::add(&mut whole);
    shared::gather(&mut whole);
    whole
}

fn finish_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    operation
        .entry("security")
        .or_insert_with(|| json!([{"bearer": []}]));
    let open = operation["security"] == json!([{}]);
    add_paging(operation);
    let takes_body = operation.contains_key("requestBody");
    let ids: Vec<_> = path
        .split('/')
        .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
        .collect();
    let parameters = array(operation, "parameters");
    for id in &ids {
        if !parameters.iter().any(|p| p["name"] == *id) {
            parameters.push(
                json!({"name": id, "in": "path", "required": true, "description": about(path, id),
                "schema": {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}}),
            );
        }
    }
    let conditional = parameters.iter().any(|p| p["name"] == "If-Match");
    let mut codes = vec![
        Code::Malformed,
        Code::TooManyRequests,
        Code::Internal,
        Code::Unavailable,
    ];
    if !open {
        parameters.push(json!({"$ref": "#/components/parameters/affiliation"}));
        codes.extend([
            Code::AffiliationRequired,
            Code::Unauthenticated,
            Code::Forbidden,
            Code::UnknownCaller,
            Code::AffiliationUnknown,
        ]);
    }
    if !ids.is_empty() {
        codes.push(Code::NotFound);
    }
    if takes_body {
        codes.extend([Code::UnsupportedMediaType, Code::TooLarge, Code::Invalid]);
    }
    if conditional {
        codes.extend([Code::StaleVersion, Code::VersionRequired]);
    }
    if method == "post" {
        let parameter = json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The caller's own name for the act; a repeat with the same key does it once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 100}});
        if array(operation, "parameters")
            .iter()
            .any(|p| p["name"] == "Idempotency-Key")
        {
            codes.push(Code::IdempotencyMismatch);
        } else if operation.remove("x-samrad-repeatable").is_some() {
            array(operation, "parameters").push(parameter);
            codes.push(Code::IdempotencyMismatch);
        }
    }
    codes.extend(told(operation));
    add_problems(operation, &codes);
}

/// What the id `name` of `path` is of: `The case.`
fn about(path: &str, name: &str) -> String {
    let before = path.split(&format!("/{{{name}}}")).next().unwrap_or(path);
    let things = before
        .rsplit('/')
        .next()
        .unwrap_or(before)
        .replace('-', " ");
    let thing = match things.as_str() {
        "entries" => "entry of the log, by the id of its event",
        "identities" => "identity that proves the person",
        plural => plural.strip_suffix('s').unwrap_or(plural),
    };
    format!("The {thing}.")
}

/// The codes of the refusals that a handler documents by their status alone.
fn told(operation: &Map<String, Value>) -> Vec<Code> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let bare = |response: &Value| response.get("x-samrad-codes").is_none();
    let statuses = responses.into_iter().flatten();
    statuses
        .filter(|(_, response)| bare(response))
        .filter_map(|(status, _)| match status.as_str() {
            "404" => Some(Code::NotFound),
            "406" => Some(Code::NotAcceptable),
            "409" => Some(Code::Conflict),
            "422" => Some(Code::RuleBroken),
            _ => None,
        })
        .collect()
}

/// Every list has the same two parameters ([`Paged`](crate::http::extract::Paged)).
fn add_paging(operation: &mut Map<String, Value>) {
    let content = operation.get("responses").map(|all| &all["200"]["content"]);
    let schema = content.and_then(|content| content["application/json"]["schema"]["$ref"].as_str());
    let listed = schema.is_some_and(|name| name.contains("/Listed_"));
    let parameters = array(operation, "parameters");
    if listed && !parameters.iter().any(|p| p["name"] == "cursor") {
        parameters.push(json!({"name": "limit", "in": "query", "required": false, "description": "Items on the page; 50 unless told.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}}));
        parameters.push(json!({"name": "cursor", "in": "query", "required": false,
            "description": "`nextCursor` of the page before, for the same caller and question.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 1000}}));
    }
}

fn array<'o>(operation: &'o mut Map<String, Value>, name: &str) -> &'o mut Vec<Value> {
    let entry = operation.entry(name).or_insert_with(|| json!([]));
    if !entry.is_array() {
        *entry = json!([]);
    }
    entry.as_array_mut().expect("made an array just above")
}

/// Adds a problem response for each status of `codes`, naming the codes it can hold. Those that
/// the handler documents itself keep their description.
fn add_problems(operation: &mut Map<String, Value>, codes: &[Code]) {
    let Some(responses) = operation
        .entry("responses")
        .or_insert_with(|| json!({}))
        .as_object_mut()
    else {
        return;
    };
    for code in codes {
        let response = responses
            .entry(code.status().as_str())
            .or_insert_with(|| json!({}));
        if response
            .get("description")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            response["description"] = json!(code.title().en);
        }
        if response.get("content").is_none() {
            response["content"] =
                json!({MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
        let listed = response.as_object_mut().expect("made an object just above");
        let listed = array(listed, "x-samrad-codes");
        if !listed.iter().any(|known| known == code.code()) {
            listed.push(json!(code.code()));
        }
    }
}

/// What a document lacks: an operation without id, summary, tag or roles; a text or list without
/// bounds; an object that takes unknown fields. Empty for a document that is whole.
#[must_use]
pub fn faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            for field in ["operationId", "summary", "tags", "x-samrad-roles"] {
                if operation.get(field).is_none_or(|value| {
                    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
                }) {
                    faults.push(format!("{method} {path}: no {field}"));
                }
            }
        }
    }
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        unbounded(schema, name, &mut faults);
    }
    faults
}

fn unbounded(schema: &Value, place: &str, faults: &mut Vec<String>) {
    let Some(fields) = schema.as_object() else {
        return;
    };
    let is = |kind: &str| {
        fields
            .get("type")
            .is_some_and(|t| t == kind || t.as_array().is_some_and(|ts| ts.contains(&json!(kind))))
    };
    let bounded = ["maxLength", "enum", "const", "format", "$ref"]
        .iter()
        .any(|key| fields.contains_key(*key));
    if is("string") && !bounded {
        faults.push(format!("{place}: a text without maxLength"));
    }
    if is("array") && !fields.contains_key("maxItems") {
        faults.push(format!("{place}: a list without maxItems"));
    }
    for (name, inner) in fields
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        unbounded(inner, &format!("{place}.{name}"), faults);
    }
    if let Some(items) = fields.get("items") {
        unbounded(items, &format!("{place}[]"), faults);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        for inner in fields
            .get(choice)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            unbounded(inner, place, faults);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_or_list_without_bounds_is_a_fault() {
        let document = json!({"paths": {}, "components": {"schemas": {"A": {"type": "object", "properties": {
            "name": {"type": ["string", "null"]}, "id": {"type": "string", "format": "uuid"},
            "items": {"type": "array", "items": {"type": "string", "maxLength": 3}}}}}}});
        assert_eq!(
            faults(&document),
            [
                "A.items: a list without maxItems",
                "A.name: a text without maxLength"
            ]
        );
    }

    #[test]
    fn an_operation_gets_its_ids_and_the_problems_it_can_have() {
        let mut operation = json!({"responses": {"200": {"description": "ok"}}, "requestBody": {}})
            .as_object()
            .cloned()
            .unwrap();
        finish_operation("/cases/{id}", "put", &mut operation);
        assert_eq!(operation["parameters"][0]["name"], "id");
        for status in [
            "400", "401", "403", "404", "413", "415", "422", "500", "503",
        ] {
            assert!(operation["responses"].get(status).is_some(), "{status}");
        }
        assert_eq!(
            operation["responses"]["404"]["x-samrad-codes"],
            json!(["notFound"])
        );
    }

    #[test]
    fn a_list_has_its_paging_and_a_documented_refusal_its_code() {
        let listed = json!({"schema": {"$ref": "#/components/schemas/Listed_Case"}});
        let mut operation = json!({"responses": {"200": {"content": {"application/json": listed}},
            "409": {"description": "Closed"}}})
        .as_object()
        .cloned()
        .unwrap();
        finish_operation("/cases", "get", &mut operation);
        let names: Vec<_> = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| &p["name"])
            .collect();
        assert_eq!(names[..2], ["limit", "cursor"]);
        let conflict = &operation["responses"]["409"];
        assert_eq!(conflict["x-samrad-codes"], json!(["conflict"]));
        assert_eq!(conflict["description"], "Closed");
        assert!(conflict["content"].get(MEDIA_TYPE).is_some());
    }

    #[test]
    fn the_base_has_no_faults_of_its_own() {
        assert_eq!(faults(&finish(&Base::openapi())), Vec::<String>::new());
    }
}
