//! The numbers that people, organisations and offices go by, each parsed once, at the edge.
//!
//! An identity number is read in both generations of check digits (Skatteetaten's change of
//! 2032). Neither century nor gender is ever derived from one. It must not print: there is no
//! `Display`, and `Debug` shows nothing of the digits. The others are public and print.

use std::fmt;

/// Why a number was not taken. Says nothing of the digits themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberError {
    /// Something other than the ASCII digits 0 to 9.
    NotDigits,
    /// Too few or too many digits.
    WrongLength,
    /// The part that should be a birth date is none.
    NoSuchDate,
    /// The check digits don't agree with the rest.
    WrongCheckDigit,
    /// A synthetic number where only real ones may be.
    SyntheticRefused,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotDigits => "has other characters than digits",
            Self::WrongLength => "has the wrong number of digits",
            Self::NoSuchDate => "does not start with a date",
            Self::WrongCheckDigit => "has a check digit that does not agree",
            Self::SyntheticRefused => "is synthetic, which is not allowed here",
        })
    }
}

impl std::error::Error for NumberError {}

crate::code::codes! {
    /// Which series an identity number belongs to.
    IdentityNumberKind {
        /// Fødselsnummer.
        Fodselsnummer = "fodselsnummer",
        /// D-number: day + 40.
        DNumber = "dNumber",
        /// H-number: month + 40. NAV's own test numbers lie in the same range.
        HNumber = "hNumber",
        /// FH-number, the health sector's shared emergency number: first digit 8 or 9, no date.
        FhNumber = "fhNumber",
    }

    /// Which maker of test persons an identity number comes from.
    SyntheticSeries {
        /// Skatteetaten's Tenor: month + 80.
        Tenor = "tenor",
        /// Norsk helsenett: month + 65.
        Nhn = "nhn",
    }
}

/// An identity number whose date and check digits agree.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityNumber {
    digits: String,
    kind: IdentityNumberKind,
    synthetic: Option<SyntheticSeries>,
}

impl IdentityNumber {
    /// Reads eleven digits and nothing else. `allow_synthetic` must be off in production.
    pub fn parse(text: &str, allow_synthetic: bool) -> Result<Self, NumberError> {
        let d: [u32; 11] = digits_of(text)?;
        if !identity_check_digits_agree(&d) {
            return Err(NumberError::WrongCheckDigit);
        }
        let (kind, synthetic) = series(&d)?;
        if synthetic.is_some() && !allow_synthetic {
            return Err(NumberError::SyntheticRefused);
        }
        Ok(Self {
            digits: text.to_owned(),
            kind,
            synthetic,
        })
    }

    /// The eleven digits. Only for look-up, encryption and an identified view.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Which series it belongs to.
    #[must_use]
    pub const fn kind(&self) -> IdentityNumberKind {
        self.kind
    }

    /// Which maker of test persons it comes from; `None` for a real number.
    #[must_use]
    pub const fn synthetic(&self) -> Option<SyntheticSeries> {
        self.synthetic
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityNumber(..)")
    }
}

/// `text` as exactly `N` digits.
fn digits_of<const N: usize>(text: &str) -> Result<[u32; N], NumberError> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::NotDigits);
    }
    let digits: Vec<u32> = text.bytes().map(|b| u32::from(b - b'0')).collect();
    digits.try_into().map_err(|_| NumberError::WrongLength)
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// Skatteetaten's rule in both generations: the first check digit may leave 0 (until 2032) or
/// 1, 2, 3 (from 2032); the second always leaves 0.
fn identity_check_digits_agree(d: &[u32; 11]) -> bool {
    let first = weighted(d, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
    first <= 3 && mod_11_agrees(d)
}

/// The last digit by weights 5 4 3 2 7 6 5 4 3 2, which bank account numbers share.
fn mod_11_agrees(d: &[u32; 11]) -> bool {
    weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Whether eleven digits are a Norwegian bank account number.
pub(crate) fn is_bank_account(text: &str) -> bool {
    digits_of::<11>(text).is_ok_and(|d| mod_11_agrees(&d))
}

/// The series that the shape of the first six digits tells, if they hold a date.
fn series(d: &[u32; 11]) -> Result<(IdentityNumberKind, Option<SyntheticSeries>), NumberError> {
    if d[0] >= 8 {
        return Ok((IdentityNumberKind::FhNumber, None));
    }
    let (day, moved_day) = match d[0] * 10 + d[1] {
        day @ 41.. => (day - 40, true),
        day => (day, false),
    };
    let (month, moved_month, synthetic) = match d[2] * 10 + d[3] {
        m @ 81..=92 => (m - 80, false, Some(SyntheticSeries::Tenor)),
        m @ 66..=77 => (m - 65, false, Some(SyntheticSeries::Nhn)),
        m @ 41..=52 => (m - 40, true, None),
        m => (m, false, None),
    };
    let year = d[4] * 10 + d[5];
    if !is_date(day, month, year) {
        return Err(NumberError::NoSuchDate);
    }
    let kind = match (moved_day, moved_month) {
        (false, false) => IdentityNumberKind::Fodselsnummer,
        (true, false) => IdentityNumberKind::DNumber,
        (false, true) => IdentityNumberKind::HNumber,
        (true, true) => return Err(NumberError::NoSuchDate),
    };
    Ok((kind, synthetic))
}

/// Whether the day exists. The century is unknown, so 29 February needs `year % 4 == 0`.
fn is_date(day: u32, month: u32, year: u32) -> bool {
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

macro_rules! public_numbers {
    ($($name:ident),*) => {$(
        impl $name {
            /// The digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
public_numbers!(OrganisationNumber, NavOffice, MunicipalityNumber);

/// An organisation's number in Enhetsregisteret: nine digits, the last by mod 11.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationNumber(String);

impl OrganisationNumber {
    /// Reads nine digits. Synthetic ones start with 1, 2 or 3.
    pub fn parse(text: &str, allow_synthetic: bool) -> Result<Self, NumberError> {
        let d: [u32; 9] = digits_of(text)?;
        if !weighted(&d, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) || d[0] == 0 {
            return Err(NumberError::WrongCheckDigit);
        }
        let number = Self(text.to_owned());
        if number.is_synthetic() && !allow_synthetic {
            return Err(NumberError::SyntheticRefused);
        }
        Ok(number)
    }

    /// Whether it is of the series for test organisations.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.0.starts_with(['1', '2', '3'])
    }
}

/// A health worker's number in Helsepersonellregisteret, one to nine digits. Leading zeros don't
/// count: two are the same when the numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HprNumber(u32);

impl HprNumber {
    /// Reads one to nine digits, not all of them zero.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if !(1..=9).contains(&text.chars().count()) {
            return Err(NumberError::WrongLength);
        }
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::NotDigits);
        }
        match text.parse() {
            Ok(0) | Err(_) => Err(NumberError::WrongLength),
            Ok(number) => Ok(Self(number)),
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for HprNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A NAV office: four digits, leading zeros kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NavOffice(String);

impl NavOffice {
    /// Reads four digits.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        digits_of::<4>(text).map(|_| Self(text.to_owned()))
    }
}

/// A municipality: four digits, leading zeros kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityNumber(String);

impl MunicipalityNumber {
    /// Reads four digits.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        digits_of::<4>(text).map(|_| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests;
