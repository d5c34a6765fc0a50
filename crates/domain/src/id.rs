//! One type for each kind of id, so that a case's id can't be handed in where a patient's is due.
//!
//! No `Deref`, no `From<Uuid>`, no `Default`: an id is made in one place (the service's `ids`)
//! or parsed from what a caller or the database says.

use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Names `uuid` as an id of this kind.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for the database and the wire.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

ids! {
    /// A person in the registry: somebody who works with cases.
    PersonId,
    /// A way of proving who a person is: issuer and subject, NAV ident or HPR number.
    IdentityId,
    /// A person's dated position in a unit.
    AffiliationId,
    /// A unit: a team, an office.
    UnitId,
    /// An organisation, with its organisation number.
    OrganisationId,
    /// The record that one compartment keeps of a person.
    PatientId,
    /// A case: the owner's file about one matter.
    CaseId,
    /// A case put before one audience.
    DiscussionId,
    /// A consent.
    ConsentId,
    /// A record of information given to the patient (R1).
    InformationId,
    /// A statement of a case.
    StatementId,
    /// A message in a discussion's thread.
    MessageId,
    /// A journal note or a case-file note.
    NoteId,
    /// A person's participation in IPS.
    ParticipationId,
    /// A job specialist's follow-up note (R4).
    IpsNoteId,
    /// An entry of the log.
    EventId,
    /// A patient's objection to sharing among health personnel.
    ObjectionId,
    /// A guardian's relation to a patient.
    GuardianshipId,
    /// A registered client system.
    ClientId,
    /// A data key, which encrypts one record.
    DataKeyId,
    /// The erasure of what an entry of the log says.
    ErasureId,
    /// A disclosure made by word of mouth and recorded afterwards.
    OralDisclosureId,
}
