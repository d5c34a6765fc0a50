//! The second step of a commit: makes what was committed durable, for many batches at a time, and
//! only then lets their answers go.
//!
//! On PostgreSQL a batch commits without waiting for the disk. The write-ahead log is a prefix: once a
//! later commit that does wait has returned, every commit before it is durable too, whoever made
//! it. So one small commit answers for all. On SQLite a commit is durable when it returns.

use super::Failure;
use super::unit::Unit;
use crate::store::StoreError;
use crate::store::conn::{Access, Backend, Conn, DatabaseUrl, establish};
use crate::store::dialect;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::VecDeque;
use tokio::sync::oneshot;

/// What waits for the disk.
enum Waiter {
    /// Units of committed batches.
    Batch(VecDeque<Box<dyn Unit>>),
    /// Somebody who has read what may have been committed a moment ago.
    Reader(oneshot::Sender<Result<(), String>>),
}

/// Where committed batches are handed in.
#[derive(Clone)]
pub(super) struct Flusher(Option<Sender<Waiter>>);

impl Flusher {
    /// Starts the flusher's thread, where the database needs one.
    pub(super) fn open(url: &DatabaseUrl) -> Self {
        match url.backend() {
            Backend::Sqlite => Self(None),
            Backend::Pg => {
                let (sender, waiting) = unbounded();
                let url = url.clone();
                super::spawn("log-flusher", move || run(&url, &waiting));
                Self(Some(sender))
            }
        }
    }

    /// Answers the units of a committed batch once it is durable.
    pub(super) fn answer(&self, batch: VecDeque<Box<dyn Unit>>) {
        let unsent = match &self.0 {
            None => Waiter::Batch(batch),
            Some(sender) => match sender.send(Waiter::Batch(batch)) {
                Ok(()) => return,
                Err(lost) => return lost.into_inner().let_go(Err(&StoreError::Panicked)),
            },
        };
        unsent.let_go(Ok(()));
    }

    /// Waits until all that could be read a moment ago is durable.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn caught_up(&self) -> Result<(), Failure> {
        let Some(sender) = &self.0 else {
            return Ok(());
        };
        let (done, answer) = oneshot::channel();
        let gone = || Failure::Internal("the flusher has stopped".to_owned());
        sender.send(Waiter::Reader(done)).map_err(|_| gone())?;
        answer
            .await
            .map_err(|_| gone())?
            .map_err(Failure::Unavailable)
    }
}

impl Waiter {
    fn let_go(self, durable: Result<(), &StoreError>) {
        match self {
            Self::Batch(units) => {
                for unit in units {
                    unit.answer(durable);
                }
            }
            // Who asked may have gone.
            Self::Reader(done) => drop(done.send(durable.map_err(ToString::to_string))),
        }
    }
}

/// Flushes for all who wait, again and again, until nobody can hand anything in.
fn run(url: &DatabaseUrl, waiting: &Receiver<Waiter>) {
    let mut conn: Option<Conn> = None;
    while let Ok(first) = waiting.recv() {
        let waiters: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
        let flushed = match &mut conn {
            Some(conn) => dialect::flush(conn),
            none => establish(url, Access::Write).and_then(|new| dialect::flush(none.insert(new))),
        };
        if let Err(error) = &flushed {
            log::error!("what was committed could not be made durable: {error}");
            conn = None;
        }
        for waiter in waiters {
            waiter.let_go(flushed.as_ref().map(|_| ()));
        }
    }
}
