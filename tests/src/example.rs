//! Examples for the contract: a granted request of each operation and its answer, with what differs
//! from one run to the next made the same.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, tz::TimeZone};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::client::API;
use crate::clock;
use crate::contract::Operation;
use crate::reply::Reply;
use crate::stock::Stock;

/// Fields that hold what no two runs have alike: places in the log, what is random, what is signed, how old somebody is.
const FICKLE: [(&str, &str); 7] = [
    ("ageAtGrant", "36"),
    ("index", "41"),
    ("label", "\"Case 7Q\""),
    ("nextCursor", "\"kX2vQe7bWm3nZsT9pLrY4g\""),
    ("commitment", HASH),
    ("leafHash", HASH),
    ("salt", HASH),
];
const HASH: &str = "\"6a0f3c5d1e2b49788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\"";
/// The day on which all of it happens.
const FIRST_DAY: Date = date(2026, 3, 2);

impl Stock<'_> {
    /// A request of this operation that is granted, and its answer.
    ///
    /// # Panics
    /// If it isn't granted.
    #[must_use]
    pub fn example_of(&self, operation: &Operation) -> Value {
        let prepared = self.prepared(operation);
        let reply = prepared.request().send();
        assert!(
            (200..300).contains(&reply.status),
            "{}: {} {}",
            operation.name(),
            reply.status,
            reply.text()
        );
        self.headers_are_told(operation, &reply);
        let media = reply.header("Content-Type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().to_owned();
        let mut example = Map::new();
        if let Some(body) = prepared.body() {
            example.insert("request".into(), body.clone());
        }
        example.insert("status".into(), json!(reply.status.to_string()));
        if !media.is_empty() {
            let answer = match media.as_str() {
                "application/json" => reply.json(),
                // Of an export, what stands in a line.
                "application/x-ndjson" if operation.id == "exportLog" => {
                    let text = reply.text();
                    serde_json::from_str(text.lines().next().expect("a line")).expect("JSON")
                }
                "application/x-ndjson" => json!(reply.text().lines().next().expect("a line")),
                _ => json!(reply.text()),
            };
            example.insert("media".into(), json!(media));
            example.insert("answer".into(), answer);
        }
        steady(Value::Object(example))
    }
}

impl Stock<'_> {
    /// The headers that the contract describes stand in an answer where it says so, and nowhere else.
    fn headers_are_told(&self, operation: &Operation, reply: &Reply) {
        let document = &self.contract.document;
        let described = document["components"]["headers"].as_object();
        let method = operation.method.to_lowercase();
        let path = format!("{API}{}", operation.path);
        let told = &document["paths"][&path][&method]["responses"][reply.status.to_string()];
        for (name, header) in described.expect("headers are described") {
            let (there, named) = (
                reply.header(name).is_some(),
                !told["headers"][name].is_null(),
            );
            let must = header["required"] == true;
            assert!(
                if there { named } else { !(named && must) },
                "{} {}: {name} is there: {there}, told: {named}",
                operation.name(),
                reply.status
            );
        }
    }
}

/// The same example with the ids, moments and other fickle values that every run has.
#[must_use]
pub fn steady(mut example: Value) -> Value {
    let mut seen = Seen::default();
    gather(&example, &mut seen);
    calm(&mut example, &seen);
    example
}

#[derive(Default)]
struct Seen {
    ids: Vec<String>,
    moments: BTreeMap<Timestamp, ()>,
}

fn gather(value: &Value, seen: &mut Seen) {
    match value {
        Value::String(text) => {
            if is_id(text) && !seen.ids.contains(text) {
                seen.ids.push(text.clone());
            }
            if let Some(at) = moment(text) {
                seen.moments.insert(at, ());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, seen)),
        Value::Object(fields) => fields.values().for_each(|inner| gather(inner, seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn calm(value: &mut Value, seen: &Seen) {
    match value {
        Value::String(text) => {
            if let Some(place) = seen.ids.iter().position(|id| id == text) {
                *text = format!("5a3e9d1c-0000-4000-8000-{:012}", place + 1);
            } else if let Some(at) = moment(text) {
                *text = seen.told(at);
            } else if day(text).is_some_and(is_near) {
                *text = FIRST_DAY.to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| calm(item, seen)),
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                let fickle = FICKLE.iter().find(|(known, _)| known == name);
                match fickle.filter(|_| inner.is_string() || inner.is_number()) {
                    Some((_, steady)) => *inner = serde_json::from_str(steady).expect("JSON"),
                    None => calm(inner, seen),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Seen {
    /// A moment as far from the others as it was: to the hour, and to the day from a week on.
    fn told(&self, at: Timestamp) -> String {
        let first = self.moments.keys().next().copied().unwrap_or(at);
        let hours = hours(at.duration_since(first));
        let base: Zoned = FIRST_DAY
            .at(8, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .expect("UTC has it");
        let hours = if hours >= 7 * 24 {
            hours / 24 * 24
        } else {
            hours
        };
        let told = base
            .checked_add(hours.hours())
            .expect("within the calendar");
        told.timestamp().to_string()
    }
}

/// Whole hours, the nearest.
const fn hours(apart: SignedDuration) -> i64 {
    (apart.as_secs() + 1800) / 3600
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

fn moment(text: &str) -> Option<Timestamp> {
    let shaped = (20..=40).contains(&text.len()) && text.as_bytes()[10] == b'T';
    shaped.then(|| text.parse().ok()).flatten()
}

/// A calendar day.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10 && text.as_bytes()[4] == b'-';
    shaped.then(|| text.parse().ok()).flatten()
}

/// Whether it is today, here or in Norway, or was when the example was begun.
fn is_near(day: Date) -> bool {
    let today = clock::now().to_zoned(TimeZone::UTC).date();
    (day - today).get_days().abs() <= 1
}

/// What an example must have alike with a fresh one: all but moments, which depend on the day, and
/// texts that are signed or hashed.
#[must_use]
pub fn likeness(example: &Value) -> Value {
    let mut example = example.clone();
    if example["media"] != "application/json" && example.get("answer").is_some() {
        example["answer"] = json!("a text");
    }
    blur(&mut example);
    example
}

fn blur(value: &mut Value) {
    match value {
        Value::String(text) if moment(text).is_some() => *value = json!("a moment"),
        Value::Array(items) => items.iter_mut().for_each(blur),
        Value::Object(fields) => fields.values_mut().for_each(blur),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_runs_is_made_the_same_and_what_is_said_stays() {
        let run = |id: &str, at: &str, index: u32| {
            steady(json!({"id": id, "again": id, "at": at, "index": index, "kind": "dps"}))
        };
        let one = run(
            "0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60",
            "2026-11-22T07:00:00.123Z",
            7,
        );
        let other = run(
            "1190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f61",
            "2026-11-23T09:30:00Z",
            9,
        );
        assert_eq!(one, other);
        assert_eq!(one["id"], one["again"]);
        assert_eq!(one["kind"], "dps");
    }

    #[test]
    fn today_is_the_same_day_whenever_it_is_told_and_other_days_stay() {
        let today = clock::now().to_zoned(TimeZone::UTC).date();
        let told = steady(json!({"from": today.to_string(), "born": "1990-05-17"}));
        assert_eq!(told, json!({"from": "2026-03-02", "born": "1990-05-17"}));
    }

    #[test]
    fn another_word_is_another_likeness() {
        let example = |state: &str| {
            likeness(&json!({"media": "application/json", "answer": {"state": state}}))
        };
        assert_ne!(example("open"), example("closed"));
    }
}
