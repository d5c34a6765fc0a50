//! Proof that a rule said yes, and the ways of saying no.
//!
//! A store function that writes takes `&Permit<E>`; only this crate makes one, so an act that
//! no rule allowed can't be written down.

use crate::code::{ReasonCode, codes};
use crate::rules::Rule;

/// Proof that a rule said yes to the act `E`.
#[derive(Clone, Debug)]
pub struct Permit<E>(E);

impl<E> Permit<E> {
    pub(crate) const fn grant(act: E) -> Self {
        Self(act)
    }

    /// The act that is allowed.
    pub const fn act(&self) -> &E {
        &self.0
    }
}

/// Yes with proof, or no with the reason.
pub type Decision<E> = Result<Permit<E>, Refusal>;

codes! {
    /// What a refusal is about; the code of the problem that a caller gets.
    RefusalCode {
        /// There is no such thing for this caller. Whether it exists, the answer does not tell.
        Absent = "notFound",
        /// The thing is in a state that the act does not fit.
        WrongState = "wrongState",
        /// The registry has it already: a number, an identity, a client.
        AlreadyRegistered = "alreadyRegistered",
        /// A second person must agree: not the one who asked.
        SecondPersonNeeded = "secondPersonNeeded",
        /// It would leave nobody to keep the registry.
        LastAdministrator = "lastAdministrator",
        /// R1: no information record that this consent could rest on.
        InformationMissing = "informationMissing",
        /// R1: for IPS, the information must have been given by health personnel.
        InformationNotByHealthPersonnel = "informationNotByHealthPersonnel",
        /// R2: somebody whom the consent covers may not record its grant.
        RecorderIsCovered = "recorderIsCovered",
        /// R2: only the case team of the source, the patient or a guardian may do this.
        RecorderNotOfSource = "recorderNotOfSource",
        /// R2: the patient is too young to consent alone.
        TooYoungToConsent = "tooYoungToConsent",
        /// R2: the patient decides alone at this age.
        PatientDecidesAlone = "patientDecidesAlone",
        /// R2: the guardians named don't hold the authority, or not all of them agreed.
        GuardiansMissing = "guardiansMissing",
        /// R2: validity would begin before the recording, end before it begins, or last too long.
        ValidityOutOfBounds = "validityOutOfBounds",
        /// R2: the source's policy does not accept oral consents like this one.
        OralNotAccepted = "oralNotAccepted",
        /// R2: the source's policy accepts named persons only.
        NamedPersonsOnly = "namedPersonsOnly",
        /// R2: protected persons: recipients are named one by one.
        RestrictedToNamedPersons = "restrictedToNamedPersons",
        /// R2: narrowing may not widen.
        Widens = "widens",
        /// R2: the consent covers nothing.
        CoversNothing = "coversNothing",
        /// R2: the recipient is not covered for these categories.
        NotCovered = "notCovered",
        /// R2: this role is never admitted to the compartment.
        RoleNotAdmitted = "roleNotAdmitted",
        /// R3: the text would tell who it is.
        TextIdentifies = "textIdentifies",
        /// R3: warnings about the text are not confirmed.
        WarningsUnconfirmed = "warningsUnconfirmed",
        /// R3: nothing is put before an audience without an attested anonymised summary.
        SummaryMissing = "summaryMissing",
        /// R3: the owner has not attested that nobody in the audience can recognise the person.
        AttestationMissing = "attestationMissing",
        /// R4: IPS notes live in the IPS register alone.
        IpsNoteIsNotAJournalNote = "ipsNoteIsNotAJournalNote",
        /// R4: IPS follow-up needs an active IPS consent that covers the job specialist.
        IpsConsentMissing = "ipsConsentMissing",
        /// R3: nothing but space, or more characters than the text may have.
        TextLength = "textLength",
        /// A caller's own limits: a client system without the scope, a patient's own record.
        NotAllowed = "notAllowed",
    }
}

/// How a refusal is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// As if it did not exist.
    Absent,
    /// It is in another state.
    Conflict,
    /// A rule says no.
    RuleBroken,
}

/// A no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it is about.
    pub code: RefusalCode,
    /// Why, for the log and for insiders.
    pub reason: Option<ReasonCode>,
    /// Where in a text or a body it lies: JSON pointer and what stands there.
    pub places: Vec<Place>,
}

/// Where a refusal lies in what the caller sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// JSON pointer (RFC 6901) to the field.
    pub pointer: String,
    /// The kind of finding.
    pub code: &'static str,
    /// First character, counted in Unicode scalar values, for findings in text.
    pub start: usize,
    /// First character after it.
    pub end: usize,
}

impl Refusal {
    /// A refusal that `code` says all of.
    #[must_use]
    pub const fn new(code: RefusalCode) -> Self {
        Self {
            code,
            reason: None,
            places: Vec::new(),
        }
    }

    /// Not for this caller, or not there; the log learns which.
    #[must_use]
    pub const fn absent(reason: ReasonCode) -> Self {
        Self {
            code: RefusalCode::Absent,
            reason: Some(reason),
            places: Vec::new(),
        }
    }

    /// There is no such thing at all.
    #[must_use]
    pub const fn nothing_there() -> Self {
        Self::new(RefusalCode::Absent)
    }

    /// The same refusal, with the reason of the decision behind it.
    #[must_use]
    pub fn because(mut self, reason: ReasonCode) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The same refusal, with the places it is about.
    #[must_use]
    pub fn at(mut self, places: Vec<Place>) -> Self {
        self.places = places;
        self
    }

    /// How it is answered.
    #[must_use]
    pub const fn answer(&self) -> Answer {
        if matches!(self.code, RefusalCode::Absent) {
            Answer::Absent
        } else if matches!(
            self.code,
            RefusalCode::WrongState
                | RefusalCode::AlreadyRegistered
                | RefusalCode::LastAdministrator
                | RefusalCode::SecondPersonNeeded
        ) {
            Answer::Conflict
        } else {
            Answer::RuleBroken
        }
    }

    /// The rule of 2022 that says no, if it is one of the five.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        self.code.rule()
    }
}

impl RefusalCode {
    /// The rule of 2022 behind the refusal, if it is one of the five.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::InformationMissing | Self::InformationNotByHealthPersonnel => {
                Some(Rule::Information)
            }
            Self::RecorderIsCovered
            | Self::RecorderNotOfSource
            | Self::TooYoungToConsent
            | Self::PatientDecidesAlone
            | Self::GuardiansMissing
            | Self::ValidityOutOfBounds
            | Self::OralNotAccepted
            | Self::NamedPersonsOnly
            | Self::RestrictedToNamedPersons
            | Self::Widens
            | Self::CoversNothing
            | Self::NotCovered
            | Self::RoleNotAdmitted => Some(Rule::Consent),
            Self::TextIdentifies
            | Self::WarningsUnconfirmed
            | Self::TextLength
            | Self::SummaryMissing
            | Self::AttestationMissing => Some(Rule::Anonymity),
            Self::IpsNoteIsNotAJournalNote | Self::IpsConsentMissing => Some(Rule::Separation),
            Self::Absent
            | Self::WrongState
            | Self::AlreadyRegistered
            | Self::SecondPersonNeeded
            | Self::LastAdministrator
            | Self::NotAllowed => None,
        }
    }
}
