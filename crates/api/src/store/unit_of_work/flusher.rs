//! The second step of a commit: makes what was committed durable, for many batches at a time, and
//! only then lets their answers go.
//!
//! A batch commits without waiting for the disk. The write-ahead log is a prefix: once the disk has it up to
//! some moment, every commit before that is durable, whoever made it. So one wait answers for all. On PostgreSQL it is a
//! small commit that does wait, on SQLite the file of the log is put on the disk.
//!
//! On PostgreSQL that holds within one life of the server. One that crashed may have forgotten what it had not
//! written, and one that took over may never have heard of it. So a connection vouches unasked only for
//! what began after it was made; for a batch from before, the entry that it ended with must be there.

use super::Failure;
use super::unit::Unit;
use crate::auth::registry::Versions;
use crate::log::Receipt;
use crate::store::StoreError;
use crate::store::conn::{Conn, DatabaseUrl};
use crate::store::dialect::Disk;
use crate::store::schema::log_entry;
use crate::store::sql::Db;
use crate::telemetry::telemetry;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use diesel::prelude::*;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long the desk waits for the flusher's first connection before it opens without.
const FIRST_CONNECTION: Duration = Duration::from_secs(5);

/// How many connections the flusher had made when something began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Since(u64);

/// What waits for the disk.
struct Waiter {
    since: Since,
    who: Who,
}

enum Who {
    /// Units of a committed batch, and the last entry that it wrote.
    Batch(VecDeque<Box<dyn Unit>>, Option<Receipt>),
    /// Somebody who has read what may have been committed a moment ago.
    Reader(oneshot::Sender<Result<(), String>>),
}

/// Where committed batches are handed in.
#[derive(Clone)]
pub(super) struct Flusher {
    waiters: Sender<Waiter>,
    /// How many connections were made.
    made: Arc<AtomicU64>,
}

impl Flusher {
    /// Starts the flusher's thread.
    pub(super) fn open(url: &DatabaseUrl, versions: &Arc<Versions>) -> Self {
        let made = Arc::default();
        let (waiters, waiting) = unbounded();
        let (tell, connected) = bounded::<()>(0);
        let mut hand = Hand {
            url: url.clone(),
            conn: None,
            made: Arc::clone(&made),
            versions: Arc::clone(versions),
        };
        super::spawn("log-flusher", move || {
            drop(hand.connection());
            drop(tell);
            hand.run(&waiting);
        });
        // A database that is away is found again by the first who waits.
        connected.recv_timeout(FIRST_CONNECTION).ok();
        Self { waiters, made }
    }

    /// What to tell of something that begins now.
    pub(super) fn now(&self) -> Since {
        Since(self.made.load(Ordering::Acquire))
    }

    /// Answers the units of a committed batch once it is durable. `last` is the last entry that it wrote.
    pub(super) fn answer(
        &self,
        batch: VecDeque<Box<dyn Unit>>,
        since: Since,
        last: Option<Receipt>,
    ) {
        let who = Who::Batch(batch, last);
        if let Err(lost) = self.waiters.send(Waiter { since, who }) {
            lost.into_inner().who.let_go(Err(&StoreError::Panicked));
        }
    }

    /// Has all that was committed until now made durable, for somebody who began to read at `since`.
    pub(super) fn catch_up(&self, since: Since) -> CaughtUp {
        let (done, answer) = oneshot::channel();
        let who = Who::Reader(done);
        // Where nobody is there to take it, `done` goes with it, and that is the answer.
        drop(self.waiters.send(Waiter { since, who }));
        CaughtUp(answer)
    }
}

/// The waiters of a flusher that lets nobody go.
#[cfg(test)]
pub(super) struct Held(Receiver<Waiter>);

#[cfg(test)]
impl Flusher {
    /// One that lets nobody go until a test does.
    pub(super) fn held() -> (Self, Held) {
        let (waiters, waiting) = unbounded();
        let made = Arc::default();
        (Self { waiters, made }, Held(waiting))
    }
}

#[cfg(test)]
impl Held {
    /// Lets all go who wait, and tells how many.
    pub(super) fn let_go(&self) -> usize {
        self.0
            .try_iter()
            .map(|waiter| waiter.who.let_go(Ok(())))
            .count()
    }

