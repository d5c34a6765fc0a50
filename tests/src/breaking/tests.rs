use serde_json::json;

use super::*;

fn sample() -> Value {
    json!({
        "info": {"version": "0.1.0"},
        "paths": {"/cases": {"post": {
            "operationId": "createCase",
            "x-samrad-roles": ["clinician", "gp"],
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 200}}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
            "responses": {"201": {"headers": {"ETag": {}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}}},
        }}},
        "components": {"schemas": {
            "New": {"type": "object", "properties": {
                "kind": {"type": "string", "enum": ["a", "b"]}, "text": {"type": ["string", "null"], "maxLength": 9}}},
            "Case": {"type": "object", "required": ["id", "state"], "properties": {
                "id": {"type": "string", "format": "uuid"}, "state": {"type": "string", "enum": ["open", "closed"]},
                "parent": {"$ref": "#/components/schemas/Case"}}},
        }},
    })
}

/// What changing the value at `pointer` breaks.
fn changing(pointer: &str, value: Value) -> Vec<String> {
    let mut new = sample();
    *new.pointer_mut(pointer).expect("it is there") = value;
    breaks(&sample(), &new)
}

#[test]
fn the_same_contract_breaks_nothing() {
    assert_eq!(breaks(&sample(), &sample()), Vec::<String>::new());
}

#[test]
fn whatever_callers_may_send_must_still_be_taken() {
    for (pointer, value, broken) in [
        (
            "/components/schemas/New/properties/kind/enum",
            json!(["a"]),
            "takes no b",
        ),
        (
            "/components/schemas/New/properties/text/type",
            json!("string"),
            "takes no null",
        ),
        (
            "/components/schemas/New/properties/text/maxLength",
            json!(8),
            "maxLength is narrower",
        ),
        (
            "/components/schemas/New/properties",
            json!({"kind": {"type": "string", "enum": ["a", "b"]}}),
            "text: gone",
        ),
        (
            "/paths/~1cases/post/parameters/0/schema/maximum",
            json!(100),
            "maximum is narrower",
        ),
        ("/paths/~1cases/post/parameters", json!([]), "?limit: gone"),
        (
            "/paths/~1cases/post/x-samrad-roles",
            json!(["gp"]),
            "clinician may no longer call it",
        ),
        (
            "/paths/~1cases/post/operationId",
            json!("makeCase"),
            "another operationId",
        ),
        ("/paths", json!({}), "gone"),
    ] {
        let found = changing(pointer, value);
        assert!(
            found.len() == 1 && found[0].ends_with(broken),
            "{pointer}: {found:?}"
        );
    }
}

#[test]
fn whatever_callers_get_must_still_be_what_they_know() {
    for (pointer, value, broken) in [
        (
            "/components/schemas/Case/required",
            json!(["id"]),
            "state: may now be missing",
        ),
        (
            "/components/schemas/Case/properties/state/enum",
            json!(["open", "closed", "lost"]),
            "may now be lost",
        ),
        (
            "/components/schemas/Case/properties/id/format",
            json!("uri"),
            "another format",
        ),
        (
            "/components/schemas/Case/properties/id/type",
            json!(["string", "null"]),
            "may now be null",
        ),
        (
            "/paths/~1cases/post/responses/201/headers",
            json!({}),
            "without the header ETag",
        ),
        (
            "/paths/~1cases/post/responses",
            json!({}),
            "no such answer any more",
        ),
    ] {
        let found = changing(pointer, value);
        assert!(
            found.len() == 1 && found[0].ends_with(broken),
            "{pointer}: {found:?}"
        );
    }
}

#[test]
fn what_asks_less_and_says_more_breaks_nothing() {
    let mut new = sample();
    new["components"]["schemas"]["New"]["properties"]["kind"]["enum"] = json!(["a", "b", "c"]);
    new["components"]["schemas"]["New"]["properties"]["more"] = json!({"type": "string"});
    new["components"]["schemas"]["Case"]["properties"]["more"] = json!({"type": "string"});
    new["components"]["schemas"]["Case"]["required"] = json!(["id", "state", "more"]);
    new["paths"]["/cases"]["get"] = json!({});
    assert_eq!(breaks(&sample(), &new), Vec::<String>::new());
}

#[test]
fn a_version_says_whether_it_may_break() {
    let version = |text: &str| json!({"info": {"version": text}});
    for (old, new, may) in [
        ("0.1.0", "0.1.1", false),
        ("0.1.4", "0.2.0", true),
        ("0.9.0", "1.0.0", true),
        ("1.2.0", "1.3.0", false),
        ("1.3.0", "2.0.0", true),
        ("2.0.0", "1.9.0", false),
    ] {
        assert_eq!(
            may_break(&version(old), &version(new)),
            may,
            "{old} → {new}"
        );
    }
}
