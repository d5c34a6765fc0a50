//! Where the chains of records end, remembered between batches, so that it is not asked again for each
//! entry.
//!
//! The memory is good for one state of the log, which its head tells apart from any other: the roots in it
//! commit to every entry. Who holds the head of the log compares; where another process has
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
    /// What a transaction knows once it is committed, and the head of the log then.
    ahead: Option<(Head, Vec<(Uuid, End)>)>,
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
    /// Forgets what is not so at this head of the log, which the caller holds.
    pub(super) fn settle(&self, head: &Head) {
        let mut memory = self.lock();
        let ahead = memory.ahead.take();
        if memory.at == *head {
            return;
        }
        match ahead {
            Some((then, ends)) if then == *head => {
                ends.into_iter()
                    .for_each(|(record, end)| memory.ends.insert(record, end));
            }
            Some(_) | None => memory.ends.clear(),
        }
        memory.at = head.clone();
    }

    /// The end of a record's chain, if it is remembered, for who holds the head of the log.
    pub(super) fn of(&self, record: &Uuid) -> Option<End> {
        self.lock().ends.get(record).copied()
    }

    /// Tells what will be so if the caller's transaction, which moves the head to `head`, is committed.
    pub(super) fn expect(&self, head: Head, ends: Vec<(Uuid, End)>) {
        self.lock().ahead = Some((head, ends));
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

    fn known(record: Uuid) -> Ends {
        let ends = Ends::default();
        ends.expect(head(7, 1), vec![(record, (2, 6))]);
        ends.settle(&head(7, 1));
        ends
    }

    #[test]
    fn what_was_committed_is_remembered() {
        let record = Uuid::from_u128(1);
        let ends = known(record);
        ends.expect(head(8, 2), vec![(record, (3, 7))]);
        ends.settle(&head(8, 2));
        assert_eq!(ends.of(&record), Some((3, 7)));
    }

    #[test]
    fn what_was_rolled_back_never_was() {
        let record = Uuid::from_u128(1);
        let ends = known(record);
        ends.expect(head(8, 2), vec![(record, (3, 7))]);
        ends.settle(&head(7, 1));
        assert_eq!(ends.of(&record), Some((2, 6)));
        ends.settle(&head(8, 2));
        assert_eq!(ends.of(&record), None, "another wrote the eighth");
    }

    #[test]
    fn what_another_wrote_makes_all_of_it_forgotten() {
        let record = Uuid::from_u128(1);
        for other in [head(9, 3), head(8, 3), head(6, 9), head(7, 4)] {
            let ends = known(record);
            ends.expect(head(8, 2), vec![(record, (3, 7))]);
            ends.settle(&other);
            assert_eq!(ends.of(&record), None, "{other:?}");
        }
    }
}
