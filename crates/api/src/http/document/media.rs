//! Answers that are not JSON: what utoipa takes for a list of numbers or a text without end.

use serde_json::{Value, json};

use super::METHODS;

/// Bytes of the largest answer in binary: 256 leaves of 57 bytes, each with its length before it.
const BYTES: u32 = 256 * (57 + 2);
/// Characters of the largest answer in text: a checkpoint with its witnesses, a proof.
const TEXT: u32 = 20_000;

/// Describes them as what they are.
pub(super) fn finish(document: &mut Value) {
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let responses = item
                .get_mut(method)
                .and_then(|operation| operation["responses"].as_object_mut());
            for (_, response) in responses.into_iter().flatten() {
                let contents = response.get_mut("content").and_then(Value::as_object_mut);
                for (media, content) in contents.into_iter().flatten() {
                    describe(media, &mut content["schema"]);
                }
            }
        }
    }
}

fn describe(media: &str, schema: &mut Value) {
    match media {
        "application/octet-stream" => {
            *schema = json!({"type": "string", "contentMediaType": media, "maxLength": BYTES});
        }
        "text/plain" => schema["maxLength"] = json!(TEXT),
        _ if schema["items"] == json!({"type": "string"}) => {
            schema["maxItems"] = json!(1000);
            schema["items"]["maxLength"] = json!(TEXT);
        }
        _ => {}
    }
}
