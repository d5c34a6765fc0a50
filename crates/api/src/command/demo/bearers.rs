//! Whom the demo has tokens for: one of each role, and the colleagues that its story needs.

use crate::auth::demo::Bearer;
use crate::auth::issuers::Kind;

/// Subject of the administrator whom `migrate` registers.
pub(super) const ADMINISTRATOR: &str = "demo-administrator";

/// Somebody whom the demo has a token for.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The code of the role, where this is the one that `samrad token --role` means.
    role: &'static str,
    /// The variable in the file of tokens.
    pub(super) variable: &'static str,
    kind: Kind,
    subject: &'static str,
    identity_number: Option<&'static str>,
    scopes: &'static [&'static str],
    /// Who it is.
    pub(super) who: &'static str,
}

/// Everybody.
pub(super) const ALL: &[Known] = &[
    Known {
        role: "administrator",
        variable: "ADMINISTRATOR",
        kind: Kind::Staff,
        subject: "demo-administrator",
        identity_number: None,
        scopes: &[],
        who: "keeps the registry; sees no case",
    },
    Known {
        role: "clinician",
        variable: "CLINICIAN",
        kind: Kind::Staff,
        subject: "demo-clinician",
        identity_number: None,
        scopes: &[],
        who: "Askil Testbehandler, therapist at Søndre Oslo DPS",
    },
    Known {
        role: "",
        variable: "CLINICIAN_COLLEAGUE",
        kind: Kind::Staff,
        subject: "demo-clinician-colleague",
        identity_number: None,
        scopes: &[],
        who: "Brynhild Testbehandler, the same DPS, not on the case team",
    },
    Known {
        role: "gp",
        variable: "GP",
        kind: Kind::Staff,
        subject: "demo-gp",
        identity_number: None,
        scopes: &[],
        who: "Dagfinn Testlege, GP at Nesodden",
    },
    Known {
        role: "navAdviser",
        variable: "NAV_ADVISER",
        kind: Kind::Staff,
        subject: "demo-nav-adviser",
        identity_number: None,
        scopes: &[],
        who: "Eldbjørg Testveileder, adviser at NAV Nordstrand",
    },
    Known {
        role: "",
        variable: "NAV_COLLEAGUE",
        kind: Kind::Staff,
        subject: "demo-nav-colleague",
        identity_number: None,
        scopes: &[],
        who: "Fridtjof Testveileder, the same office",
    },
    Known {
        role: "jobSpecialist",
        variable: "JOB_SPECIALIST",
        kind: Kind::Staff,
        subject: "demo-job-specialist",
        identity_number: None,
        scopes: &[],
        who: "Gunvor Testjobbspesialist, IPS Oslo sør",
    },
    Known {
        role: "methodSupervisor",
        variable: "METHOD_SUPERVISOR",
        kind: Kind::Staff,
        subject: "demo-method-supervisor",
        identity_number: None,
        scopes: &[],
        who: "Hallvard Testmetodeveileder, IPS Oslo sør",
    },
    Known {
        role: "coordinator",
        variable: "COORDINATOR",
        kind: Kind::Staff,
        subject: "demo-coordinator",
        identity_number: None,
        scopes: &[],
        who: "Jorunn Testkoordinator, Søndre Oslo DPS",
    },
    Known {
        role: "employerContact",
        variable: "EMPLOYER_CONTACT",
        kind: Kind::Staff,
        subject: "demo-employer-contact",
        identity_number: None,
        scopes: &[],
        who: "Kåre Testkontakt, Eksempelbedriften",
    },
    Known {
        role: "auditor",
        variable: "AUDITOR",
        kind: Kind::Staff,
        subject: "demo-auditor",
        identity_number: None,
        scopes: &[],
        who: "Oddlaug Testkontrollør, reads the hospital's log",
    },
    Known {
        role: "privacyOfficer",
        variable: "PRIVACY_OFFICER",
        kind: Kind::Staff,
        subject: "demo-privacy-officer",
        identity_number: None,
        scopes: &[],
        who: "Sveinung Testombud, the hospital's privacy officer",
    },
    Known {
        role: "patient",
        variable: "PATIENT",
        kind: Kind::Citizen,
        subject: "demo-patient",
        identity_number: Some("14839402253"),
        scopes: &[],
        who: "Ylva Testpasient, identity number 14839402253",
    },
    Known {
        role: "guardian",
        variable: "GUARDIAN",
        kind: Kind::Citizen,
        subject: "demo-guardian",
        identity_number: Some("02767101433"),
        scopes: &[],
        who: "Odd Testforesatt, identity number 02767101433",
    },
    Known {
        role: "system",
        variable: "SYSTEM",
        kind: Kind::Machine,
        subject: "demo-journal",
        identity_number: None,
        scopes: &["samrad:notes"],
        who: "the hospital's record system, scope samrad:notes",
    },
];

impl Known {
    /// Who the token is for.
    #[must_use]
    pub fn bearer(&self) -> Bearer {
        Bearer {
            kind: self.kind,
            subject: self.subject.to_owned(),
            identity_number: self.identity_number.map(str::to_owned),
            scopes: self
                .scopes
                .iter()
                .map(|scope| (*scope).to_owned())
                .collect(),
        }
    }
}

/// Who holds a role in the demo's world.
#[must_use]
pub fn bearer_of(role: &str) -> Option<Bearer> {
    let found = ALL
        .iter()
        .find(|known| !role.is_empty() && known.role == role);
    found.map(Known::bearer)
}

/// The codes of the roles that somebody holds.
pub fn role_codes() -> impl Iterator<Item = &'static str> {
    ALL.iter()
        .map(|known| known.role)
        .filter(|role| !role.is_empty())
}

/// Somebody at work, by subject.
pub(super) fn of_subject(subject: &str) -> Bearer {
    Bearer {
        kind: Kind::Staff,
        subject: subject.to_owned(),
        identity_number: None,
        scopes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use samrad_domain::code::Role;
    use samrad_domain::number::IdentityNumber;

    use super::*;

    #[test]
    fn every_role_has_somebody() {
        assert!(
            Role::ALL
                .iter()
                .all(|role| bearer_of(role.code()).is_some())
        );
        assert!(
            ["patient", "guardian", "system"]
                .iter()
                .all(|role| bearer_of(role).is_some())
        );
        assert!(bearer_of("").is_none());
    }

    #[test]
    fn the_demos_citizens_are_nobody() {
        for number in ALL.iter().filter_map(|known| known.identity_number) {
            assert!(
                IdentityNumber::parse(number, true)
                    .unwrap()
                    .synthetic()
                    .is_some()
            );
        }
    }
}
