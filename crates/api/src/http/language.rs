//! The languages the service answers in, and the choice among them by `Accept-Language`.

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};

/// A language that titles and details exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Bokmål, which a caller without a preference gets.
    #[default]
    Bokmal,
    /// Nynorsk.
    Nynorsk,
    /// English.
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

    /// The best of our languages for these headers; the earlier wins among equals.
    #[must_use]
    pub fn preferred(headers: &HeaderMap) -> Self {
        let mut best = (0.0, Self::default());
        for header in headers
            .get_all(ACCEPT_LANGUAGE)
            .filter_map(|v| v.to_str().ok())
        {
            for range in header.split(',').take(20) {
                if let Some((language, quality)) = weighed(range)
                    && quality > best.0
                {
                    best = (quality, language);
                }
            }
        }
        best.1
    }
}

fn weighed(range: &str) -> Option<(Language, f32)> {
    let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
    let quality = match parameters.trim().strip_prefix("q=") {
        Some(q) => q.parse().ok().filter(|q| (0.0..=1.0).contains(q))?,
        None => 1.0,
    };
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    let language = match primary.as_str() {
        "nb" | "no" | "*" => Language::Bokmal,
        "nn" => Language::Nynorsk,
        "en" => Language::English,
        _ => return None,
    };
    Some((language, quality))
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
    }

    #[test]
    fn nonsense_and_silence_get_bokmal() {
        assert_eq!(preferred("en;q=7, ;;q=, x"), Language::Bokmal);
        assert_eq!(Language::preferred(&HeaderMap::new()), Language::Bokmal);
    }
}
