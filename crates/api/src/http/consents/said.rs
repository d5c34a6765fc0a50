//! What several bodies of this resource say: grants, and recipients to keep out.

use samrad_domain::code::CategorySet;
use samrad_domain::consent::{Grant, Recipient};
use samrad_domain::event::{Event, Outcome};

use crate::http::codes::CategoryCode;
use crate::http::problem::FieldFault;
use crate::http::shapes::{GrantBody, RecipientBody};
use crate::store::StoreError;
use crate::store::consents::Known;
use crate::store::unit_of_work::Tx;

/// Grants and recipients to keep out, as a body says them.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) grants: Vec<Grant>,
    pub(super) kept_out: Vec<Recipient>,
    field: &'static str,
}

/// What an act came to, or the places in the body that name nobody whom the registry knows.
pub(super) type Taken<T> = Result<T, Vec<FieldFault>>;

impl Said {
    /// Reads `grants` and `kept_out`, which stands in the body as `field`.
    pub(super) fn read(
        grants: &[GrantBody],
        kept_out: &[RecipientBody],
        field: &'static str,
    ) -> Self {
        Self {
            grants: grants.iter().filter_map(GrantBody::parse).collect(),
            kept_out: kept_out.iter().filter_map(RecipientBody::parse).collect(),
            field,
        }
    }

    /// Every place that names somebody whom the registry doesn't know. Looked for when the caller
    /// has been let in, so that it comes after the not-found answer.
    pub(super) fn unknown(&self, tx: &mut Tx<'_>) -> Result<Vec<FieldFault>, StoreError> {
        let known = Known::of(tx.conn, &self.grants, &self.kept_out)?;
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
                places.push(format!("/{}/{n}/id", self.field));
            }
        }
        let unknown = |place| FieldFault::new(place, "unknown");
        Ok(places.into_iter().map(unknown).collect())
    }
}

/// The act came to nothing, for faults that only the registry could tell.
pub(super) fn untaken<T>(faults: Vec<FieldFault>, event: Event) -> (Taken<T>, Event) {
    let outcome = Outcome::Refused;
    (Err(faults), Event { outcome, ..event })
}

/// The set of these categories.
pub(super) fn set(codes: &[CategoryCode]) -> CategorySet {
    codes.iter().map(|coded| coded.0).collect()
}