    /// Has one of the next two go, of whom one is a batch and one only read, and the other told that it is lost: the batch, or not.
    pub(super) fn lose(&self, batch: bool) {
        for _ in 0..2 {
            let waiter = self.next();
            let is_lost = batch == matches!(waiter.who, Who::Batch(..));
            let lost = is_lost.then_some(&StoreError::Forgotten);
            waiter.who.let_go(lost.map_or(Ok(()), Err));
        }
    }

    /// Lets the next go.
    pub(super) fn let_go_next(&self) {
        self.next().who.let_go(Ok(()));
    }

    fn next(&self) -> Waiter {
        self.0.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

/// Whether what was committed until a moment is durable.
pub(super) struct CaughtUp(oneshot::Receiver<Result<(), String>>);

impl CaughtUp {
    /// Waits until it is.
    ///
    /// # Errors
    /// When the database does not answer, or may have forgotten it, or nobody is there to ask: then nobody knows.
    pub(super) async fn wait(self) -> Result<(), Failure> {
        let gone = |_| Failure::Internal("the flusher has stopped".to_owned());
        self.0.await.map_err(gone)?.map_err(Failure::Unavailable)
    }
}

impl Who {
    fn let_go(self, durable: Result<(), &StoreError>) {
        match self {
            Self::Batch(units, _) => {
                for unit in units {
                    unit.answer(durable);
                }
            }
            // Who asked may have gone.
            Self::Reader(done) => drop(done.send(durable.map_err(ToString::to_string))),
        }
    }
}

/// The thread's hand on the database.
struct Hand {
    url: DatabaseUrl,
    conn: Option<(Conn, Disk)>,
    made: Arc<AtomicU64>,
    versions: Arc<Versions>,
}

impl Hand {
    /// Flushes for all who wait, again and again, until nobody can hand anything in.
    fn run(&mut self, waiting: &Receiver<Waiter>) {
        while let Ok(first) = waiting.recv() {
            let waiters: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
            let began = Instant::now();
            let flushed = match self.flush() {
                // The connection may have gone long ago: another tells what became of what it had.
                Err(error) if error.is_unavailable() => self.flush(),
                flushed => flushed,
            };
            match flushed {
                Ok(()) => {
                    telemetry().flushed(waiters.len(), began.elapsed());
                    waiters.into_iter().for_each(|waiter| self.vouch(waiter));
                }
                Err(error) => {
                    log::error!("what was committed could not be made durable: {error}");
                    for waiter in waiters {
                        waiter.who.let_go(Err(&error));
                    }
                }
            }
        }
    }

    fn connection(&mut self) -> Result<&mut (Conn, Disk), StoreError> {
        let none = match &mut self.conn {
            Some(conn) => return Ok(conn),
            none => none,
        };
        let conn = none.insert(Disk::connect(&self.url)?);
        if self.made.fetch_add(1, Ordering::AcqRel) > 0 {
            self.versions.forget();
        }
        Ok(conn)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let flushed = self.connection().and_then(|(conn, disk)| disk.flush(conn));
        if flushed.is_err() {
            self.conn = None;
        }
        flushed
    }

    /// Lets go who may go now that everything that this connection's server has is durable.
    fn vouch(&mut self, waiter: Waiter) {
        let one = self.conn.as_ref();
        let always = one.is_some_and(|(_, disk)| !disk.may_have_forgotten());
        if always || waiter.since == Since(self.made.load(Ordering::Acquire)) {
            return waiter.who.let_go(Ok(()));
        }
        let there = match &waiter.who {
            Who::Batch(_, Some(last)) => self.has(last),
            // It wrote nothing, and decided on what may be gone.
            Who::Batch(_, None) | Who::Reader(_) => Ok(false),
        };
        let there = there.and_then(|there| there.then_some(()).ok_or(StoreError::Forgotten));
        if let Err(error) = &there {
            log::error!(
                "what was committed before the database went away is not answered: {error}"
            );
        }
        waiter.who.let_go(there.as_ref().copied());
    }

    fn has(&mut self, last: &Receipt) -> Result<bool, StoreError> {
        let has = self
            .connection()
            .and_then(|(conn, _)| has_entry(conn, last));
        if has.is_err() {
            self.conn = None;
        }
        has
    }
}

fn has_entry(conn: &mut Conn, entry: &Receipt) -> Result<bool, StoreError> {
    let there = log_entry::table
        .filter(log_entry::idx.eq(entry.index))
        .filter(log_entry::event_id.eq(Db(entry.event.uuid())));
    Ok(diesel::select(diesel::dsl::exists(there)).get_result(conn)?)
}
