//! What the log records of one act: who, whom, what, to whom, why, and how it came out. Never a
//! text, never an identity.

#[cfg(test)]
mod tests;

use crate::code::{CategorySet, Purpose, ReasonCode, codes};
use crate::consent::Recipient;
use crate::decision::{Basis, Insider, Sight};
use crate::id::{
    CaseId, ConsentId, DiscussionId, IpsNoteId, NoteId, OrganisationId, ParticipationId, PatientId,
    PersonId, UnitId,
};
use crate::permit::Refusal;

codes! {
    /// What kind of act it was.
    EventKind {
        /// The registry of organisations, units, persons and clients changed.
        RegistryChanged = "registryChanged",
        /// A person's registry record, with its linked identities, was read.
        RegistryRead = "registryRead",
        /// A patient was registered.
        PatientRegistered = "patientRegistered",
        /// A patient's record was read.
        PatientRead = "patientRead",
        /// A patient's record was corrected.
        PatientCorrected = "patientCorrected",
        /// Patients were searched for by identity number.
        PatientSearched = "patientSearched",
        /// An objection was recorded.
        ObjectionRecorded = "objectionRecorded",
        /// An objection was withdrawn.
        ObjectionWithdrawn = "objectionWithdrawn",
        /// A guardian was recorded.
        GuardianRecorded = "guardianRecorded",
        /// A guardianship ended.
        GuardianEnded = "guardianEnded",
        /// Information given was recorded (R1).
        InformationRecorded = "informationRecorded",
        /// Information records were read.
        InformationRead = "informationRead",
        /// A consent was drafted.
        ConsentDrafted = "consentDrafted",
        /// One of two guardians agreed.
        ConsentApproved = "consentApproved",
        /// A consent was granted.
        ConsentGranted = "consentGranted",
        /// A consent was refused.
        ConsentRefused = "consentRefused",
        /// Consents were withdrawn.
        ConsentWithdrawn = "consentWithdrawn",
        /// A consent was narrowed.
        ConsentNarrowed = "consentNarrowed",
        /// A renewal was drafted.
        ConsentRenewed = "consentRenewed",
        /// Consents were read.
        ConsentRead = "consentRead",
        /// The case team asked what a recipient could be shown.
        CoverageAsked = "coverageAsked",
        /// A case was made.
        CaseCreated = "caseCreated",
        /// A case was read.
        CaseRead = "caseRead",
        /// Somebody came onto a case team.
        MemberAdded = "memberAdded",
        /// Somebody left a case team.
        MemberEnded = "memberEnded",
        /// A statement was added.
        StatementAdded = "statementAdded",
        /// The anonymised summary was written.
        SummaryWritten = "summaryWritten",
        /// A case was closed.
        CaseClosed = "caseClosed",
        /// A case was reopened.
        CaseReopened = "caseReopened",
        /// A case was put before an audience.
        DiscussionOpened = "discussionOpened",
        /// A discussion was read.
        DiscussionRead = "discussionRead",
        /// A message was written.
        MessageWritten = "messageWritten",
        /// Somebody recognised the person.
        Recognised = "recognised",
        /// A discussion was closed.
        DiscussionClosed = "discussionClosed",
        /// A disclosure by word of mouth was recorded.
        OralDisclosure = "oralDisclosure",
        /// Notes to file were read.
        NoteRead = "noteRead",
        /// A note was filed.
        NoteFiled = "noteFiled",
        /// An IPS participation was opened.
        ParticipationOpened = "participationOpened",
        /// An IPS participation was read.
        ParticipationRead = "participationRead",
        /// Somebody came onto a participation's team.
        ParticipationMemberAdded = "participationMemberAdded",
        /// Somebody left a participation's team.
        ParticipationMemberEnded = "participationMemberEnded",
        /// An IPS participation ended.
        ParticipationEnded = "participationEnded",
        /// An IPS note was written.
        IpsNoteWritten = "ipsNoteWritten",
        /// IPS notes were read.
        IpsNoteRead = "ipsNoteRead",
        /// The log was read.
        LogRead = "logRead",
        /// The log was exported.
        LogExported = "logExported",
        /// A patient read who has seen what.
        OwnLogRead = "ownLogRead",
        /// The erasure of an entry's body was asked for.
        LogErasureRequested = "logErasureRequested",
        /// An entry's body was erased, by two persons.
        LogEntryErased = "logEntryErased",
        /// The log's checkpoints are signed by another key from here on.
        LogKeyChanged = "logKeyChanged",
    }

    /// How it came out.
    Outcome {
        /// It was done.
        Done = "done",
        /// The owner side read its own.
        Accessed = "accessed",
        /// Identity was shown to a recipient.
        Disclosed = "disclosed",
        /// The anonymised view was shown.
        Anonymised = "anonymised",
        /// Label and status were shown.
        Sealed = "sealed",
        /// It was refused, and nothing was shown or changed.
        Refused = "refused",
    }
}

