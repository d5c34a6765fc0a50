//! `ETag` and `If-Match`: nobody overwrites a version that they haven't seen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};

use crate::http::problem::{Code, FieldFault, Problem};

/// The strong `ETag` header of a version, ready to be inserted in an answer.
#[must_use]
pub fn etag(version: i64) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&quoted(version))
        .expect("quotes and digits are always a header value");
    (actix_web::http::header::ETAG, value)
}

fn quoted(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The versions that the caller has seen. A missing header is `versionRequired`.
#[derive(Clone, Debug)]
pub struct IfMatch(Vec<String>);

impl IfMatch {
    /// Passes if the caller has seen `version`. Weak tags match nothing.
    ///
    /// # Errors
    /// `staleVersion` otherwise.
    pub fn require(&self, version: i64) -> Result<(), Problem> {
        if self.matches(version) {
            Ok(())
        } else {
            Err(Problem::new(Code::StaleVersion))
        }
    }

    /// Whether the caller has seen `version`.
    #[must_use]
    pub fn matches(&self, version: i64) -> bool {
        self.0.contains(&quoted(version))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut tags = Vec::new();
        for value in request.headers().get_all(IF_MATCH) {
            match value.to_str() {
                Ok(text) => tags.extend(text.split(',').map(|tag| tag.trim().to_owned())),
                Err(_) => tags.push(String::new()),
            }
        }
        ready(match tags {
            tags if tags.is_empty() => Err(Problem::new(Code::VersionRequired)),
            tags if tags.len() <= 20 && tags.iter().all(|tag| is_tag(tag)) => Ok(Self(tags)),
            _ => Err(Problem::malformed(vec![FieldFault::new(
                "If-Match", "header",
            )])),
        })
    }
}

/// `"…"` or `W/"…"`. `*` is not one: it says that any version will do.
fn is_tag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    opaque.len() >= 2
        && opaque.starts_with('"')
        && opaque.ends_with('"')
        && !opaque[1..opaque.len() - 1].contains('"')
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(header: &str) -> Result<IfMatch, Problem> {
        let request = TestRequest::default()
            .insert_header(("If-Match", header))
            .to_http_request();
        IfMatch::from_request(&request, &mut Payload::None).into_inner()
    }

    #[test]
    fn the_version_seen_passes_and_another_is_stale() {
        let seen = read("\"v1\", \"v3\"").unwrap();
        assert!(seen.require(3).is_ok());
        assert_eq!(seen.require(2).unwrap_err().code(), Code::StaleVersion);
        assert!(read("W/\"v3\"").unwrap().require(3).is_err());
    }

    #[test]
    fn any_version_will_not_do() {
        for header in ["*", "v3", "\"v3", "", "\"a\"b\""] {
            assert_eq!(
                read(header).unwrap_err().code(),
                Code::Malformed,
                "{header}"
            );
        }
        let request = TestRequest::default().to_http_request();
        let missing = IfMatch::from_request(&request, &mut Payload::None).into_inner();
        assert_eq!(missing.unwrap_err().code(), Code::VersionRequired);
    }
}
