//! Readings that need no lock and no transaction of their own: two questions to the database in all.
//!
//! Whatever changes what a reading shows or is decided by moves the head of the log in the same transaction. So a lane that
//! has the turn takes the log to stand where the last turn left it, reads the sheets, decides, and writes the entries with the head,
//! in one statement that does nothing unless the log *did* stand there. If it did, then nothing
//! was committed between the look and the entries. If it did not, or a reading turns out to leave more behind than its entry, nothing was
//! done, nobody was answered, and the batch is run again under the locks of its persons.
//!
//! Lanes that have the turn one after the other, and not beside each other, have batches twice as large, which cost less a reading.
//!
//! SQLite, where whoever writes is alone from the beginning, has no use for it.

use super::BATCH_TIME;
use super::turn::Turn;
use super::unit::{Does, Hand, Left};
use super::waiting::Units;
use super::writer::{Done, Readings, Writer, readings, turn_away_the_changed};
use crate::log::Pen;
use crate::store::StoreError;
use crate::store::ahead::Ahead;
use crate::store::conn::{Access, Conn, connected};
use crate::store::dialect::{self, Head, Tip};
use crate::store::later::Later;
use crate::store::vault::Vault;
use crate::telemetry::telemetry;
use std::time::Instant;

/// What came of an attempt.
#[derive(Debug)]
pub(super) enum Attempt {
    /// The entries stand, and the log here.
    Done(Done, Head),
    /// Nothing was done, and the log stands where it was thought to as far as is known.
    LeftOff,
    /// Nothing was done, for the log does not stand where it was thought to.
    Missed,
}

impl Writer {
    /// The turn at the head, waited for, where a batch that begins like this may do without locks: none where it holds
    /// more than readings, or other instances write to this log.
    pub(super) fn without_locks(&self, batch: &Units) -> Option<Turn> {
        let reads = |does| matches!(does, Does::Reads(_));
        let may_do = self.may_do_without_locks() && batch.iter().all(|unit| reads(unit.does()));
        may_do.then(|| self.turns.wait())
    }

    /// Whether readings may do without locks as things stand.
    pub(super) fn may_do_without_locks(&self) -> bool {
        !dialect::writes_alone(self.url.backend()) && self.turns.are_in_a_row()
    }

    /// Runs a batch of readings on their sheets; none, and nothing done, where it takes more than that.
    pub(super) fn commit_readings(
        &mut self,
        batch: &mut Units,
        mut turn: Turn,
    ) -> Result<Option<Done>, StoreError> {
        let Readings { count, wanted } = readings(batch, 0);
        if count < batch.len() {
            return Ok(None);
        }
        let Some(tip) = turn.tip() else {
            return Ok(None);
        };
        let conn = connected(&mut self.conn, &self.url, Access::Batch)?;
        let opens = (&*self.vault, &*self.keyring);
        let Some(mut ahead) = Ahead::on_sheets(conn, opens, &wanted)? else {
            turn.leaves(tip);
            return Ok(None);
        };
        let pen = Pen::at(tip.clone(), &self.ends)?;
        let attempt = attempt(conn, &self.vault, pen, &mut ahead, batch)?;
        Ok(settle(&mut turn, tip, attempt))
    }
}

/// Tells the next turn where the log stands.
fn settle(turn: &mut Turn, tip: Tip, attempt: Attempt) -> Option<Done> {
    match attempt {
        Attempt::Done(done, head) => {
            turn.leaves(Tip { head, ..tip });
            telemetry().ran("withoutLocks");
            Some(done)
        }
        Attempt::LeftOff => {
            turn.leaves(tip);
            telemetry().ran("leftOff");
            None
        }
        Attempt::Missed => {
            turn.lost();
            telemetry().ran("missed");
            None
        }
    }
}

/// Decides, and writes the entries. What it still asks is asked of the log as it stands now; if that is not
/// where it is thought to stand, nothing comes of it.
pub(super) fn attempt(
    conn: &mut Conn,
    vault: &Vault,
    mut pen: Pen,
    ahead: &mut Ahead,
    batch: &mut Units,
) -> Result<Attempt, StoreError> {
    ahead.catch_up(conn, &mut pen)?;
    // Who was found to have seen something is to be on its sheet: that is not written here.
    if !ahead.to_keep().is_empty() {
        return Ok(Attempt::LeftOff);
    }
    turn_away_the_changed(conn, pen.tip().registry, batch, 0)?;
    let mut later = Later::default();
    let mut hand = Hand {
        conn,
        vault,
        pen: &mut pen,
        ahead,
        later: &mut later,
    };
    let (began, mut ran) = (Instant::now(), 0);
    for unit in batch.iter_mut() {
        if ran > 0 && began.elapsed() > BATCH_TIME {
            break;
        }
        let left = unit.run(&mut hand)?;
        if left == Left::Doubtful || !hand.later.is_empty() {
            return Ok(Attempt::LeftOff);
        }
        ran += 1;
    }
    let done = Done {
        ran,
        put: pen.put_down().clone(),
    };
    Ok(match lay_down(conn, vault, pen, ahead)? {
        Some(head) => Attempt::Done(done, head),
        None => Attempt::Missed,
    })
}

#[cfg(not(debug_assertions))]
fn lay_down(conn: &mut Conn, _: &Vault, pen: Pen, _: &Ahead) -> Result<Option<Head>, StoreError> {
    pen.lay_down_if_there(conn)
}

/// Holds the sheets against the tables with the head of the log held, so that nothing can change.
#[cfg(debug_assertions)]
fn lay_down(
    conn: &mut Conn,
    vault: &Vault,
    pen: Pen,
    ahead: &Ahead,
) -> Result<Option<Head>, StoreError> {
    dialect::in_transaction(conn, dialect::Begin::Writing, |conn| {
        let head = pen.lay_down_if_there(conn)?;
        if head.is_some() {
            ahead.hold_against_tables(conn, vault)?;
        }
        Ok(head)
    })
}
