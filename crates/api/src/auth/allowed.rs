//! The sets of callers that operations admit.

use samrad_domain::code::Role;

use crate::auth::caller::{Allowed, Who};

macro_rules! allow {
    ($($(#[$doc:meta])* $name:ident $(with $scope:literal)? = [$($who:expr),* $(,)?];)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Allowed for $name {
            const ROLES: &'static [Who] = &[$($who),*];
            $(const SCOPE: Option<&'static str> = Some($scope);)?
        }
    )*};
}

const CLINICIAN: Who = Who::Staff(Role::Clinician);
const GP: Who = Who::Staff(Role::Gp);
const NAV_ADVISER: Who = Who::Staff(Role::NavAdviser);
const JOB_SPECIALIST: Who = Who::Staff(Role::JobSpecialist);
const METHOD_SUPERVISOR: Who = Who::Staff(Role::MethodSupervisor);
const COORDINATOR: Who = Who::Staff(Role::Coordinator);
const EMPLOYER_CONTACT: Who = Who::Staff(Role::EmployerContact);
const AUDITOR: Who = Who::Staff(Role::Auditor);
const ADMINISTRATOR: Who = Who::Staff(Role::Administrator);
const PRIVACY_OFFICER: Who = Who::Staff(Role::PrivacyOfficer);

allow! {
    /// Everybody with a token that the registry knows.
    Anyone = [CLINICIAN, GP, NAV_ADVISER, JOB_SPECIALIST, METHOD_SUPERVISOR, COORDINATOR, EMPLOYER_CONTACT,
        AUDITOR, ADMINISTRATOR, PRIVACY_OFFICER, Who::Patient, Who::Guardian, Who::System];

    /// Those who can own a case: clinicians, GPs, NAV advisers.
    CaseWorkers = [CLINICIAN, GP, NAV_ADVISER];

    /// Everybody who can take part in a case discussion.
    Participants = [CLINICIAN, GP, NAV_ADVISER, JOB_SPECIALIST, METHOD_SUPERVISOR, COORDINATOR];

    /// Participants, and the patient or guardian: those whom a consent can name.
    ConsentParties = [CLINICIAN, GP, NAV_ADVISER, JOB_SPECIALIST, METHOD_SUPERVISOR, COORDINATOR, Who::Patient, Who::Guardian];

    /// Case workers, and the patient or guardian: those who can record a grant.
    ConsentGivers = [CLINICIAN, GP, NAV_ADVISER, Who::Patient, Who::Guardian];

    /// Those who may file notes: case workers, and record systems with the scope for it.
    NoteFilers with "samrad:notes" = [CLINICIAN, GP, NAV_ADVISER, Who::System];

    /// The IPS team.
    IpsTeam = [JOB_SPECIALIST, METHOD_SUPERVISOR];

    /// Job specialists.
    JobSpecialists = [JOB_SPECIALIST];

    /// Those who keep the registry.
    Administrators = [ADMINISTRATOR];

    /// Those who read the log of their organisation.
    Overseers = [AUDITOR, PRIVACY_OFFICER];

    /// Those who watch over the log itself: auditors, and witnesses with the scope for it.
    LogWatchers with "samrad:log" = [AUDITOR, PRIVACY_OFFICER, Who::System];

    /// Patients: a guardian has no part in it.
    Patients = [Who::Patient];

    /// Patients and guardians.
    Citizens = [Who::Patient, Who::Guardian];
}
