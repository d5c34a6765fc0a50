//! Where the chains of records end, remembered between batches, so that it is not asked again for each
//! entry.
//!
//! The memory is good for one state of the log, which its head tells apart from any other: the roots in it
//! commit to every entry. Who asks says of which state, and is told nothing of another; where another process has
//! written, what it wrote is read, or what is remembered is forgotten; as where a commit was lost.

use super::tree::{self, LeafRow};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::dialect::Head;
use crate::store::schema::log_entry;
use diesel::prelude::*;
use quick_cache::unsync::Cache;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The last entry of a chain: its number in the chain, and its index.
pub(super) type End = (i64, i64);

/// How many chains are remembered: some megabytes.
const REMEMBERED: usize = 200_000;
/// How many entries of others are read, lest what is remembered be forgotten.
const FOLLOWED: i64 = 4096;

/// An entry: its leaf, the record that it is about, and its number in that record's chain.
type Since = (LeafRow, Option<Uuid>, Option<i64>);

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

    /// Learns what others have put down since, where they went on from what is remembered: what stands in the entries since then
    /// makes this head of that one. Few entries, or it is forgotten.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn follow(&self, conn: &mut Conn, head: &Head) -> Result<(), StoreError> {
        let at = {
            let memory = self.lock();
            let comes = memory.ahead.as_ref();
            if memory.at == *head || comes.is_some_and(|ahead| ahead.to == *head) {
                return Ok(());
            }
            memory.at.clone()
        };
        if !(1..=FOLLOWED).contains(&(head.size - at.size)) {
            return Ok(());
        }
        let since: Vec<Since> = log_entry::table
            .filter(log_entry::idx.ge(at.size))
            .filter(log_entry::idx.lt(head.size))
            .order(log_entry::idx)
            .select((
                LeafRow::as_select(),
                log_entry::subject_id,
                log_entry::subject_seq,
            ))
            .load(conn)?;
        let mut frontier = tree::frontier(&at)?;
        for (row, ..) in &since {
            frontier.append(row.leaf()?.hash());
        }
        let mut memory = self.lock();
        if frontier.hashes().concat() == head.frontier && memory.at == at {
            for (row, record, number) in since {
                if let (Some(record), Some(number)) = (record, number) {
                    memory.ends.insert(record, (number, row.idx));
                }
            }
            memory.at = head.clone();
            memory.ahead = None;
        }
        Ok(())
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
    use crate::clock;
    use crate::log::Pen;
    use crate::store::dialect::{Begin, in_transaction};
    use crate::store::testing::{context, on_each, vault};
    use crate::store::vault::Vault;
    use samrad_domain::actor::{Actor, Citizen, PersonKey};
    use samrad_domain::event::{Event, EventKind};
    use samrad_domain::id::PatientId;
    use std::sync::Arc;

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

    /// The entries of another process about a record, put down in the database, and the head that they make.
    fn another_writes(conn: &mut Conn, vault: &Vault, records: &[PatientId]) -> Head {
        let key = PersonKey::new([7; 32]);
        let assurance = None;
        let context = context(Actor::Citizen(Citizen { key, assurance }));
        in_transaction::<_, StoreError>(conn, Begin::Writing, |conn| {
            let mut pen = Pen::take(conn, &Arc::default())?;
            for record in records {
                pen.know(record.uuid(), vault.new_data_key(), key);
                let event = Event::access(EventKind::PatientRead).about(Some(*record));
                pen.put(conn, vault, &context, &event, clock::now())?;
            }
            pen.lay_down(conn)
        })
        .unwrap()
    }

    #[test]
    fn what_another_wrote_is_learnt_from_its_entries_if_they_make_the_head() {
        on_each(|database| {
            let (conn, vault) = (&mut database.conn(), &vault());
            let [one, other] = [1, 2].map(|n| PatientId::new(Uuid::from_u128(n)));
            let first = another_writes(conn, vault, &[one, other]);
            let ends = Ends::default();
            ends.follow(conn, &first).unwrap();
            assert_eq!(ends.of(&first, &one.uuid()), Some((1, 0)));
            let second = another_writes(conn, vault, &[one, one]);
            // What was to come of a commit that is not known of is not taken for so.
            ends.expect(&first, head(3, 9), vec![(other.uuid(), (2, 2))]);
            ends.follow(conn, &second).unwrap();
            assert_eq!(ends.of(&second, &one.uuid()), Some((3, 3)));
            assert_eq!(ends.of(&second, &other.uuid()), Some((1, 1)));
            assert_eq!(ends.of(&first, &one.uuid()), None);
            // A head that the entries do not make: nothing is learnt, and nothing is known there.
            let third = another_writes(conn, vault, &[other]);
            let forged = Head {
                frontier: vec![0; third.frontier.len()],
                ..third.clone()
            };
            ends.follow(conn, &forged).unwrap();
            ends.settle(&forged);
            assert_eq!(ends.of(&forged, &other.uuid()), None);
            ends.follow(conn, &third).unwrap();
            assert_eq!(ends.of(&third, &one.uuid()), None, "it was forgotten");
        });
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
