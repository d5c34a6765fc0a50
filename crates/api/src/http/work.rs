//! What a handler needs to have an act done: the desk, and the request's name for the log.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use samrad_domain::event::Event;
use samrad_domain::permit::{Answer, Refusal};

use crate::auth::caller::Caller;
use crate::http::problem::{Code, FieldFault, Problem};
use crate::http::trace::Trace;
use crate::log::Context;
use crate::log::body::Request;
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{Desk, Failure, Recorded, Stop, Tx, Unfit};
use crate::store::vault::Vault;

/// A hand on the desk, for one request.
pub struct Work {
    desk: web::Data<Desk>,
    trace: Trace,
}

impl Work {
    /// Has `act` done for `caller` as one unit of work: one transaction, one log entry.
    ///
    /// # Errors
    /// The problem that a refusal or a failure amounts to.
    pub async fn act<R, T, F>(
        &self,
        caller: &Caller<R>,
        operation: &'static str,
        about: About,
        hold: Hold,
        act: F,
    ) -> Result<Recorded<T>, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send + 'static,
    {
        let request = Request {
            id: self.trace.call_id.clone(),
            operation,
        };
        let context = Context {
            actor: caller.actor().clone(),
            request,
        };
        Ok(self.desk.act(context, about, hold, act).await?)
    }

    /// Reads what holds no identity and needs no entry.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read<T, F>(&self, read: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Vault) -> Result<T, StoreError> + Send + 'static,
    {
        Ok(self.desk.read(read).await?)
    }

    /// What seals, opens and makes person keys.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        self.desk.vault()
    }
}

impl FromRequest for Work {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let desk = request.app_data::<web::Data<Desk>>().cloned();
        let desk = desk.ok_or_else(|| Problem::internal("the application has no desk"));
        let trace = Trace::from_request(request, payload).into_inner();
        ready(desk.and_then(|desk| {
            Ok(Self {
                desk,
                trace: trace?,
            })
        }))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::from(refusal),
            Failure::Unfit(Unfit::StaleVersion) => Self::new(Code::StaleVersion),
            Failure::Unfit(Unfit::KeyReused) => Self::new(Code::IdempotencyMismatch),
            Failure::Unavailable(cause) => Self::unavailable(cause),
            Failure::Internal(cause) => Self::internal(cause),
        }
    }
}

/// The reason of a decision stays inside; the code of the refusal goes out.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code.code();
        match (refusal.answer(), refusal.rule()) {
            (Answer::Absent, _) => Self::not_found(),
            (Answer::Conflict, _) => Self::conflict(code),
            (Answer::RuleBroken, Some(rule)) => Self::rule(rule.code(), code).at(places(&refusal)),
            (Answer::RuleBroken, None) => Self::forbidden(),
        }
    }
}

fn places(refusal: &Refusal) -> Vec<FieldFault> {
    refusal
        .places
        .iter()
        .map(|place| {
            FieldFault::new(place.pointer.clone(), place.code).spanning(place.start, place.end)
        })
        .collect()
}
