//! Refusals that many operations share stand in the document once, under the names of their codes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::METHODS;

/// A refusal is shared from so many operations on.
const MANY: usize = 4;

/// Moves refusals that many operations have in the same words to `components/responses`.
pub(super) fn gather(document: &mut Value) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    each_refusal(document, &mut |response| {
        *seen.entry(response.to_string()).or_default() += 1;
    });
    let mut kept = BTreeMap::new();
    each_refusal(document, &mut |response| {
        let Some(name) = name(response).filter(|_| seen[&response.to_string()] >= MANY) else {
            return;
        };
        // Of two in other words under the same codes the first has the name.
        let known = kept.entry(name.clone()).or_insert_with(|| response.clone());
        if known == response {
            *response = json!({"$ref": format!("#/components/responses/{name}")});
        }
    });
    document["components"]["responses"] = json!(kept);
}

fn each_refusal(document: &mut Value, act: &mut impl FnMut(&mut Value)) {
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let responses = item
                .get_mut(method)
                .and_then(|operation| operation["responses"].as_object_mut());
            let refusals = responses.into_iter().flatten();
            refusals
                .filter(|(status, _)| status.as_str() >= "400")
                .for_each(|(_, response)| act(response));
        }
    }
}

/// `MalformedOrAffiliationRequired`
fn name(response: &Value) -> Option<String> {
    let codes = response["x-samrad-codes"].as_array()?.iter();
    let names = codes.filter_map(Value::as_str).map(|code| {
        let (first, rest) = code.split_at(code.len().min(1));
        first.to_uppercase() + rest
    });
    Some(names.collect::<Vec<_>>().join("Or"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_say_in_the_same_words_is_said_once() {
        let same = json!({"description": "Not found", "x-samrad-codes": ["notFound"]});
        let own = json!({"description": "No such case", "x-samrad-codes": ["notFound"]});
        let mut paths = json!({"/own": {"get": {"responses": {"404": own}}}});
        for path in ["/a", "/b", "/c", "/d"] {
            paths[path] = json!({"get": {"responses": {"200": {}, "404": same}}});
        }
        let mut document = json!({"paths": paths, "components": {}});
        gather(&mut document);
        let shared = "#/components/responses/NotFound";
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"]["404"]["$ref"],
            shared
        );
        assert_eq!(document["paths"]["/own"]["get"]["responses"]["404"], own);
        assert_eq!(document["components"]["responses"]["NotFound"], same);
    }
}
