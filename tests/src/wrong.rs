//! Bodies that are out of shape, made from the document's own schemas: the right body with one
//! thing wrong, and where.

use serde_json::{Value, json};

use crate::contract::Contract;

/// A body with one thing wrong.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// The body.
    pub body: Value,
    /// Where the fault lies (RFC 6901).
    pub pointer: String,
}

impl Contract {
    /// Every way in which `body`, which is of this schema, can be wrong in one place: a field of
    /// another type or out of bounds, missing, or unknown.
    #[must_use]
    pub fn wrongs(&self, schema: &Value, body: &Value) -> Vec<Wrong> {
        self.wrongs_at(schema, body, "")
    }

    fn wrongs_at(&self, schema: &Value, body: &Value, at: &str) -> Vec<Wrong> {
        let schema = self.meant(schema);
        let mut wrongs = vec![wrong(body, at, "noSuchField", &json!(1))];
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let mut without = body.clone();
            object_at(&mut without, at).remove(name);
            wrongs.push(Wrong {
                body: without,
                pointer: format!("{at}/{name}"),
            });
        }
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let values = self.wrong_values(inner);
            wrongs.extend(values.iter().map(|value| wrong(body, at, name, value)));
            wrongs.extend(self.within(inner, body, at, name));
        }
        wrongs
    }

    /// What is wrong within the object, or the first object of the list, that stands at a field.
    fn within(&self, schema: &Value, body: &Value, at: &str, name: &str) -> Vec<Wrong> {
        let schema = self.meant(schema);
        if schema["type"] == "object" {
            let with = wrong(body, at, name, &self.example(schema)).body;
            return self.wrongs_at(schema, &with, &format!("{at}/{name}"));
        }
        let items = self.meant(&schema["items"]);
        if items["type"] == "object" {
            let with = wrong(body, at, name, &json!([self.example(items)])).body;
            return self.wrongs_at(items, &with, &format!("{at}/{name}/0"));
        }
        Vec::new()
    }

    /// Values that the schema does not take.
    fn wrong_values(&self, schema: &Value) -> Vec<Value> {
        let schema = self.meant(schema);
        let types = &schema["type"];
        let is = |kind: &str| {
            types == kind || types.as_array().is_some_and(|t| t.contains(&json!(kind)))
        };
        let bound = |name: &str| schema[name].as_u64();
        let mut values = vec![json!({"noSuchField": 1})];
        if is("string") {
            values.extend([json!(7), json!(true), json!(["x"]), json!({})]);
            if schema.get("enum").is_some() {
                values.extend([json!("noSuchValue"), json!("")]);
            }
            if schema.get("format").is_some() {
                values.extend([json!("yesterday"), json!(""), json!("'; --")]);
            }
            let longer = bound("maxLength").and_then(|max| usize::try_from(max + 1).ok());
            values.extend(longer.map(|length| json!("x".repeat(length))));
        } else if is("integer") {
            values.extend([json!("1"), json!(1.5), json!(1e300), json!(true), json!([])]);
            values.extend(bound("maximum").map(|max| json!(max + 1)));
            values.extend(
                [json!(-1)]
                    .into_iter()
                    .filter(|_| schema.get("minimum").is_some()),
            );
        } else if is("boolean") {
            values.extend([json!("true"), json!(1), json!([])]);
        } else if is("array") {
            values.extend([json!("x"), json!(7), json!([7, {}, []])]);
            let more = bound("maxItems").and_then(|max| usize::try_from(max + 1).ok());
            values.extend(
                more.map(|length| Value::from(vec![self.example(&schema["items"]); length])),
            );
        } else {
            values.extend([json!("x"), json!(7), json!([])]);
        }
        values
    }

    /// The schema, through references and past the choice of null.
    fn meant<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let schema = self.resolved(schema);
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        match choices.filter(|choice| choice["type"] != "null").next() {
            Some(choice) => self.meant(choice),
            None => schema,
        }
    }
}

/// `body` with a field of the object at `at` set.
fn wrong(body: &Value, at: &str, name: &str, value: &Value) -> Wrong {
    let mut body = body.clone();
    object_at(&mut body, at).insert(name.to_owned(), value.clone());
    Wrong {
        body,
        pointer: format!("{at}/{name}"),
    }
}

fn object_at<'a>(body: &'a mut Value, at: &str) -> &'a mut serde_json::Map<String, Value> {
    let found = body.pointer_mut(at).and_then(Value::as_object_mut);
    found.expect("the body was made with an object there")
}
