//! `samrad rotate-log-key`: from here on the log is signed by another key. The entry that tells of it is the
//! last one of a checkpoint that both keys sign. Instances that run with the old key stop; they are
//! started again with the new one.

use std::sync::Arc;

use samrad_domain::actor::{Actor, System};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ClientId, OrganisationId};
use samrad_ledger::checkpoint::Checkpoint;
use uuid::Uuid;

use crate::command::Failure;
use crate::config::LogKeyRotation;
use crate::log::body::Request;
use crate::log::guard::{self, GuardFault};
use crate::log::publisher::{self, PublishError, Publisher};
use crate::log::{Context, Pen};
use crate::store::StoreError;
use crate::store::checkpoints::{self, KeyChange, Same};
use crate::store::conn::{Access, Conn, Pool, establish};
use crate::store::dialect::{self, Begin};
use crate::{clock, ids};

/// Why the key was not changed.
#[derive(Debug, thiserror::Error)]
enum NotRotated {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Guard(#[from] GuardFault),
}

/// Changes the key that signs the log from `SAMRAD_LOG_KEY` to `SAMRAD_LOG_NEXT_KEY`.
///
/// # Errors
/// When a setting is missing, the database is away, or the log is not what it was.
pub fn run(lookup: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
    let settings = LogKeyRotation::from_environment(lookup)?;
    let mut conn = establish(&settings.database, Access::Write).map_err(Failure::other)?;
    let pool = Pool::open_unconnected(&settings.database, 1, std::time::Duration::from_secs(5));
    let ledger = Arc::clone(&settings.ledger);
    let publisher = Publisher::new(ledger, settings.database.clone(), pool);
    let rotated = dialect::in_transaction(&mut conn, Begin::Writing, |conn| {
        rotate(conn, &settings, &publisher)
    });
    let (checkpoint, note) = rotated.map_err(Failure::other)?;
    publisher
        .kept()
        .keep(&checkpoint, &note)
        .map_err(Failure::other)?;
    log::info!(
        "the log is signed by {} from entry {} on: start the service with it as SAMRAD_LOG_KEY",
        settings.next.verifier(),
        checkpoint.size
    );
    Ok(())
}

fn rotate(
    conn: &mut Conn,
    settings: &LogKeyRotation,
    publisher: &Publisher,
) -> Result<(Checkpoint, String), NotRotated> {
    let mut pen = Pen::take(conn, &Arc::default())?;
    guard::hold(conn, publisher, false)?;
    let next = settings.next.verifier().to_string();
    let event = Event {
        log_key: Some(next.clone()),
        ..Event::done(EventKind::LogKeyChanged)
    };
    let now = pen.decision_time(clock::now());
    pen.put(conn, &settings.vault, &by_the_operator(), &event, now)?;
    let checkpoint = Checkpoint {
        origin: settings.ledger.origin.clone(),
        size: pen.size(),
        root: pen.root(),
        extensions: Vec::new(),
    };
    pen.lay_down(conn)?;
    // Seen by nobody before the commit, which waits for the disk.
    let signers = [&settings.ledger.signer, &settings.next];
    let note = publisher::signed(&checkpoint, &signers)?.to_string();
    let size = dialect::read_head(conn)?.size;
    checkpoints::publish(conn, size, &note, Same::Goes)?;
    let change = KeyChange {
        size,
        verifier_key: next,
        previous_key: publisher.verifier().to_string(),
        note: note.clone(),
    };
    checkpoints::change_key(conn, &change)?;
    Ok((checkpoint, note))
}

fn by_the_operator() -> Context {
    let actor = Actor::System(System {
        client: ClientId::new(Uuid::nil()),
        name: "samrad rotate-log-key".to_owned(),
        organisation: OrganisationId::new(Uuid::nil()),
        scopes: Vec::new(),
    });
    let request = Request {
        id: ids::new_uuid().to_string(),
        operation: "rotateLogKey",
    };
    Context { actor, request }
}
