//! What a handler needs to have an act done: the desk, and the request's name for the log.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use samrad_domain::event::Event;
use samrad_domain::id::PatientId;
use samrad_domain::permit::{Answer, Refusal};

use crate::auth::caller::{Caller, Identified};
use crate::auth::registry::Standing;
use crate::http::problem::{Code, FieldFault, Problem};
use crate::http::trace::Trace;
use crate::log::body::Request;
use crate::log::{Context, Receipt};
use crate::store::StoreError;
use crate::store::ahead::Wanted;
use crate::store::conn::Conn;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{self as desk, Desk, Failure, Recorded, Stop, Tx, Unfit};
use crate::store::vault::Vault;

/// A hand on the desk, for one request.
pub struct Work {
    desk: web::Data<Desk>,
    trace: Trace,
    /// How the caller stood when they were let in; none where the registry has no say.
    standing: Option<Standing>,
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
        let request = self.request(caller, operation, (about, hold));
        Ok(self.desk.act(request, act).await?)
    }

    /// Has a discussion read for `caller`: as [`Work::act`], but what it needs is loaded together with
    /// what other readings need. `act` changes nothing but what the store keeps for later, and may be run more than once.
    ///
    /// # Errors
    /// The problem that a refusal or a failure amounts to.
    pub async fn read_together<R, T, F>(
        &self,
        caller: &Caller<R>,
        operation: &'static str,
        wanted: Wanted,
        act: F,
    ) -> Result<Recorded<T>, Problem>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send + 'static,
    {
        let held = (About::Discussion(wanted.discussion), Hold::Shared);
        let request = self.request(caller, operation, held);
        Ok(self.desk.read_together(request, Some(wanted), act).await?)
    }

    /// Has it put down that `caller` looks into the log, which changes nothing. `event` tells of it, given the patient that it is
    /// about, if that is one whose record stands.
    ///
    /// # Errors
    /// The problem that a failure amounts to.
    pub async fn look<R, F>(
        &self,
        caller: &Caller<R>,
        operation: &'static str,
        about: About,
        event: F,
    ) -> Result<Receipt, Problem>
    where
        F: Fn(Option<PatientId>) -> Event + Send + 'static,
    {
        let request = self.request(caller, operation, (about, Hold::Shared));
        let look = looks(about, event);
        let looked = self.desk.read_together(request, None, look).await?;
        Ok(looked.receipt)
    }

    /// The same, and reads what they look at, given where the entry stands: while that is made durable. Nothing is answered before it is.
    ///
    /// # Errors
    /// The problem that a failure amounts to.
    pub async fn look_at<R, T, E, F>(
        &self,
        caller: &Caller<R>,
        (operation, about): (&'static str, About),
        event: E,
        read: F,
    ) -> Result<(T, Receipt), Problem>
    where
        T: Send + 'static,
        E: Fn(Option<PatientId>) -> Event + Send + 'static,
        F: FnOnce(&mut Conn, &Vault, i64) -> Result<T, StoreError> + Send + 'static,
    {
        let request = self.request(caller, operation, (about, Hold::Shared));
        let look = looks(about, event);
        Ok(self.desk.look_at(request, look, read).await?)
    }

    fn request<R>(
        &self,
        caller: &Caller<R>,
        operation: &'static str,
        (about, hold): (About, Hold),
    ) -> desk::Request {
        let request = Request {
            id: self.trace.call_id.clone(),
            operation,
        };
        desk::Request {
            context: Context {
                actor: caller.actor().clone(),
                request,
            },
            standing: self.standing.clone(),
            about,
            hold,
        }
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
        Ok(self.desk.read(self.standing.clone(), read).await?)
    }

    /// Makes sure that the caller is still who they were when they were let in: for what is read
    /// elsewhere than in the store.
    ///
    /// # Errors
    /// When they are not, or the database does not answer.
    pub async fn caller_stands(&self) -> Result<(), Problem> {
        self.read(|_, _| Ok(())).await
    }

    /// What seals, opens and makes person keys.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        self.desk.vault()
    }
}

/// An act that only looks.
fn looks(
    about: About,
    event: impl Fn(Option<PatientId>) -> Event + Send + 'static,
) -> impl Fn(&mut Tx<'_>) -> Result<((), Event), Stop> + Send + 'static {
    move |tx| {
        let standing = if let About::Patient(patient) = about {
            tx.standing_record(patient)?
        } else {
            None
        };
        Ok(((), event(standing)))
    }
}

impl FromRequest for Work {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let desk = request.app_data::<web::Data<Desk>>().cloned();
        let desk = desk.ok_or_else(|| Problem::internal("the application has no desk"));
        let trace = Trace::from_request(request, payload).into_inner();
        let standing = request.extensions().get::<Identified>().cloned();
        let standing = standing.and_then(|identified| identified.standing);
        ready(desk.and_then(|desk| {
            Ok(Self {
                desk,
                trace: trace?,
                standing,
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
            Failure::Caller(fault) => Self::from(fault),
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
