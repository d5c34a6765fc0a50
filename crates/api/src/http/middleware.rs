//! What every answer has in common: the request's names, safe headers, one form of problem, one
//! line in the log. A panic becomes a problem like any other.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use futures_util::FutureExt;
use uuid::Uuid;

use crate::auth::caller::Identified;
use crate::auth::token::Proof;
use crate::http::docs;
use crate::http::extract::uuid_of;
use crate::http::language::Language;
use crate::http::problem::Problem;
use crate::http::rates::{Counted, Rates, Told};
use crate::http::trace::{CORRELATION, TRACEPARENT, Trace};
use crate::server::patience::Pace;
use crate::telemetry::{Operations, telemetry};

/// The content that any other answer may load: none.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The headers that a page of another origin may read. Written here, for `actix-cors` puts them
/// in another order in each worker, and answers must be the same bytes.
const EXPOSED: &str = "ETag, Location, Retry-After, X-Correlation-ID, Disclosure-Receipt, RateLimit, RateLimit-Policy, traceparent";

/// Makes the ids of requests that bring none.
#[derive(Clone, Copy, Debug)]
pub struct FreshIds(pub fn() -> Uuid);

/// What is asked of who calls, and told them, before anything else.
#[derive(Debug, Default)]
pub struct Edge {
    rates: Rates,
    hsts: Option<HeaderValue>,
}

impl Edge {
    /// `hsts`: for how many seconds browsers are to insist on TLS.
    #[must_use]
    pub fn new(rates: Rates, hsts: Option<u32>) -> Self {
        let age = |seconds| HeaderValue::try_from(format!("max-age={seconds}; includeSubDomains"));
        Self {
            rates,
            hsts: hsts.and_then(|seconds| age(seconds).ok()),
        }
    }
}

/// Counts a request of whom a token proves.
///
/// # Errors
/// `tooManyRequests`.
pub fn count_client(request: &ServiceRequest, proof: &Proof) -> Result<(), Problem> {
    count(request, |rates| rates.of_client(proof))
}

/// Counts a request by where it comes from, as nobody is known yet to have made it.
///
/// # Errors
/// `tooManyRequests`.
pub fn count_peer(request: &ServiceRequest) -> Result<(), Problem> {
    let address = request.peer_addr().map(|peer| peer.ip());
    count(request, |rates| rates.of_peer(address))
}

fn count(
    request: &ServiceRequest,
    count: impl FnOnce(&Rates) -> Option<Counted>,
) -> Result<(), Problem> {
    let edge = request.app_data::<web::Data<Edge>>();
    let Some(counted) = edge.and_then(|edge| count(&edge.rates)) else {
        return Ok(());
    };
    let may = counted.may_go_on();
    request.extensions_mut().insert(counted.told);
    may
}

/// Whether nobody asks for a token there, nor is the platform the one who calls.
fn is_public(path: &str) -> bool {
    !["/api/v1/", "/log/tile/entries/", "/internal/"]
        .iter()
        .any(|own| path.starts_with(own))
}

/// What must be known of a request after it is gone.
struct Seen {
    trace: Trace,
    language: Language,
    method: String,
    public: bool,
    docs: bool,
    hsts: Option<HeaderValue>,
    began: Instant,
}

impl Seen {
    fn of(request: &ServiceRequest) -> Self {
        let fresh = request
            .app_data::<web::Data<FreshIds>>()
            .map_or(Uuid::nil(), |ids| (ids.0)());
        let path = request.path();
        let docs = path == "/docs" || path.starts_with("/docs/");
        Self {
            trace: Trace::of(request.headers(), fresh),
            language: Language::preferred(request.headers()),
            method: request.method().to_string(),
            public: docs
                || path == "/openapi.json"
                || path == "/problems"
                || ["/log/", "/problems/"]
                    .iter()
                    .any(|open| path.starts_with(open)),
            docs,
            hsts: request
                .app_data::<web::Data<Edge>>()
                .and_then(|edge| edge.hsts.clone()),
            began: Instant::now(),
        }
    }

    fn write_headers(&self, headers: &mut HeaderMap) {
        let exposed = headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        let ruled = headers.contains_key(header::CONTENT_SECURITY_POLICY);
        if let Some(hsts) = &self.hsts {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts.clone());
        }
        let mut insert = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value))
        };
        insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        insert(header::X_FRAME_OPTIONS, "DENY");
        insert(header::REFERRER_POLICY, "no-referrer");
        if !ruled {
            let policy = if self.docs { docs::POLICY } else { POLICY };
            insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if exposed {
            insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        if !self.public {
            insert(header::CACHE_CONTROL, "no-store");
        }
        for (name, text) in [
            (CORRELATION, self.trace.call_id.clone()),
            (TRACEPARENT, self.trace.traceparent()),
        ] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }

    fn log(&self, operation: &'static str, route: &str, status: StatusCode, consumer: &str) {
        let took = self.began.elapsed();
        telemetry().answered(operation, status.as_u16(), took);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        log::info!(target: "access", method = self.method.as_str(), route = route, status = status.as_u16(), millis = millis,
            callId = self.trace.call_id.as_str(), traceId = self.trace.trace_id.as_str(), consumerId = consumer;
            "{} {route} {}", self.method, status.as_u16());
    }
}

