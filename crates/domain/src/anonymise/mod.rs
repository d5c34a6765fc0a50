//! The scanner for text that strangers will read: what in it could tell who a person is.
//!
//! Serves R3: before a consent, patients are spoken of anonymously. Refusals must be reworded;
//! warnings are softer signs that the writer confirms. It errs on the side of refusing, never
//! panics, asks nobody and knows no patient but the one whose names it is handed. Those names
//! are for text by the patient's own case team alone: a refusal to anyone else would be a
//! register of patients, so anyone else's text meets [`Names::none`].

mod addresses;
mod contacts;
mod dates;
mod fold;
mod lists;
mod name_like;
mod numbers;
mod own_names;
mod quasi;
mod reading;
mod runs;
mod softer;
mod words;

pub use own_names::Names;

use reading::{Reading, Token};

crate::code::codes! {
    /// What a text may not hold when strangers are to read it.
    RefusalKind {
        /// An identity number of any kind, or eleven digits that could be one.
        IdentityNumber = "identityNumber",
        /// A bank account number or IBAN.
        BankAccount = "bankAccount",
        /// A day with its month and year.
        FullDate = "fullDate",
        /// A telephone number.
        Phone = "phone",
        /// An e-mail address, or a handle that starts with @.
        Email = "email",
        /// A web address.
        Url = "url",
        /// A street address, post box, flat number, or postcode with its place.
        Address = "address",
        /// One of the patient's own names.
        OwnName = "ownName",
        /// Something that looks like anybody's name.
        NameLike = "nameLike",
        /// Another number long enough to be somebody's, such as an organisation's.
        LongNumber = "longNumber",
    }

    /// A softer sign of who it is, for the writer to confirm.
    WarningKind {
        /// A municipality, district, county or foreign country.
        Place = "place",
        /// An employer.
        Employer = "employer",
        /// A named school.
        School = "school",
        /// A diagnosis that few have.
        RareDiagnosis = "rareDiagnosis",
        /// Three or more traits that together may tell who it is.
        QuasiIdentifiers = "quasiIdentifiers",
    }
}

/// A place in a text and what is the matter with it. Holds no text.
///
/// `start` and `end` count Unicode scalar values (Rust's `char`s; neither bytes nor UTF-16
/// units) from the beginning of the text as it was handed in; `end` is one past the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding<K> {
    /// The first character.
    pub start: usize,
    /// One past the last character; always greater than `start`.
    pub end: usize,
    /// What is the matter.
    pub kind: K,
}

impl<K> Finding<K> {
    /// The part of `text`, the one that was scanned, that this is about.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        let byte = |at| {
            text.char_indices()
                .nth(at)
                .map_or(text.len(), |(byte, _)| byte)
        };
        text.get(byte(self.start)..byte(self.end))
            .unwrap_or_default()
    }
}

/// What a scan found, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// What must be reworded.
    pub refusals: Vec<Finding<RefusalKind>>,
    /// What must be confirmed.
    pub warnings: Vec<Finding<WarningKind>>,
}

impl Scan {
    /// The warnings of kinds not among those `confirmed`.
    pub fn unconfirmed(&self, confirmed: &[WarningKind]) -> Vec<Finding<WarningKind>> {
        self.warnings
            .iter()
            .filter(|w| !confirmed.contains(&w.kind))
            .copied()
            .collect()
    }
}

/// Scans a text by the case team, who may know that these are the patient's names.
#[must_use]
pub fn scan(text: &str, names: &Names) -> Scan {
    let reading = Reading::of(text);
    let tokens = reading.tokens();
    let soft = softer::signs(tokens);
    let mut refusals = numbers::find(tokens);
    refusals.extend(dates::find(tokens));
    refusals.extend(contacts::find(&reading));
    refusals.extend(addresses::find(tokens));
    let own = own_names::find(tokens, names);
    refusals.extend(name_like::find(tokens, &soft, &own));
    refusals.extend(own);
    let mut warnings = soft.findings(tokens);
    warnings.extend(quasi::find(tokens, &soft));
    Scan {
        refusals: outermost(refusals),
        warnings: outermost(warnings),
    }
}

/// Scans a text by anybody else: general lists only.
#[must_use]
pub fn scan_general(text: &str) -> Scan {
    scan(text, &Names::none())
}

/// Marks the tokens from `first` to `last`.
fn mark<K>(tokens: &[Token], first: usize, last: usize, kind: K) -> Finding<K> {
    Finding {
        start: tokens[first].start,
        end: tokens[last].end,
        kind,
    }
}

/// In order of place, without those that lie inside another. Of two in the same place the kind
/// declared first stays. Overlapping findings of one kind become one. Three or more traits span
/// much and tell something of their own, so they neither swallow nor are swallowed.
fn outermost<K: Copy + Ord + Spans>(mut findings: Vec<Finding<K>>) -> Vec<Finding<K>> {
    findings.sort_by_key(|f| (f.start, std::cmp::Reverse(f.end), f.kind));
    let mut kept: Vec<Finding<K>> = Vec::new();
    let mut last: Option<usize> = None;
    for finding in findings {
        let before = last
            .map(|at| &mut kept[at])
            .filter(|_| !finding.kind.spans());
        match before {
            Some(before) if finding.end <= before.end => {}
            Some(before) if finding.start < before.end && finding.kind == before.kind => {
                before.end = finding.end;
            }
            Some(_) | None => {
                if !finding.kind.spans() {
                    last = Some(kept.len());
                }
                kept.push(finding);
            }
        }
    }
    kept
}

/// Whether findings of a kind stretch over text that is about something else.
trait Spans {
    fn spans(self) -> bool;
}

impl Spans for RefusalKind {
    fn spans(self) -> bool {
        false
    }
}

impl Spans for WarningKind {
    fn spans(self) -> bool {
        self == Self::QuasiIdentifiers
    }
}

#[cfg(test)]
mod tests;
