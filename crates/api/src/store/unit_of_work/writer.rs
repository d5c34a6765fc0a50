//! One lane of the log writer: what waits, in what order it is taken, and what is committed together.
//!
//! A lane holds the head of the log from before its units decide until its transaction has
//! committed. It does not wait for the commit to be flushed: the [`Flusher`] does, for all batches
//! since it last did, and lets their answers go. So the next batch decides while the last one is
//! made durable.

use super::flusher::Flusher;
use super::unit::{Hand, Left, Unit};
use super::{BATCH, BATCH_TIME, Failure};
use crate::auth::registry::Versions;
use crate::clock;
use crate::log::Pen;
use crate::store::StoreError;
use crate::store::ahead::{Ahead, Wanted};
use crate::store::conn::{Access, Conn, DatabaseUrl, establish};
use crate::store::dialect::{self, Begin, Buckets};
use crate::store::later::Later;
use crate::store::registry;
use crate::store::subject;
use crate::store::vault::Vault;
use crossbeam_channel::{Receiver, select_biased};
use samrad_domain::time::oslo_day;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

type Units = VecDeque<Box<dyn Unit>>;

/// The units that wait. Changes of consents go before readings: a withdrawal waits for no queue.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) urgent: Receiver<Box<dyn Unit>>,
    pub(super) ordinary: Receiver<Box<dyn Unit>>,
}

impl Waiting {
    /// The next batch: what is urgent, then what was left over, then the rest. Waits for a first
    /// unit; none once every desk is gone.
    fn take(&self, left: &mut Units) -> Option<Units> {
        let mut batch: Units = self.urgent.try_iter().take(BATCH).collect();
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

/// One thread that writes.
pub(super) struct Writer {
    pub(super) url: DatabaseUrl,
    pub(super) conn: Option<Conn>,
    pub(super) vault: Arc<Vault>,
    pub(super) versions: Arc<Versions>,
    pub(super) flusher: Flusher,
}

impl Writer {
    /// Takes what waits, runs it, commits, hands it on; until every desk is gone.
    pub(super) fn run(&mut self, waiting: &Waiting) {
        let mut left = Units::new();
        while let Some(mut batch) = waiting.take(&mut left) {
            match self.commit(&mut batch, waiting) {
                Ok(ran) => {
                    left = batch.split_off(ran);
                    self.flusher.answer(batch);
                }
                Err(error) => {
                    log::error!("a batch of {} was lost: {error}", batch.len());
                    self.conn = None;
                    for unit in batch {
                        unit.answer(Err(&error));
                    }
                }
            }
        }
    }

    /// Runs a batch in one transaction, and tells how many of its units it had time for. After an
    /// error nothing of it was kept.
    fn commit(&mut self, batch: &mut Units, waiting: &Waiting) -> Result<usize, StoreError> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => none.insert(establish(&self.url, Access::Batch)?),
        };
        let abouts: Vec<_> = batch.iter().map(|unit| unit.about()).collect();
        let mut buckets = Buckets::default();
        for (bucket, hold) in subject::buckets(conn, &abouts)? {
            buckets.add(bucket, hold);
        }
        let vault = &*self.vault;
        let (ran, version) = dialect::in_transaction(conn, Begin::Writing, |conn| {
            dialect::lock_buckets(conn, &buckets)?;
            let mut pen = Pen::take(conn)?;
            let version = dialect::registry_version(conn)?;
            let ran = run_all(conn, vault, &mut pen, version, batch, waiting)?;
            pen.lay_down(conn)?;
            Ok::<_, StoreError>(ran)
        })?;
        // Before anybody is answered, so that who acts on the answer is looked up anew.
        self.versions.saw(version);
        Ok(ran)
    }
}

/// Runs the units in order. Readings that follow one another are loaded for together; a change among
/// them is seen by all behind it, also one to the registry, which is at `version` to begin with. Tells
/// how many ran, and where the registry is now.
fn run_all(
    conn: &mut Conn,
    vault: &Vault,
    pen: &mut Pen,
    mut version: i64,
    batch: &mut Units,
    waiting: &Waiting,
) -> Result<(usize, i64), StoreError> {
    let (began, mut ran) = (Instant::now(), 0);
    let mut later = Later::default();
    while ran < batch.len() {
        if ran > 0 && (began.elapsed() > BATCH_TIME || !waiting.urgent.is_empty()) {
            break;
        }
        let wanted: Vec<Wanted> = batch.range(ran..).map_while(|unit| unit.wants()).collect();
        let next = ran..ran + wanted.len().max(1);
        turn_away_the_changed(conn, version, batch.range_mut(next.clone()))?;
        let mut ahead = Ahead::load(conn, vault, &wanted)?;
        ahead.tell(conn, pen)?;
        let mut hand = Hand {
            conn,
            vault,
            pen,
            ahead: &mut ahead,
            later: &mut later,
        };
        for unit in batch.range_mut(next) {
            ran += 1;
            if unit.run(&mut hand)? == Left::Doubtful {
                break;
            }
        }
        later.write(conn)?;
        if wanted.is_empty() {
            version = dialect::registry_version(conn)?;
        }
    }
    Ok((ran, version))
}

/// Turns away those who are no longer who they were when they were let in: between then and now the
/// registry changed, and the head of the log is held, so only a unit of the batch can change it again.
fn turn_away_the_changed<'a>(
    conn: &mut Conn,
    version: i64,
    units: impl Iterator<Item = &'a mut Box<dyn Unit>>,
) -> Result<(), StoreError> {
    let now = clock::now();
    let today = oslo_day(now);
    for unit in units {
        let changed = match unit.standing() {
            Some(standing) if !standing.holds(version, today) => {
                registry::stands_anew(conn, standing, now).err()
            }
            Some(_) | None => None,
        };
        if let Some(fault) = changed {
            unit.turn_away(Failure::Caller(fault));
        }
    }
    Ok(())
}
