//! Keeping the registry: who may, and which units can be at all. The registry says what somebody
//! is; it never says what they may see of a case.

use crate::actor::Staff;
use crate::code::{Role, UnitKind, codes};
use crate::id::PersonId;
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::unit::CompartmentKind;

codes! {
    /// By what a person is known outside.
    IdentityKind {
        /// Subject of an issuer's tokens: what they sign in as.
        Token = "token",
        /// NAV-ident.
        NavIdent = "navIdent",
        /// Number in Helsepersonellregisteret.
        Hpr = "hpr",
    }
}

/// A change of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// Who makes it.
    pub by: PersonId,
}

/// Whether `staff` may change the registry: administrators alone, of whatever unit.
///
/// # Errors
/// For every other role.
pub fn keep(staff: &Staff) -> Decision<Keeping> {
    match staff.role {
        Role::Administrator => Ok(Permit::grant(Keeping { by: staff.person })),
        Role::Clinician
        | Role::Gp
        | Role::NavAdviser
        | Role::JobSpecialist
        | Role::MethodSupervisor
        | Role::Coordinator
        | Role::EmployerContact
        | Role::Auditor
        | Role::PrivacyOfficer => Err(Refusal::new(RefusalCode::NotAllowed)),
    }
}

/// The kinds of compartment that a unit of this kind can belong to. A compartment is fixed when
/// the unit is made, so a wrong one must not be.
#[must_use]
pub const fn compartments_of(kind: UnitKind) -> &'static [CompartmentKind] {
    use CompartmentKind::{Health, Ips, MunicipalSocial, NavState, None};
    match kind {
        UnitKind::Dps
        | UnitKind::Bup
        | UnitKind::Rupo
        | UnitKind::Rph
        | UnitKind::Fact
        | UnitKind::GpOffice => &[Health],
        UnitKind::NavOffice => &[NavState, MunicipalSocial],
        UnitKind::MunicipalService => &[MunicipalSocial, Health, None],
        UnitKind::IpsTeam => &[Ips],
        UnitKind::Arbeidslivssenter => &[NavState, None],
        UnitKind::CompetenceCentre => &[Health, None],
        UnitKind::School | UnitKind::Employer => &[None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AffiliationId, OrganisationId, UnitId};
    use crate::unit::Compartment;
    use uuid::Uuid;

    fn staff(role: Role) -> Staff {
        let id = Uuid::from_u128(1);
        Staff {
            person: PersonId::new(id),
            name: String::new(),
            affiliation: AffiliationId::new(id),
            unit: UnitId::new(id),
            organisation: OrganisationId::new(id),
            role,
            compartment: Compartment::None,
            positions: Vec::new(),
            assurance: None,
        }
    }

    #[test]
    fn administrators_alone_keep_the_registry() {
        let keepers: Vec<_> = Role::ALL
            .iter()
            .filter(|role| keep(&staff(**role)).is_ok())
            .collect();
        assert_eq!(keepers, [&Role::Administrator]);
    }

    #[test]
    fn treatment_happens_in_a_health_compartment_and_nothing_of_nav_is_in_one() {
        for kind in [UnitKind::Dps, UnitKind::Bup, UnitKind::Rupo, UnitKind::Rph] {
            assert_eq!(compartments_of(kind), [CompartmentKind::Health]);
        }
        for kind in [
            UnitKind::NavOffice,
            UnitKind::IpsTeam,
            UnitKind::Arbeidslivssenter,
        ] {
            assert!(!compartments_of(kind).contains(&CompartmentKind::Health));
        }
    }

    #[test]
    fn every_kind_of_unit_can_be_somewhere() {
        assert!(
            UnitKind::ALL
                .iter()
                .all(|kind| !compartments_of(*kind).is_empty())
        );
    }
}
