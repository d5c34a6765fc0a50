//! One act, one transaction, one log entry.
//!
//! Everything that reads identity or changes state is a unit of work: load facts, decide, apply,
//! append the log entry, commit, answer. Units are queued to a writer thread that runs many of
//! them in one transaction, so that the cost of durability is shared: those that change something in
//! a savepoint each, readings on what is loaded for all of them together. No other code begins or
//! commits. An entry that can't be written means that the act did not happen
//! and nothing is shown.
//!
//! The order that keeps a withdrawal's word: lock the buckets of every person in the batch (shared
//! for reading, exclusive for a consent change, ascending), *then*, as separate statements, take the
//! head of the log, read, decide and append. So no disclosure's entry can follow the withdrawal's
//! of the consent it used. Readings of discussions that have their sheets, and acts that only look, do without, on PostgreSQL: what they
//! decided on is what there is only if the log has not moved, and else they write nothing ([`readings`]).

mod backfill;
mod flusher;
mod reader;
mod readings;
mod turn;
mod unit;
mod waiting;
mod writer;

use crate::auth::registry::{ResolveFault, Standing, Versions};
use crate::log::{Context, Ends, Receipt};
use crate::store::ahead::{Ahead, Wanted};
use crate::store::conn::{Backend, Conn, DatabaseUrl, Pool};
use crate::store::dialect::{Hold, writes_alone};
use crate::store::keys::Keyring;
use crate::store::later::Later;
use crate::store::subject::{About, Subjects};
use crate::store::vault::{DataKey, Vault};
use crate::store::{EXIT_BROKEN, StoreError, keys};
use crate::telemetry::telemetry;
use backfill::Backfill;
use crossbeam_channel::{Sender, TrySendError, bounded};
use flusher::Flusher;
use jiff::Timestamp;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{DataKeyId, PatientId};
use samrad_domain::permit::Refusal;
use samrad_domain::view::Committed;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use turn::Turns;
use unit::{Does, Pending, Unit};
use waiting::Waiting;
use writer::Writer;

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

impl Stop {
    /// The request does not fit what `event` was to tell of; the entry tells of the refusal.
    #[must_use]
    pub fn unfit(unfit: Unfit, event: &Event) -> Self {
        let mut refused = event.clone();
        refused.outcome = Outcome::Refused;
        Self::Unfit(unfit, Box::new(refused))
    }
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
    /// The caller is no longer who they were when they were let in.
    Caller(ResolveFault),
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

/// A unit's hand on the database.
pub struct Tx<'a> {
    /// The connection: inside the unit's savepoint, or, for a reading, on what can't change unseen.
    pub conn: &'a mut Conn,
    /// What seals and opens.
    pub vault: &'a Vault,
    /// The time of the decision, which is the time of the entry.
    pub now: Timestamp,
    /// What was loaded together for several readings.
    pub(super) ahead: &'a mut Ahead,
    /// What is written when the unit, or the run of readings, is through.
    pub(super) later: &'a mut Later,
}

impl Tx<'_> {
    /// The patient whose record an entry is to be about: none where there is no such record, or where it was erased and takes
    /// no more entries.
    ///
    /// # Errors
    /// When the database does not answer, or the record's key can't be opened.
    pub fn standing_record(&mut self, patient: PatientId) -> Result<Option<PatientId>, StoreError> {
        let found = crate::log::standing(self.conn, self.vault, patient)?;
        Ok(found.map(|(key, person)| {
            self.ahead.asked(patient.uuid(), key, person);
            patient
        }))
    }

    /// The data key of a record.
    ///
    /// # Errors
    /// As [`keys::fetch`].
    pub(super) fn data_key(&mut self, id: DataKeyId) -> Result<DataKey, StoreError> {
        match self.ahead.key(id) {
            Some(key) => Ok(key),
            None => keys::fetch(self.conn, self.vault, id),
        }
    }
}

/// Where units of work are handed in.
#[derive(Clone)]
pub struct Desk {
    urgent: Sender<Box<dyn Unit>>,
    ordinary: Sender<Box<dyn Unit>>,
    flusher: Flusher,
    reads: Pool,
    vault: Arc<Vault>,
    /// Whether the log was found to be what it was: until then nothing is added to it.
    may_write: Arc<AtomicBool>,
}

/// What is asked of the desk.
#[derive(Debug)]
pub struct Request {
    /// Who asks, in which request.
    pub context: Context,
    /// How they stood when they were let in.
    pub standing: Option<Standing>,
    /// Whose bucket it needs.
    pub about: About,
    /// How it holds the bucket.
    pub hold: Hold,
}

