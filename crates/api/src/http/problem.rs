//! Problems as RFC 9457 has them: the only place that knows how a refusal looks on the wire.
//!
//! A problem carries codes, never a stack, SQL, personal data or what the caller may not know.
//! `NotFound` carries nothing at all, so that absent and invisible are the same answer.

mod body;
mod field;
mod table;

pub use body::{FieldFaultBody, ProblemBody};
pub use field::FieldFault;
pub use table::Code;

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};

use crate::auth::token::TokenFault;
use crate::http::language::Language;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds to wait before a retry, where nothing better is known.
const RETRY_AFTER: u32 = 2;

/// A refusal on its way to the caller.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    details: Box<Details>,
}

#[derive(Debug, Default)]
struct Details {
    rule: Option<&'static str>,
    reason: Option<&'static str>,
    errors: Vec<FieldFault>,
    retry_after: Option<u32>,
    challenge: Option<String>,
    allow: Option<String>,
    cause: Option<String>,
}

impl Problem {
    fn with(code: Code, details: Details) -> Self {
        Self {
            code,
            details: Box::new(details),
        }
    }

    /// A problem of this code and nothing more.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self::with(code, Details::default())
    }

    /// Absent or invisible, which is the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// The caller's role or scope lacks the operation.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden)
    }

    /// The request can't be read, at these places.
    #[must_use]
    pub fn malformed(errors: Vec<FieldFault>) -> Self {
        Self::new(Code::Malformed).at(errors)
    }

    /// The body is not what the operation takes, at these places.
    #[must_use]
    pub fn invalid(errors: Vec<FieldFault>) -> Self {
        Self::new(Code::Invalid).at(errors)
    }

    /// A rule (`"R1"`, …) says no, for a reason that the caller may know.
    #[must_use]
    pub fn rule(rule: &'static str, reason: &'static str) -> Self {
        Self::with(
            Code::RuleBroken,
            Details {
                rule: Some(rule),
                reason: Some(reason),
                ..Details::default()
            },
        )
    }

    /// The state of the resource doesn't admit the act, for a reason that the caller may know.
    #[must_use]
    pub fn conflict(reason: &'static str) -> Self {
        Self::with(
            Code::Conflict,
            Details {
                reason: Some(reason),
                ..Details::default()
            },
        )
    }

    /// The token is missing or proves nothing.
    #[must_use]
    pub fn unauthenticated(fault: TokenFault) -> Self {
        let errors = vec![FieldFault::new("Authorization", fault.code()).saying(fault.detail())];
        Self::with(
            Code::Unauthenticated,
            Details {
                errors,
                challenge: Some(fault.challenge()),
                ..Details::default()
            },
        )
    }

    /// The path has no such method; `allow` lists those it has.
    #[must_use]
    pub fn method_not_allowed(allow: String) -> Self {
        Self::with(
            Code::MethodNotAllowed,
            Details {
                allow: Some(allow),
                ..Details::default()
            },
        )
    }

    /// More than the client may ask; `seconds` until it may again.
    #[must_use]
    pub fn too_many_requests(seconds: u32) -> Self {
        Self::with(
            Code::TooManyRequests,
            Details {
                retry_after: Some(seconds),
                ..Details::default()
            },
        )
    }

    /// Something that the service needs is away. `cause` is for our log alone.
    #[must_use]
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let details = Details {
            cause: Some(cause.to_string()),
            retry_after: Some(RETRY_AFTER),
            ..Details::default()
        };
        Self::with(Code::Unavailable, details)
    }

    /// A fault of ours. `cause` is for our log alone.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::with(
            Code::Internal,
            Details {
                cause: Some(cause.to_string()),
                ..Details::default()
            },
        )
    }

    /// The same problem, listing `errors`.
    #[must_use]
    pub fn at(mut self, errors: Vec<FieldFault>) -> Self {
        self.details.errors = errors;
        self
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The faults of fields.
    #[must_use]
    pub fn errors(&self) -> &[FieldFault] {
        &self.details.errors
    }

    /// What went wrong on our side, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.details.cause.as_deref()
    }

    /// The problem as it is written in `language`.
    #[must_use]
    pub fn body(&self, language: Language, trace_id: &str, instance: Option<&str>) -> ProblemBody {
        ProblemBody {
            kind: self.code.page(),
            title: self.code.title().in_language(language).to_owned(),
            status: self.code.status().as_u16(),
            detail: self.code.detail().in_language(language).to_owned(),
            instance: instance.map(str::to_owned),
            code: self.code.code().to_owned(),
            trace_id: trace_id.to_owned(),
            rule: self.details.rule.map(str::to_owned),
            reason: self.details.reason.map(str::to_owned),
            errors: self
                .details
                .errors
                .iter()
                .map(|fault| FieldFaultBody::new(fault, language))
                .collect(),
        }
    }

    /// Adds the headers that belong to the problem.
    pub fn write_headers(&self, headers: &mut HeaderMap, language: Language) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(language.tag()),
        );
        if let Some(seconds) = self.details.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        let texts = [
            (header::WWW_AUTHENTICATE, &self.details.challenge),
            (header::ALLOW, &self.details.allow),
        ];
        for (name, text) in texts {
            if let Some(value) = text.as_deref().and_then(|t| HeaderValue::from_str(t).ok()) {
                headers.insert(name, value);
            }
        }
    }

    /// The problem that an error of the framework amounts to.
    #[must_use]
    pub fn of_status(status: StatusCode, cause: &dyn fmt::Display) -> Self {
        match status.as_u16() {
            404 => Self::new(Code::UnknownRoute),
            405 => Self::new(Code::MethodNotAllowed),
            406 => Self::new(Code::NotAcceptable),
            408 | 400..=403 | 409..=412 | 414 | 416..=428 | 431 => Self::new(Code::Malformed),
            413 => Self::new(Code::TooLarge),
            415 => Self::new(Code::UnsupportedMediaType),
            429 => Self::too_many_requests(RETRY_AFTER),
            503 => Self::unavailable(cause),
            _ => Self::internal(cause),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.code())
    }
}

