//! The body of a request: JSON and nothing else, of bounded size and depth, without unknown
//! fields. No fault repeats what the caller wrote.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::extract::schema;
use crate::http::extract::shape::{data_fault, validation_faults};
use crate::http::keys::HttpKeys;
use crate::http::problem::{Code, FieldFault, Problem};

/// Bytes that a body may have.
pub const MAX_BODY: usize = 256 * 1024;

/// How long a body may take to come.
const MAX_TIME: Duration = Duration::from_secs(30);

/// Levels of objects and arrays that a body may have.
const MAX_DEPTH: usize = 32;

/// A body of shape `T`.
#[derive(Debug)]
pub struct Body<T> {
    value: T,
    digest: [u8; 32],
}

impl<T> Body<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// A keyed hash of method, path and body: whether a repeat is the same request.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl<T: DeserializeOwned + Validate + ToSchema + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            is_json(request.headers())?;
            let bytes = timeout(MAX_TIME, collect(request.headers(), &mut payload))
                .await
                .map_err(|_| Problem::malformed(vec![FieldFault::new("", "tooSlow")]))??;
            let keys = request.app_data::<web::Data<HttpKeys>>();
            let keys =
                keys.ok_or_else(|| Problem::internal("the application has no keys for HTTP"))?;
            let digest = keys.request_digest(request.method().as_str(), request.path(), &bytes);
            Ok(Self {
                value: parse(&bytes)?,
                digest,
            })
        })
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let refusal = || Problem::new(Code::UnsupportedMediaType);
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(refusal)?;
    let (essence, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    let parameters = parameters.trim().to_ascii_lowercase().replace('"', "");
    let plain = essence.trim().eq_ignore_ascii_case("application/json")
        && ["", "charset=utf-8"].contains(&parameters.as_str());
    let packed = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity");
    if plain && !packed {
        Ok(())
    } else {
        Err(refusal())
    }
}

async fn collect(
    headers: &HeaderMap,
    payload: &mut Payload,
) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let told = headers
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<usize>().ok());
    if told.is_some_and(|length| length > MAX_BODY) {
        return Err(Problem::new(Code::TooLarge));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(told.unwrap_or(0).min(MAX_BODY)));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::Malformed))?;
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(Problem::new(Code::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads `bytes` as a `T`: as a value, by the document's schema, by the type. Each step tells all
/// the faults it finds; those of schema and type are told together.
fn parse<T: DeserializeOwned + Validate + ToSchema + 'static>(bytes: &[u8]) -> Result<T, Problem> {
    if too_deep(bytes) {
        return Err(Problem::malformed(vec![FieldFault::new("", "tooDeep")]));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| syntax(&error))?;
    let mut faults = schema::faults::<T>(&value)?;
    match typed(bytes) {
        Ok(body) if faults.is_empty() => Ok(body),
        Ok(_) => Err(Problem::invalid(faults)),
        Err(others) => {
            for other in others {
                if !faults
                    .iter()
                    .any(|fault| covers(&fault.pointer, &other.pointer))
                {
                    faults.push(other);
                }
            }
            faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
            Err(Problem::invalid(faults))
        }
    }
}

/// Whether a fault at `told` says enough of one at `other`: the same place, or one within it.
fn covers(told: &str, other: &str) -> bool {
    told.strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Reads the type, and what only the type can tell. Serde tells one fault, `validator` all.
fn typed<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Vec<FieldFault>> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body: T = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| vec![data_fault(error.path(), &error.inner().to_string())])?;
    match body.validate() {
        Ok(()) => Ok(body),
        Err(faults) => Err(validation_faults(&faults)),
    }
}

fn syntax(error: &serde_json::Error) -> Problem {
    let place = format!("{}:{}", error.line(), error.column());
    Problem::malformed(vec![FieldFault::new("", "syntax").with(&place)])
}

/// Whether objects and arrays lie deeper in each other than [`MAX_DEPTH`].
fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest > MAX_DEPTH
}

#[cfg(test)]
mod tests;
