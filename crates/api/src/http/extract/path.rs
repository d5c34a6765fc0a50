//! Ids in a path: UUIDs in their usual form, and nothing else.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use samrad_domain::id;
use uuid::Uuid;

use crate::http::problem::{FieldFault, Problem};

/// An id that can stand in a path.
pub trait FromPath: Sized {
    /// The id that `uuid` names.
    fn from_path(uuid: Uuid) -> Self;
}

macro_rules! from_path {
    ($($name:ident),* $(,)?) => {$(
        impl FromPath for id::$name {
            fn from_path(uuid: Uuid) -> Self {
                Self::new(uuid)
            }
        }
    )*};
}

from_path! {
    PersonId, IdentityId, AffiliationId, UnitId, OrganisationId, PatientId, CaseId, DiscussionId, ConsentId,
    InformationId, StatementId, MessageId, NoteId, ParticipationId, IpsNoteId, EventId, ObjectionId, GuardianshipId,
    ClientId, OralDisclosureId, ErasureId,
}

/// The id at place `N` of the path (the first is 0): `PathId<CaseId>`, `PathId<PersonId, 1>`.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T, const N: usize = 0>(T);

impl<T, const N: usize> PathId<T, N> {
    /// The id.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: FromPath, const N: usize> FromRequest for PathId<T, N> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.match_info().iter().nth(N) {
            Some((name, text)) => uuid_of(text)
                .map(|uuid| Self(T::from_path(uuid)))
                .ok_or_else(|| {
                    Problem::malformed(vec![FieldFault::new(format!("{{{name}}}"), "notUuid")])
                }),
            None => Err(Problem::internal(
                "the path has fewer ids than its handler asks for",
            )),
        })
    }
}

/// A UUID in its usual form: 36 characters with hyphens.
#[must_use]
pub fn uuid_of(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_form_of_a_uuid_is_one() {
        assert!(uuid_of("0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60").is_some());
        for text in [
            "0190a5c47b1e4c3d9f2a1b2c3d4e5f60",
            "{0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f}",
            "",
            "x",
        ] {
            assert!(uuid_of(text).is_none(), "{text}");
        }
    }
}
