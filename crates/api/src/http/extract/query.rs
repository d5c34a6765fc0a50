//! Query parameters: those that the operation knows, each once.

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
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let value: T = serde_path_to_error::deserialize(pairs).map_err(|error| {
        let message = error.inner().to_string();
        let (code, expected) = classify(&message);
        let name = match code {
            "missingField" | "unknownField" | "duplicateField" => {
                quoted(&message).unwrap_or_default().to_owned()
            }
            _ => error.path().to_string(),
        };
        let name = name.chars().take(60).collect::<String>();
        Problem::malformed(vec![
            FieldFault::new(format!("?{name}"), code).with(expected),
        ])
    })?;
    value.validate().map_err(|faults| {
        let named = |fault: FieldFault| FieldFault {
            pointer: fault.pointer.replacen('/', "?", 1),
            ..fault
        };
        Problem::malformed(validation_faults(&faults).into_iter().map(named).collect())
    })?;
    Ok(value)
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
    }
}
