//! The domain's closed lists on the wire: a code in JSON, an `enum` in the document.

use std::borrow::Cow;
use std::marker::PhantomData;

use samrad_domain::{
    anonymise, case, code, consent, decision, discussion, event, information, ips, journal,
    patient, summary, unit,
};
use serde::de::{Error, Unexpected, Visitor};
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
    /// The code of a value.
    fn code(self) -> &'static str;
    /// The value of a code.
    fn parse(code: &str) -> Option<Self>;
}

macro_rules! closed_lists {
    ($($list:ty = $name:literal),* $(,)?) => {$(
        impl ClosedList for $list {
            const NAME: &'static str = $name;
            const VALUES: &'static [Self] = <$list>::ALL;
            fn code(self) -> &'static str {
                <$list>::code(self)
            }
            fn parse(code: &str) -> Option<Self> {
                <$list>::parse(code)
            }
        }
    )*};
}

closed_lists! {
    code::Role = "Role",
    code::UnitKind = "UnitKind",
    code::Purpose = "Purpose",
    code::Category = "Category",
    code::ReasonCode = "ReasonCode",
    case::CaseState = "CaseState",
    consent::GivenBy = "GivenBy",
    consent::GrantOutcome = "GrantOutcome",
    decision::Basis = "Basis",
    discussion::DiscussionState = "DiscussionState",
    discussion::MessageClass = "MessageClass",
    discussion::MessageKind = "MessageKind",
    event::EventKind = "EventKind",
    event::Ground = "Ground",
    event::Outcome = "Outcome",
    information::Form = "Form",
    ips::Function = "IpsFunction",
    journal::NoteKind = "NoteKind",
    journal::NoteState = "NoteState",
    patient::Authority = "Authority",
    patient::Custody = "Custody",
    patient::Protection = "Protection",
    unit::CompartmentKind = "CompartmentKind",
    unit::OralPolicy = "OralPolicy",
    unit::RecipientPolicy = "RecipientPolicy",
    summary::AgeBand = "AgeBand",
    summary::Region = "Region",
    summary::DiagnosisGroup = "DiagnosisGroup",
    summary::WorkSector = "WorkSector",
    summary::BenefitGroup = "BenefitGroup",
    summary::CoarseDuration = "CoarseDuration",
    summary::Gender = "Gender",
    anonymise::WarningKind = "WarningKind",
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
        let value = T::parse(text);
        value
            .map(Coded)
            .ok_or_else(|| E::invalid_value(Unexpected::Other("another text"), &self))
    }
}

impl<T: ClosedList> PartialSchema for Coded<T> {
    fn schema() -> RefOr<Schema> {
        let codes: Vec<_> = T::VALUES.iter().map(|value| value.code()).collect();
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .enum_values(Some(codes))
            .into()
    }
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
