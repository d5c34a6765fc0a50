//! Two schemas of one value.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Both, Way, fields, resolved, texts};

/// Bounds, and whether a larger number takes more.
const BOUNDS: [(&str, bool); 6] = [
    ("maxLength", true),
    ("maxItems", true),
    ("maximum", true),
    ("minLength", false),
    ("minItems", false),
    ("minimum", false),
];

/// A walk through both.
pub(super) struct Pair<'d> {
    both: Both<'d>,
    way: Way,
    walked: BTreeSet<(String, String)>,
}

impl<'d> Pair<'d> {
    pub(super) const fn new(both: Both<'d>, way: Way) -> Self {
        Self {
            both,
            way,
            walked: BTreeSet::new(),
        }
    }

    /// Adds what `new` breaks.
    pub(super) fn compare(
        &mut self,
        place: &str,
        old: &'d Value,
        new: &'d Value,
        found: &mut Vec<String>,
    ) {
        if let (Some(one), Some(other)) = (old["$ref"].as_str(), new["$ref"].as_str())
            && !self.walked.insert((one.to_owned(), other.to_owned()))
        {
            return;
        }
        let (old, new) = (resolved(self.both.old, old), resolved(self.both.new, new));
        self.kinds(place, old, new, found);
        self.values(place, old, new, found);
        if self.way == Way::In {
            Self::bounds(place, old, new, found);
        }
        self.properties(place, old, new, found);
        if let (Some(before), Some(after)) = (old.get("items"), new.get("items")) {
            self.compare(&format!("{place}[]"), before, after, found);
        }
        for choice in ["oneOf", "anyOf", "allOf"] {
            self.choices(choice, place, old, new, found);
        }
    }

    fn kinds(&self, place: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        let (before, after) = (kinds_of(old), kinds_of(new));
        let lost = match self.way {
            Way::In => before.difference(&after).next().cloned(),
            Way::Out => after.difference(&before).next().cloned(),
        };
        if let Some(kind) = lost.filter(|_| !before.is_empty() && !after.is_empty()) {
            let says = if self.way == Way::In {
                "takes no"
            } else {
                "may now be"
            };
            found.push(format!("{place}: {says} {kind}"));
        }
        if old["format"] != new["format"] {
            found.push(format!("{place}: another format"));
        }
    }

    fn values(&self, place: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        let (before, after) = (texts(&old["enum"]), texts(&new["enum"]));
        let listed = (!before.is_empty(), !after.is_empty());
        match (self.way, listed) {
            (Way::In, (_, false)) | (Way::Out, (false, _)) => {}
            (Way::In, (true, true)) => found.extend(
                before
                    .difference(&after)
                    .map(|v| format!("{place}: takes no {v}")),
            ),
            (Way::In, (false, true)) => found.push(format!("{place}: takes only some values")),
            (Way::Out, (true, true)) => found.extend(
                after
                    .difference(&before)
                    .map(|v| format!("{place}: may now be {v}")),
            ),
            (Way::Out, (true, false)) => found.push(format!("{place}: may now be anything")),
        }
    }

    fn bounds(place: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        for (name, larger_is_more) in BOUNDS {
            let Some(now) = new[name].as_i64() else {
                continue;
            };
            let narrower = match old[name].as_i64() {
                Some(before) => {
                    if larger_is_more {
                        now < before
                    } else {
                        now > before
                    }
                }
                None => larger_is_more || now > 0,
            };
            if narrower {
                found.push(format!("{place}: {name} is narrower"));
            }
        }
        if !new["pattern"].is_null() && old["pattern"] != new["pattern"] {
            found.push(format!("{place}: another pattern"));
        }
    }

    fn properties(&mut self, place: &str, old: &'d Value, new: &'d Value, found: &mut Vec<String>) {
        let (needed, needs) = (texts(&old["required"]), texts(&new["required"]));
        match self.way {
            Way::In => found.extend(
                needs
                    .difference(&needed)
                    .map(|name| format!("{place}.{name}: now required")),
            ),
            Way::Out => {
                let lost = needed.difference(&needs);
                let lost = lost.filter(|name| new["properties"].get(**name).is_some());
                found.extend(lost.map(|name| format!("{place}.{name}: may now be missing")));
            }
        }
        for (name, before) in fields(&old["properties"]) {
            let place = format!("{place}.{name}");
            match new["properties"].get(name) {
                Some(after) => self.compare(&place, before, after, found),
                None => found.push(format!("{place}: gone")),
            }
        }
    }

    fn choices(
        &mut self,
        choice: &str,
        place: &str,
        old: &'d Value,
        new: &'d Value,
        found: &mut Vec<String>,
    ) {
        let listed = |schema: &'d Value| {
            schema[choice]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        let (before, after) = (listed(old), listed(new));
        let lost = match self.way {
            Way::In => after.len() < before.len(),
            Way::Out => after.len() > before.len(),
        };
        if lost {
            found.push(format!("{place}: other forms"));
        }
        for (before, after) in before.iter().zip(after) {
            self.compare(place, before, after, found);
        }
    }
}

fn kinds_of(schema: &Value) -> BTreeSet<String> {
    match schema["type"].as_str() {
        Some(one) => BTreeSet::from([one.to_owned()]),
        None => texts(&schema["type"])
            .into_iter()
            .map(str::to_owned)
            .collect(),
    }
}
