//! Texts of one line: names, subjects. Shape alone; what a text may say is the domain's.

use validator::ValidationError;

/// A text of one line: something in it, and no control characters.
///
/// # Errors
/// `blank` or `controlCharacter`.
pub fn one_line(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(ValidationError::new("blank"));
    }
    if text.chars().any(char::is_control) {
        return Err(ValidationError::new("controlCharacter"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_line_says_something_and_steers_nothing() {
        assert!(one_line("Søndre Oslo DPS").is_ok());
        for text in ["", " ", "\u{a0}", "a\nb", "a\u{0}", "\u{1b}[2J"] {
            assert!(one_line(text).is_err(), "{text:?}");
        }
    }
}
