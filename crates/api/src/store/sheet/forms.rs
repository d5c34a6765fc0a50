//! What of the domain stands on a sheet, field by field. A field that is added, or a value of a closed list,
//! changes the form of all sheets: those written before are not read, and written anew.

use super::Sheet;
use super::written::{Written, write_text};
use crate::store::matter::{File, Loaded};
use crate::store::notes::Noted;
use samrad_domain::actor::PersonKey;
use samrad_domain::case::{Case, CaseState, CaseText, Member, Statement};
use samrad_domain::code::{Category, CategorySet, Purpose, Role};
use samrad_domain::consent::{Consent, GivenBy, Grant, Recipient, Source, State, Use, Validity};
use samrad_domain::decision::{Basis, Objection};
use samrad_domain::discussion::{
    Discussion, DiscussionState, Label, Message, MessageKind, MessageText,
};
use samrad_domain::id::{
    CaseId, ConsentId, DataKeyId, DiscussionId, GuardianshipId, InformationId, MessageId,
    OrganisationId, PatientId, PersonId, StatementId, UnitId,
};
use samrad_domain::information::Form;
use samrad_domain::journal::Register;
use samrad_domain::number::IdentityNumber;
use samrad_domain::patient::{Contact, FullName, Patient, Protection};
use samrad_domain::summary::{
    AgeBand, BenefitGroup, CoarseDuration, CoarseFacts, DiagnosisGroup, Gender, Region,
    ScannedText, Summary, WorkSector,
};
use samrad_domain::unit::Compartment;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use uuid::Uuid;

/// The form of the sheets that this build reads and writes.
pub(super) type FormOfSheet = [u8; 8];

/// Counted up when something changes that is neither a field's name nor a closed list: a field's type, and what is loaded
/// for a sheet or derived from what is. Sheets of before are then not read.
const LAYOUT: u8 = 1;

/// What the sheets of this build look like, as a number that another look doesn't have.
pub(super) static FORM: LazyLock<FormOfSheet> = LazyLock::new(|| {
    let mut look = Sha256::new().chain_update([LAYOUT]);
    let lists = LISTS.concat();
    for part in STRUCTS.iter().chain(ENUMS).chain(&lists) {
        look.update(part);
        look.update([0]);
    }
    let look: [u8; 32] = look.finalize().into();
    *look.first_chunk().expect("eight of 32 bytes")
});

macro_rules! written_ids {
    ($($id:ident),* $(,)?) => {$(
        impl Written for $id {
            fn write(&self, out: &mut Vec<u8>) {
                self.uuid().write(out);
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                Uuid::read(from).map(Self::new)
            }
        }
    )*};
}

written_ids!(
    CaseId,
    ConsentId,
    DataKeyId,
    DiscussionId,
    GuardianshipId,
    InformationId,
    MessageId,
    OrganisationId,
    PatientId,
    PersonId,
    StatementId,
    UnitId,
);

/// A value of a closed list stands as its place in it.
macro_rules! written_lists {
    ($($list:ident),* $(,)?) => {
        $(
            impl Written for $list {
                fn write(&self, out: &mut Vec<u8>) {
                    (*self as u8).write(out);
                }

                fn read(from: &mut &[u8]) -> Option<Self> {
                    Self::ALL.get(usize::from(u8::read(from)?)).copied()
                }
            }
        )*

        /// The codes of each list, in order.
        static LISTS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
            vec![$($list::ALL.iter().map(|value| value.code()).collect()),*]
        });
    };
}

written_lists!(
    AgeBand,
    Basis,
    BenefitGroup,
    CaseState,
    Category,
    CoarseDuration,
    DiagnosisGroup,
    DiscussionState,
    Form,
    Gender,
    GivenBy,
    MessageKind,
    Protection,
    Purpose,
    Region,
    Register,
    Role,
    WorkSector,
);

/// A struct stands as its fields, all of them, in the order told.
macro_rules! written_structs {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        $(
            impl Written for $name {
                fn write(&self, out: &mut Vec<u8>) {
                    let Self { $($field),* } = self;
                    $(Written::write($field, out);)*
                }

                fn read(from: &mut &[u8]) -> Option<Self> {
                    $(let $field = Written::read(from)?;)*
                    Some(Self { $($field),* })
                }
            }
        )*

        /// Their names, and those of their fields.
        const STRUCTS: &[&str] = &[$(concat!(stringify!($name), $(" ", stringify!($field)),*)),*];
    };
}

