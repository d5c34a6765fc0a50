//! The OpenAPI document as the service serves it: what sweeps over every operation are driven by.
//! An operation that lands in the service is swept without anybody saying so here.

use std::collections::BTreeSet;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::client::API;
use crate::world::World;
use crate::{clock, numbers};

/// The methods that a path can have.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An id that nothing has.
pub const NOTHING: &str = "0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60";

/// The document.
#[derive(Clone, Debug)]
pub struct Contract {
    /// All of it.
    pub document: Value,
}

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its operation id.
    pub id: String,
    /// Its method, in capitals.
    pub method: String,
    /// Its path below `/api/v1`, with the names of its ids in braces.
    pub path: String,
    /// Who may call it.
    pub roles: BTreeSet<String>,
    /// The schema of its body, if it takes one.
    pub body: Option<Value>,
    /// Whether it changes what has a version, and so needs `If-Match`.
    pub conditional: bool,
    /// Whether it takes an `Idempotency-Key`.
    pub keyed: bool,
    /// Whether it makes something: it can answer 201.
    pub creates: bool,
}

impl World {
    /// The document of the service.
    ///
    /// # Panics
    /// If the service has none.
    #[must_use]
    pub fn contract(&self) -> Contract {
        let served = self
            .nobody()
            .request("GET", "/openapi.json")
            .send()
            .expect(200);
        Contract {
            document: served.json(),
        }
    }
}

impl Contract {
    /// Every operation of the API, in the order of the document. The public half of the log is none.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        let paths = paths.filter(|(path, _)| path.starts_with(API));
        let operations = paths.flat_map(|(path, item)| {
            METHODS
                .iter()
                .filter_map(move |method| Some(self.operation(method, path, item.get(method)?)))
        });
        operations.collect()
    }

    fn operation(&self, method: &str, path: &str, operation: &Value) -> Operation {
        let texts = |list: &Value| -> BTreeSet<String> {
            let texts = list.as_array().into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        Operation {
            id: operation["operationId"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            method: method.to_uppercase(),
            path: path.strip_prefix(API).unwrap_or(path).to_owned(),
            roles: texts(&operation["x-samrad-roles"]),
            body: (!body.is_null()).then(|| self.resolved(body).clone()),
            conditional: parameters.clone().any(|p| p["name"] == "If-Match"),
            keyed: parameters.clone().any(|p| p["name"] == "Idempotency-Key"),
            creates: !operation["responses"]["201"].is_null(),
        }
    }

    /// The schema that `schema` is or refers to.
    ///
    /// # Panics
    /// If it refers to nothing.
    #[must_use]
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            None => schema,
            Some(reference) => {
                let found = reference
                    .strip_prefix('#')
                    .and_then(|p| self.document.pointer(p));
                self.resolved(found.unwrap_or_else(|| panic!("{reference} is not there")))
            }
        }
    }

    /// A value of this schema: its example, else the least that it takes. Its ids are of nothing.
    #[must_use]
    pub fn example(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        let examples = schema["examples"].get(0);
        if let Some(example) = schema.get("example").or(examples) {
            return example.clone();
        }
        if let Some(first) = schema["enum"].get(0).or(schema.get("const")) {
            return first.clone();
        }
        let choices = ["oneOf", "anyOf"]
            .iter()
            .filter_map(|name| schema[*name].as_array());
        if let Some(choice) = choices.flatten().find(|choice| choice["type"] != "null") {
            return self.example(choice);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.example(part));
            return parts.fold(json!({}), |mut whole, part| {
                if let (Some(whole), Value::Object(part)) = (whole.as_object_mut(), part) {
                    whole.extend(part);
                }
                whole
            });
        }
        self.least(schema)
    }

    fn least(&self, schema: &Value) -> Value {
        let is = |kind: &str| {
            let types = &schema["type"];
            types == kind
                || types
                    .as_array()
                    .is_some_and(|types| types.contains(&json!(kind)))
        };
        let bound = |name: &str| schema[name].as_u64();
        match schema["format"].as_str() {
            Some("uuid") => return json!(NOTHING),
            Some("date") => return json!("2026-01-31"),
            Some("date-time") => return json!(a_minute_ago().to_string()),
            Some(_) | None => {}
        }
        if is("string") {
            let letters = usize::try_from(bound("minLength").unwrap_or(1)).unwrap_or(1);
            json!("a".repeat(letters))
        } else if is("integer") || is("number") {
            json!(bound("minimum").unwrap_or(1))
        } else if is("boolean") {
            json!(true)
        } else if is("array") {
            let items = bound("minItems").unwrap_or(0);
            (0..items).map(|_| self.example(&schema["items"])).collect()
        } else {
            self.least_object(schema)
        }
    }

    fn least_object(&self, schema: &Value) -> Value {
        let required = schema["required"].as_array().into_iter().flatten();
        let fields: Map<_, _> = required
            .filter_map(Value::as_str)
            .map(|name| match name {
                "identityNumber" => (name.to_owned(), json!(a_number())),
                _ => (name.to_owned(), self.example(&schema["properties"][name])),
            })
            .collect();
        Value::Object(fields)
    }
}

