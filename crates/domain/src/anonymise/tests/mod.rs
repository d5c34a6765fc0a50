//! What the scanner must find, must leave alone, and must survive.

mod hostile;
mod names;
mod numbers;
mod ordinary_text;
mod soft;

use super::*;

/// What is refused in `text` by anybody, as kinds and words.
fn refused(text: &str) -> Vec<(RefusalKind, &str)> {
    of(text, &scan_general(text))
}

/// What is refused in `text` by the case team of a patient with this name.
fn refused_for<'t>(name: &str, text: &'t str) -> Vec<(RefusalKind, &'t str)> {
    of(text, &scan(text, &Names::of(name)))
}

fn of<'t>(text: &'t str, scan: &Scan) -> Vec<(RefusalKind, &'t str)> {
    scan.refusals.iter().map(|f| (f.kind, f.of(text))).collect()
}

/// What `text` warns of, as kinds and words.
fn warned(text: &str) -> Vec<(WarningKind, &str)> {
    scan_general(text)
        .warnings
        .iter()
        .map(|f| (f.kind, f.of(text)))
        .collect()
}

/// Each text is refused for `kind`, with just these words marked.
fn each_is(kind: RefusalKind, table: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, words) in table {
        if refused(text) != [(kind, *words)] {
            wrong += &format!("{text:?}: {:?}\n", refused(text));
        }
    }
    assert!(wrong.is_empty(), "not just {kind} in\n{wrong}");
}

/// None of the texts is refused.
fn none_is_refused(texts: &[&str]) {
    let mut wrong = String::new();
    for text in texts {
        if !refused(text).is_empty() {
            wrong += &format!("{text:?}: {:?}\n", refused(text));
        }
    }
    assert!(wrong.is_empty(), "refused\n{wrong}");
}
