//! The claims of a token as they stand: read strictly, believed by nobody yet.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroize;

use crate::auth::token::TokenFault;

/// Characters that a text claim may have.
const MAX_TEXT: usize = 512;

/// The claims, each standing once. The texts are wiped when it is dropped.
pub(crate) struct Claims(HashMap<String, Value>);

impl Claims {
    /// A claim that is a text, not empty, nor absurdly long. A whole number counts as one.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_u64() => number.to_string(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => return None,
        };
        (!text.trim().is_empty() && text.len() <= MAX_TEXT).then_some(text)
    }

    /// A claim that is a text or an array of texts.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        match self.0.get(name)? {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        }
    }

    /// The words of a claim that is a text with spaces in it, or an array of texts.
    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        let texts = self.texts(name).unwrap_or_default();
        texts
            .iter()
            .flat_map(|text| text.split_ascii_whitespace())
            .map(str::to_owned)
            .collect()
    }

    /// A moment, in whole seconds since 1970. A fraction is cut off.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<i64>, TokenFault> {
        /// The end of the year 9999, which no honest token lives to see.
        const END: f64 = 253_402_300_799.0;
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                #[expect(clippy::cast_possible_truncation, reason = "bounded by the guard")]
                Some(seconds) if (0.0..=END).contains(&seconds) => Ok(Some(seconds as i64)),
                Some(_) | None => Err(TokenFault::Malformed),
            },
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;

        impl<'de> Visitor<'de> for Once {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of claims")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Claims, M::Error> {
                let mut claims = Claims(HashMap::new());
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if claims.0.insert(name, value).is_some() {
                        return Err(M::Error::custom("a claim stands twice"));
                    }
                }
                Ok(claims)
            }
        }

        deserializer.deserialize_map(Once)
    }
}
