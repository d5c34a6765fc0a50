//! Organisations, units and the compartments of secrecy they belong to.

use crate::code::{Role, UnitKind, codes};
use crate::id::{OrganisationId, UnitId};

codes! {
    /// The kinds of compartment.
    CompartmentKind {
        /// Health services of one organisation.
        Health = "health",
        /// The state half of one NAV office.
        NavState = "navState",
        /// The municipal social services of one municipality.
        MunicipalSocial = "municipalSocial",
        /// IPS follow-up of one organisation.
        Ips = "ips",
        /// No secrecy of its own: schools, employers, competence centres.
        None = "none",
    }

    /// Whom an organisation accepts as recipients in consents that it is the source of.
    RecipientPolicy {
        /// Units, roles in units and named persons.
        Unit = "unit",
        /// Named persons only.
        Person = "person",
    }

    /// Whether an organisation accepts consents by word of mouth.
    OralPolicy {
        /// Never.
        No = "no",
        /// Only for a single talk.
        SingleUse = "singleUse",
        /// Yes.
        Yes = "yes",
    }
}

/// A compartment of secrecy: what is known inside is not known outside, not even to another unit
/// of the same building. Fixed when a unit is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Compartment {
    /// Health services of one organisation.
    Health(OrganisationId),
    /// The state half of one NAV office (four digits).
    NavState(String),
    /// The municipal half, of one municipality (four digits). Kept apart from the state half of
    /// the same office, as policy.
    MunicipalSocial(String),
    /// IPS follow-up of one organisation.
    Ips(OrganisationId),
    /// None.
    None,
}

impl Compartment {
    /// What kind of compartment it is.
    #[must_use]
    pub const fn kind(&self) -> CompartmentKind {
        match self {
            Self::Health(_) => CompartmentKind::Health,
            Self::NavState(_) => CompartmentKind::NavState,
            Self::MunicipalSocial(_) => CompartmentKind::MunicipalSocial,
            Self::Ips(_) => CompartmentKind::Ips,
            Self::None => CompartmentKind::None,
        }
    }

    /// What tells it from others of its kind; empty for [`Compartment::None`].
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Health(organisation) | Self::Ips(organisation) => organisation.to_string(),
            Self::NavState(number) | Self::MunicipalSocial(number) => number.clone(),
            Self::None => String::new(),
        }
    }

    /// Whether it is a compartment of health services.
    #[must_use]
    pub const fn is_health(&self) -> bool {
        matches!(self, Self::Health(_))
    }

    /// Whether somebody in `role` may be *inside*: see identity on its own case team.
    ///
    /// `tainted` is the person's: who holds a job specialist's affiliation anywhere is never
    /// admitted to a health compartment, whatever else they hold (Helsedirektoratet, April 2022).
    #[must_use]
    pub const fn admits(&self, role: Role, tainted: bool) -> bool {
        match self {
            Self::Health(_) => matches!(role, Role::Clinician | Role::Gp) && !tainted,
            Self::NavState(_) | Self::MunicipalSocial(_) => matches!(role, Role::NavAdviser),
            Self::Ips(_) => matches!(role, Role::JobSpecialist | Role::MethodSupervisor),
            Self::None => false,
        }
    }
}

/// What an organisation has decided for the consents that it is the source of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whom it accepts as recipients.
    pub recipients: RecipientPolicy,
    /// Whether it accepts oral consents.
    pub oral: OralPolicy,
    /// How many years its log entries are kept; five or more.
    pub retention_years: u16,
}

/// A unit of an organisation.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The organisation it belongs to.
    pub organisation: OrganisationId,
    /// What kind of unit it is.
    pub kind: UnitKind,
    /// The compartment it belongs to.
    pub compartment: Compartment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn health() -> Compartment {
        Compartment::Health(OrganisationId::new(Uuid::from_u128(1)))
    }

    #[test]
    fn health_admits_clinicians_and_gps_alone() {
        let admitted: Vec<_> = Role::ALL
            .iter()
            .filter(|r| health().admits(**r, false))
            .collect();
        assert_eq!(admitted, [&Role::Clinician, &Role::Gp]);
    }

    #[test]
    fn a_job_specialist_is_not_admitted_to_health_under_any_role() {
        assert!(Role::ALL.iter().all(|role| !health().admits(*role, true)));
    }

    #[test]
    fn no_compartment_admits_oversight_or_operations() {
        let all = [
            health(),
            Compartment::NavState("0312".into()),
            Compartment::None,
        ];
        for role in [
            Role::Auditor,
            Role::Administrator,
            Role::PrivacyOfficer,
            Role::Coordinator,
        ] {
            assert!(all.iter().all(|c| !c.admits(role, false)));
        }
    }
}
