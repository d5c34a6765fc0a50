//! The faults of single fields, which a problem lists under `errors`.

use std::borrow::Cow;

use crate::http::language::Text;

/// One fault of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Where: a JSON pointer (RFC 6901) into the body, `?name` for a query parameter, or the
    /// name of a header.
    pub pointer: String,
    /// What: a code for machines.
    pub code: Cow<'static, str>,
    /// The same for people. Never holds what the caller wrote.
    pub detail: Text,
    /// For findings in a text: its first character and the first after it, counted in Unicode
    /// scalar values.
    pub span: Option<(usize, usize)>,
}

impl FieldFault {
    /// A fault with the words of the table of field codes.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        let code = code.into();
        let detail = words(&code);
        Self {
            pointer: pointer.into(),
            code,
            detail,
            span: None,
        }
    }

    /// The same fault, in this part of the text.
    #[must_use]
    pub const fn spanning(mut self, start: usize, end: usize) -> Self {
        self.span = Some((start, end));
        self
    }

    /// The same fault, with words of its own.
    #[must_use]
    pub fn saying(mut self, detail: Text) -> Self {
        self.detail = detail;
        self
    }

    /// The same fault, its words filled with `value` (a bound or a place, never the caller's text).
    #[must_use]
    pub fn with(mut self, value: &str) -> Self {
        self.detail = self.detail.with(value);
        self
    }
}

/// The words of a field code; a code of a resource's own gets general ones.
fn words(code: &str) -> Text {
    match code {
        "syntax" => Text::fixed(
            "Ikke gyldig JSON: {}.",
            "Ikkje gyldig JSON: {}.",
            "Not valid JSON: {}.",
        ),
        "tooDeep" => Text::fixed("For mange nivåer.", "For mange nivå.", "Nested too deeply."),
        "missingField" => Text::fixed(
            "Feltet mangler.",
            "Feltet manglar.",
            "The field is missing.",
        ),
        "unknownField" => Text::fixed("Ukjent felt.", "Ukjent felt.", "Unknown field."),
        "duplicateField" => Text::fixed(
            "Feltet står flere ganger.",
            "Feltet står fleire gonger.",
            "The field stands more than once.",
        ),
        "wrongType" => Text::fixed(
            "Feil type; ventet {}.",
            "Feil type; venta {}.",
            "Wrong type; expected {}.",
        ),
        "unknownValue" => Text::fixed(
            "Ukjent verdi; ventet {}.",
            "Ukjend verdi; venta {}.",
            "Unknown value; expected {}.",
        ),
        "length" => Text::fixed(
            "Feil lengde; ventet {}.",
            "Feil lengd; venta {}.",
            "Wrong length; expected {}.",
        ),
        "range" => Text::fixed(
            "Utenfor grensene; ventet {}.",
            "Utanfor grensene; venta {}.",
            "Out of range; expected {}.",
        ),
        "blank" => Text::fixed("Teksten er tom.", "Teksten er tom.", "The text is blank."),
        "controlCharacter" => Text::fixed(
            "Teksten har kontrolltegn.",
            "Teksten har kontrollteikn.",
            "The text has control characters.",
        ),
        "unknownReference" => Text::fixed(
            "Registeret kjenner ikke denne.",
            "Registeret kjenner ikkje denne.",
            "The registry knows none such.",
        ),
        "date" => Text::fixed(
            "Ikke en dato i formen 2026-01-31.",
            "Ikkje ein dato i forma 2026-01-31.",
            "Not a date of the form 2026-01-31.",
        ),
        "format" => Text::fixed(
            "Feil form; ventet {}.",
            "Feil form; venta {}.",
            "Out of form; expected {}.",
        ),
        "duplicate" => Text::fixed(
            "Det samme står flere ganger.",
            "Det same står fleire gonger.",
            "The same stands more than once.",
        ),
        "notUuid" => Text::fixed("Ikke en UUID.", "Ikkje ein UUID.", "Not a UUID."),
        "header" => Text::fixed(
            "Headeren har feil form.",
            "Headeren har feil form.",
            "The header is out of form.",
        ),
        "cursor" => Text::fixed(
            "Markøren gjelder ikke dette spørsmålet; begynn forfra.",
            "Markøren gjeld ikkje dette spørsmålet; byrj på nytt.",
            "The cursor doesn't belong to this query; start afresh.",
        ),
        _ => Text::fixed(
            "Verdien er ikke gyldig.",
            "Verdien er ikkje gyldig.",
            "The value is not valid.",
        ),
    }
}
