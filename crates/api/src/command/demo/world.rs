//! The world of the demo: the places where health services and NAV work together today, each an
//! arrangement that the service must carry. The places are real, and marked as the demo's; their
//! numbers and people are not.

/// An organisation.
pub(super) struct Organisation {
    /// A synthetic number.
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    pub(super) units: &'static [Unit],
}

/// A unit.
pub(super) struct Unit {
    /// The variable in which its id is told, where the story needs it.
    pub(super) variable: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    /// Kind of its compartment, and its key where that isn't the unit's own organisation.
    pub(super) compartment: (&'static str, Option<&'static str>),
    pub(super) people: &'static [Person],
}

/// Somebody who works in a unit.
pub(super) struct Person {
    /// The variable in which their id is told, where the story needs it.
    pub(super) variable: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) role: &'static str,
    pub(super) subject: &'static str,
}

const fn unit(
    name: &'static str,
    kind: &'static str,
    compartment: (&'static str, Option<&'static str>),
    people: &'static [Person],
) -> Unit {
    Unit {
        variable: None,
        name,
        kind,
        compartment,
        people,
    }
}

const fn told(variable: &'static str, unit: Unit) -> Unit {
    Unit {
        variable: Some(variable),
        ..unit
    }
}

const fn person(name: &'static str, role: &'static str, subject: &'static str) -> Person {
    Person {
        variable: None,
        name,
        role,
        subject,
    }
}

const fn known_as(variable: &'static str, person: Person) -> Person {
    Person {
        variable: Some(variable),
        ..person
    }
}

const HEALTH: (&str, Option<&str>) = ("health", None);
const IPS: (&str, Option<&str>) = ("ips", None);
const NONE: (&str, Option<&str>) = ("none", None);

/// Client id of the hospital's record system.
pub(super) const RECORD_SYSTEM: &str = "demo-journal";
/// The organisation that it works for.
pub(super) const OF_THE_RECORD_SYSTEM: &str = "310001007";

/// Subject of the therapist at Arendal who brings a general question to the drop-in.
pub(super) const DROP_IN: &str = "demo-arendal-clinician";
/// The variable of the office that it is put before.
pub(super) const DROP_IN_AUDIENCE: &str = "NAV_ARENDAL_ID";

/// A job specialist with a position of 0 % at the DPS they work with.
pub(super) const ZERO_PERCENT: (&str, &str) = ("demo-oyane-job-specialist", "Øyane DPS");

