//! Texts of one line: names, subjects. Shape alone; what a text may say is the domain's.

use validator::ValidationError;

/// A text of one line: something in it, and no control characters, nor any that turn or break the
/// line or hide in it. Joiners are left: some names are written with them.
///
/// # Errors
/// `blank` or `controlCharacter`.
pub fn one_line(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(ValidationError::new("blank"));
    }
    if text.chars().any(unprintable) {
        return Err(ValidationError::new("controlCharacter"));
    }
    Ok(())
}

fn unprintable(c: char) -> bool {
    let turns_or_hides = matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}');
    c.is_control() || turns_or_hides
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_line_says_something_and_steers_nothing() {
        for text in ["Søndre Oslo DPS", "O'Brien-Šimůnek", "می\u{200c}خواهم"] {
            assert!(one_line(text).is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            "\u{a0}",
            "a\nb",
            "a\u{0}",
            "\u{1b}[2J",
            "a\u{202e}b",
            "\u{feff}a",
        ] {
            assert!(one_line(text).is_err(), "{text:?}");
        }
    }
}
