//! An answer of the service, whole: status, headers in order, body as bytes.

use serde_json::Value;
use ureq::{Body, http};

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Method and URL that it answers.
    asked: String,
    /// HTTP status.
    pub status: u16,
    /// All headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as sent.
    pub body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(asked: String, answer: &http::Response<Body>, body: Vec<u8>) -> Self {
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        };
        Self {
            asked,
            status: answer.status().as_u16(),
            headers: answer.headers().iter().map(header).collect(),
            body,
        }
    }

    /// This answer, if it has the status that it must have.
    ///
    /// # Panics
    /// With all that the answer says, if it has another.
    #[track_caller]
    #[must_use = "or say `.done()`"]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.asked, self.text());
        self
    }

    /// Nothing more is asked of this answer.
    pub fn done(self) {}

    /// A refusal with this status and code.
    ///
    /// # Panics
    /// With all that the answer says, if it is another answer.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json"),
            "{}\n{}",
            reply.asked,
            reply.text()
        );
        assert_eq!(
            reply.problem_code(),
            code,
            "{}\n{}",
            reply.asked,
            reply.text()
        );
        reply
    }

    /// The body as JSON; null if it is empty.
    ///
    /// # Panics
    /// If it is something else.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{}: {e}\n{}", self.asked, self.text()))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// `items` of a list.
    ///
    /// # Panics
    /// If it is no list.
    #[track_caller]
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let json = self.json();
        let items = json["items"].as_array().cloned();
        items.unwrap_or_else(|| panic!("{}: no items in\n{}", self.asked, self.text()))
    }

    /// `id` of the body.
    ///
    /// # Panics
    /// If it has none.
    #[track_caller]
    #[must_use]
    pub fn id(&self) -> String {
        let json = self.json();
        json["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{}: no id in\n{}", self.asked, self.text()))
            .to_owned()
    }

    /// `code` of a problem.
    #[track_caller]
    #[must_use]
    pub fn problem_code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// `ETag`, for the next `If-Match`.
    ///
    /// # Panics
    /// If it has none.
    #[track_caller]
    #[must_use]
    pub fn etag(&self) -> String {
        self.header("etag")
            .unwrap_or_else(|| panic!("{}: no ETag", self.asked))
            .to_owned()
    }

    /// Everything that the answer says, headers too: where a canary is looked for.
    #[must_use]
    pub fn everything(&self) -> String {
        let headers: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        format!("{}\n{headers}\n{}", self.status, self.text())
    }

    /// The whole answer with its ids and dates blotted out: two answers that must not be told
    /// apart have the same likeness.
    #[must_use]
    pub fn likeness(&self) -> String {
        let ours = |name: &str| {
            matches!(
                name,
                "date" | "x-correlation-id" | "traceparent" | "disclosure-receipt"
            )
        };
        let mut blotted = self.clone();
        for (_, value) in blotted.headers.iter_mut().filter(|(name, _)| ours(name)) {
            "*".clone_into(value);
        }
        blot_ids(&blotted.everything())
    }
}

/// Replaces each run of hex digits and hyphens that is as long as a trace id (32) or a UUID (36).
fn blot_ids(text: &str) -> String {
    let mut blotted = String::with_capacity(text.len());
    let mut rest = text;
    let in_id = |c: char| c.is_ascii_hexdigit() || c == '-';
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c| in_id(c) != in_id(first))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        blotted.push_str(if in_id(first) && matches!(run.len(), 32 | 36) {
            "*"
        } else {
            run
        });
        rest = after;
    }
    blotted
}

#[cfg(test)]
mod tests {
    use super::blot_ids;

    #[test]
    fn ids_are_blotted_and_words_are_not() {
        let text = "no such case: 0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f, trace 0123456789abcdef0123456789abcdef.";
        assert_eq!(blot_ids(text), "no such case: *, trace *.");
    }
}
