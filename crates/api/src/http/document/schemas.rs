//! What utoipa's schemas need to be exact: one name for one shape, a description where a reader
//! looks for it, bounds on every number, and no `null` where none is ever sent.

use serde_json::{Map, Value, json};

/// The largest integer that every reader of JSON keeps exactly (RFC 8259, section 6).
const EXACT: i64 = 9_007_199_254_740_991;

/// Mends every schema of the document.
pub(super) fn finish(document: &mut Value) {
    name_items(document);
    each_schema(document, &mut |schema| {
        lift_description(schema);
        bound_integer(schema);
        bound_moment(schema);
        describe_constant(schema);
    });
}

/// utoipa writes the items of a generic list in place, although they have a name.
fn name_items(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    let named: Vec<_> = schemas
        .keys()
        .filter_map(|list| Some((list.clone(), list.strip_prefix("Listed_")?.to_owned())))
        .collect();
    for (list, item) in named {
        if schemas.contains_key(&item) {
            schemas[&list]["properties"]["items"]["items"] =
                json!({"$ref": format!("#/components/schemas/{item}")});
        }
    }
}

/// Runs `mend` on every schema there is, outer ones first.
fn each_schema(document: &mut Value, mend: &mut impl FnMut(&mut Map<String, Value>)) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flatten() {
        within(schema.1, mend);
    }
    each_in_place(&mut document["paths"], mend);
    each_in_place(&mut document["components"]["parameters"], mend);
}

/// The schemas that stand under a key `schema`.
fn each_in_place(value: &mut Value, mend: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if name == "schema" {
                    within(inner, mend);
                } else if name != "example" && name != "examples" {
                    each_in_place(inner, mend);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_in_place(item, mend)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn within(schema: &mut Value, mend: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    mend(fields);
    for (_, inner) in fields
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        within(inner, mend);
    }
    if let Some(items) = fields.get_mut("items") {
        within(items, mend);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let choices = fields.get_mut(choice).and_then(Value::as_array_mut);
        choices
            .into_iter()
            .flatten()
            .for_each(|inner| within(inner, mend));
    }
}

/// The description of an optional field belongs to the field, not to one of its two choices.
fn lift_description(schema: &mut Map<String, Value>) {
    if schema.contains_key("description") {
        return;
    }
    let Some([one, other]) = schema
        .get_mut("oneOf")
        .and_then(Value::as_array_mut)
        .and_then(|choices| <&mut [Value; 2]>::try_from(choices.as_mut_slice()).ok())
    else {
        return;
    };
    let (named, null) = match one.get("$ref") {
        Some(_) => (one, other),
        None => (other, one),
    };
    if null["type"] == "null"
        && let Some(description) = named.as_object_mut().and_then(|n| n.remove("description"))
    {
        schema.insert("description".into(), description);
    }
}

fn bound_integer(schema: &mut Map<String, Value>) {
    let whole = schema.get("type").is_some_and(|t| {
        t == "integer"
            || t.as_array()
                .is_some_and(|all| all.contains(&json!("integer")))
    });
    if !whole {
        return;
    }
    let most = match schema.get("format").and_then(Value::as_str) {
        Some("int64") => EXACT,
        _ => i64::from(i32::MAX),
    };
    schema.entry("minimum").or_insert(json!(0));
    schema.entry("maximum").or_insert(json!(most));
}

fn bound_moment(schema: &mut Map<String, Value>) {
    if schema
        .get("format")
        .is_some_and(|format| format == "date-time")
    {
        schema.entry("minLength").or_insert(json!(20));
        schema.entry("maxLength").or_insert(json!(40));
    }
}

/// A field of one value says which of several forms the object has.
fn describe_constant(schema: &mut Map<String, Value>) {
    let values = schema.get("enum").and_then(Value::as_array);
    if let Some([only]) = values.map(Vec::as_slice) {
        let words = format!(
            "Always `{}` in this form.",
            only.as_str().unwrap_or_default()
        );
        schema.entry("description").or_insert(json!(words));
    }
}

/// Whether a value of `schema` has a field at `steps`; a list is looked into.
pub(super) fn holds(document: &Value, schema: &Value, steps: &[&str]) -> bool {
    let Some((first, rest)) = steps.split_first() else {
        return true;
    };
    if let Some(name) = schema["$ref"].as_str() {
        let found = name.strip_prefix('#').and_then(|p| document.pointer(p));
        return found.is_some_and(|schema| holds(document, schema, steps));
    }
    if let Some(inner) = schema["properties"].get(*first) {
        return holds(document, inner, rest);
    }
    if let Some(items) = schema.get("items") {
        return holds(document, items, steps);
    }
    ["oneOf", "allOf"].iter().any(|choice| {
        let choices = schema[*choice].as_array().into_iter().flatten();
        choices
            .into_iter()
            .any(|inner| holds(document, inner, steps))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_its_items_and_a_field_its_description() {
        let optional = json!({"oneOf": [{"$ref": "#/components/schemas/At", "description": "When."}, {"type": "null"}]});
        let mut document = json!({"paths": {}, "components": {"schemas": {
            "Case": {"type": "object", "properties": {"at": optional, "version": {"type": "integer", "format": "int64"}}},
            "Listed_Case": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object"}}}},
        }}});
        finish(&mut document);
        let schemas = &document["components"]["schemas"];
        let items = &schemas["Listed_Case"]["properties"]["items"]["items"];
        assert_eq!(items, &json!({"$ref": "#/components/schemas/Case"}));
        let fields = &schemas["Case"]["properties"];
        assert_eq!(fields["at"]["description"], "When.");
        assert!(fields["at"]["oneOf"][0].get("description").is_none());
        assert_eq!(fields["version"]["maximum"], EXACT);
    }

    #[test]
    fn a_field_is_found_behind_references_and_choices() {
        let document =
            json!({"components": {"schemas": {"A": {"allOf": [{"properties": {"id": {}}}]}}}});
        let schema = json!({"properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}}});
        assert!(holds(&document, &schema, &["items", "id"]));
        assert!(!holds(&document, &schema, &["id"]));
    }
}
