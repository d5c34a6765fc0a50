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

/// What the same request made before, if it did. To be asked behind the gate that the act passes, as
/// a repeat is answered afresh: `event` then tells of an access, for nothing is done again.
///
/// # Errors
/// Unfit where the key was used with another request; and when the database does not answer.
pub fn earlier(
    tx: &mut Tx<'_>,
    repeat: Option<&Repeatable>,
    event: &mut Event,
) -> Tried<Option<Uuid>> {
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
        Some((request, made, _)) if request == repeat.request => {
            event.outcome = Outcome::Accessed;
            Ok(Some(made))
        }
        Some(_) => Err(Stop::unfit(Unfit::KeyReused, event)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids;
    use crate::store::conn::Conn;
    use crate::store::testing::{on_each, tx, vault};
    use samrad_domain::event::EventKind;

    fn asked(conn: &mut Conn, now: Timestamp, request: &Repeatable) -> Tried<Option<Uuid>> {
        let (vault, mut event) = (vault(), Event::done(EventKind::PatientRegistered));
        let vault = &vault;
        earlier(&mut tx(conn, vault, now), Some(request), &mut event)
    }

    #[test]
    fn a_key_is_remembered_for_a_day_for_its_caller_and_operation_alone() {
        on_each(|database| {
            let (mut conn, vault, made) = (database.conn(), vault(), ids::new_uuid());
            let now: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
            let later = now.saturating_add(REMEMBERED).unwrap();
            let request = Repeatable::new("k", b"one", "registerPatient", [1; 32]);
            let remembered = |conn: &mut Conn, now| {
                let vault = &vault;
                remember(&mut tx(conn, vault, now), Some(&request), made).unwrap();
            };
            assert_eq!(asked(&mut conn, now, &request).unwrap(), None);
            remembered(&mut conn, now);
            assert_eq!(asked(&mut conn, now, &request).unwrap(), Some(made));
            let elsewhere = Repeatable::new("k", b"other", "registerPatient", [1; 32]);
            assert_eq!(asked(&mut conn, now, &elsewhere).unwrap(), None);
            let otherwise = Repeatable::new("k", b"one", "recordGuardian", [1; 32]);
            assert_eq!(asked(&mut conn, now, &otherwise).unwrap(), None);
            let changed = Repeatable::new("k", b"one", "registerPatient", [2; 32]);
            let refused = asked(&mut conn, now, &changed).unwrap_err();
            assert!(matches!(refused, Stop::Unfit(Unfit::KeyReused, _)));
            assert_eq!(asked(&mut conn, later, &changed).unwrap(), None);
            remembered(&mut conn, later);
            assert_eq!(asked(&mut conn, later, &request).unwrap(), Some(made));
        });
    }
}
