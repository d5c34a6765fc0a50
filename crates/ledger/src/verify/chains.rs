//! Each record's chain of entries: gap-free numbers, each entry pointing at the one before.
//!
//! An entry whose body can't be seen (erased, or withheld from this auditor) may be a link; it
//! then counts for what its neighbours say of it.

use std::collections::HashMap;

use super::Id;

/// An entry's place in its record's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The record.
    pub subject: Id,
    /// Number in the chain, from 1.
    pub seq: u64,
    /// Index of the entry before it in the chain.
    pub prev: Option<u64>,
}

/// The newest known link of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub seq: u64,
    /// Its index in the log.
    pub index: u64,
}

/// All chains, as far as they are followed.
#[derive(Debug, Default, Clone)]
pub struct Chains {
    heads: HashMap<Id, Head>,
    /// Indices of entries that can't be seen, ascending.
    unseen: Vec<u64>,
}

impl Chains {
    /// An entry that may be a link of any chain. Indices must ascend.
    pub fn unseen(&mut self, index: u64) {
        self.unseen.push(index);
    }

    /// Take the next entry; says what is wrong with its place in the chain.
    pub fn follow(&mut self, index: u64, link: Link) -> Result<(), String> {
        let before = self.heads.get(&link.subject).copied();
        let verdict = self.judge(index, link, before);
        // Go on from here, so that one break is told once.
        if before.is_none_or(|before| before.seq < link.seq) {
            self.heads.insert(
                link.subject,
                Head {
                    seq: link.seq,
                    index,
                },
            );
        }
        verdict
    }

    fn judge(&self, index: u64, link: Link, before: Option<Head>) -> Result<(), String> {
        let Link { subject, seq, prev } = link;
        let last = before.map_or(0, |before| before.seq);
        let Some(missing) = seq.checked_sub(last + 1) else {
            return Err(format!(
                "number {seq} of {subject} comes after number {last}"
            ));
        };
        if missing == 0 {
            let right = before.map(|before| before.index);
            return if prev == right {
                Ok(())
            } else {
                Err(wrong_pointer(link, right))
            };
        }
        // The entries between must be such as can't be seen, the last of them the one pointed at.
        let after = before.map_or(0, |before| before.index + 1);
        match prev {
            Some(prev) if prev < index && self.unseen_between(after, prev) >= missing => Ok(()),
            _ => Err(format!(
                "numbers {} to {} of {subject} are missing",
                last + 1,
                seq - 1
            )),
        }
    }

    /// How many entries from `after` to `last` can't be seen; 0 if `last` can be.
    fn unseen_between(&self, after: u64, last: u64) -> u64 {
        let Ok(at) = self.unseen.binary_search(&last) else {
            return 0;
        };
        let first = self.unseen.partition_point(|index| *index < after);
        (at + 1).saturating_sub(first) as u64
    }

    /// The heads, for keeping.
    pub fn heads(&self) -> impl Iterator<Item = (Id, Head)> + '_ {
        self.heads.iter().map(|(subject, head)| (*subject, *head))
    }

    /// The entries that can't be seen, for keeping.
    pub fn unseen_entries(&self) -> &[u64] {
        &self.unseen
    }

    /// Put back a kept head.
    pub fn restore(&mut self, subject: Id, head: Head) {
        self.heads.insert(subject, head);
    }
}

fn wrong_pointer(link: Link, right: Option<u64>) -> String {
    let say =
        |index: Option<u64>| index.map_or("nothing".to_owned(), |index| format!("entry {index}"));
    let Link { subject, seq, prev } = link;
    format!(
        "number {seq} of {subject} points at {}, not at {}",
        say(prev),
        say(right)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: Id = Id([1; 16]);

    fn link(seq: u64, prev: Option<u64>) -> Link {
        Link {
            subject: RECORD,
            seq,
            prev,
        }
    }

    #[test]
    fn a_chain_without_a_gap_holds() {
        let mut chains = Chains::default();
        for (index, seq, prev) in [(4, 1, None), (9, 2, Some(4)), (10, 3, Some(9))] {
            assert_eq!(chains.follow(index, link(seq, prev)), Ok(()));
        }
    }

    #[test]
    fn a_gap_a_repetition_and_a_wrong_pointer_break_it() {
        for (seq, prev) in [(3, Some(4)), (1, None), (2, None), (2, Some(3)), (0, None)] {
            let mut chains = Chains::default();
            chains.follow(4, link(1, None)).unwrap();
            assert!(chains.follow(9, link(seq, prev)).is_err(), "{seq} {prev:?}");
        }
        assert!(Chains::default().follow(9, link(2, Some(4))).is_err());
        assert!(Chains::default().follow(9, link(1, Some(4))).is_err());
    }

    #[test]
    fn entries_that_cannot_be_seen_fill_a_gap_that_they_fit() {
        let with = |unseen: &[u64]| {
            let mut chains = Chains::default();
            chains.follow(4, link(1, None)).unwrap();
            unseen.iter().for_each(|index| chains.unseen(*index));
            chains
        };
        assert!(with(&[6]).follow(9, link(3, Some(6))).is_ok());
        assert!(with(&[5, 6]).follow(9, link(4, Some(6))).is_ok());
        assert!(
            with(&[6]).follow(9, link(4, Some(6))).is_err(),
            "two missing, one unseen"
        );
        assert!(
            with(&[5]).follow(9, link(3, Some(6))).is_err(),
            "points at one that was seen"
        );
        assert!(with(&[6]).follow(9, link(3, None)).is_err());
        let mut first = Chains::default();
        first.unseen(0);
        assert!(
            first.follow(9, link(2, Some(0))).is_ok(),
            "the first link can't be seen"
        );
    }

    #[test]
    fn an_unseen_entry_before_the_last_seen_link_fills_nothing() {
        let mut chains = Chains::default();
        chains.unseen(2);
        chains.follow(4, link(1, None)).unwrap();
        assert!(chains.follow(9, link(3, Some(2))).is_err());
    }
}
