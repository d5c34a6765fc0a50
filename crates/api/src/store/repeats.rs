//! Requests that may be repeated: what an `Idempotency-Key` made is remembered for a day, in the
//! transaction that made it. Never an answer: a repeat passes the gate again.

use super::StoreError;
use super::schema::idempotency;
use super::sql::Db;
use super::unit_of_work::{Stop, Tried, Tx, Unfit};
use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use samrad_domain::event::{Event, Outcome};
use uuid::Uuid;

/// How long a key is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A request with a key of its caller's own.
#[derive(Clone, PartialEq, Eq)]
pub struct Repeatable {
    scope: String,
    key: String,
    operation: &'static str,
    request: [u8; 32],
}

impl std::fmt::Debug for Repeatable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repeatable({}, ..)", self.operation)
    }
}

impl Repeatable {
    /// A request of `operation` with this `key`, of the caller whom `binding` stands for;
    /// `request` is a keyed hash of it.
    #[must_use]
    pub fn new(key: &str, binding: &[u8], operation: &'static str, request: [u8; 32]) -> Self {
        Self {
            scope: hex::encode(binding),
            key: key.to_owned(),
            operation,
            request,
        }
    }
}

/// What the same request made before, if it did.
///
/// # Errors
/// Unfit where the key was used with another request; and when the database does not answer.
pub fn earlier(tx: &mut Tx<'_>, repeat: Option<&Repeatable>, event: &Event) -> Tried<Option<Uuid>> {
    let Some(repeat) = repeat else {
        return Ok(None);
    };
    let found: Option<(Vec<u8>, Uuid, Timestamp)> = idempotency::table
        .find((&repeat.scope, &repeat.key, repeat.operation))
        .select((
            idempotency::request_hash,
            idempotency::created_id,
            idempotency::expires_at,
        ))
        .first(tx.conn)
        .optional()?;
    match found {
        Some((_, _, expires_at)) if expires_at <= tx.now => Ok(None),
        Some((request, made, _)) if request == repeat.request => Ok(Some(made)),
        Some(_) => {
            let mut refused = event.clone();
            refused.outcome = Outcome::Refused;
            Err(Stop::Unfit(Unfit::KeyReused, Box::new(refused)))
        }
        None => Ok(None),
    }
}

/// Remembers what the request made, and forgets what is too old.
///
/// # Errors
/// When the database does not answer.
pub fn remember(
    tx: &mut Tx<'_>,
    repeat: Option<&Repeatable>,
    made: Uuid,
) -> Result<(), StoreError> {
    let Some(repeat) = repeat else {
        return Ok(());
    };
    diesel::delete(idempotency::table.filter(idempotency::expires_at.le(Db(tx.now))))
        .execute(tx.conn)?;
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::scope.eq(&repeat.scope),
            idempotency::key.eq(&repeat.key),
            idempotency::operation.eq(repeat.operation),
            idempotency::request_hash.eq(repeat.request.to_vec()),
            idempotency::created_id.eq(Db(made)),
            idempotency::expires_at.eq(Db(tx.now.saturating_add(REMEMBERED).unwrap_or(tx.now))),
        ))
        .execute(tx.conn)?;
    Ok(())
}
