//! A problem on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::field::FieldFault;
use crate::http::language::Language;

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// URI of the code, relative to the service.
    #[serde(rename = "type")]
    #[schema(example = "/problems/notFound", max_length = 60)]
    pub kind: String,
    /// The code in a few words, in the language asked for.
    #[schema(example = "Finnes ikke", max_length = 100)]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What it means and what to do about it.
    #[schema(example = "Det finnes ikke noe her som du kan se.", max_length = 300)]
    pub detail: String,
    /// The path asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub instance: Option<String>,
    /// The code, for machines.
    #[schema(example = "notFound", max_length = 50)]
    pub code: String,
    /// To be given when the problem is reported.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", max_length = 32)]
    pub trace_id: String,
    /// The rule that says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "R1", max_length = 10)]
    pub rule: Option<String>,
    /// Why the rule or the state says no, for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    pub reason: Option<String>,
    /// The faults of single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 500)]
    pub errors: Vec<FieldFaultBody>,
}

/// One fault of one field.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FieldFault)]
pub struct FieldFaultBody {
    /// A JSON pointer into the body, `?name` for a query parameter, or the name of a header.
    #[schema(example = "/validUntil", max_length = 200)]
    pub pointer: String,
    /// The fault, for machines.
    #[schema(example = "missingField", max_length = 60)]
    pub code: String,
    /// The fault in words.
    #[schema(example = "Feltet mangler.", max_length = 1000)]
    pub detail: String,
    /// For findings in a text: the first character, counted in Unicode scalar values from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub start: Option<usize>,
    /// For findings in a text: the first character after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub end: Option<usize>,
}

impl FieldFaultBody {
    pub(super) fn new(fault: &FieldFault, language: Language) -> Self {
        Self {
            pointer: fault.pointer.clone(),
            code: fault.code.to_string(),
            detail: fault.detail.in_language(language).to_owned(),
            start: fault.span.map(|(start, _)| start),
            end: fault.span.map(|(_, end)| end),
        }
    }
}
