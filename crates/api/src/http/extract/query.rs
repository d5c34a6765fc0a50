//! Query parameters: those that the operation knows, each once.

use std::borrow::Cow;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::http::extract::shape::{classify, quoted, validation_faults};
use crate::http::problem::{FieldFault, Problem};

/// The query parameters of shape `T` (which must deny unknown fields).
#[derive(Debug)]
pub struct Query<T>(T);

impl<T> Query<T> {
    /// The parameters.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

/// Reads a query string as a `T`.
pub(crate) fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<T, Problem> {
    faults_or(query).map_err(Problem::malformed)
}

/// Reads a query string as a `T`, or tells of every parameter that is amiss.
pub(crate) fn faults_or<T: DeserializeOwned + Validate>(query: &str) -> Result<T, Vec<FieldFault>> {
    let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let mut faults: Vec<FieldFault> = Vec::new();
    // Serde tells of one parameter; without it, of the next.
    let value = loop {
        match deserialize::<T>(&pairs) {
            Ok(value) => break value,
            Err(amiss) => {
                let (name, fault) = *amiss;
                let before = pairs.len();
                pairs.retain(|(known, _)| *known != name);
                faults.push(fault);
                if pairs.len() == before {
                    return Err(faults);
                }
            }
        }
    };
    if let Err(found) = value.validate() {
        faults.extend(validation_faults(&found).into_iter().map(named));
    }
    if faults.is_empty() {
        Ok(value)
    } else {
        Err(faults)
    }
}

/// The value, or the name of one parameter that is amiss, and how.
fn deserialize<T: DeserializeOwned>(
    pairs: &[(Cow<'_, str>, Cow<'_, str>)],
) -> Result<T, Box<(String, FieldFault)>> {
    let mut written = form_urlencoded::Serializer::new(String::new());
    let written = written.extend_pairs(pairs).finish();
    let pairs = form_urlencoded::parse(written.as_bytes());
    let read = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(read).map_err(|error| {
        let message = error.inner().to_string();
        let (code, expected) = classify(&message);
        let name = match code {
            "missingField" | "unknownField" | "duplicateField" => {
                quoted(&message).unwrap_or_default().to_owned()
            }
            _ => error.path().to_string(),
        };
        let shown: String = name.chars().take(60).collect();
        let fault = FieldFault::new(format!("?{shown}"), code).with(expected);
        Box::new((name, fault))
    })
}

fn named(fault: FieldFault) -> FieldFault {
    FieldFault {
        pointer: fault.pointer.replacen('/', "?", 1),
        ..fault
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::http::problem::Code;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Filter {
        #[serde(default)]
        only_mine: Option<bool>,
        #[serde(default)]
        #[validate(range(min = 1, max = 9))]
        level: Option<u8>,
    }

    fn fault(query: &str) -> (String, String) {
        let problem = parse::<Filter>(query).unwrap_err();
        assert_eq!(problem.code(), Code::Malformed);
        (
            problem.errors()[0].pointer.clone(),
            problem.errors()[0].code.to_string(),
        )
    }

    #[test]
    fn what_the_operation_knows_is_read() {
        let filter: Filter = parse("onlyMine=true&level=3").unwrap();
        assert_eq!((filter.only_mine, filter.level), (Some(true), Some(3)));
    }

    #[test]
    fn all_else_is_refused_by_name() {
        assert_eq!(fault("mine=true"), ("?mine".into(), "unknownField".into()));
        assert_eq!(
            fault("level=1&level=2"),
            ("?level".into(), "duplicateField".into())
        );
        assert_eq!(fault("level=12"), ("?level".into(), "range".into()));
        assert_eq!(fault("level=x").0, "?level");
        assert_eq!(fault("a`b=1").1, "unknownField");
    }

    #[test]
    fn every_parameter_that_is_amiss_is_told_at_once() {
        let problem = parse::<Filter>("level=x&mine=1&yours=2&onlyMine=perhaps").unwrap_err();
        let mut places: Vec<_> = problem
            .errors()
            .iter()
            .map(|e| e.pointer.as_str())
            .collect();
        places.sort_unstable();
        assert_eq!(places, ["?level", "?mine", "?onlyMine", "?yours"]);
    }
}
