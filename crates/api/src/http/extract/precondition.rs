//! `ETag` and `If-Match` (RFC 9110, 8.8.3 and 13.1.1): nobody overwrites a version that they
//! haven't seen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, HeaderName, HeaderValue, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};
use samrad_domain::event::Event;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::problem::{Code, FieldFault, Problem};
use crate::store::unit_of_work::{Stop, Tried, Unfit};

/// Tags that a request may name.
const MAX_TAGS: usize = 20;

/// The strong entity tag of a resource as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// Of a resource that counts its versions.
    #[must_use]
    pub fn version(version: u32) -> Self {
        Self(format!("\"v{version}\""))
    }

    /// Of a resource that is all in what is shown of it.
    #[must_use]
    pub fn of(shown: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(shown).expect("what is shown is always JSON");
        Self(format!("\"{}\"", hex::encode(&Sha256::digest(bytes)[..16])))
    }

    /// The header, ready to be inserted in an answer.
    #[must_use]
    pub fn header(&self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&self.0);
        let value = value.expect("quotes, letters and digits are always a header value");
        (ETAG, value)
    }
}

/// The versions that the caller has seen. A missing header is `versionRequired`.
#[derive(Clone, Debug)]
pub enum IfMatch {
    /// `*`: whichever there is.
    Any,
    /// These, of which weak ones match nothing.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Passes if the caller has seen the resource as `tag` has it. To be asked behind the gate: who
    /// may not see the resource learns nothing of its version.
    ///
    /// # Errors
    /// Unfit otherwise, with the refusal of what `event` was to tell of.
    pub fn require(&self, tag: &Tag, event: &Event) -> Tried<()> {
        if self.matches(tag) {
            Ok(())
        } else {
            Err(Stop::unfit(Unfit::StaleVersion, event))
        }
    }

    /// Whether the caller has seen the resource as `tag` has it: by strong comparison.
    #[must_use]
    pub fn matches(&self, tag: &Tag) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.contains(&tag.0),
        }
    }

    fn parse(lines: &[&str]) -> Option<Self> {
        if let [only] = lines
            && only.trim() == "*"
        {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        for line in lines {
            let mut rest = line.trim_matches(BLANK);
            while !rest.is_empty() {
                let (tag, after) = next_tag(rest)?;
                tags.push(tag.to_owned());
                rest = after;
            }
        }
        (1..=MAX_TAGS)
            .contains(&tags.len())
            .then_some(Self::Tags(tags))
    }
}

/// Optional white space, and what stands between the members of a list.
const BLANK: &[char] = &[' ', '\t', ','];

/// The entity tag at the beginning of `text`, and what follows its comma.
fn next_tag(text: &str) -> Option<(&str, &str)> {
    let weak = if text.starts_with("W/") { 2 } else { 0 };
    let opaque = text[weak..].strip_prefix('"')?;
    let end = opaque.find('"')?;
    let plain = |c: char| c == '!' || ('#'..='~').contains(&c) || !c.is_ascii();
    let (tag, rest) = text.split_at(weak + end + 2);
    let rest = rest.trim_start_matches([' ', '\t']);
    let ends = rest.is_empty() || rest.starts_with(',');
    (ends && opaque[..end].chars().all(plain)).then(|| (tag, rest.trim_start_matches(BLANK)))
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lines = request.headers().get_all(IF_MATCH).map(HeaderValue::to_str);
        let lines: Result<Vec<_>, _> = lines.collect();
        ready(match lines {
            Ok(lines) if lines.is_empty() => Err(Problem::new(Code::VersionRequired)),
            lines => lines
                .ok()
                .and_then(|lines| Self::parse(&lines))
                .ok_or_else(|| Problem::malformed(vec![FieldFault::new("If-Match", "header")])),
        })
    }
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

    fn seen(header: &str, version: u32) -> bool {
        read(header).unwrap().matches(&Tag::version(version))
    }

    #[test]
    fn a_tag_matches_by_strong_comparison() {
        assert!(seen("\"v3\"", 3));
        for header in [
            "W/\"v3\"",
            "\"V3\"",
            "\"v33\"",
            "\"\"",
            "\"v 3\"".replace(' ', "").as_str(),
        ] {
            assert_eq!(seen(header, 3), header == "\"v3\"", "{header}");
        }
    }

    #[test]
    fn one_of_a_list_is_enough() {
        for header in [
            "\"v1\", \"v3\"",
            "\"v1\",W/\"v2\" ,\"v3\"",
            ", \"v3\" ,",
            "\"a,b\",\"v3\"",
        ] {
            assert!(seen(header, 3), "{header}");
            assert!(!seen(header, 2), "{header}");
        }
        let request = TestRequest::default()
            .append_header(("If-Match", "\"v1\""))
            .append_header(("If-Match", "\"v3\""))
            .to_http_request();
        let lines = IfMatch::from_request(&request, &mut Payload::None).into_inner();
        assert!(lines.unwrap().matches(&Tag::version(3)));
    }

    #[test]
    fn a_star_alone_is_whichever_there_is() {
        assert!(seen("*", 7));
        assert!(seen(" * ", 7));
        assert_eq!(read("*, \"v7\"").unwrap_err().code(), Code::Malformed);
    }

    #[test]
    fn what_is_no_tag_is_malformed_and_nothing_is_missing() {
        let many = "\"a\",".repeat(MAX_TAGS + 1);
        for header in [
            "v3",
            "\"v3",
            "",
            ",",
            "\"a\"b\"",
            "\"a\"\"b\"",
            "w/\"a\"",
            "\"a b\"",
            many.as_str(),
        ] {
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

    #[test]
    fn what_is_shown_otherwise_has_another_tag() {
        let tag = |shown: &[&str]| Tag::of(&shown);
        assert_eq!(tag(&["a", "b"]), tag(&["a", "b"]));
        assert_ne!(tag(&["a", "b"]), tag(&["b", "a"]));
        assert_ne!(tag(&["ab"]), tag(&["a", "b"]));
    }
}
