//! The examples of operations: a request that a test made, and the answer that it got, with ids and
//! moments made the same from one run to the next. `make examples` takes them anew.

use serde_json::{Value, json};

use super::METHODS;

const TAKEN: &str = include_str!("../../../../../openapi/examples.json");

/// Shows with each operation what was taken of it.
pub(super) fn add(document: &mut Value) {
    let taken: Value = serde_json::from_str(TAKEN).expect("a test reads the file");
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let example = operation["operationId"]
                .as_str()
                .and_then(|id| taken.get(id));
            if let Some(example) = example {
                show(operation, example);
            }
        }
    }
}

fn show(operation: &mut Value, example: &Value) {
    if let Some(request) = example.get("request") {
        let content = operation.pointer_mut("/requestBody/content/application~1json");
        put(content, "A request that is granted", request);
    }
    let (Some(status), Some(media), Some(answer)) = (
        example["status"].as_str(),
        example["media"].as_str(),
        example.get("answer"),
    ) else {
        return;
    };
    let content = operation["responses"]
        .get_mut(status)
        .and_then(|response| response.get_mut("content"))
        .and_then(|content| content.get_mut(media));
    put(content, "The answer to that request", answer);
}

fn put(content: Option<&mut Value>, summary: &str, value: &Value) {
    if let Some(content) = content {
        content["examples"] = json!({"taken": {"summary": summary, "value": value}});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_can_be_read() {
        let taken: Value = serde_json::from_str(TAKEN).expect("JSON");
        assert!(taken.is_object());
    }

    #[test]
    fn a_request_and_its_answer_stand_with_the_operation() {
        let mut operation = json!({
            "requestBody": {"content": {"application/json": {}}},
            "responses": {"201": {"content": {"application/json": {}}}},
        });
        let example = json!({"request": {"a": 1}, "status": "201", "media": "application/json", "answer": {"id": 2}});
        show(&mut operation, &example);
        let request = &operation["requestBody"]["content"]["application/json"]["examples"];
        assert_eq!(request["taken"]["value"]["a"], 1);
        let answer = &operation["responses"]["201"]["content"]["application/json"]["examples"];
        assert_eq!(answer["taken"]["value"]["id"], 2);
    }
}
