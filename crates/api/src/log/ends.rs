//! Where the chains of records end, remembered between batches, so that it is not asked again for each
//! entry.
//!
//! The memory is good for one state of the log, which its head tells apart from any other: the roots in it
//! commit to every entry. Who asks says of which state, and is told nothing of another; where another process has
//! written, or a commit was lost, what is remembered is forgotten.

use crate::store::dialect::Head;
use quick_cache::unsync::Cache;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The last entry of a chain: its number in the chain, and its index.
pub(super) type End = (i64, i64);

/// How many chains are remembered: some megabytes.
const REMEMBERED: usize = 200_000;

/// Where chains end, shared by all who write to one database.
#[derive(Debug)]
pub struct Ends(Mutex<Memory>);

#[derive(Debug)]
struct Memory {
    /// The head of the log at which these are the ends.
    at: Head,
    ends: Cache<Uuid, End>,
    /// What a transaction knows once it is committed.
    ahead: Option<Ahead>,
}

/// What moves the log from one head to another makes known.
#[derive(Debug)]
struct Ahead {
    from: Head,
    to: Head,
    ends: Vec<(Uuid, End)>,
}

impl Default for Ends {
    fn default() -> Self {
        Self(Mutex::new(Memory {
            at: Head::default(),
            ends: Cache::new(REMEMBERED),
            ahead: None,
        }))
    }
}

impl Ends {
    /// Forgets what is not so at this head of the log, where the caller takes it to stand.
    pub(super) fn settle(&self, head: &Head) {
        let mut memory = self.lock();
        let ahead = memory.ahead.take();
        if memory.at == *head {
            return;
        }
        match ahead {
            Some(Ahead { from, to, ends }) if from == memory.at && to == *head => {
                ends.into_iter()
                    .for_each(|(record, end)| memory.ends.insert(record, end));
            }
            Some(_) | None => memory.ends.clear(),
        }
        memory.at = head.clone();
    }

    /// The end of a record's chain where the log stands at `head`, if it is remembered.
    pub(super) fn of(&self, head: &Head, record: &Uuid) -> Option<End> {
        let memory = self.lock();
        if memory.at != *head {
            return None;
        }
        memory.ends.get(record).copied()
    }

    /// Tells what is so once the caller's transaction, which moves the head, is committed.
    pub(super) fn expect(&self, from: &Head, to: Head, ends: Vec<(Uuid, End)>) {
        let from = from.clone();
        self.lock().ahead = Some(Ahead { from, to, ends });
    }

    /// Nothing is left half done by a panic: each change is one.
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: i64, root: u8) -> Head {
        Head {
            size,
            last_ms: 0,
            frontier: vec![root; 32],
        }
    }

    const RECORD: Uuid = Uuid::from_u128(1);

    fn known() -> Ends {
        let ends = Ends::default();
        ends.settle(&head(5, 0));
        ends.expect(&head(5, 0), head(7, 1), vec![(RECORD, (2, 6))]);
        ends.settle(&head(7, 1));
        ends
    }

    #[test]
    fn what_was_committed_is_remembered() {
        let ends = known();
        ends.expect(&head(7, 1), head(8, 2), vec![(RECORD, (3, 7))]);
        ends.settle(&head(8, 2));
        assert_eq!(ends.of(&head(8, 2), &RECORD), Some((3, 7)));
    }

    #[test]
    fn what_was_rolled_back_never_was() {
        let ends = known();
        ends.expect(&head(7, 1), head(8, 2), vec![(RECORD, (3, 7))]);
        ends.settle(&head(7, 1));
        assert_eq!(ends.of(&head(7, 1), &RECORD), Some((2, 6)));
        ends.settle(&head(8, 2));
        assert_eq!(
            ends.of(&head(8, 2), &RECORD),
            None,
            "another wrote the eighth"
        );
    }

    #[test]
    fn what_another_wrote_makes_all_of_it_forgotten() {
        for other in [head(9, 3), head(8, 3), head(6, 9), head(7, 4)] {
            let ends = known();
            ends.expect(&head(7, 1), head(8, 2), vec![(RECORD, (3, 7))]);
            ends.settle(&other);
            assert_eq!(ends.of(&other, &RECORD), None, "{other:?}");
        }
    }

    /// Two lanes may take the log to stand in two places: one of them is wrong, and is to learn nothing.
    #[test]
    fn who_takes_the_log_to_stand_elsewhere_is_told_nothing() {
        let ends = known();
        assert_eq!(ends.of(&head(5, 0), &RECORD), None);
        // One holds the head, far on, and one tells late what it wrote before.
        ends.settle(&head(12, 5));
        ends.expect(&head(7, 1), head(8, 2), vec![(RECORD, (3, 7))]);
        ends.settle(&head(8, 2));
        assert_eq!(ends.of(&head(8, 2), &RECORD), None);
        assert_eq!(ends.of(&head(12, 5), &RECORD), None);
    }
}
