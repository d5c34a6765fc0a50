//! Whose turn it is at the head of the log, among the lanes of one process, and where the last turn left it.
//!
//! It is the database that keeps the order, also among instances. But to wait there for a row costs a timer,
//! a wake-up and a second look at the row; so lanes of one process wait here for each other first.
//!
//! Who has the turn may take the log to stand where the last turn left it, and ask the database only
//! whether that was so (docs/adr/0011).

use crate::store::dialect::Tip;
use parking_lot::{ArcMutexGuard, FairMutex, RawFairMutex};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long a lane waits for its turn before it goes on to wait in the database, which sees who waits for whom; and for
/// the lead, before it begins a batch without.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// After how many turns that found the log where the last left it it is taken for granted: where other instances write,
/// it would be in vain.
const IN_A_ROW: u32 = 4;

/// One turn, which goes round among those who wait for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    /// Where the last turn left the log, unless another instance has moved it.
    left: Arc<FairMutex<Option<Tip>>>,
    /// How many turns in a row found the log where the one before had left it.
    in_a_row: Arc<AtomicU32>,
}

/// A turn at the head, given back when dropped; or none, where it took too long.
pub(super) struct Turn {
    left: Option<ArcMutexGuard<RawFairMutex, Option<Tip>>>,
    in_a_row: Arc<AtomicU32>,
}

impl Turns {
    /// Waits for a turn.
    pub(super) fn wait(&self) -> Turn {
        Turn {
            left: self.left.try_lock_arc_for(PATIENCE),
            in_a_row: Arc::clone(&self.in_a_row),
        }
    }

    /// Whether turns find the log where the one before left it.
    pub(super) fn are_in_a_row(&self) -> bool {
        self.in_a_row.load(Ordering::Relaxed) >= IN_A_ROW
    }
}

impl Turn {
    /// Where the last turn left the log, if that is known. From then on nobody knows, until [`Turn::leaves`] says so.
    pub(super) fn tip(&mut self) -> Option<Tip> {
        self.left.as_mut()?.take()
    }

    /// Tells where the log was found, by who holds its head. From then on nobody knows where it stands, until
    /// [`Turn::leaves`] says so.
    pub(super) fn found(&mut self, tip: &Tip) {
        let Some(left) = &mut self.left else {
            return;
        };
        if left.take().as_ref() == Some(tip) {
            self.in_a_row.fetch_add(1, Ordering::Relaxed);
        } else {
            self.lost();
        }
    }

    /// The log is not where it was left: another instance wrote, or nobody knows what became of a commit.
    pub(super) fn lost(&self) {
        self.in_a_row.store(0, Ordering::Relaxed);
    }

    /// Tells where the log stands now that it was committed.
    pub(super) fn leaves(&mut self, tip: Tip) {
        if let Some(left) = &mut self.left {
            **left = Some(tip);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::dialect::Head;

    fn tip(size: i64) -> Tip {
        let head = Head {
            size,
            ..Head::default()
        };
        Tip { head, registry: 0 }
    }

    /// Turns that found the log where it was left, often enough.
    fn steady() -> Turns {
        let turns = Turns::default();
        for size in 0..=i64::from(IN_A_ROW) {
            assert!(!turns.are_in_a_row());
            let mut turn = turns.wait();
            turn.found(&tip(size));
            turn.leaves(tip(size + 1));
        }
        assert!(turns.are_in_a_row());
        turns
    }

    const STEADY: i64 = IN_A_ROW as i64 + 1;

    #[test]
    fn one_has_the_turn_until_it_is_dropped_and_who_waits_too_long_goes_on() {
        let turns = Turns::default();
        let first = turns.wait();
        assert!(first.left.is_some());
        let gone_on = turns.wait();
        assert!(gone_on.left.is_none());
        drop((first, gone_on));
        let next = turns.wait();
        assert!(next.left.is_some());
    }

    #[test]
    fn where_the_log_was_left_is_told_once() {
        let turns = steady();
        let mut turn = turns.wait();
        assert_eq!(turn.tip(), Some(tip(STEADY)));
        assert_eq!(turn.tip(), None, "nobody knows what became of it");
        turn.leaves(tip(STEADY + 1));
        drop(turn);
        assert_eq!(turns.wait().tip(), Some(tip(STEADY + 1)));
    }

    #[test]
    fn where_another_wrote_nothing_is_taken_for_granted() {
        let turns = steady();
        let mut turn = turns.wait();
        turn.found(&tip(STEADY + 7));
        assert!(!turns.are_in_a_row());
        assert_eq!(turn.tip(), None);
        turn.leaves(tip(STEADY + 8));
        assert!(!turns.are_in_a_row());
    }

    #[test]
    fn who_has_no_turn_neither_knows_nor_tells() {
        let turns = steady();
        let mut turn = turns.wait();
        let mut gone_on = turns.wait();
        assert_eq!(gone_on.tip(), None);
        gone_on.found(&tip(1));
        gone_on.leaves(tip(2));
        assert_eq!(turn.tip(), Some(tip(STEADY)));
    }
}
