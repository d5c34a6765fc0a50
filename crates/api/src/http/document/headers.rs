//! The headers of answers: described once, and named by every answer that has them.

use serde_json::{Map, Value, json};

use super::METHODS;

/// The operations whose answer says which version there is now.
const VERSIONED: [&str; 21] = [
    "closeCase",
    "correctPatient",
    "createCase",
    "draftConsent",
    "endMembership",
    "getCase",
    "getConsent",
    "getOrganisation",
    "getParticipation",
    "getPatient",
    "getPerson",
    "grantConsent",
    "narrowConsent",
    "refuseConsent",
    "registerOrganisation",
    "renewConsent",
    "reopenCase",
    "setOrganisationPolicy",
    "unlinkIdentity",
    "withdrawConsent",
    "writeSummary",
];

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// Every header that an answer of ours can have, but those of the platform and of HTTP itself.
fn all() -> Value {
    json!({
        "X-Correlation-ID": {"required": true,
            "description": "The id of the request: `Nav-Call-Id` or `X-Correlation-ID` as the caller sent it, else one made here. Give it when something is reported.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 128}},
        "traceparent": {"required": true,
            "description": "The trace that the request belongs to (W3C Trace Context): the caller's, else one begun here.",
            "schema": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", "minLength": 55, "maxLength": 55}},
        "Disclosure-Receipt": {"required": false,
            "description": "The entry of the log that tells of this act: id of the event, index in the log, hash of the leaf. With it anybody can prove later that the entry was there.",
            "schema": {"type": "string", "pattern": format!("^{UUID};[0-9]+;[0-9a-f]{{64}}$"), "maxLength": 121}},
        "Location": {"required": true, "description": "Where that which was made stands.",
            "schema": {"type": "string", "format": "uri-reference", "minLength": 1, "maxLength": 300}},
        "ETag": {"required": true, "description": "The version of what was answered or changed, for `If-Match`. Nothing else is to be read from it.",
            "schema": {"type": "string", "pattern": "^\"[0-9a-z]+\"$", "maxLength": 40}},
        "RateLimit": {"required": false,
            "description": "How many requests are left (`r`), and in how many seconds there are as many as there can be (`t`), by draft-ietf-httpapi-ratelimit-headers. Absent where nothing is limited.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 60}},
        "RateLimit-Policy": {"required": false,
            "description": "How many requests (`q`) there are for how many seconds (`w`), for a client or for an address. Absent where nothing is limited.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 60}},
        "Content-Language": {"required": true, "description": "The language of title and details, chosen by `Accept-Language`.",
            "schema": {"type": "string", "enum": ["nb", "nn", "en"]}},
        "WWW-Authenticate": {"required": true, "description": "What is asked for instead (RFC 6750): a bearer token, and what is wrong with the one that came.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 300}},
        "Retry-After": {"required": true, "description": "Seconds to wait before the request is made again.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 86400}},
    })
}

/// Describes the headers, and names them in every answer that has them.
pub(super) fn add(document: &mut Value) {
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let id = operation["operationId"].as_str().unwrap_or_default();
            let versioned = VERSIONED.contains(&id);
            let responses = operation["responses"].as_object_mut();
            for (status, response) in responses.into_iter().flatten() {
                name(path, versioned, status, response);
            }
        }
    }
    document["components"]["headers"] = all();
}

fn name(path: &str, versioned: bool, status: &str, response: &mut Value) {
    let documented = response["headers"].as_object();
    let mut names: Vec<String> = documented
        .into_iter()
        .flat_map(Map::keys)
        .cloned()
        .collect();
    let mut has = |name: &str| names.push(name.to_owned());
    has("X-Correlation-ID");
    has("traceparent");
    if versioned && status < "300" {
        has("ETag");
    }
    if path.starts_with("/api/v1/") {
        has("RateLimit");
        has("RateLimit-Policy");
    }
    match status {
        "201" => has("Location"),
        "401" => has("WWW-Authenticate"),
        "429" | "503" => has("Retry-After"),
        _ => {}
    }
    if status >= "400" {
        has("Content-Language");
    } else if path.starts_with("/api/v1/") {
        has("Disclosure-Receipt");
    }
    let headers = names
        .into_iter()
        .map(|name| {
            let described = json!({"$ref": format!("#/components/headers/{name}")});
            (name, described)
        })
        .collect();
    response["headers"] = Value::Object(headers);
}