/// A problem, written for the request that it answers.
struct Written {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Written {
    /// Writes what the problem tells, and logs what it doesn't.
    fn new(seen: &Seen, problem: &Problem, instance: Option<&str>) -> Self {
        if let Some(cause) = problem.cause() {
            log::error!(callId = seen.trace.call_id.as_str(), traceId = seen.trace.trace_id.as_str(); "{problem}: {cause}");
        }
        let mut headers = HeaderMap::new();
        problem.write_headers(&mut headers, seen.language);
        let body = problem.body(seen.language, &seen.trace.trace_id, instance);
        let text = serde_json::to_string(&body).expect("texts and numbers are always JSON");
        Self {
            status: problem.code().status(),
            headers,
            text,
        }
    }

    fn of(seen: &Seen, error: &Error, instance: Option<&str>) -> Self {
        match error.as_error::<Problem>() {
            Some(problem) => Self::new(seen, problem, instance),
            None => {
                let status = error.as_response_error().status_code();
                Self::new(seen, &Problem::of_status(status, error), instance)
            }
        }
    }
}

/// The outermost middleware: see the module.
///
/// # Errors
/// Only with an answer that is written already.
pub async fn envelope<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<String, B>>, Error> {
    let seen = Seen::of(&request);
    request.extensions_mut().insert(seen.trace.clone());
    let _working = Working::on(&request);
    if is_public(request.path())
        && let Err(problem) = count_peer(&request)
    {
        let told = request.extensions().get::<Told>().cloned();
        let mut written = Written::new(&seen, &problem, None);
        told.inspect(|told| told.write_headers(&mut written.headers));
        return Err(whole(&seen, written));
    }
    // Nothing of a request that panicked is used again.
    match AssertUnwindSafe(async { next.call(request).await })
        .catch_unwind()
        .await
    {
        Ok(Ok(response)) => Ok(finish(&seen, response)),
        Ok(Err(error)) => Err(whole(&seen, Written::of(&seen, &error, None))),
        Err(_) => Err(whole(
            &seen,
            Written::new(&seen, &Problem::internal("a handler panicked"), None),
        )),
    }
}

/// Tells the connection that a request is worked on, until it is answered.
struct Working(Option<Pace>);

impl Working {
    fn on(request: &ServiceRequest) -> Self {
        let pace = request.conn_data::<Pace>().cloned();
        Self(pace.inspect(Pace::work))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some(pace) = &self.0 {
            pace.rest();
        }
    }
}

fn finish<B: MessageBody + 'static>(
    seen: &Seen,
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<String, B>> {
    let request = response.request().clone();
    let route = request.match_pattern();
    let problem = response.response().error().map(|error| {
        let instance = instance(request.path(), route.as_deref());
        Written::of(seen, error, instance.as_deref())
    });
    let mut response = match problem {
        None => response.map_body(|_, body| EitherBody::right(body)),
        Some(Written {
            status,
            headers,
            text,
        }) => {
            let mut response = response.map_body(|_, _| EitherBody::left(text));
            *response.response_mut().status_mut() = status;
            for (name, value) in headers {
                response.headers_mut().insert(name, value);
            }
            response
        }
    };
    seen.write_headers(response.headers_mut());
    let extensions = request.extensions();
    if let Some(told) = extensions.get::<Told>() {
        told.write_headers(response.headers_mut());
    }
    let consumer = extensions
        .get::<Identified>()
        .and_then(|known| known.proof.client.as_deref())
        .unwrap_or("-");
    let operations = request.app_data::<web::Data<Operations>>();
    let operation = operations.map_or("other", |all| all.name(&seen.method, route.as_deref()));
    let shown = route.as_deref().unwrap_or("-");
    seen.log(operation, shown, response.status(), consumer);
    response
}

/// An error that carries the whole answer, for where there is no request to answer to any more.
fn whole(seen: &Seen, written: Written) -> Error {
    let mut response = HttpResponse::build(written.status).body(written.text);
    for (name, value) in written.headers {
        response.headers_mut().insert(name, value);
    }
    seen.write_headers(response.headers_mut());
    seen.log("none", "-", written.status, "-");
    InternalError::from_response("an answer written already", response).into()
}

/// The path asked for, if ids alone stand where its pattern has them; else the pattern. What a
/// caller made up is not repeated.
fn instance(path: &str, route: Option<&str>) -> Option<String> {
    let route = route?;
    let ids_alone = path.split('/').count() == route.split('/').count()
        && route
            .split('/')
            .zip(path.split('/'))
            .all(|(own, step)| own == step || own.starts_with('{') && uuid_of(step).is_some());
    Some(if ids_alone { path } else { route }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_repeated_where_ids_alone_are_the_callers() {
        let route = Some("/api/v1/cases/{id}");
        let known = "/api/v1/cases/0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60";
        assert_eq!(instance(known, route).as_deref(), Some(known));
        for made_up in ["/api/v1/cases/14839402253", "/api/v1/cases/a/b"] {
            assert_eq!(instance(made_up, route).as_deref(), route);
        }
        assert_eq!(instance("/anything", None), None);
    }
}
