//! What a newer contract breaks for those who built on an older one: whatever they may send must
//! still be taken, and whatever they get must still be what they know.

mod schema;

use std::collections::BTreeSet;

use serde_json::Value;

use schema::Pair;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To the service: it may ask no more than before.
    In,
    /// From the service: it may say no other than before.
    Out,
}

/// Everything in which `new` breaks with `old`, each in a line. Empty where nothing does.
#[must_use]
pub fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, item) in fields(&old["paths"]) {
        for method in METHODS {
            if let Some(before) = item.get(method) {
                let after = &new["paths"][path][method];
                let place = format!("{} {path}", method.to_uppercase());
                if after.is_null() {
                    found.push(format!("{place}: gone"));
                } else {
                    let both = Both { old, new };
                    both.operation(&place, before, after, &mut found);
                }
            }
        }
    }
    found
}

/// Whether the version of `new` says that it may break with `old`: another first number, or
/// before 1.0 another second one (Semantic Versioning 2.0.0, 4 and 8).
#[must_use]
pub fn may_break(old: &Value, new: &Value) -> bool {
    let promise = |document: &Value| {
        let version = document["info"]["version"].as_str().unwrap_or_default();
        let mut numbers = version.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
        let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if major == 0 { (0, minor) } else { (major, 0) }
    };
    promise(old) < promise(new)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The two documents, in which references lead.
#[derive(Clone, Copy)]
struct Both<'d> {
    old: &'d Value,
    new: &'d Value,
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    match pointer.and_then(|pointer| document.pointer(pointer)) {
        Some(found) => resolved(document, found),
        None => value,
    }
}

impl<'d> Both<'d> {
    fn operation(&self, place: &str, old: &'d Value, new: &'d Value, found: &mut Vec<String>) {
        if old["operationId"] != new["operationId"] {
            found.push(format!("{place}: it has another operationId"));
        }
        for role in texts(&old["x-samrad-roles"]).difference(&texts(&new["x-samrad-roles"])) {
            found.push(format!("{place}: {role} may no longer call it"));
        }
        self.parameters(place, old, new, found);
        self.request(place, old, new, found);
        for (status, before) in fields(&old["responses"]) {
            if status.starts_with('2') {
                let place = format!("{place} {status}");
                match new["responses"].get(status) {
                    Some(after) => self.answer(&place, before, after, found),
                    None => found.push(format!("{place}: no such answer any more")),
                }
            }
        }
    }

    fn parameters(&self, place: &str, old: &'d Value, new: &'d Value, found: &mut Vec<String>) {
        let named = |document: &'d Value, operation: &'d Value| {
            let all = operation["parameters"].as_array().into_iter().flatten();
            all.map(move |p| resolved(document, p)).collect::<Vec<_>>()
        };
        let (before, after) = (named(self.old, old), named(self.new, new));
        let same =
            |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
        for parameter in &before {
            let place = format!(
                "{place} ?{}",
                parameter["name"].as_str().unwrap_or_default()
            );
            match after.iter().find(|p| same(p, parameter)) {
                None => found.push(format!("{place}: gone")),
                Some(now) => {
                    if now["required"] == true && parameter["required"] != true {
                        found.push(format!("{place}: now required"));
                    }
                    self.compare(Way::In, &place, &parameter["schema"], &now["schema"], found);
                }
            }
        }
        for parameter in after.iter().filter(|p| p["required"] == true) {
            if !before.iter().any(|p| same(p, parameter)) {
                found.push(format!("{place} ?{}: new and required", parameter["name"]));
            }
        }
    }

    fn request(&self, place: &str, old: &'d Value, new: &'d Value, found: &mut Vec<String>) {
        let (before, after) = (&old["requestBody"], &new["requestBody"]);
        if before["required"] != true && after["required"] == true {
            found.push(format!("{place}: now needs a body"));
        }
        for (media, content) in fields(&before["content"]) {
            match after["content"].get(media) {
                None => found.push(format!("{place}: takes {media} no more")),
                Some(now) => {
                    self.compare(Way::In, place, &content["schema"], &now["schema"], found);
                }
            }
        }
    }

    fn answer(&self, place: &str, old: &'d Value, new: &'d Value, found: &mut Vec<String>) {
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        for (name, _) in fields(&old["headers"]) {
            if new["headers"].get(name).is_none() {
                found.push(format!("{place}: without the header {name}"));
            }
        }
        for (media, content) in fields(&old["content"]) {
            match new["content"].get(media) {
                None => found.push(format!("{place}: no longer in {media}")),
                Some(now) => {
                    self.compare(Way::Out, place, &content["schema"], &now["schema"], found);
                }
            }
        }
    }

    fn compare(
        &self,
        way: Way,
        place: &str,
        old: &'d Value,
        new: &'d Value,
        found: &mut Vec<String>,
    ) {
        let mut pair = Pair::new(*self, way);
        pair.compare(place, old, new, found);
    }
}

fn texts(value: &Value) -> BTreeSet<&str> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests;
