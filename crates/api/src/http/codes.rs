//! The domain's closed lists on the wire: a code in JSON, an `enum` in the document.

use std::borrow::Cow;
use std::marker::PhantomData;

use samrad_domain::{
    anonymise, case, code, consent, decision, discussion, event, information, ips, journal,
    patient, registry, summary, unit,
};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// A value of a closed list, as it stands in a request or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coded<T>(pub T);

/// A closed list that stands in the contract.
pub trait ClosedList: Copy + 'static {
    /// What the list is called in the document.
    const NAME: &'static str;
    /// Every value.
    const VALUES: &'static [Self];
    /// What the list is of, in words.
    const MEANING: &'static str;
    /// The code of a value.
    fn code(self) -> &'static str;
    /// What a value means, in words.
    fn meaning(self) -> &'static str;
    /// The value of a code.
    fn parse(code: &str) -> Option<Self>;
}

macro_rules! closed_lists {
    ($($list:ty = $name:literal as $alias:ident),* $(,)?) => {$(
        #[doc = concat!("A code of `", $name, "`.")]
        pub type $alias = Coded<$list>;

        impl ClosedList for $list {
            const NAME: &'static str = $name;
            const VALUES: &'static [Self] = <$list>::ALL;
            const MEANING: &'static str = <$list>::MEANING;
            fn code(self) -> &'static str {
                <$list>::code(self)
            }
            fn meaning(self) -> &'static str {
                <$list>::meaning(self)
            }
            fn parse(code: &str) -> Option<Self> {
                <$list>::parse(code)
            }
        }
    )*};
}

closed_lists! {
    code::Role = "Role" as RoleCode,
    code::UnitKind = "UnitKind" as UnitKindCode,
    code::Purpose = "Purpose" as PurposeCode,
    code::Category = "Category" as CategoryCode,
    code::ReasonCode = "ReasonCode" as ReasonCodeCode,
    case::CaseState = "CaseState" as CaseStateCode,
    consent::GivenBy = "GivenBy" as GivenByCode,
    consent::GrantOutcome = "GrantOutcome" as GrantOutcomeCode,
    decision::Basis = "Basis" as BasisCode,
    discussion::DiscussionState = "DiscussionState" as DiscussionStateCode,
    discussion::MessageClass = "MessageClass" as MessageClassCode,
    discussion::MessageKind = "MessageKind" as MessageKindCode,
    event::EventKind = "EventKind" as EventKindCode,
    event::ErasureGround = "ErasureGround" as ErasureGroundCode,
    event::Ground = "Ground" as GroundCode,
    event::Outcome = "Outcome" as OutcomeCode,
    information::Form = "Form" as FormCode,
    ips::Function = "IpsFunction" as IpsFunctionCode,
    journal::NoteKind = "NoteKind" as NoteKindCode,
    journal::NoteFilter = "NoteFilter" as NoteFilterCode,
    journal::NoteState = "NoteState" as NoteStateCode,
    patient::Authority = "Authority" as AuthorityCode,
    patient::Custody = "Custody" as CustodyCode,
    patient::Protection = "Protection" as ProtectionCode,
    registry::IdentityKind = "IdentityKind" as IdentityKindCode,
    unit::CompartmentKind = "CompartmentKind" as CompartmentKindCode,
    unit::OralPolicy = "OralPolicy" as OralPolicyCode,
    unit::RecipientPolicy = "RecipientPolicy" as RecipientPolicyCode,
    summary::AgeBand = "AgeBand" as AgeBandCode,
    summary::Region = "Region" as RegionCode,
    summary::DiagnosisGroup = "DiagnosisGroup" as DiagnosisGroupCode,
    summary::WorkSector = "WorkSector" as WorkSectorCode,
    summary::BenefitGroup = "BenefitGroup" as BenefitGroupCode,
    summary::CoarseDuration = "CoarseDuration" as CoarseDurationCode,
    summary::Gender = "Gender" as GenderCode,
    anonymise::WarningKind = "WarningKind" as WarningKindCode,
}

impl<T> From<T> for Coded<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: ClosedList> Serialize for Coded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de, T: ClosedList> Deserialize<'de> for Coded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CodeVisitor(PhantomData))
    }
}

struct CodeVisitor<T>(PhantomData<T>);

impl<T: ClosedList> Visitor<'_> for CodeVisitor<T> {
    type Value = Coded<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a code of {}", T::NAME)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Coded<T>, E> {
        // What the caller wrote is not repeated.
        let unknown = || {
            E::custom(format_args!(
                "unknown variant, expected a code of {}",
                T::NAME
            ))
        };
        T::parse(text).map(Coded).ok_or_else(unknown)
    }
}

impl<T: ClosedList> PartialSchema for Coded<T> {
    fn schema() -> RefOr<Schema> {
        let codes: Vec<_> = T::VALUES.iter().map(|value| value.code()).collect();
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .enum_values(Some(codes))
            .description(Some(described::<T>()))
            .into()
    }
}

/// What a list is of, and a line for each of its values.
fn described<T: ClosedList>() -> String {
    let lines = T::VALUES
        .iter()
        .map(|value| format!("\n- `{}`: {}", value.code(), value.meaning().trim()));
    format!("{}\n{}", T::MEANING.trim(), lines.collect::<String>())
}

impl<T: ClosedList> ToSchema for Coded<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// The values behind the codes.
#[must_use]
pub fn values<T: Copy>(codes: &[Coded<T>]) -> Vec<T> {
    codes.iter().map(|coded| coded.0).collect()
}

/// A set of categories, as codes in their order.
#[must_use]
pub fn categories(set: code::CategorySet) -> Vec<Coded<code::Category>> {
    set.iter().map(Coded).collect()
}
