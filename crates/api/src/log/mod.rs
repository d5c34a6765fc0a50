//! The log writer's pen: one entry for each act, in the act's own transaction, at a gap-free index
//! taken from the head row that the writer holds.

pub mod body;
mod chain;
mod ends;
pub mod guard;
pub mod kept;
mod pen;
pub mod poster;
pub mod publisher;
pub mod reader;
mod rows;
pub mod sealed;
pub mod tree;
mod witnesses;

pub(crate) use chain::standing;
pub use ends::Ends;
pub use pen::{LEFT_OUT, Pen, PutDown};

use body::Request;
use samrad_domain::actor::Actor;
use samrad_domain::id::EventId;

/// What a caller holds in proof that an act stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's id.
    pub event: EventId,
    /// Its index, from 0.
    pub index: i64,
    /// Its leaf hash.
    pub leaf: [u8; 32],
}

impl std::fmt::Display for Receipt {
    /// `<event id>;<index>;<leaf hash in hexadecimal>`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{};{};{}",
            self.event,
            self.index,
            hex::encode(self.leaf)
        )
    }
}

/// Who acts, in which request, about which person.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// In which request.
    pub request: Request,
}

impl Context {
    const fn actor_kind(&self) -> &'static str {
        match self.actor {
            Actor::Staff(_) => "person",
            Actor::Citizen(_) => "citizen",
            Actor::System(_) => "system",
        }
    }
}
