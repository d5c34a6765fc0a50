//! How one request is followed through systems: `traceparent` (W3C Trace Context) and the call
//! id. Both come from strangers: they are echoed and logged, never trusted.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::Uuid;

use crate::http::problem::Problem;
use crate::logging::masked;

/// The header in which the call id is echoed.
pub const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
/// The header of W3C Trace Context.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Where a call id is looked for, the best first.
const CALL_IDS: [&str; 2] = ["nav-call-id", "x-correlation-id"];
/// Characters that a call id may have.
const MAX_CALL_ID: usize = 128;

/// The names that this request goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The caller's call id, or one of ours.
    pub call_id: String,
    /// The trace: 32 hexadecimal digits.
    pub trace_id: String,
    /// Our own step of the trace: 16 hexadecimal digits.
    pub span_id: String,
    sampled: bool,
}

impl Trace {
    /// Reads the headers; `fresh` names what they leave out.
    #[must_use]
    pub fn of(headers: &HeaderMap, fresh: Uuid) -> Self {
        let hex = fresh.simple().to_string();
        let (trace_id, sampled) = headers
            .get(&TRACEPARENT)
            .and_then(|value| parse(value.to_str().ok()?))
            .unwrap_or_else(|| (hex.clone(), true));
        let call_id = CALL_IDS
            .iter()
            .find_map(|name| call_id(headers, name))
            .unwrap_or_else(|| fresh.to_string());
        Self {
            call_id,
            trace_id,
            span_id: hex[16..].to_owned(),
            sampled,
        }
    }

    /// The `traceparent` to send on, with our step as the parent.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!(
            "00-{}-{}-{}",
            self.trace_id,
            self.span_id,
            if self.sampled { "01" } else { "00" }
        )
    }
}

fn parse(text: &str) -> Option<(String, bool)> {
    let mut parts = text.trim().split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |part: &str, length| {
        part.len() == length
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let whole =
        hex(version, 2) && version != "ff" && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    let named = !trace.bytes().all(|b| b == b'0') && !parent.bytes().all(|b| b == b'0');
    let ended = version != "00" || parts.next().is_none();
    let sampled = u8::from_str_radix(flags, 16).is_ok_and(|bits| bits & 1 == 1);
    (whole && named && ended).then(|| (trace.to_owned(), sampled))
}

/// A call id that can be echoed and logged: short, plain, and no identity number in it.
fn call_id(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
    let usable =
        (1..=MAX_CALL_ID).contains(&text.len()) && text.bytes().all(plain) && masked(text) == text;
    usable.then(|| text.to_owned())
}

impl FromRequest for Trace {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let trace = request.extensions().get::<Self>().cloned();
        ready(trace.ok_or_else(|| Problem::internal("the request has no trace")))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const FRESH: Uuid = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);

    fn traced(name: &'static str, value: &str) -> Trace {
        let mut headers = HeaderMap::new();
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        Trace::of(&headers, FRESH)
    }

    #[test]
    fn the_trace_goes_on_with_a_step_of_our_own() {
        let trace = traced(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        );
        assert_eq!(
            trace.traceparent(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-81234567 89abcdef-01".replace(' ', "")
        );
    }

    #[test]
    fn a_trace_out_of_form_is_replaced() {
        for text in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "nonsense",
        ] {
            assert_eq!(
                traced("traceparent", text).trace_id,
                FRESH.simple().to_string(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_call_id_is_echoed_unless_it_could_hide_something() {
        assert_eq!(
            traced("nav-call-id", "CallId_1:2.3").call_id,
            "CallId_1:2.3"
        );
        for text in ["a b", "x\"y", "call-01019012345", ""] {
            assert_eq!(
                traced("x-correlation-id", text).call_id,
                FRESH.to_string(),
                "{text}"
            );
        }
    }
}
