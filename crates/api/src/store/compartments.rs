//! Compartments as two columns: kind and key.

use super::StoreError;
use samrad_domain::id::OrganisationId;
use samrad_domain::unit::{Compartment, CompartmentKind};

/// The compartment that the columns spell.
///
/// # Errors
/// A combination that can't be.
pub(super) fn read(kind: &str, key: Option<&str>) -> Result<Compartment, StoreError> {
    let corrupt = StoreError::Corrupt {
        table: "unit",
        what: "a compartment that can't be",
    };
    let organisation = |key: &str| uuid::Uuid::parse_str(key).ok().map(OrganisationId::new);
    match (CompartmentKind::parse(kind), key.filter(|k| !k.is_empty())) {
        (Some(CompartmentKind::Health), Some(key)) => organisation(key).map(Compartment::Health),
        (Some(CompartmentKind::Ips), Some(key)) => organisation(key).map(Compartment::Ips),
        (Some(CompartmentKind::NavState), Some(key)) => Some(Compartment::NavState(key.to_owned())),
        (Some(CompartmentKind::MunicipalSocial), Some(key)) => {
            Some(Compartment::MunicipalSocial(key.to_owned()))
        }
        (Some(CompartmentKind::None), None) => Some(Compartment::None),
        (_, _) => None,
    }
    .ok_or(corrupt)
}
