//! The one thread that writes: what waits, in what order it is taken, and what is committed together.

use super::{BATCH, BATCH_TIME};
use crate::store::StoreError;
use crate::store::conn::{Access, Conn, DatabaseUrl, establish};
use crate::store::dialect::{self, Begin, Bucket, Buckets, Head, Hold};
use crate::store::vault::Vault;
use crossbeam_channel::{Receiver, select_biased};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

/// A unit in the queue, whatever it answers.
pub(super) trait Unit: Send {
    /// The lock that it needs.
    fn lock(&self) -> Option<(Bucket, Hold)>;
    /// Runs it in the open transaction. An error means that the transaction is lost.
    fn run(&mut self, conn: &mut Conn, vault: &Vault, head: &mut Head) -> Result<(), StoreError>;
    /// Answers, now that the transaction is durable, or lost.
    fn answer(self: Box<Self>, durable: Result<(), &StoreError>);
}

/// The units that wait. Changes of consents go before readings: a withdrawal waits for no queue.
pub(super) struct Waiting {
    pub(super) urgent: Receiver<Box<dyn Unit>>,
    pub(super) ordinary: Receiver<Box<dyn Unit>>,
}

impl Waiting {
    /// The next batch: what is urgent, then what was left over, then the rest. Waits for a first
    /// unit; none once every desk is gone.
    fn take(&self, left: &mut VecDeque<Box<dyn Unit>>) -> Option<VecDeque<Box<dyn Unit>>> {
        let mut batch: VecDeque<_> = self.urgent.try_iter().take(BATCH).collect();
        if batch.is_empty() && left.is_empty() {
            batch.extend(select_biased! {
                recv(self.urgent) -> first => first.ok(),
                recv(self.ordinary) -> first => first.ok(),
            });
            batch.extend(self.urgent.try_iter().take(BATCH));
        }
        let room = BATCH.saturating_sub(batch.len());
        batch.extend(left.drain(..room.min(left.len())));
        let room = BATCH.saturating_sub(batch.len());
        batch.extend(self.ordinary.try_iter().take(room));
        (!batch.is_empty()).then_some(batch)
    }
}

/// The one thread that writes.
pub(super) struct Writer {
    pub(super) url: DatabaseUrl,
    pub(super) conn: Option<Conn>,
    pub(super) vault: Arc<Vault>,
}

impl Writer {
    /// Takes what waits, runs it, commits, answers; until every desk is gone.
    pub(super) fn run(&mut self, waiting: &Waiting) {
        let mut left = VecDeque::new();
        while let Some(mut batch) = waiting.take(&mut left) {
            let done = self.commit(&mut batch, waiting);
            match &done {
                Ok(ran) => left = batch.split_off(*ran),
                Err(error) => {
                    log::error!("a batch of {} was lost: {error}", batch.len());
                    self.conn = None;
                }
            }
            for unit in batch {
                unit.answer(done.as_ref().map(|_| ()));
            }
        }
    }

    /// Runs a batch in one transaction, and tells how many of its units it had time for. After an
    /// error nothing of it was kept.
    fn commit(
        &mut self,
        batch: &mut VecDeque<Box<dyn Unit>>,
        waiting: &Waiting,
    ) -> Result<usize, StoreError> {
        let mut buckets = Buckets::default();
        for (bucket, hold) in batch.iter().filter_map(|unit| unit.lock()) {
            buckets.add(bucket, hold);
        }
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => none.insert(establish(&self.url, Access::Write)?),
        };
        let vault = &*self.vault;
        dialect::in_transaction(conn, Begin::Writing, |conn| {
            dialect::lock_buckets(conn, &buckets)?;
            let mut head = dialect::lock_head(conn)?;
            let (began, mut ran) = (Instant::now(), 0);
            for unit in batch.iter_mut() {
                if ran > 0 && (began.elapsed() > BATCH_TIME || !waiting.urgent.is_empty()) {
                    break;
                }
                unit.run(conn, vault, &mut head)?;
                ran += 1;
            }
            dialect::move_head(conn, head)?;
            Ok(ran)
        })
    }
}
