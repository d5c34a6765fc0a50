//! What the operator's settings allow, as far as handlers must know it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::auth::issuers::{Issuer, Kind};
use crate::http::problem::Problem;

/// What the operator's settings allow.
#[derive(Clone, Debug)]
pub struct Terms {
    allow_synthetic: bool,
    issuers: Vec<(String, Kind)>,
}

impl Terms {
    /// The terms of these settings.
    #[must_use]
    pub fn new(allow_synthetic: bool, issuers: &[Issuer]) -> Self {
        let issuers = issuers.iter().map(|i| (i.issuer.clone(), i.kind)).collect();
        Self {
            allow_synthetic,
            issuers,
        }
    }

    /// Whether numbers of synthetic persons and organisations are taken.
    #[must_use]
    pub const fn allow_synthetic(&self) -> bool {
        self.allow_synthetic
    }

    /// The issuers whose tokens prove this kind of caller.
    pub fn issuers_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.issuers
            .iter()
            .filter(move |(_, of)| *of == kind)
            .map(|(issuer, _)| issuer.as_str())
    }
}

impl FromRequest for Terms {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let terms = request.app_data::<web::Data<Self>>();
        ready(
            terms
                .map(|terms| Self::clone(terms))
                .ok_or_else(|| Problem::internal("the application has no terms")),
        )
    }
}
