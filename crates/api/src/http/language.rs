//! The languages the service answers in, and the choice among them by `Accept-Language`.

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;

/// A language that titles and details exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// Bokmål, which a caller without a preference gets.
    #[default]
    #[serde(rename = "nb")]
    Bokmal,
    /// Nynorsk.
    #[serde(rename = "nn")]
    Nynorsk,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The language tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Bokmal => "nb",
            Self::Nynorsk => "nn",
            Self::English => "en",
        }
    }

    /// Every language, the one for callers without a preference first.
    pub const ALL: [Self; 3] = [Self::Bokmal, Self::Nynorsk, Self::English];

    /// What the language calls itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bokmal => "bokmål",
            Self::Nynorsk => "nynorsk",
            Self::English => "English",
        }
    }

    /// The best of our languages for these headers (RFC 9110, 12.5.4): the heaviest; among equals
    /// the one named first. A language that is named takes its own weight, not that of `*`.
    #[must_use]
    pub fn preferred(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(ACCEPT_LANGUAGE);
        let lines = lines.filter_map(|line| line.to_str().ok());
        let ranges = lines.flat_map(|line| line.split(','));
        let ranges: Vec<_> = ranges.take(MAX_RANGES).filter_map(Range::parse).collect();
        let mut best = (0, Self::default());
        for range in &ranges {
            for language in Self::ALL {
                let named = ranges.iter().any(|other| other.names(language));
                let fits = range.names(language) || (range.is_any() && !named);
                if fits && range.weight > best.0 {
                    best = (range.weight, language);
                }
            }
        }
        best.1
    }
}

/// Ranges of a header that are looked at.
const MAX_RANGES: usize = 20;

/// One language range and its weight in thousandths.
struct Range {
    primary: String,
    weight: u16,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let tag = parts.next().filter(|tag| !tag.is_empty())?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let weight: f32 = weight.map_or(Some(1.0), |q| q.trim().parse().ok())?;
        let weight = Some(weight).filter(|q| (0.0..=1.0).contains(q))?;
        let primary = tag.split('-').next()?.to_ascii_lowercase();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number from 0 to 1000"
        )]
        let weight = (weight * 1000.0) as u16;
        Some(Self { primary, weight })
    }

    fn is_any(&self) -> bool {
        self.primary == "*"
    }

    /// `no` is bokmål, which most who ask for it write.
    fn names(&self, language: Language) -> bool {
        match language {
            Language::Bokmal => matches!(self.primary.as_str(), "nb" | "no"),
            Language::Nynorsk => self.primary == "nn",
            Language::English => self.primary == "en",
        }
    }
}

impl FromRequest for Language {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::preferred(request.headers())))
    }
}

/// A text in each of the languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Bokmål.
    pub nb: Cow<'static, str>,
    /// Nynorsk.
    pub nn: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text known when the service was built.
    #[must_use]
    pub const fn fixed(nb: &'static str, nn: &'static str, en: &'static str) -> Self {
        Self {
            nb: Cow::Borrowed(nb),
            nn: Cow::Borrowed(nn),
            en: Cow::Borrowed(en),
        }
    }

    /// This text with each `{}` replaced by `value`.
    #[must_use]
    pub fn with(&self, value: &str) -> Self {
        let fill = |text: &str| Cow::Owned(text.replace("{}", value));
        Self {
            nb: fill(&self.nb),
            nn: fill(&self.nn),
            en: fill(&self.en),
        }
    }

    /// The text in one language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Bokmal => &self.nb,
            Language::Nynorsk => &self.nn,
            Language::English => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn preferred(header: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(header).unwrap());
        Language::preferred(&headers)
    }

    #[test]
    fn the_heaviest_language_we_have_is_chosen() {
        assert_eq!(preferred("de, en;q=0.5, nn;q=0.8"), Language::Nynorsk);
        assert_eq!(preferred("en-GB,en;q=0.9"), Language::English);
        assert_eq!(preferred("no"), Language::Bokmal);
        assert_eq!(preferred("NN-no"), Language::Nynorsk);
        assert_eq!(
            preferred("sv, nn-NO-x-twain ; q=0.3, en;Q=0.2"),
            Language::Nynorsk
        );
        assert_eq!(preferred("en;q=0.8, nn;q=0.8"), Language::English);
    }

    #[test]
    fn any_language_is_one_that_is_not_named_otherwise() {
        assert_eq!(preferred("*"), Language::Bokmal);
        assert_eq!(preferred("nb;q=0, *;q=0.1"), Language::Nynorsk);
        assert_eq!(preferred("nb;q=0.2, nn;q=0, *;q=0.5"), Language::English);
        assert_eq!(preferred("en;q=0.2, *;q=0.1"), Language::English);
    }

    #[test]
    fn a_weight_of_nothing_is_a_no() {
        assert_eq!(preferred("nb;q=0, en;q=0.001"), Language::English);
        assert_eq!(preferred("en;q=0"), Language::Bokmal);
    }

    #[test]
    fn nonsense_and_silence_get_bokmal() {
        assert_eq!(preferred("en;q=7, ;;q=, x"), Language::Bokmal);
        assert_eq!(Language::preferred(&HeaderMap::new()), Language::Bokmal);
    }
}
