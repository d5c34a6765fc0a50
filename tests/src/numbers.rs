//! Valid numbers of nobody: synthetic identity numbers as Tenor makes them (month + 80) and
//! synthetic organisation numbers (first digit 1 to 3).

use jiff::civil::Date;

/// The `n`th synthetic identity number of someone born on that day.
///
/// # Panics
/// If the day has no more numbers (there are some eight hundred).
#[must_use]
pub fn identity_number(born: Date, n: usize) -> String {
    let number = (0..1000).filter_map(|serial| complete(born, serial)).nth(n);
    number.unwrap_or_else(|| panic!("{born} has no {n}th identity number"))
}

/// The number with this serial, if its check digits exist.
fn complete(born: Date, serial: u32) -> Option<String> {
    let (day, month, year) = (born.day(), born.month() + 80, born.year() % 100);
    let stem = format!("{day:02}{month:02}{year:02}{serial:03}");
    let first = check_digit(&stem, &[3, 7, 6, 1, 8, 9, 4, 5, 2])?;
    let stem = format!("{stem}{first}");
    let second = check_digit(&stem, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?;
    Some(format!("{stem}{second}"))
}

/// The `n`th synthetic organisation number.
///
/// # Panics
/// Never: there are millions of them.
#[must_use]
pub fn organisation_number(n: usize) -> String {
    let complete = |stem: u32| {
        let stem = stem.to_string();
        check_digit(&stem, &[3, 2, 7, 6, 5, 4, 3, 2]).map(|digit| format!("{stem}{digit}"))
    };
    (31_000_000..40_000_000)
        .filter_map(complete)
        .nth(n)
        .expect("millions of numbers")
}

/// The digit that makes the weighted sum a multiple of eleven, if one digit does.
fn check_digit(stem: &str, weights: &[u32]) -> Option<u32> {
    let sum: u32 = stem
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let digit = (11 - sum % 11) % 11;
    (digit < 10).then_some(digit)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn check_digits_agree_with_published_numbers() {
        assert_eq!(
            complete(date(1955, 11, 10), 967).as_deref(),
            Some("10915596784")
        );
        assert_eq!(check_digit("97476067", &[3, 2, 7, 6, 5, 4, 3, 2]), Some(3));
        assert_eq!(check_digit("31387614", &[3, 2, 7, 6, 5, 4, 3, 2]), Some(4));
    }

    #[test]
    fn numbers_of_one_day_differ() {
        let born = date(1990, 2, 28);
        let numbers: std::collections::HashSet<_> =
            (0..700).map(|n| identity_number(born, n)).collect();
        assert_eq!(numbers.len(), 700);
        assert!(
            numbers
                .iter()
                .all(|number| number.starts_with("288290") && number.len() == 11)
        );
    }
}