impl std::error::Error for Problem {}

impl From<TokenFault> for Problem {
    fn from(fault: TokenFault) -> Self {
        Self::unauthenticated(fault)
    }
}

/// Written in full by `http::middleware`, which knows the request; this is the plain form of it.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let language = Language::default();
        let mut response =
            HttpResponse::build(self.status_code()).json(self.body(language, "", None));
        self.write_headers(response.headers_mut(), language);
        response
    }
}

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::from_error(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_named_with_its_reason() {
        let body = Problem::rule("R1", "NO_INFORMATION").body(Language::English, "t", Some("/x"));
        let json = serde_json::to_value(&body).unwrap();
        assert_eq!(json["status"], 422);
        assert_eq!(json["rule"], "R1");
        assert_eq!(json["reason"], "NO_INFORMATION");
        assert_eq!(json["type"], "/problems/ruleBroken");
        assert!(json.get("errors").is_none());
    }

    #[test]
    fn what_went_wrong_inside_stays_inside() {
        let problem = Problem::internal("relation patient does not exist");
        let json = serde_json::to_string(&problem.body(Language::English, "t", None)).unwrap();
        assert!(!json.contains("patient"));
        assert_eq!(problem.cause(), Some("relation patient does not exist"));
    }

    #[test]
    fn not_found_says_the_same_in_the_same_bytes() {
        let one =
            serde_json::to_string(&Problem::not_found().body(Language::Bokmal, "t", Some("/a")))
                .unwrap();
        let other =
            serde_json::to_string(&Problem::not_found().body(Language::Bokmal, "t", Some("/a")))
                .unwrap();
        assert_eq!(one, other);
    }
}
