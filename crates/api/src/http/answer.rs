//! An answer on its way out: status, body, and the headers that belong to what was done.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use crate::http::extract::Tag;
use crate::log::Receipt;

/// The header in which the receipt of the log entry is given.
pub const RECEIPT: HeaderName = HeaderName::from_static("disclosure-receipt");

/// An answer with a body.
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    body: Option<T>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<T> Answer<T> {
    /// 200 with `body`.
    #[must_use]
    pub const fn ok(body: T) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
            headers: Vec::new(),
        }
    }

    /// 201 with `body`, which stands at `path` from now on.
    #[must_use]
    pub fn created(body: T, path: &str) -> Self {
        let location = HeaderValue::from_str(path)
            .ok()
            .map(|value| (LOCATION, value));
        Self {
            status: StatusCode::CREATED,
            body: Some(body),
            headers: location.into_iter().collect(),
        }
    }

    /// The same, with the receipt of the entry that tells of it.
    #[must_use]
    pub fn receipt(mut self, receipt: &Receipt) -> Self {
        let value = HeaderValue::from_str(&receipt.to_string());
        self.headers
            .extend(value.ok().map(|value| (RECEIPT, value)));
        self
    }

    /// The same, with the version of the resource.
    #[must_use]
    pub fn version(self, version: u32) -> Self {
        self.tagged(&Tag::version(version))
    }

    /// The same, with the entity tag of the resource.
    #[must_use]
    pub fn tagged(mut self, tag: &Tag) -> Self {
        self.headers.push(tag.header());
        self
    }
}

impl Answer<()> {
    /// 204: done, and nothing to say of it.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            headers: Vec::new(),
        }
    }
}

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        let mut response = match &self.body {
            Some(body) => response.json(body),
            None => response.finish(),
        };
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}
