//! Who may call what: the roles of an operation stand in its handler's signature.
//!
//! `authenticate` runs before everything else under `/api/v1`, so that a request without a token
//! is answered 401 before its body is read; `Caller<R>` as the first argument of a handler
//! answers 403 before the other arguments are looked at.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use samrad_domain::code::Role;

use crate::auth::registry::{ResolveFault, Standing};
use crate::auth::token::Proof;
use crate::http::problem::Problem;
use samrad_domain::actor::{Actor, Citizen, Staff, System};

/// A kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Staff acting in this role.
    Staff(Role),
    /// A patient, with their own token.
    Patient,
    /// A guardian, with their own token.
    Guardian,
    /// A registered client system.
    System,
}

impl Who {
    /// The code in `x-samrad-roles`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Staff(role) => role.code(),
            Self::Patient => "patient",
            Self::Guardian => "guardian",
            Self::System => "system",
        }
    }

    fn is(self, actor: &Actor) -> bool {
        match (self, actor) {
            (Self::Staff(role), Actor::Staff(staff)) => staff.role == role,
            (Self::Patient | Self::Guardian, Actor::Citizen(_))
            | (Self::System, Actor::System(_)) => true,
            (Self::Staff(_) | Self::System, Actor::Citizen(_))
            | (Self::Staff(_) | Self::Patient | Self::Guardian, Actor::System(_))
            | (Self::Patient | Self::Guardian | Self::System, Actor::Staff(_)) => false,
        }
    }
}

/// Marks a set of callers whom an operation admits.
pub trait Allowed: 'static {
    /// The callers.
    const ROLES: &'static [Who];
    /// The scope that a system must hold, where systems are among the callers.
    const SCOPE: Option<&'static str> = None;

    /// Whether `actor` is among them.
    #[must_use]
    fn admits(actor: &Actor) -> bool {
        let scoped = match actor {
            Actor::System(system) => {
                Self::SCOPE.is_none_or(|scope| system.scopes.iter().any(|held| held == scope))
            }
            Actor::Staff(_) | Actor::Citizen(_) => true,
        };
        scoped && Self::ROLES.iter().any(|who| who.is(actor))
    }
}

/// The codes of `R`'s callers, for `x-samrad-roles`.
#[must_use]
pub fn roles<R: Allowed>() -> Vec<&'static str> {
    R::ROLES.iter().map(|who| who.code()).collect()
}

/// What `authenticate` found out, kept with the request.
#[derive(Clone)]
pub(crate) struct Identified {
    pub(crate) proof: Arc<Proof>,
    pub(crate) actor: Result<Arc<Actor>, ResolveFault>,
    /// How they stood; none where the registry has no say.
    pub(crate) standing: Option<Standing>,
}

/// The caller, who is one of `R`.
#[derive(Debug)]
pub struct Caller<R> {
    actor: Arc<Actor>,
    proof: Arc<Proof>,
    allowed: PhantomData<R>,
}

impl<R> Caller<R> {
    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Who acts, to be handed to another thread.
    #[must_use]
    pub fn shared(&self) -> Arc<Actor> {
        Arc::clone(&self.actor)
    }

    /// What the token proves.
    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    /// The caller as staff.
    ///
    /// # Errors
    /// `forbidden` for anybody else.
    pub fn staff(&self) -> Result<&Staff, Problem> {
        match self.actor() {
            Actor::Staff(staff) => Ok(staff),
            Actor::Citizen(_) | Actor::System(_) => Err(Problem::forbidden()),
        }
    }

    /// The caller as a citizen.
    ///
    /// # Errors
    /// `forbidden` for anybody else.
    pub fn citizen(&self) -> Result<&Citizen, Problem> {
        match self.actor() {
            Actor::Citizen(citizen) => Ok(citizen),
            Actor::Staff(_) | Actor::System(_) => Err(Problem::forbidden()),
        }
    }

    /// The caller as a system.
    ///
    /// # Errors
    /// `forbidden` for anybody else.
    pub fn system(&self) -> Result<&System, Problem> {
        match self.actor() {
            Actor::System(system) => Ok(system),
            Actor::Staff(_) | Actor::Citizen(_) => Err(Problem::forbidden()),
        }
    }

    /// Bytes that are this caller's alone: what cursors and repeats are bound to.
    #[must_use]
    pub fn binding(&self) -> Vec<u8> {
        match self.actor() {
            Actor::Staff(staff) => {
                [b"staff".as_slice(), staff.affiliation.uuid().as_bytes()].concat()
            }
            Actor::Citizen(citizen) => {
                [b"citizen".as_slice(), citizen.key.bytes().as_slice()].concat()
            }
            Actor::System(system) => {
                [b"system".as_slice(), system.client.uuid().as_bytes()].concat()
            }
        }
    }
}

impl<R: Allowed> FromRequest for Caller<R> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(identified(request).and_then(|known| {
            let actor = known.actor.map_err(Problem::from)?;
            if R::admits(&actor) {
                Ok(Self {
                    actor,
                    proof: known.proof,
                    allowed: PhantomData,
                })
            } else {
                Err(Problem::forbidden())
            }
        }))
    }
}

/// Whom the token proves, in no affiliation yet: for the operation that tells a caller which
/// affiliations they have to choose among.
#[derive(Clone, Debug)]
pub struct Holder(Arc<Proof>);

impl Holder {
    /// What the token proves.
    #[must_use]
    pub fn proof(&self) -> &Arc<Proof> {
        &self.0
    }
}

impl FromRequest for Holder {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(identified(request).map(|known| Self(known.proof)))
    }
}

fn identified(request: &HttpRequest) -> Result<Identified, Problem> {
    let known = request.extensions().get::<Identified>().cloned();
    known.ok_or_else(|| {
        Problem::internal("a route outside the authenticated scope asks for its caller")
    })
}