/// Every organisation.
pub(super) const ORGANISATIONS: &[Organisation] = &[
    Organisation {
        number: OF_THE_RECORD_SYSTEM,
        name: "Oslo universitetssykehus HF (demo)",
        units: &[
            told(
                "DPS_ID",
                unit(
                    "Søndre Oslo DPS",
                    "dps",
                    HEALTH,
                    &[
                        known_as(
                            "CLINICIAN_ID",
                            person("Askil Testbehandler", "clinician", "demo-clinician"),
                        ),
                        person(
                            "Brynhild Testbehandler",
                            "clinician",
                            "demo-clinician-colleague",
                        ),
                        person("Jorunn Testkoordinator", "coordinator", "demo-coordinator"),
                        person("Oddlaug Testkontrollør", "auditor", "demo-auditor"),
                        person(
                            "Sveinung Testombud",
                            "privacyOfficer",
                            "demo-privacy-officer",
                        ),
                    ],
                ),
            ),
            unit(
                "BUP Oslo Syd",
                "bup",
                HEALTH,
                &[person(
                    "Ågot Testbehandler",
                    "clinician",
                    "demo-bup-clinician",
                )],
            ),
            unit(
                "Ruspoliklinikken Mortensrud (RUPO)",
                "rupo",
                HEALTH,
                &[person(
                    "Torleiv Testbehandler",
                    "clinician",
                    "demo-rupo-clinician",
                )],
            ),
        ],
    },
    Organisation {
        number: "310001015",
        name: "Arbeids- og velferdsetaten (demo)",
        units: &[
            unit(
                "NAV Østensjø",
                "navOffice",
                ("navState", Some("0313")),
                &[person(
                    "Solrun Testveileder",
                    "navAdviser",
                    "demo-ostensjo-adviser",
                )],
            ),
            told(
                "NAV_ID",
                unit(
                    "NAV Nordstrand",
                    "navOffice",
                    ("navState", Some("0318")),
                    &[
                        known_as(
                            "NAV_ADVISER_ID",
                            person("Eldbjørg Testveileder", "navAdviser", "demo-nav-adviser"),
                        ),
                        person("Fridtjof Testveileder", "navAdviser", "demo-nav-colleague"),
                    ],
                ),
            ),
            unit(
                "NAV Søndre Nordstrand",
                "navOffice",
                ("navState", Some("0319")),
                &[person(
                    "Hildur Testveileder",
                    "navAdviser",
                    "demo-sondre-nordstrand-adviser",
                )],
            ),
            told(
                "IPS_ID",
                unit(
                    "IPS Oslo sør",
                    "ipsTeam",
                    IPS,
                    &[
                        known_as(
                            "JOB_SPECIALIST_ID",
                            person(
                                "Gunvor Testjobbspesialist",
                                "jobSpecialist",
                                "demo-job-specialist",
                            ),
                        ),
                        person(
                            "Hallvard Testmetodeveileder",
                            "methodSupervisor",
                            "demo-method-supervisor",
                        ),
                    ],
                ),
            ),
            unit(
                "NAV Nesodden",
                "navOffice",
                ("navState", Some("0216")),
                &[person(
                    "Ingebjørg Testjobbspesialist",
                    "jobSpecialist",
                    "demo-nesodden-job-specialist",
                )],
            ),
            told(
                DROP_IN_AUDIENCE,
                unit(
                    "NAV Arendal",
                    "navOffice",
                    ("navState", Some("0906")),
                    &[person(
                        "Knut Testveileder",
                        "navAdviser",
                        "demo-arendal-adviser",
                    )],
                ),
            ),
            unit(
                "NAV Arbeidslivssenter Akershus",
                "arbeidslivssenter",
                NONE,
                &[person(
                    "Liv Testrådgiver",
                    "coordinator",
                    "demo-arbeidslivssenter",
                )],
            ),
        ],
    },
    Organisation {
        number: "310001023",
        name: "Oslo kommune (demo)",
        units: &[
            unit(
                "NAV Østensjø, sosiale tjenester",
                "navOffice",
                ("municipalSocial", Some("0301")),
                &[],
            ),
            unit(
                "NAV Nordstrand, sosiale tjenester",
                "navOffice",
                ("municipalSocial", Some("0301")),
                &[person(
                    "Magnhild Testveileder",
                    "navAdviser",
                    "demo-nordstrand-municipal",
                )],
            ),
            unit(
                "NAV Søndre Nordstrand, sosiale tjenester",
                "navOffice",
                ("municipalSocial", Some("0301")),
                &[],
            ),
        ],
    },
    Organisation {
        number: "310001031",
        name: "Nesodden kommune (demo)",
        units: &[
            unit(
                "Rask psykisk helsehjelp Nesodden",
                "rph",
                HEALTH,
                &[person(
                    "Nils Testterapeut",
                    "clinician",
                    "demo-rph-clinician",
                )],
            ),
            unit(
                "Nesodden legesenter",
                "gpOffice",
                HEALTH,
                &[person("Dagfinn Testlege", "gp", "demo-gp")],
            ),
            unit(
                "NAV Nesodden, sosiale tjenester",
                "navOffice",
                ("municipalSocial", Some("3212")),
                &[],
            ),
        ],
    },
    Organisation {
        number: "310001058",
        name: "Helse Bergen HF (demo)",
        units: &[unit(
            "Øyane DPS",
            "dps",
            HEALTH,
            &[person(
                "Olga Testbehandler",
                "clinician",
                "demo-oyane-clinician",
            )],
        )],
    },
    Organisation {
        number: "310001066",
        name: "Øygarden kommune (demo)",
        units: &[
            unit(
                "IPS Øyane",
                "ipsTeam",
                IPS,
                &[
                    person(
                        "Petter Testjobbspesialist",
                        "jobSpecialist",
                        "demo-oyane-job-specialist",
                    ),
                    person(
                        "Ragnhild Testmetodeveileder",
                        "methodSupervisor",
                        "demo-oyane-supervisor",
                    ),
                ],
            ),
            unit(
                "NAV Øygarden, sosiale tjenester",
                "navOffice",
                ("municipalSocial", Some("4626")),
                &[],
            ),
        ],
    },
    Organisation {
        number: "310001074",
        name: "Sørlandet sykehus HF (demo)",
        units: &[unit(
            "DPS Aust-Agder, poliklinikk Arendal og Froland",
            "dps",
            HEALTH,
            &[person("Sigrid Testpsykolog", "clinician", DROP_IN)],
        )],
    },
    Organisation {
        number: "310001082",
        name: "Eksempelbedriften AS (demo)",
        units: &[unit(
            "Eksempelbedriften",
            "employer",
            NONE,
            &[person(
                "Kåre Testkontakt",
                "employerContact",
                "demo-employer-contact",
            )],
        )],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use samrad_domain::number::OrganisationNumber;

    use super::*;

    #[test]
    fn nobody_stands_twice_and_every_organisation_is_synthetic() {
        let people = || {
            ORGANISATIONS
                .iter()
                .flat_map(|o| o.units)
                .flat_map(|u| u.people)
        };
        let subjects: HashSet<_> = people().map(|p| p.subject).collect();
        let names: HashSet<_> = people().map(|p| p.name).collect();
        assert_eq!(
            (subjects.len(), names.len()),
            (people().count(), people().count())
        );
        for organisation in ORGANISATIONS {
            assert!(
                OrganisationNumber::parse(organisation.number, true)
                    .unwrap()
                    .is_synthetic()
            );
            assert!(organisation.name.ends_with("(demo)"));
        }
        assert!(
            people().all(|p| p.name.contains("Test")),
            "nobody is taken for real"
        );
    }
}
