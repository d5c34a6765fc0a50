//! Every problem code in the document: what it means, and how it looks when it is answered.

use samrad_domain::permit::RefusalCode;
use serde_json::{Map, Value, json};

use super::METHODS;
use crate::http::language::Language;
use crate::http::problem::{Code, MEDIA_TYPE, Problem};

/// The trace of the W3C's own example.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Describes the codes and gives every refusal an example of each.
pub(super) fn finish(document: &mut Value) {
    describe(&mut document["components"]["schemas"]["Problem"]["properties"]);
    let mut used = Vec::new();
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let responses = item
                .get_mut(method)
                .and_then(|operation| operation["responses"].as_object_mut());
            for (_, response) in responses.into_iter().flatten() {
                used.extend(exemplify(response));
            }
        }
    }
    let mut examples = examples();
    examples.retain(|code, _| used.contains(code));
    document["components"]["examples"] = Value::Object(examples);
}

fn describe(fields: &mut Value) {
    let codes = Code::ALL;
    let lines = codes.iter().map(|code| {
        format!(
            "\n- `{}` ({}): {}",
            code.code(),
            code.status().as_u16(),
            code.detail().en
        )
    });
    let lines: String = lines.collect();
    fields["code"]["description"] = json!(format!(
        "The code, for machines. A later version may know more.\n{lines}"
    ));
    fields["code"]["enum"] = codes.iter().map(|code| json!(code.code())).collect();
    let reasons = RefusalCode::ALL.iter();
    let lines: String = reasons
        .map(|reason| format!("\n- `{}`: {}", reason.code(), reason.meaning().trim()))
        .collect();
    fields["reason"]["description"] = json!(format!(
        "Why the rule or the state says no, for machines. Most often one of these:\n{lines}"
    ));
}

/// A problem of each code, in English.
fn examples() -> Map<String, Value> {
    let examples = Code::ALL.iter().map(|code| {
        let body = Problem::new(*code).body(Language::English, TRACE, None);
        let example = json!({"summary": code.title().en, "value": body});
        (code.code().to_owned(), example)
    });
    examples.collect()
}

/// Names the examples of the response's codes in it, and tells the codes.
fn exemplify(response: &mut Value) -> Vec<String> {
    let codes = response["x-samrad-codes"].as_array().into_iter().flatten();
    let named = codes.filter_map(Value::as_str).map(|code| {
        let example = json!({"$ref": format!("#/components/examples/{code}")});
        (code.to_owned(), example)
    });
    let named: Map<_, _> = named.collect();
    let codes = named.keys().cloned().collect();
    let content = response.get_mut("content");
    if let Some(content) = content.and_then(|content| content.get_mut(MEDIA_TYPE)) {
        content["examples"] = Value::Object(named);
    }
    codes
}
