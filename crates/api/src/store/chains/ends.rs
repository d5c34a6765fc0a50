//! Where the chains of records end.

use super::walk::{Stretch, stretches};
use super::{LEVELS, Level, in_list, rows, short};
use crate::store::bulk::load_by_key;
use crate::store::conn::Conn;
use crate::store::schema::{log_chain, log_entry};
#[cfg(debug_assertions)]
use crate::store::sql::Db;
use crate::store::{StoreError, grouped};
use diesel::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How many lists of a level are looked through before the others: those who have lately been written about are written about again.
const LATELY: i64 = 8;

/// Those whose chains' ends are looked for, by their shorts.
type Wanted = HashMap<u32, Vec<Uuid>>;

/// The ends of the chains of these records in a log of `size` entries, those that have any: record, number and index.
///
/// # Errors
/// When the database does not answer, or a list is none.
pub fn ends(
    conn: &mut Conn,
    records: &[Uuid],
    size: i64,
) -> Result<Vec<(Uuid, i64, i64)>, StoreError> {
    let ends = ends_by(conn, (&LEVELS, LATELY), records, size)?;
    #[cfg(debug_assertions)]
    hold_against_entries(conn, records, size, &ends)?;
    Ok(ends)
}

pub(super) fn ends_by(
    conn: &mut Conn,
    (levels, lately): (&[Level], i64),
    records: &[Uuid],
    size: i64,
) -> Result<Vec<(Uuid, i64, i64)>, StoreError> {
    let mut search = Search::of(records);
    for stretch in stretches(conn, levels, size)?.into_iter().rev() {
        match stretch.level {
            None => search.unsorted(conn, stretch)?,
            Some(level) => {
                let cut = stretch.below - lately * level.span;
                let cut = cut.clamp(stretch.from, stretch.below);
                search.sorted(conn, level, (cut, stretch.below))?;
                search.sorted(conn, level, (stretch.from, cut))?;
            }
        }
    }
    Ok(search.found)
}

/// An entry that is linked to another than the last of its record's chain forks it for ever.
#[cfg(debug_assertions)]
fn hold_against_entries(
    conn: &mut Conn,
    records: &[Uuid],
    size: i64,
    ends: &[(Uuid, i64, i64)],
) -> Result<(), StoreError> {
    for record in records {
        let last: Option<(Option<i64>, i64)> = log_entry::table
            .filter(log_entry::subject_id.eq(Db(*record)))
            .filter(log_entry::idx.lt(size))
            .order(log_entry::idx.desc())
            .select((log_entry::subject_seq, log_entry::idx))
            .first(conn)
            .optional()?;
        let found = ends.iter().find(|(id, ..)| id == record);
        let found = found.map(|(_, number, index)| (Some(*number), *index));
        // The log may have gone on since it was taken to be of this size: then nothing comes of what was found.
        if found.is_none_or(|(_, index)| index < size) {
            assert_eq!(found, last, "the end of the chain of {record}");
        }
    }
    Ok(())
}

struct Search {
    wanted: Wanted,
    found: Vec<(Uuid, i64, i64)>,
}

type Last = (i64, Option<Uuid>, Option<i64>);

impl Search {
    fn of(records: &[Uuid]) -> Self {
        let mut wanted = Wanted::new();
        for record in records {
            wanted.entry(short(*record)).or_default().push(*record);
        }
        Self {
            wanted,
            found: Vec::new(),
        }
    }

    /// Tells of these entries, the newest first: the first of a record that is looked for is the end of its chain.
    fn tell(&mut self, newest_first: Vec<Last>) {
        for (index, record, number) in newest_first {
            let (Some(record), Some(number)) = (record, number) else {
                continue;
            };
            let Some(of_short) = self.wanted.get_mut(&short(record)) else {
                continue;
            };
            let all = of_short.len();
            of_short.retain(|one| *one != record);
            if of_short.len() < all {
                self.found.push((record, number, index));
            }
            if of_short.is_empty() {
                self.wanted.remove(&short(record));
            }
        }
    }

    /// Looks through the entries past the last row, and then through the rows.
    fn unsorted(&mut self, conn: &mut Conn, stretch: Stretch) -> Result<(), StoreError> {
        let whose = rows(conn, stretch.from, stretch.below)?;
        let untold = stretch.from + i64::try_from(whose.len()).unwrap_or(i64::MAX);
        let last: Vec<Last> = log_entry::table
            .filter(log_entry::idx.ge(untold))
            .filter(log_entry::idx.lt(stretch.below))
            .order(log_entry::idx.desc())
            .select((
                log_entry::idx,
                log_entry::subject_id,
                log_entry::subject_seq,
            ))
            .load(conn)?;
        self.tell(last);
        let mut may_be: HashMap<u32, Vec<i64>> = HashMap::new();
        for (index, short) in (stretch.from..).zip(whose) {
            if self.wanted.contains_key(&short) {
                may_be.entry(short).or_default().push(index);
            }
        }
        self.judge(conn, may_be)
    }

    /// Looks through the lists of a level that begin from one index on and below another.
    fn sorted(
        &mut self,
        conn: &mut Conn,
        level: Level,
        (from, below): (i64, i64),
    ) -> Result<(), StoreError> {
        if self.wanted.is_empty() || from >= below {
            return Ok(());
        }
        let parts = self.wanted.keys().map(|short| level.part(*short));
        let parts: BTreeSet<i32> = parts.collect();
        let lists: Vec<(i64, i32, Vec<u8>)> = load_by_key!(
            conn,
            log_chain::table
                .filter(log_chain::level.eq(level.number))
                .filter(log_chain::first.ge(from))
                .filter(log_chain::first.lt(below))
                .select((log_chain::first, log_chain::part, log_chain::entries)),
            log_chain::part,
            Vec::from_iter(parts)
        )?;
        let lists = lists.into_iter();
        let lists = grouped(lists.map(|(first, part, entries)| (part, (first, entries))));
        let mut may_be: HashMap<u32, Vec<i64>> = HashMap::new();
        for short in self.wanted.keys() {
            for (first, entries) in lists.get(&level.part(*short)).into_iter().flatten() {
                let mut indices = in_list(entries, *first, *short)?;
                may_be.entry(*short).or_default().append(&mut indices);
            }
        }
        for indices in may_be.values_mut() {
            indices.sort_unstable();
        }
        self.judge(conn, may_be)
    }

    /// Looks at the entries that may be the last of their chains, the newest first. The indices are ascending.
    fn judge(
        &mut self,
        conn: &mut Conn,
        mut may_be: HashMap<u32, Vec<i64>>,
    ) -> Result<(), StoreError> {
        let mut together = 1;
        loop {
            may_be.retain(|short, indices| self.wanted.contains_key(short) && !indices.is_empty());
            if may_be.is_empty() {
                return Ok(());
            }
            let newest =
                |indices: &mut Vec<i64>| indices.split_off(indices.len().saturating_sub(together));
            let newest: Vec<i64> = may_be.values_mut().flat_map(newest).collect();
            let mut entries: Vec<Last> = load_by_key!(
                conn,
                log_entry::table.select((
                    log_entry::idx,
                    log_entry::subject_id,
                    log_entry::subject_seq,
                )),
                log_entry::idx,
                newest
            )?;
            entries.sort_unstable_by_key(|(index, ..)| Reverse(*index));
            self.tell(entries);
            // Two records may have one short, and only one of them an entry lately.
            together *= 4;
        }
    }
}
