//! The closed lists of the domain, each value with the code that stands for it on the wire and in
//! the database. Adding a value stops the build wherever a `match` must think about it.

use std::fmt;

/// Declares a closed list of values with their codes.
macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $code:literal),* $(,)? })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $vdoc])* $variant),* }

        impl $name {
            /// Every value, in the order declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What the list is of, in words.
            pub const MEANING: &'static str = concat!($($doc),*);

            /// The code of this value on the wire and in the database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// What this value means, in words.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($vdoc),*)),* }
            }

            /// The value that `code` stands for, if it is one of this list.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    )*};
}
pub(crate) use codes;

codes! {
    /// What a person does in an affiliation.
    Role {
        /// Behandler: therapist, psychologist, doctor at DPS, BUP, RUPO/ARA, FACT or RPH.
        Clinician = "clinician",
        /// Fastlege.
        Gp = "gp",
        /// NAV-veileder, los, gjeldsrådgiver.
        NavAdviser = "navAdviser",
        /// IPS-jobbspesialist: outside health secrecy, whoever employs them.
        JobSpecialist = "jobSpecialist",
        /// Metodeveileder: leads job specialists.
        MethodSupervisor = "methodSupervisor",
        /// Koordinator, møteleder.
        Coordinator = "coordinator",
        /// Job coach or employer: never in a case discussion.
        EmployerContact = "employerContact",
        /// Kontrollør: reads logs, never case contents.
        Auditor = "auditor",
        /// Keeps the registry; sees no case.
        Administrator = "administrator",
        /// Personvernombud of one organisation.
        PrivacyOfficer = "privacyOfficer",
    }

    /// What kind of unit it is.
    UnitKind {
        /// Distriktspsykiatrisk senter.
        Dps = "dps",
        /// Barne- og ungdomspsykiatrisk poliklinikk.
        Bup = "bup",
        /// Ruspoliklinikk.
        Rupo = "rupo",
        /// Rask psykisk helsehjelp.
        Rph = "rph",
        /// Flexible assertive community treatment team.
        Fact = "fact",
        /// Fastlegekontor.
        GpOffice = "gpOffice",
        /// NAV-kontor.
        NavOffice = "navOffice",
        /// Municipal service other than the above.
        MunicipalService = "municipalService",
        /// A team of IPS job specialists.
        IpsTeam = "ipsTeam",
        /// School.
        School = "school",
        /// Employer.
        Employer = "employer",
        /// NAV Arbeidslivssenter.
        Arbeidslivssenter = "arbeidslivssenter",
        /// Competence centre.
        CompetenceCentre = "competenceCentre",
    }

    /// Why information is shared.
    Purpose {
        /// Saksdrøfting.
        CaseDiscussion = "caseDiscussion",
        /// Samarbeid om IPS.
        IpsCooperation = "ipsCooperation",
        /// Samarbeid mellom RPH og NAV.
        RphNavCooperation = "rphNavCooperation",
        /// Trekantsamtale.
        ThreeWayTalk = "threeWayTalk",
        /// Individuell plan.
        CoordinatedPlan = "coordinatedPlan",
        /// Samarbeid med skole.
        SchoolCooperation = "schoolCooperation",
    }

    /// What kind of information a statement is.
    Category {
        /// Who it is: name, identity number, birth date, municipality.
        Identity = "identity",
        /// How to reach the person.
        Contact = "contact",
        /// Funksjonsevne.
        FunctionalAbility = "functionalAbility",
        /// Readiness for work.
        WorkReadiness = "workReadiness",
        /// When treatment runs, and for how long.
        TreatmentTiming = "treatmentTiming",
        /// Diagnosis.
        Diagnosis = "diagnosis",
        /// Medication.
        Medication = "medication",
        /// Substance use.
        SubstanceUse = "substanceUse",
        /// Ytelser.
        Benefits = "benefits",
        /// Economy and debt.
        EconomyAndDebt = "economyAndDebt",
        /// Housing.
        Housing = "housing",
        /// Family.
        Family = "family",
        /// Employment history.
        EmploymentHistory = "employmentHistory",
        /// Facts about an employer.
        EmployerFacts = "employerFacts",
        /// Education.
        Education = "education",
        /// The plan agreed with the person.
        Plan = "plan",
    }

    /// Why a decision came out as it did; for insiders and auditors.
    ReasonCode {
        /// Member of the case team, in a role that the owner's compartment admits.
        InsideTeam = "INSIDE_TEAM",
        /// Health personnel taking part in the care (helsepersonelloven § 25).
        InsideHpl25 = "INSIDE_HPL25",
        /// An active consent covers.
        ConsentActive = "CONSENT_ACTIVE",
        /// No consent speaks of this source and recipient.
        NoConsent = "NO_CONSENT",
        /// A consent would cover, but its validity has not begun.
        ConsentNotYetValid = "CONSENT_NOT_YET_VALID",
        /// A consent covered, and was withdrawn.
        ConsentWithdrawn = "CONSENT_WITHDRAWN",
        /// A consent covered, and its time ran out.
        ConsentExpired = "CONSENT_EXPIRED",
        /// A consent covered, and lapsed: 16th birthday, or the giver's authority ended.
        ConsentLapsed = "CONSENT_LAPSED",
        /// A single-use consent was used up.
        ConsentUsed = "CONSENT_USED",
        /// An exclusion or a refusal of this topic or recipient overrides.
        Excluded = "EXCLUDED",
        /// Consents speak of other recipients.
        WrongRecipient = "WRONG_RECIPIENT",
        /// A consent covers the recipient, for another purpose.
        WrongPurpose = "WRONG_PURPOSE",
        /// A consent covers the recipient, but not this category.
        CategoryNotCovered = "CATEGORY_NOT_COVERED",
        /// The anonymised summary or the thread drew on more than the consent covers.
        SummaryNotCovered = "SUMMARY_NOT_COVERED",
        /// Somebody present is neither inside nor covered.
        UncoveredPersonPresent = "UNCOVERED_PERSON_PRESENT",
        /// Not in the audience of the discussion.
        NotInAudience = "NOT_IN_AUDIENCE",
        /// Not on the case team.
        NotOnCaseTeam = "NOT_ON_CASE_TEAM",
        /// Protected address or shielded person: only people named one by one.
        Restricted = "RESTRICTED",
    }
}

/// A set of information categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CategorySet(u32);

impl CategorySet {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Every category.
    #[must_use]
    pub fn all() -> Self {
        Category::ALL.iter().copied().collect()
    }

    /// This set and `category`.
    #[must_use]
    pub const fn with(self, category: Category) -> Self {
        Self(self.0 | 1 << category as u32)
    }

    /// Whether `category` is in the set.
    #[must_use]
    pub const fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u32) != 0
    }

    /// Whether every category of `other` is in this set.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Categories in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Categories in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Categories of this set that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The categories, in the order of [`Category::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL
            .iter()
            .copied()
            .filter(move |c| self.contains(*c))
    }

    /// The set that `codes` (separated by spaces) names, if each is a category.
    #[must_use]
    pub fn parse(codes: &str) -> Option<Self> {
        codes
            .split_ascii_whitespace()
            .map(Category::parse)
            .collect()
    }
}

impl FromIterator<Category> for CategorySet {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Self {
        categories.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for CategorySet {
    /// The codes in the order of [`Category::ALL`], separated by one space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, category) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(category.code())?;
        }
        Ok(())
    }
}
