//! `Idempotency-Key`: the caller's own name for an act, so that a retry doesn't do it twice.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::auth::caller::Caller;
use crate::http::extract::Body;
use crate::http::problem::{FieldFault, Problem};
use crate::store::repeats::Repeatable;

/// The name of the header.
const HEADER: &str = "Idempotency-Key";

/// Characters that a key may have.
const MAX: usize = 100;

/// The key of the request, if it has one.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// The key as the caller wrote it, without quotes.
    #[must_use]
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The request as one that `caller` may repeat; nothing if it has no key.
    #[must_use]
    pub fn of<R, T>(
        &self,
        caller: &Caller<R>,
        operation: &'static str,
        body: &Body<T>,
    ) -> Option<Repeatable> {
        let key = self.0.as_deref()?;
        Some(Repeatable::new(
            key,
            &caller.binding(),
            operation,
            body.digest(),
        ))
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "IdempotencyKey(..)"
        } else {
            "IdempotencyKey"
        })
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all(HEADER);
        let fault = || Problem::malformed(vec![FieldFault::new(HEADER, "header")]);
        ready(match (values.next(), values.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None) => value
                .to_str()
                .ok()
                .and_then(key)
                .map(|k| Self(Some(k)))
                .ok_or_else(fault),
            (Some(_), Some(_)) => Err(fault()),
        })
    }
}

fn key(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text);
    let plain = (1..=MAX).contains(&bare.len())
        && bare
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    plain.then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_plain_with_or_without_quotes() {
        assert_eq!(
            key("\"8e03978e-40d5-43dd\"").as_deref(),
            Some("8e03978e-40d5-43dd")
        );
        assert_eq!(key("abc").as_deref(), Some("abc"));
        for text in ["", "\"\"", "a b", "æ", "a\"b", &"x".repeat(MAX + 1)] {
            assert!(key(text).is_none(), "{text}");
        }
    }
}