impl Desk {
    /// Opens the desk: the lanes that write, and a pool for reading.
    #[must_use]
    pub fn open(
        url: &DatabaseUrl,
        reads: Pool,
        vault: Arc<Vault>,
        versions: &Arc<Versions>,
        may_write: Arc<AtomicBool>,
    ) -> Self {
        let flusher = Flusher::open(url, versions);
        Self::open_before(flusher, url, reads, vault, versions, may_write)
    }

    /// The same, before this flusher.
    fn open_before(
        flusher: Flusher,
        url: &DatabaseUrl,
        reads: Pool,
        vault: Arc<Vault>,
        versions: &Arc<Versions>,
        may_write: Arc<AtomicBool>,
    ) -> Self {
        let (urgent, first) = bounded(QUEUE);
        let (ordinary, then) = bounded(QUEUE);
        let waiting = Waiting::of(first, then, lanes(url.backend()));
        let subjects = Arc::new(Subjects::default());
        let ends = Arc::new(Ends::default());
        let keyring = Arc::new(Keyring::default());
        let turns = Turns::default();
        let backfill = Backfill::open(url, &turns);
        for _ in 0..waiting.lanes {
            let waiting = waiting.clone();
            let mut writer = Writer {
                url: url.clone(),
                conn: None,
                lead: None,
                vault: Arc::clone(&vault),
                subjects: Arc::clone(&subjects),
                ends: Arc::clone(&ends),
                keyring: Arc::clone(&keyring),
                turns: turns.clone(),
                versions: Arc::clone(versions),
                flusher: flusher.clone(),
                backfill: backfill.clone(),
            };
            spawn("log-writer", move || writer.run(&waiting));
        }
        Self {
            urgent,
            ordinary,
            flusher,
            reads,
            vault,
            may_write,
        }
    }

    /// Runs `act` as one unit of work, and answers once it is durable.
    ///
    /// `act` returns what it came to and the event that tells of it; by a [`Stop`] it is undone.
    ///
    /// # Errors
    /// As [`Failure`] says.
    pub async fn act<T, F>(&self, request: Request, act: F) -> Result<Recorded<T>, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send + 'static,
    {
        let mut act = Some(act);
        let once = move |tx: &mut Tx<'_>| match act.take() {
            Some(act) => act(tx),
            None => Err(Stop::Store(StoreError::Panicked)),
        };
        self.hand_in(request, Does::Anything, None, once).await
    }

    /// The same for a reading, which may want something loaded together with what others want, and changes nothing but what
    /// is written later. It may be run more than once; what it came to the last time is answered.
    ///
    /// # Errors
    /// As [`Failure`] says.
    pub async fn read_together<T, F>(
        &self,
        request: Request,
        wants: Option<Wanted>,
        act: F,
    ) -> Result<Recorded<T>, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send + 'static,
    {
        self.hand_in(request, Does::Reads(wants), None, act).await
    }

    async fn hand_in<T, F>(
        &self,
        request: Request,
        does: Does,
        goes_on: Option<oneshot::Sender<i64>>,
        act: F,
    ) -> Result<Recorded<T>, Failure>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send + 'static,
    {
        if !self.may_write.load(Ordering::Acquire) {
            return Err(Failure::Unavailable(
                "the log has not been looked at yet".to_owned(),
            ));
        }
        let (reply, answer) = oneshot::channel();
        let queue = match request.hold {
            Hold::Exclusive => &self.urgent,
            Hold::Shared => &self.ordinary,
        };
        let unit = Pending {
            about: (request.about, request.hold),
            does,
            standing: request.standing,
            context: request.context,
            handed_in: Instant::now(),
            act: Some(act),
            outcome: None,
            goes_on,
            reply: Some(reply),
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

    /// Tells the telemetry what waits here now.
    pub fn look(&self) {
        telemetry().waits("urgent", self.urgent.len());
        telemetry().waits("ordinary", self.ordinary.len());
        let (idle, all) = self.reads.connections();
        telemetry().connects("reads", idle, all);
    }

    /// What seals and opens.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}

/// How many lanes write.
const fn lanes(backend: Backend) -> usize {
    if writes_alone(backend) { 1 } else { 2 }
}

/// Starts a thread of the desk's. The service does not go on without one.
fn spawn(name: &'static str, work: impl FnOnce() + Send + 'static) {
    let work = move || {
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            log::error!("the {name} is gone: start again");
            std::process::exit(EXIT_BROKEN);
        }
    };
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .expect("a thread can be started while the service starts");
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

#[cfg(test)]
mod tests;
