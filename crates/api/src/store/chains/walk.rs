//! A walk through the entries of one record.

use super::{LEVELS, Level, ROW, come, corrupt, in_list, short, shorts};
use crate::store::conn::Conn;
use crate::store::schema::{log_chain, log_entry, log_whose};
use crate::store::sql::Db;
use crate::store::walk::Walk;
use crate::store::{StoreError, load_any};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer};
use std::cmp::Reverse;
use std::collections::VecDeque;
use uuid::Uuid;

/// A walk through the entries that may be about one record, from the newest back. Few of them are not. All that tells where they are is
/// asked for at once: where lists don't lag, there are no more than some two hundred rows and lists, and most who ask want all that there is.
///
/// It goes no further than the head of the log: entries that a transaction has written, and has not moved the head past, it does not see.
#[derive(Debug)]
pub struct OfRecord {
    record: Uuid,
    /// From which index on, and below which, entries are wanted.
    range: (i64, i64),
    levels: &'static [Level; 3],
    /// What was not gone through yet, the newest first; none before the first step.
    left: Option<VecDeque<i64>>,
}

/// Entries from an index on and below another, all of them in lists of a level, or in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) level: Option<Level>,
    pub(super) from: i64,
    pub(super) below: i64,
}

/// The stretches of the log up to `end`, which no list has come past, and to its head, the oldest first.
pub(super) fn stretches(
    conn: &mut Conn,
    levels: &[Level],
    end: i64,
) -> Result<Vec<Stretch>, StoreError> {
    let mut stretches = Vec::new();
    let (comes, size) = come(conn)?;
    let (mut level, mut below) = (None, end.min(size));
    for (next, come) in levels.iter().zip(comes) {
        if level.is_some() && come.size > below {
            return Err(corrupt("longer lists than there are of shorter ones"));
        }
        stretches.push(Stretch {
            level,
            from: come.size,
            below,
        });
        (level, below) = (Some(*next), come.size);
    }
    stretches.push(Stretch {
        level,
        from: 0,
        below,
    });
    stretches.reverse();
    Ok(stretches)
}

impl Stretch {
    /// As far as it lies in this range; else nothing.
    fn within(self, (from, below): (i64, i64)) -> Self {
        let (from, below) = (from.max(self.from), below.min(self.below));
        let (from, below) = if from < below { (from, below) } else { (0, 0) };
        Self {
            from,
            below,
            ..self
        }
    }

    /// From which row on and below which there are rows of it. It may begin within the first, and end behind the last.
    const fn rows(self) -> (i64, i64) {
        (self.from / ROW, self.below / ROW)
    }

    const fn holds(self, index: i64) -> bool {
        self.from <= index && index < self.below
    }
}

/// What tells where entries are. A list: its level, the index that it begins with, and what it says; a row, and its number; or an
/// entry, and its index.
type Hint = (i32, i64, Vec<u8>);
const A_ROW: i32 = 0;
const AN_ENTRY: i32 = -1;

impl OfRecord {
    /// Through the entries of `record` from one index on and below another.
    #[must_use]
    pub const fn of(record: Uuid, range: (i64, i64)) -> Self {
        Self::by(&LEVELS, record, range)
    }

    pub(super) const fn by(levels: &'static [Level; 3], record: Uuid, range: (i64, i64)) -> Self {
        Self {
            record,
            range,
            levels,
            left: None,
        }
    }

    /// The indices, the newest first.
    fn indices(&self, conn: &mut Conn) -> Result<VecDeque<i64>, StoreError> {
        let stretches = stretches(conn, self.levels, i64::MAX)?;
        let Ok([third, second, first, unsorted]) = <[Stretch; 4]>::try_from(stretches) else {
            return Err(corrupt("a level that is missing"));
        };
        let unsorted = unsorted.within(self.range);
        let sorted = [first, second, third].map(|stretch| stretch.within(self.range));
        let (mut rows, mut indices) = (Vec::new(), Vec::new());
        for (kind, number, says) in self.hints(conn, unsorted, sorted)? {
            match kind {
                A_ROW => rows.push((number, says)),
                AN_ENTRY => indices.extend(unsorted.holds(number).then_some(number)),
                level => indices.append(&mut self.listed(&sorted, (level, number, says))?),
            }
        }
        indices.append(&mut self.in_rows(unsorted, rows)?);
        indices.sort_unstable_by_key(|index| Reverse(*index));
        Ok(indices.into())
    }

    /// The indices in a list that lie in the stretch of its level.
    fn listed(
        &self,
        sorted: &[Stretch; 3],
        (level, first, entries): Hint,
    ) -> Result<Vec<i64>, StoreError> {
        let of_level = |stretch: &&Stretch| stretch.level.is_some_and(|one| one.number == level);
        let stretch = sorted.iter().find(of_level);
        let stretch = stretch.ok_or(corrupt("a list of no level"))?;
        let mut indices = in_list(&entries, first, short(self.record))?;
        indices.retain(|index| stretch.holds(*index));
        Ok(indices)
    }

    /// The indices in rows, all of which there must be.
    fn in_rows(
        &self,
        unsorted: Stretch,
        mut rows: Vec<(i64, Vec<u8>)>,
    ) -> Result<Vec<i64>, StoreError> {
        rows.sort_unstable_by_key(|(n, _)| *n);
        let (n, below) = unsorted.rows();
        let (whose, all) = (shorts(n, rows)?, n * ROW..below * ROW);
        if whose.len() != all.clone().count() {
            return Err(corrupt("a row that is missing"));
        }
        let told = all
            .zip(whose)
            .filter(|(index, whose)| *whose == short(self.record) && unsorted.holds(*index));
        Ok(told.map(|(index, _)| index).collect())
    }

    /// What there is of the unsorted entries, and of the lists, of which the shortest come first in `sorted`; in no order.
    fn hints(
        &self,
        conn: &mut Conn,
        unsorted: Stretch,
        sorted: [Stretch; 3],
    ) -> Result<Vec<Hint>, StoreError> {
        let (n, below) = unsorted.rows();
        let rows = log_whose::table
            .filter(log_whose::n.ge(n))
            .filter(log_whose::n.lt(below))
            .select((
                A_ROW.into_sql::<Integer>(),
                log_whose::n,
                log_whose::records,
            ));
        let last = log_entry::table
            .filter(log_entry::idx.ge(below * ROW))
            .filter(log_entry::idx.lt(unsorted.below))
            .filter(log_entry::subject_id.eq(Db(self.record)))
            .select((
                AN_ENTRY.into_sql::<Integer>(),
                log_entry::idx,
                Vec::new().into_sql::<Binary>(),
            ));
        let lists = |place: usize| {
            let (level, stretch) = (self.levels[place], sorted[place]);
            log_chain::table
                .filter(log_chain::level.eq(level.number))
                .filter(log_chain::part.eq(level.part(short(self.record))))
                .filter(log_chain::first.gt(stretch.from - level.span))
                .filter(log_chain::first.lt(stretch.below))
                .select((log_chain::level, log_chain::first, log_chain::entries))
        };
        let all = rows.union_all(last).union_all(lists(0));
        let all = all.union_all(lists(1)).union_all(lists(2));
        Ok(load_any!(conn, all)?)
    }
}

impl Walk for OfRecord {
    fn next(&mut self, conn: &mut Conn, count: usize) -> Result<Vec<i64>, StoreError> {
        let mut left = match self.left.take() {
            Some(left) => left,
            None => self.indices(conn)?,
        };
        let next = left.drain(..count.min(left.len())).collect();
        self.left = Some(left);
        Ok(next)
    }
}