/// One act, as the log will tell it. Who did it, when and in which request is added by the log
/// writer.
#[derive(Clone, Debug)]
pub struct Event {
    /// What kind of act.
    pub kind: EventKind,
    /// How it came out.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<ReasonCode>,
    /// The patient; none for anonymised items.
    pub patient: Option<PatientId>,
    /// The organisation that is the source of what was shown or changed.
    pub source: Option<OrganisationId>,
    /// The unit concerned.
    pub unit: Option<UnitId>,
    /// The case; none for anonymised items.
    pub case: Option<CaseId>,
    /// The discussion.
    pub discussion: Option<DiscussionId>,
    /// The participation.
    pub participation: Option<ParticipationId>,
    /// The note to file.
    pub note: Option<NoteId>,
    /// The IPS note.
    pub ips_note: Option<IpsNoteId>,
    /// The person of the registry that a change is about.
    pub person: Option<PersonId>,
    /// Those who heard or saw.
    pub recipients: Vec<Recipient>,
    /// What was shown or changed.
    pub categories: CategorySet,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Why the actor is inside.
    pub basis: Option<Basis>,
    /// The consents used or changed, with versions.
    pub consents: Vec<(ConsentId, u32)>,
    /// What was shown, for a salted digest; never kept itself.
    pub shown: Option<Shown>,
    /// The ground that was stated for reading the log.
    pub ground: Option<Ground>,
    /// The body that was erased.
    pub erased: Option<Erasure>,
    /// The verifier key of the log from here on.
    pub log_key: Option<String>,
}

/// The lawful erasure of the body of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The index of the entry.
    pub index: i64,
    /// The legal ground.
    pub ground: ErasureGround,
    /// Who asked for it.
    pub requested_by: PersonId,
    /// Who agreed, and is somebody else; none while it is only asked for.
    pub approved_by: Option<PersonId>,
}

/// The very bytes that were shown, on their way into a salted digest.
#[derive(Clone)]
pub struct Shown(pub Vec<u8>);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown(..)")
    }
}

codes! {
    /// On what legal ground the body of an entry is erased.
    ErasureGround {
        /// The right to erasure (GDPR article 17).
        GdprArticle17 = "gdprArticle17",
        /// Erasure of what a record wrongly holds (helsepersonelloven § 43).
        HealthPersonnelActSection43 = "healthPersonnelActSection43",
        /// A court's order.
        CourtOrder = "courtOrder",
        /// A supervisory authority's order.
        SupervisoryOrder = "supervisoryOrder",
    }

    /// On what ground the log of a patient is read.
    Ground {
        /// The patient asked for it (pasientjournalloven § 18).
        PatientRequest = "patientRequest",
        /// A complaint.
        Complaint = "complaint",
        /// Suspicion of snooping.
        SuspectedSnooping = "suspectedSnooping",
        /// Routine control.
        RoutineControl = "routineControl",
        /// Supervisory authority.
        Supervision = "supervision",
        /// A breach of security.
        Incident = "incident",
    }
}

impl Event {
    /// An act of `kind` that was done.
    #[must_use]
    pub const fn done(kind: EventKind) -> Self {
        Self::of(kind, Outcome::Done)
    }

    /// The owner side's reading of its own.
    #[must_use]
    pub const fn access(kind: EventKind) -> Self {
        Self::of(kind, Outcome::Accessed)
    }

    /// An act of `kind` with `outcome`.
    #[must_use]
    pub const fn of(kind: EventKind, outcome: Outcome) -> Self {
        Self {
            kind,
            outcome,
            reason: None,
            patient: None,
            source: None,
            unit: None,
            case: None,
            discussion: None,
            participation: None,
            note: None,
            ips_note: None,
            person: None,
            recipients: Vec::new(),
            categories: CategorySet::NONE,
            purpose: None,
            basis: None,
            consents: Vec::new(),
            shown: None,
            ground: None,
            erased: None,
            log_key: None,
        }
    }

    /// The refusal of an act of `kind`.
    #[must_use]
    pub fn refused(kind: EventKind, refusal: &Refusal) -> Self {
        Self {
            reason: refusal.reason,
            ..Self::of(kind, Outcome::Refused)
        }
    }

    /// The same act, refused: what it was about stays, what would have been shown goes.
    #[must_use]
    pub fn refusing(mut self, refusal: &Refusal) -> Self {
        self.outcome = Outcome::Refused;
        self.reason = refusal.reason;
        self.categories = CategorySet::NONE;
        self.consents.clear();
        self.recipients.clear();
        self.shown = None;
        self
    }

    /// The same, about `patient`.
    #[must_use]
    pub const fn about(mut self, patient: Option<PatientId>) -> Self {
        self.patient = patient;
        self
    }

    /// The same, of what belongs to `unit` of `organisation`.
    #[must_use]
    pub const fn from(mut self, organisation: OrganisationId, unit: UnitId) -> Self {
        self.source = Some(organisation);
        self.unit = Some(unit);
        self
    }

    /// The same, of an IPS participation: no patient record, so that no journal's log shows it.
    #[must_use]
    pub const fn of_participation(mut self, participation: ParticipationId) -> Self {
        self.participation = Some(participation);
        self
    }

    /// The same, of a case.
    #[must_use]
    pub const fn of_case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }

    /// What was shown of a discussion, by the decision: the patient and the consents stand in the
    /// entry only where identity was shown.
    #[must_use]
    pub fn shown_by(mut self, sight: &Sight) -> Self {
        self.reason = Some(sight.reason());
        match sight {
            Sight::Inside(Insider { basis }) => {
                self.outcome = Outcome::Accessed;
                self.basis = Some(*basis);
            }
            Sight::Identified(cover) => {
                self.outcome = Outcome::Disclosed;
                self.categories = cover.categories;
                self.consents.clone_from(&cover.consents);
            }
            Sight::Anonymised(_) => self.anonymous(Outcome::Anonymised),
            Sight::Sealed(_) => self.anonymous(Outcome::Sealed),
            Sight::Absent(_) => self.anonymous(Outcome::Refused),
        }
        self
    }

    fn anonymous(&mut self, outcome: Outcome) {
        self.outcome = outcome;
        self.patient = None;
        self.case = None;
        self.consents.clear();
    }
}
