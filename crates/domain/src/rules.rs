//! The five rules of 2022 and the law around them, as one table with a version, because the law
//! moves.

use crate::code::{ReasonCode, codes};

codes! {
    /// A rule that the service keeps.
    Rule {
        /// Inform first.
        Information = "R1",
        /// Disclose only on consent.
        Consent = "R2",
        /// Speak anonymously until then.
        Anonymity = "R3",
        /// Keep job follow-up out of the patient journal.
        Separation = "R4",
        /// Document consents and disclosures in the journal.
        Documentation = "R5",
    }
}

/// When the table below was last held against the law.
pub const VERSION: &str = "2026-11-01";

/// Where a rule stands in the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegalReference {
    /// The rule.
    pub rule: Rule,
    /// Act or letter, and section.
    pub source: &'static str,
    /// What it says, in a sentence.
    pub says: &'static str,
}

/// Every reference.
pub const REFERENCES: &[LegalReference] = &[
    LegalReference {
        rule: Rule::Information,
        source: "Helsedirektoratet, letter of April 2022, no. 1; pasient- og brukerrettighetsloven § 3-2",
        says: "Health personnel inform the patient what IPS means before consent is asked.",
    },
    LegalReference {
        rule: Rule::Information,
        source: "personvernforordningen art. 4 no. 11 and art. 7",
        says: "A consent is informed.",
    },
    LegalReference {
        rule: Rule::Consent,
        source: "Helsedirektoratet, letter of April 2022, no. 2; helsepersonelloven § 21 and § 22",
        says: "Confidential information reaches the job specialist only when the patient consents.",
    },
    LegalReference {
        rule: Rule::Consent,
        source: "NAV-loven § 7; sosialtjenesteloven § 44",
        says: "NAV's duty of confidentiality is as strong, and covers even that somebody is a client.",
    },
    LegalReference {
        rule: Rule::Consent,
        source: "personvernforordningen art. 7 no. 3",
        says: "A consent can be withdrawn at any time, as easily as it was given.",
    },
    LegalReference {
        rule: Rule::Consent,
        source: "pasient- og brukerrettighetsloven § 4-3 and § 4-4",
        says: "From 16 a patient decides alone; before that, those with parental responsibility.",
    },
    LegalReference {
        rule: Rule::Consent,
        source: "helsepersonelloven § 25",
        says: "Cooperating health personnel may share what the care needs, unless the patient objects.",
    },
    LegalReference {
        rule: Rule::Anonymity,
        source: "Helsedirektoratet, letter of April 2022, no. 3; helsepersonelloven § 23 no. 3",
        says: "Before consent, patients are spoken of anonymously.",
    },
    LegalReference {
        rule: Rule::Anonymity,
        source: "helsepersonelloven § 21 a",
        says: "No snooping: belonging to the same office gives no access.",
    },
    LegalReference {
        rule: Rule::Separation,
        source: "Helsedirektoratet, letter of April 2022, no. 4; helsepersonelloven § 39 and § 40",
        says: "Arranging work is not health care and is not documented in the patient journal.",
    },
    LegalReference {
        rule: Rule::Documentation,
        source: "Helsedirektoratet, letter of April 2022, no. 5; helsepersonelloven § 40; pasientjournalforskriften",
        says: "The health side documents consents and what was disclosed.",
    },
    LegalReference {
        rule: Rule::Documentation,
        source: "pasientjournalloven § 18",
        says: "Patients may see who has seen what.",
    },
];

/// The references of one rule.
pub fn references(rule: Rule) -> impl Iterator<Item = &'static LegalReference> {
    REFERENCES.iter().filter(move |r| r.rule == rule)
}

impl ReasonCode {
    /// The rule behind the reason, if it is one of the five.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::InsideTeam | Self::InsideHpl25 | Self::NotOnCaseTeam | Self::NotInAudience => {
                None
            }
            Self::UncoveredPersonPresent | Self::SummaryNotCovered => Some(Rule::Anonymity),
            Self::ConsentActive
            | Self::NoConsent
            | Self::ConsentNotYetValid
            | Self::ConsentWithdrawn
            | Self::ConsentExpired
            | Self::ConsentLapsed
            | Self::ConsentUsed
            | Self::Excluded
            | Self::WrongRecipient
            | Self::WrongPurpose
            | Self::CategoryNotCovered
            | Self::Restricted => Some(Rule::Consent),
        }
    }

    /// What would change a decision that came out for this reason.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::InsideTeam | Self::InsideHpl25 | Self::ConsentActive => "Nothing is needed.",
            Self::NoConsent => {
                "A consent from the patient, from this source, that names this recipient for this purpose."
            }
            Self::ConsentNotYetValid => "Waiting until the consent's validity begins.",
            Self::ConsentWithdrawn => {
                "A new consent, if the patient wants to give one; do not press for it."
            }
            Self::ConsentExpired => "Renewing the consent with the patient.",
            Self::ConsentLapsed => {
                "A consent from whoever decides now: the patient, or those with authority."
            }
            Self::ConsentUsed => "A new consent; this one was for a single talk.",
            Self::Excluded => {
                "Nothing: the patient has kept this recipient or topic out. Only the patient changes that."
            }
            Self::WrongRecipient => "A consent that names this recipient.",
            Self::WrongPurpose => "A consent for this purpose.",
            Self::CategoryNotCovered => "A consent that covers identity and the categories needed.",
            Self::SummaryNotCovered => {
                "A consent that covers what the anonymised showing drew on, or a new discussion with a narrower summary."
            }
            Self::UncoveredPersonPresent => {
                "A consent that covers everybody present, or that those not covered leave."
            }
            Self::NotInAudience => "Putting the case before the recipient's unit.",
            Self::NotOnCaseTeam => "Being let into the case team by one of its members.",
            Self::Restricted => {
                "A consent that names this person: the patient is protected, and units are not enough."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_the_law() {
        assert!(Rule::ALL.iter().all(|rule| references(*rule).count() > 0));
    }
}
