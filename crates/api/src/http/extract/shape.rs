//! From the complaints of serde and validator to field faults: places and codes are kept, the
//! caller's own words are not.

use std::borrow::Cow;

use serde_path_to_error::{Path, Segment};
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::http::problem::FieldFault;

/// Characters of a pointer that are repeated to the caller.
pub(crate) const MAX_POINTER: usize = 200;

/// The fault of a value that has not the shape asked for. `message` is serde's.
pub(crate) fn data_fault(path: &Path, message: &str) -> FieldFault {
    let (code, expected) = classify(message);
    let mut pointer = pointer_of(path);
    if let ("missingField" | "duplicateField" | "unknownField", Some(field)) =
        (code, quoted(message))
    {
        let step = format!("/{}", escaped(field));
        if !pointer.ends_with(&step) {
            pointer.push_str(&step);
        }
    }
    let pointer = pointer.chars().take(MAX_POINTER).collect::<String>();
    FieldFault::new(pointer, code).with(expected)
}

/// Our code for a complaint of serde's, and what was expected (words of the program's, not of
/// the caller's).
pub(crate) fn classify(message: &str) -> (&'static str, &str) {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(before, _)| before);
    let expected = message
        .rsplit_once(", expected ")
        .map_or("", |(_, after)| after);
    let code = match message {
        m if m.starts_with("missing field") => "missingField",
        m if m.starts_with("unknown field") => "unknownField",
        m if m.starts_with("duplicate field") => "duplicateField",
        m if m.starts_with("unknown variant") => "unknownValue",
        m if m.starts_with("invalid type") => "wrongType",
        m if m.starts_with("invalid length") => "length",
        m if m.starts_with("invalid value") => "range",
        _ => "invalidValue",
    };
    (code, expected)
}

/// The name that serde puts between backticks.
pub(crate) fn quoted(message: &str) -> Option<&str> {
    message
        .split_once('`')
        .and_then(|(_, after)| after.split_once('`'))
        .map(|(name, _)| name)
}

fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// A step of a JSON pointer (RFC 6901).
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Every fault that `validator` found, each with its place, in the order of the places.
pub(crate) fn validation_faults(errors: &ValidationErrors) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    gather(errors, "", &mut faults);
    faults.sort_by(|a, b| (&a.pointer, &a.code).cmp(&(&b.pointer, &b.code)));
    faults
}

fn gather(errors: &ValidationErrors, under: &str, faults: &mut Vec<FieldFault>) {
    for (field, kind) in errors.errors() {
        let pointer = match field.as_ref() {
            "__all__" => under.to_owned(),
            name => format!("{under}/{}", camel_case(name)),
        };
        match kind {
            ValidationErrorsKind::Field(found) => {
                faults.extend(found.iter().map(|e| field_fault(&pointer, e)));
            }
            ValidationErrorsKind::Struct(inner) => gather(inner, &pointer, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    gather(inner, &format!("{pointer}/{index}"), faults);
                }
            }
        }
    }
}

fn field_fault(pointer: &str, error: &ValidationError) -> FieldFault {
    let bound = |name: &str| error.params.get(name).map(ToString::to_string);
    let bounds = match (bound("equal"), bound("min"), bound("max")) {
        (Some(equal), _, _) => equal,
        (None, Some(min), Some(max)) => format!("{min}–{max}"),
        (None, Some(min), None) => format!("≥ {min}"),
        (None, None, Some(max)) => format!("≤ {max}"),
        (None, None, None) => String::new(),
    };
    FieldFault::new(pointer, error.code.clone()).with(&bounds)
}

fn camel_case(name: &str) -> Cow<'_, str> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if !name.contains('_') {
        return Cow::Borrowed(name);
    }
    let mut camel = String::with_capacity(name.len());
    let mut raise = false;
    for letter in name.chars() {
        match letter {
            '_' => raise = true,
            other if raise => {
                camel.extend(other.to_uppercase());
                raise = false;
            }
            other => camel.push(other),
        }
    }
    Cow::Owned(camel)
}
