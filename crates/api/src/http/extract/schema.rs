//! A body held against what the document says of it: every fault at once, and nothing taken that
//! the document forbids. No fault repeats what the caller wrote but the names of unknown fields.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, JsonType, ValidationError, Validator};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::http::extract::shape::{MAX_POINTER, escaped};
use crate::http::problem::{FieldFault, Problem};

/// Faults that are told of one body.
const MAX_FAULTS: usize = 100;
/// Characters of a closed list that are told.
const MAX_LIST: usize = 300;

/// The schemas that bodies were held against, each made once.
static SCHEMAS: LazyLock<RwLock<HashMap<TypeId, Arc<Validator>>>> = LazyLock::new(RwLock::default);

/// Every fault of `value` as a `T`, in the order of the places.
///
/// # Errors
/// `internal` if the schema of `T` is none.
pub(crate) fn faults<T: ToSchema + 'static>(value: &Value) -> Result<Vec<FieldFault>, Problem> {
    let schema = schema_of::<T>()?;
    let mut faults = Vec::new();
    for error in schema.iter_errors(value).take(MAX_FAULTS) {
        gather(&error, value, &mut faults);
    }
    faults.sort_by(|a, b| (&a.pointer, &a.code).cmp(&(&b.pointer, &b.code)));
    faults.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
    faults.truncate(MAX_FAULTS);
    Ok(faults)
}

fn schema_of<T: ToSchema + 'static>() -> Result<Arc<Validator>, Problem> {
    let id = TypeId::of::<T>();
    let known = SCHEMAS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(schema) = known.get(&id) {
        return Ok(Arc::clone(schema));
    }
    drop(known);
    let schema = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&written::<T>()?)
        .map_err(|error| Problem::internal(format_args!("the schema of a body: {error}")))?;
    let schema = Arc::new(schema);
    let mut known = SCHEMAS.write().unwrap_or_else(PoisonError::into_inner);
    known.insert(id, Arc::clone(&schema));
    Ok(schema)
}

/// The schema of `T` with those that it refers to, where the document has them.
fn written<T: ToSchema>() -> Result<Value, Problem> {
    let mut others = Vec::new();
    T::schemas(&mut others);
    let others: serde_json::Map<_, _> = others
        .into_iter()
        .map(|(name, schema)| Ok((name, serde_json::to_value(schema)?)))
        .collect::<Result<_, serde_json::Error>>()
        .map_err(Problem::internal)?;
    let mut schema = serde_json::to_value(T::schema()).map_err(Problem::internal)?;
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("components".to_owned(), json!({"schemas": others}));
    }
    Ok(schema)
}

/// One complaint of the schema: a fault, or those of its parts.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list is the library's, and all but these are one fault each"
)]
fn gather(error: &ValidationError<'_>, whole: &Value, faults: &mut Vec<FieldFault>) {
    let at = error.instance_path().as_str();
    let within = |field: &str, code| fault(format!("{at}/{}", escaped(field)), code, "");
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            faults.push(within(
                property.as_str().unwrap_or_default(),
                "missingField",
            ));
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let unknown = unexpected.iter().take(MAX_FAULTS);
            faults.extend(unknown.map(|field| within(field, "unknownField")));
        }
        // An object that takes no field at all.
        ValidationErrorKind::FalseSchema => {
            let object = whole.pointer(at).and_then(Value::as_object);
            let unknown = object.into_iter().flatten().take(MAX_FAULTS);
            faults.extend(unknown.map(|(field, _)| within(field, "unknownField")));
        }
        ValidationErrorKind::AnyOf { context }
        | ValidationErrorKind::OneOfNotValid { context }
        | ValidationErrorKind::OneOfMultipleValid { context } => match likeliest(context, at) {
            Some(branch) => branch.iter().for_each(|error| gather(error, whole, faults)),
            None => faults.push(fault(at.to_owned(), "wrongType", &types(context))),
        },
        kind => {
            let (code, expected) = told(kind);
            faults.push(fault(at.to_owned(), code, &expected));
        }
    }
}

/// The code of a fault, and what was expected.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list is the library's, and our schemas use no more of it"
)]
fn told(kind: &ValidationErrorKind) -> (&'static str, String) {
    match kind {
        ValidationErrorKind::Type { kind } => ("wrongType", type_of(kind)),
        ValidationErrorKind::Enum { options } => ("unknownValue", list(options)),
        ValidationErrorKind::Constant { expected_value } => {
            ("unknownValue", expected_value.to_string())
        }
        ValidationErrorKind::MinLength { limit } | ValidationErrorKind::MinItems { limit } => {
            ("length", format!("≥ {limit}"))
        }
        ValidationErrorKind::MaxLength { limit } | ValidationErrorKind::MaxItems { limit } => {
            ("length", format!("≤ {limit}"))
        }
        ValidationErrorKind::Minimum { limit } => ("range", format!("≥ {limit}")),
        ValidationErrorKind::Maximum { limit } => ("range", format!("≤ {limit}")),
        ValidationErrorKind::Format { format } => match format.as_str() {
            "uuid" => ("notUuid", String::new()),
            "date" => ("date", String::new()),
            other => ("format", other.to_owned()),
        },
        ValidationErrorKind::UniqueItems => ("duplicate", String::new()),
        other => ("invalidValue", other.keyword().to_owned()),
    }
}

fn fault(pointer: String, code: &'static str, expected: &str) -> FieldFault {
    let pointer: String = pointer.chars().take(MAX_POINTER).collect();
    FieldFault::new(pointer, code).with(expected)
}

/// What was most likely meant, of several choices: one whose type is right at `at`, with the
/// fewest faults.
fn likeliest<'e>(
    choices: &'e [Vec<ValidationError<'static>>],
    at: &str,
) -> Option<&'e Vec<ValidationError<'static>>> {
    let of_other_type = |error: &ValidationError<'_>| {
        matches!(error.kind(), ValidationErrorKind::Type { .. })
            && error.instance_path().as_str() == at
    };
    let fitting = choices
        .iter()
        .filter(|errors| !errors.is_empty() && !errors.iter().any(of_other_type));
    fitting.min_by_key(|errors| errors.len())
}

/// The types that several choices ask for, but for `null`.
fn types(choices: &[Vec<ValidationError<'static>>]) -> String {
    let kinds = choices.iter().flatten().filter_map(|error| {
        if let ValidationErrorKind::Type { kind } = error.kind() {
            Some(type_of(kind))
        } else {
            None
        }
    });
    let mut kinds: Vec<_> = kinds.filter(|kind| kind != "null").collect();
    kinds.dedup();
    kinds.join(", ")
}

fn type_of(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => kind.as_str().to_owned(),
        TypeKind::Multiple(kinds) => {
            let kinds = kinds.iter().filter(|kind| *kind != JsonType::Null);
            kinds.map(JsonType::as_str).collect::<Vec<_>>().join(", ")
        }
    }
}

fn list(options: &Value) -> String {
    let options = options.as_array().into_iter().flatten();
    let list: Vec<_> = options.filter_map(Value::as_str).collect();
    let list = list.join(", ");
    match list.char_indices().nth(MAX_LIST) {
        Some((end, _)) => format!("{}…", &list[..end]),
        None => list,
    }
}