written_structs! {
    Sheet { loaded, summary, thread, statements }
    Loaded { discussion, file, recognised }
    File { case, patient, consents, objections }
    Discussion {
        id, label, case, audience, purpose, state, summary_version, drawn, opened_at, closed_at,
    }
    Case {
        id, owner, organisation, compartment, patient, data_key, state, version, members,
    }
    Member { person, unit, role, basis, added_at, ended_at }
    Patient {
        id, compartment, key, data_key, name, number, birth_date, municipality, contact, protection, version,
    }
    FullName { given, family }
    Contact { phone, email, address }
    Consent {
        id, version, patient, purpose, grants, excluded_categories, excluded_recipients, information, given_by,
        guardianships, age_at_grant, form, single_use, used, state, supersedes,
    }
    Grant { source, recipient, categories }
    Use { discussion, ended_at }
    Validity { granted_at, from, until, lapses_at }
    CoarseFacts {
        age_band, region, diagnosis_group, work_sector, benefit_group, duration, gender,
    }
    Message {
        id, ordinal, kind, categories, text, author, unit, role, written_at, due_at,
    }
    Statement { id, category, text, author, written_at, corrects }
    Noted { register, consent, version, categories }
}

/// An enum with contents stands as a number of its own and what it holds.
macro_rules! written_enums {
    ($($name:ident { $($number:literal = $variant:ident $(($($part:ident),*))? $({ $($field:ident),* })?),* $(,)? })*) => {
        /// Their names, and those of what they hold.
        const ENUMS: &[&str] = &[$(concat!(
            stringify!($name), $(" ", $number, stringify!($variant $(($($part)*))? $({ $($field)* })?)),*
        )),*];

        $(
        impl Written for $name {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($part),*))? $({ $($field),* })? => {
                        out.push($number);
                        $($(Written::write($part, out);)*)?
                        $($(Written::write($field, out);)*)?
                    })*
                }
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                match u8::read(from)? {
                    $($number => {
                        $($(let $part = Written::read(from)?;)*)?
                        $($(let $field = Written::read(from)?;)*)?
                        Some(Self::$variant $(($($part),*))? $({ $($field),* })?)
                    })*
                    _ => None,
                }
            }
        }
        )*
    };
}

written_enums! {
    Compartment {
        0 = Health(organisation),
        1 = NavState(office),
        2 = MunicipalSocial(municipality),
        3 = Ips(organisation),
        4 = None,
    }
    Source { 0 = Unit(unit), 1 = Organisation(organisation) }
    Recipient { 0 = Person(person), 1 = Unit(unit), 2 = RoleInUnit(unit, role) }
    State {
        0 = Draft,
        1 = Active(was),
        2 = Refused { at },
        3 = Withdrawn { at, was },
        4 = Superseded { at, by, was },
    }
    Objection { 0 = Everybody, 1 = Unit(unit), 2 = Person(person) }
    MessageText { 0 = Anonymised(text), 1 = Identified(text) }
}

/// Texts that stand as they are, and what makes them of one that was stored.
macro_rules! written_texts {
    ($($name:ident: $text:ident, $stored:expr;)*) => {$(
        impl Written for $name {
            fn write(&self, out: &mut Vec<u8>) {
                write_text(self.$text(), out);
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                $stored(String::read(from)?)
            }
        }
    )*};
}

written_texts! {
    CaseText: as_str, |text| Some(Self::new(text));
    Label: as_str, |text| Some(Self::stored(text));
    ScannedText: as_str, |text| Some(Self::stored(text));
    // Whether synthetic numbers are taken was decided when it was registered.
    IdentityNumber: digits, |text: String| Self::parse(&text, true).ok();
}

impl Written for PersonKey {
    fn write(&self, out: &mut Vec<u8>) {
        self.bytes().write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Written::read(from).map(Self::new)
    }
}

/// A bit a category, by its place in the list.
impl Written for CategorySet {
    fn write(&self, out: &mut Vec<u8>) {
        let bits = self.iter().fold(0_u32, |bits, c| bits | 1 << c as u32);
        bits.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let bits = u32::read(from)?;
        let known = Category::ALL.iter().copied();
        let set: Self = known.filter(|c| bits & 1 << *c as u32 != 0).collect();
        (bits >> Category::ALL.len() == 0).then_some(set)
    }
}

impl Written for Summary {
    fn write(&self, out: &mut Vec<u8>) {
        self.facts().write(out);
        self.question().write(out);
        self.question_draws_on().write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let facts = Written::read(from)?;
        let question = Written::read(from)?;
        Some(Self::stored(facts, question, Written::read(from)?))
    }
}