/// No schema can tell what a check digit is.
fn a_number() -> String {
    numbers::identity_number(date(1990, 5, 17), 700)
}

fn a_minute_ago() -> Timestamp {
    let then = clock::now() - SignedDuration::from_secs(60);
    Timestamp::from_second(then.as_second()).unwrap_or(then)
}

impl Operation {
    /// The names of the ids in its path.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let steps = self.path.split('/');
        steps
            .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// What the id at `place` of the path is of: the path up to it (`/cases`, `/cases/members`).
    #[must_use]
    pub fn collection(&self, place: usize) -> String {
        let mut before = String::new();
        let mut ids = 0;
        for step in self.path.split('/').skip(1) {
            if step.starts_with('{') {
                if ids == place {
                    return before;
                }
                ids += 1;
            } else {
                before.push('/');
                before.push_str(step);
            }
        }
        before
    }

    /// Its path with these ids, in order.
    #[must_use]
    pub fn at(&self, ids: &[&str]) -> String {
        let mut ids = ids.iter();
        let steps = self
            .path
            .split('/')
            .map(|step| match step.starts_with('{') {
                true => ids.next().copied().unwrap_or(NOTHING),
                false => step,
            });
        steps.collect::<Vec<_>>().join("/")
    }

    /// Its path with ids of nothing.
    #[must_use]
    pub fn nowhere(&self) -> String {
        self.at(&[])
    }

    /// `POST /cases/{id}/members`
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Contract {
        Contract {
            document: json!({
                "paths": {"/api/v1/cases/{id}/members/{personId}/end": {"post": {
                    "operationId": "endMembership", "x-samrad-roles": ["clinician"],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/End"}}}},
                }}},
                "components": {"schemas": {
                    "End": {"type": "object", "required": ["why", "who", "when", "list"], "properties": {
                        "why": {"$ref": "#/components/schemas/Why"},
                        "who": {"type": "string", "format": "uuid"},
                        "when": {"oneOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]},
                        "list": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 2}},
                        "note": {"type": "string"},
                    }},
                    "Why": {"type": "string", "enum": ["left", "other"]},
                }},
            }),
        }
    }

    #[test]
    fn an_operation_is_read_with_its_ids() {
        let operation = &sample().operations()[0];
        assert_eq!(operation.name(), "POST /cases/{id}/members/{personId}/end");
        assert_eq!(operation.ids(), ["id", "personId"]);
        assert_eq!(operation.collection(0), "/cases");
        assert_eq!(operation.collection(1), "/cases/members");
        assert_eq!(operation.at(&["1", "2"]), "/cases/1/members/2/end");
        assert!(operation.roles.contains("clinician"));
    }

    #[test]
    fn an_example_is_the_least_that_the_schema_takes() {
        let contract = sample();
        let body = contract.operations()[0].body.clone().unwrap();
        let least = json!({"why": "left", "who": NOTHING, "when": 3, "list": ["aa"]});
        assert_eq!(contract.example(&body), least);
    }
}
