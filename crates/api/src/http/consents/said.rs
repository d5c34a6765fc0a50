//! What several bodies of this resource say: grants, and recipients to keep out.

use samrad_domain::code::CategorySet;
use samrad_domain::consent::{Grant, Recipient};

use crate::http::codes::CategoryCode;
use crate::http::problem::{FieldFault, Problem};
use crate::http::shapes::{GrantBody, RecipientBody};
use crate::http::work::Work;
use crate::store::consents::Known;

/// Grants and recipients, all of whom the registry knows.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) grants: Vec<Grant>,
    pub(super) kept_out: Vec<Recipient>,
}

impl Said {
    /// Reads `grants` and `kept_out`, which stands in the body as `field`.
    ///
    /// # Errors
    /// `invalid`, with every place that names somebody whom the registry doesn't know. The
    /// registry is open to everybody who may ask.
    pub(super) async fn parse(
        work: &Work,
        grants: &[GrantBody],
        kept_out: &[RecipientBody],
        field: &str,
    ) -> Result<Self, Problem> {
        let said = Self {
            grants: grants.iter().filter_map(GrantBody::parse).collect(),
            kept_out: kept_out.iter().filter_map(RecipientBody::parse).collect(),
        };
        let asked = said.clone();
        let known = work
            .read(move |conn, _| Known::of(conn, &asked.grants, &asked.kept_out))
            .await?;
        let faults = said.faults(&known, field);
        if faults.is_empty() {
            Ok(said)
        } else {
            Err(Problem::invalid(faults))
        }
    }

    fn faults(&self, known: &Known, field: &str) -> Vec<FieldFault> {
        let mut places = Vec::new();
        for (n, grant) in self.grants.iter().enumerate() {
            if !known.has_source(grant.source) {
                places.push(format!("/grants/{n}/source/id"));
            }
            if !known.has_recipient(grant.recipient) {
                places.push(format!("/grants/{n}/recipient/id"));
            }
        }
        for (n, recipient) in self.kept_out.iter().enumerate() {
            if !known.has_recipient(*recipient) {
                places.push(format!("/{field}/{n}/id"));
            }
        }
        let unknown = |place| FieldFault::new(place, "unknown");
        places.into_iter().map(unknown).collect()
    }
}

/// The set of these categories.
pub(super) fn set(codes: &[CategoryCode]) -> CategorySet {
    codes.iter().map(|coded| coded.0).collect()
}
