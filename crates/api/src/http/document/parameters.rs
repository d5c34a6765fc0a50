//! Parameters that many operations take in the same form: the form is said once.

use serde_json::{Value, json};

use super::METHODS;

/// What the parameter is, beyond what the handler says of it.
fn form(name: &str) -> Option<(&'static str, Value)> {
    Some(match name {
        "If-Match" => (
            "The `ETag` of the version that the caller has seen. Another one is 412, none is 428.",
            json!({"type": "string", "pattern": "^\"v[0-9]{1,10}\"$", "minLength": 4, "maxLength": 13,
                "examples": ["\"v1\""]}),
        ),
        "Idempotency-Key" => (
            "The caller's own name for the act, a UUID for instance; a repeat with the same key and body does it once, \
             within 24 hours. Printable ASCII without backslash, in quotes or not.",
            json!({"type": "string", "pattern": "^(\"[!#-\\[\\]-~]{1,100}\"|[!#-\\[\\]-~]{1,100})$", "minLength": 1,
                "maxLength": 102, "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"]}),
        ),
        "cursor" => (
            "`nextCursor` of the page before, for the same caller and question. Opaque: any other is refused.",
            json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 1, "maxLength": 1000}),
        ),
        _ => return None,
    })
}

/// Gives every such parameter its form.
pub(super) fn finish(document: &mut Value) {
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let parameters = item
                .get_mut(method)
                .and_then(|operation| operation["parameters"].as_array_mut());
            for parameter in parameters.into_iter().flatten() {
                if let Some((description, schema)) = parameter["name"].as_str().and_then(form) {
                    parameter["description"] = json!(description);
                    parameter["schema"] = schema;
                }
            }
        }
    }
}
