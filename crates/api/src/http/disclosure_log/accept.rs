//! The form in which an export is asked for, by `Accept`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::{FromRequest, HttpRequest};

use crate::http::problem::{Code, Problem};

/// A form of the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A JSON object a line.
    Ndjson,
    /// A table, for spreadsheets.
    Csv,
}

impl Format {
    /// Its media type.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// How well the form fits a media range: the better, the more of it the range names.
    fn fit(self, range: &str) -> Option<u8> {
        let (kind, subkind) = match self {
            Self::Ndjson => ("application", "x-ndjson"),
            Self::Csv => ("text", "csv"),
        };
        match range.split_once('/')? {
            (k, s) if k == kind && s == subkind => Some(2),
            (k, "*") if k == kind => Some(1),
            ("*", "*") => Some(0),
            (_, _) => None,
        }
    }

    /// What the caller makes of it: the quality and the fit of the range that fits best.
    fn wanted(self, ranges: &[(String, f32)]) -> Option<(f32, u8)> {
        let fitting = ranges
            .iter()
            .filter_map(|(range, quality)| Some((self.fit(range)?, *quality)));
        fitting
            .max_by_key(|(fit, _)| *fit)
            .map(|(fit, quality)| (quality, fit))
            .filter(|(quality, _)| *quality > 0.0)
    }

    /// The form that these headers ask for; a line an entry where they ask for none.
    fn chosen(headers: &HeaderMap) -> Option<Self> {
        let ranges: Vec<_> = headers
            .get_all(ACCEPT)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .take(20)
            .filter_map(weighed)
            .collect();
        if !headers.contains_key(ACCEPT) {
            return Some(Self::Ndjson);
        }
        match (Self::Ndjson.wanted(&ranges), Self::Csv.wanted(&ranges)) {
            (None, None) => None,
            (lines, table) if table > lines => Some(Self::Csv),
            (_, _) => Some(Self::Ndjson),
        }
    }
}

fn weighed(range: &str) -> Option<(String, f32)> {
    let mut parts = range
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let range = parts.next()?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").map(str::to_owned));
    let quality = quality.map_or(Some(1.0), |q| q.parse().ok());
    quality
        .filter(|q| (0.0..=1.0).contains(q))
        .map(|quality| (range, quality))
}

impl FromRequest for Format {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::chosen(request.headers()).ok_or_else(|| Problem::new(Code::NotAcceptable)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn chosen(accept: &str) -> Option<Format> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        Format::chosen(&headers)
    }

    #[test]
    fn the_form_that_is_wanted_most_is_chosen() {
        for (accept, format) in [
            ("application/x-ndjson", Format::Ndjson),
            ("text/csv", Format::Csv),
            ("TEXT/CSV; header=present", Format::Csv),
            ("*/*", Format::Ndjson),
            ("text/*", Format::Csv),
            ("text/csv, */*", Format::Csv),
            ("text/csv;q=0.5, application/x-ndjson;q=0.4", Format::Csv),
            ("text/csv;q=0.5, */*", Format::Ndjson),
            ("application/x-ndjson;q=0, */*", Format::Csv),
        ] {
            assert_eq!(chosen(accept), Some(format), "{accept}");
        }
        assert_eq!(Format::chosen(&HeaderMap::new()), Some(Format::Ndjson));
    }

    #[test]
    fn what_is_in_neither_form_is_not_acceptable() {
        for accept in [
            "application/json",
            "text/csv;q=0",
            "text/html",
            "",
            "csv",
            "text/csv;q=x",
        ] {
            assert_eq!(chosen(accept), None, "{accept}");
        }
    }
}
