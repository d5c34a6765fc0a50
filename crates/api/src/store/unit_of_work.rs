//! One act, one transaction, one log entry.
//!
//! Everything that reads identity or changes state is a unit of work: load facts, decide, apply,
//! append the log entry, commit, answer. Units are queued to one writer thread that runs many of
//! them in one transaction, each in a savepoint, so that the cost of durability is shared. No
//! other code begins or commits. An entry that can't be written means that the act did not happen
//! and nothing is shown.
//!
//! The order that keeps a withdrawal's word: lock the buckets of every person in the batch (shared
//! for reading, exclusive for a consent change, ascending), *then*, as separate statements, take the
//! head of the log, read, decide and append. So no disclosure's entry can follow the withdrawal's
//! of the consent it used.

mod writer;

use crate::clock;
use crate::log::{self as disclosure_log, Context, Receipt};
use crate::store::conn::{Conn, DatabaseUrl, Pool};
use crate::store::dialect::{Bucket, Head, Hold};
use crate::store::subject::{self, About};
use crate::store::vault::Vault;
use crate::store::{StoreError, dialect};
use crossbeam_channel::{Sender, TrySendError, bounded};
use jiff::Timestamp;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::permit::Refusal;
use samrad_domain::view::Committed;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use writer::{Unit, Waiting, Writer};

/// How many units are run in one transaction at most.
const BATCH: usize = 128;
/// How long a batch goes on taking units: no change of a consent waits longer for its turn.
const BATCH_TIME: Duration = Duration::from_millis(25);
/// How many units may wait; more are turned away, to be tried again.
const QUEUE: usize = 4096;

/// Why an act did not happen.
#[derive(Debug)]
pub enum Stop {
    /// A rule said no: what the unit wrote is undone, and an entry of the refusal is kept.
    Refused(Box<Refusal>, Box<Event>),
    /// What the caller sent is not what the unit can take (a stale version, a repeated key):
    /// undone, with an entry of the refusal.
    Unfit(Unfit, Box<Event>),
    /// The store failed: undone, and nothing is known of it.
    Store(StoreError),
}

/// Why a request does not fit the state it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The version in `If-Match` is not the present one.
    StaleVersion,
    /// The idempotency key was used with another request.
    KeyReused,
}

impl<E: Into<StoreError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

/// What a unit of work comes to.
pub type Tried<T> = Result<T, Stop>;

/// What an act came to, with proof that it stands in the log.
#[derive(Debug)]
pub struct Recorded<T> {
    /// What it came to.
    pub value: T,
    /// Its receipt.
    pub receipt: Receipt,
    /// The writer's word that the entry is durable.
    pub committed: Committed,
}

/// Why there is no answer, or no yes.
#[derive(Debug)]
pub enum Failure {
    /// A rule said no, and the log has it.
    Refused(Refusal),
    /// The request does not fit, and the log has it.
    Unfit(Unfit),
    /// The database is away, or too much waits.
    Unavailable(String),
    /// A fault of ours.
    Internal(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_unavailable() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Internal(error.to_string())
        }
    }
}

/// A unit's hand on the open transaction.
pub struct Tx<'a> {
    /// The connection, inside the unit's savepoint.
    pub conn: &'a mut Conn,
    /// What seals and opens.
    pub vault: &'a Vault,
    /// The time of the decision, which is the time of the entry.
    pub now: Timestamp,
}

/// Where units of work are handed in.
#[derive(Clone)]
pub struct Desk {
    urgent: Sender<Box<dyn Unit>>,
    ordinary: Sender<Box<dyn Unit>>,
    reads: Pool,
    vault: Arc<Vault>,
}

impl Desk {
    /// Opens the desk: one writer thread on the database, and a pool for reading.
    #[must_use]
    pub fn open(url: DatabaseUrl, reads: Pool, vault: Arc<Vault>) -> Self {
        let (urgent, first) = bounded(QUEUE);
        let (ordinary, then) = bounded(QUEUE);
        let writers_vault = Arc::clone(&vault);
        std::thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || {
                let mut writer = Writer {
                    url,
                    conn: None,
                    vault: writers_vault,
                };
                writer.run(&Waiting {
                    urgent: first,
                    ordinary: then,
                });
            })
            .expect("a thread can be started while the service starts");
        Self {
            urgent,
            ordinary,
            reads,
            vault,
        }
    }

    /// Runs `act` as one unit of work of `kind` about `about`, and answers once it is durable.
    ///
    /// `act` returns what it came to and the event that tells of it; by a [`Stop`] it is undone.
    ///
    /// # Errors
    /// As [`Failure`] says.
    pub async fn act<T, F>(
        &self,
        context: Context,
        about: About,
        hold: Hold,
        act: F,
    ) -> Result<Recorded<T>, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send + 'static,
    {
        let bucket = self
            .read(move |conn, _| subject::bucket(conn, about))
            .await?;
        let (reply, answer) = oneshot::channel();
        let unit = Pending {
            locks: bucket.map(|b| (b, hold)),
            context,
            act: Some(act),
            outcome: None,
            reply: Some(reply),
        };
        let queue = match hold {
            Hold::Exclusive => &self.urgent,
            Hold::Shared => &self.ordinary,
        };
        queue.try_send(Box::new(unit)).map_err(|error| {
            Failure::Unavailable(match error {
                TrySendError::Full(_) => "too many units of work wait".to_owned(),
                TrySendError::Disconnected(_) => "the log writer has stopped".to_owned(),
            })
        })?;
        answer
            .await
            .unwrap_or_else(|_| Err(Failure::Internal("a unit went unanswered".to_owned())))
    }

    /// Reads what holds no identity and needs no entry, on the read pool.
    ///
    /// # Errors
    /// As [`Failure`] says.
    pub async fn read<T, F>(&self, read: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Vault) -> Result<T, StoreError> + Send + 'static,
    {
        let (pool, vault) = (self.reads.clone(), Arc::clone(&self.vault));
        let done = actix_web::web::block(move || pool.read(|conn| read(conn, &vault))).await;
        Ok(done.map_err(|_| Failure::Internal("a read was cut off".to_owned()))??)
    }

    /// What seals and opens.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}

