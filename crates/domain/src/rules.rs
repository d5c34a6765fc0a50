//! The five rules of 2022 and the law around them, as one table with a version, because the law
//! moves.

use crate::code::codes;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_the_law() {
        assert!(Rule::ALL.iter().all(|rule| references(*rule).count() > 0));
    }
}