type Settled<T> = Result<(T, Receipt), Failure>;

struct Pending<T, F> {
    locks: Option<(Bucket, Hold)>,
    context: Context,
    act: Option<F>,
    outcome: Option<Settled<T>>,
    reply: Option<oneshot::Sender<Result<Recorded<T>, Failure>>>,
}

impl<T, F> Unit for Pending<T, F>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send,
{
    fn lock(&self) -> Option<(Bucket, Hold)> {
        self.locks
    }

    fn run(&mut self, conn: &mut Conn, vault: &Vault, head: &mut Head) -> Result<(), StoreError> {
        let Some(act) = self.act.take() else {
            return Ok(());
        };
        let now = disclosure_log::decision_time(head, clock::now());
        let context = &self.context;
        let before = *head;
        let attempt = dialect::in_savepoint(conn, |conn| {
            let mut tx = Tx { conn, vault, now };
            let (value, event) = catch_unwind(AssertUnwindSafe(|| act(&mut tx)))
                .unwrap_or(Err(Stop::Store(StoreError::Panicked)))?;
            let receipt = disclosure_log::append(tx.conn, vault, head, context, &event, now)?;
            Ok::<_, Stop>((value, receipt))
        });
        self.outcome = Some(match attempt {
            Ok(done) => Ok(done),
            Err(stop) => {
                *head = before;
                Err(settle(conn, vault, head, context, stop, now)?)
            }
        });
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the log writer, whose word the witness is"
    )]
    fn answer(mut self: Box<Self>, durable: Result<(), &StoreError>) {
        let Some(reply) = self.reply.take() else {
            return;
        };
        let answer = match (durable, self.outcome.take()) {
            (Ok(()), Some(Ok((value, receipt)))) => {
                let committed = Committed::by_the_log_writer();
                Ok(Recorded {
                    value,
                    receipt,
                    committed,
                })
            }
            (Ok(()), Some(Err(failure))) => Err(failure),
            (Ok(()), None) => Err(Failure::Internal("a unit did not run".to_owned())),
            (Err(error), _) => Err(Failure::Unavailable(error.to_string())),
        };
        // Who asked may have gone; the act and its entry stand all the same.
        drop(reply.send(answer));
    }
}

/// Keeps the entry of a refusal, after the unit was undone.
fn settle(
    conn: &mut Conn,
    vault: &Vault,
    head: &mut Head,
    context: &Context,
    stop: Stop,
    now: Timestamp,
) -> Result<Failure, StoreError> {
    let (failure, event) = match stop {
        Stop::Refused(refusal, event) => (Failure::Refused(*refusal), event),
        Stop::Unfit(unfit, event) => (Failure::Unfit(unfit), event),
        Stop::Store(error) if error.is_unavailable() => return Err(error),
        Stop::Store(error) => return Ok(Failure::from(error)),
    };
    dialect::in_savepoint(conn, |conn| {
        disclosure_log::append(conn, vault, head, context, &event, now).map_err(Stop::Store)
    })
    .map_err(|stop| match stop {
        Stop::Store(error) => error,
        Stop::Refused(..) | Stop::Unfit(..) => StoreError::Panicked,
    })?;
    Ok(failure)
}

/// Names the kind of act that a refusal stopped.
pub trait OrRefuse<T> {
    /// The same, with the refusal's event made of `kind`.
    ///
    /// # Errors
    /// The refusal, as a stop.
    fn or_refuse(self, kind: EventKind) -> Tried<T>;

    /// The same, with the refusal's event telling what `event` was about.
    ///
    /// # Errors
    /// The refusal, as a stop.
    fn or_refuse_as(self, event: &Event) -> Tried<T>;
}

impl<T> OrRefuse<T> for Result<T, Refusal> {
    fn or_refuse(self, kind: EventKind) -> Tried<T> {
        self.map_err(|refusal| {
            let event = Event::refused(kind, &refusal);
            Stop::Refused(Box::new(refusal), Box::new(event))
        })
    }

    fn or_refuse_as(self, event: &Event) -> Tried<T> {
        self.map_err(|refusal| {
            let event = event.clone().refusing(&refusal);
            Stop::Refused(Box::new(refusal), Box::new(event))
        })
    }
}
