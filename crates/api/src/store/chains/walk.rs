//! A walk through the entries of one record.

use super::{LEVELS, Level, ROW, come, corrupt, in_list, rows, short};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::schema::{log_chain, log_entry};
use crate::store::sql::Db;
use crate::store::walk::Walk;
use diesel::prelude::*;
use std::collections::VecDeque;
use uuid::Uuid;

/// A walk through the entries that may be about one record, from the newest back. Few of them are not.
#[derive(Debug)]
pub struct OfRecord {
    record: Uuid,
    /// From which index on, and below which, entries are wanted.
    range: (i64, i64),
    levels: &'static [Level],
    /// What was not looked through yet, the oldest first; none before the first step.
    before: Option<Vec<Stretch>>,
    found: VecDeque<i64>,
}

/// Entries from an index on and below another, all of them in lists of a level, or in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) level: Option<Level>,
    pub(super) from: i64,
    pub(super) below: i64,
}

/// The stretches of the log up to `end`, which no list has come past, the oldest first.
pub(super) fn stretches(
    conn: &mut Conn,
    levels: &[Level],
    end: i64,
) -> Result<Vec<Stretch>, StoreError> {
    let mut stretches = Vec::new();
    let (mut level, mut below) = (None, end);
    for (next, come) in levels.iter().zip(come(conn)?) {
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

impl OfRecord {
    /// Through the entries of `record` from one index on and below another.
    #[must_use]
    pub const fn of(record: Uuid, range: (i64, i64)) -> Self {
        Self::by(&LEVELS, record, range)
    }

    pub(super) const fn by(levels: &'static [Level], record: Uuid, range: (i64, i64)) -> Self {
        Self {
            record,
            range,
            levels,
            before: None,
            found: VecDeque::new(),
        }
    }

    /// The indices in a stretch, ascending, and perhaps some beside it.
    fn indices(&self, conn: &mut Conn, stretch: Stretch) -> Result<Vec<i64>, StoreError> {
        let Some(level) = stretch.level else {
            return self.unsorted(conn, stretch);
        };
        let wanted = short(self.record);
        let lists: Vec<(i64, Vec<u8>)> = log_chain::table
            .filter(log_chain::level.eq(level.number))
            .filter(log_chain::part.eq(level.part(wanted)))
            .filter(log_chain::first.gt(stretch.from - level.span))
            .filter(log_chain::first.lt(stretch.below))
            .order(log_chain::first)
            .select((log_chain::first, log_chain::entries))
            .load(conn)?;
        let mut indices = Vec::new();
        for (first, entries) in lists {
            indices.append(&mut in_list(&entries, first, wanted)?);
        }
        Ok(indices)
    }

    /// By the rows, and past them by the entries.
    fn unsorted(&self, conn: &mut Conn, stretch: Stretch) -> Result<Vec<i64>, StoreError> {
        let (first, wanted) = (stretch.from - stretch.from % ROW, short(self.record));
        let whose = rows(conn, first, stretch.below)?;
        let told = (first..).zip(&whose);
        let told = told.filter(|(_, short)| **short == wanted);
        let mut indices: Vec<i64> = told.map(|(index, _)| index).collect();
        let untold = first + i64::try_from(whose.len()).unwrap_or(i64::MAX);
        if untold < stretch.below {
            let mut last: Vec<i64> = log_entry::table
                .filter(log_entry::idx.ge(untold))
                .filter(log_entry::idx.lt(stretch.below))
                .filter(log_entry::subject_id.eq(Db(self.record)))
                .order(log_entry::idx)
                .select(log_entry::idx)
                .load(conn)?;
            indices.append(&mut last);
        }
        Ok(indices)
    }
}

impl Walk for OfRecord {
    fn next(&mut self, conn: &mut Conn, count: usize) -> Result<Vec<i64>, StoreError> {
        let mut before = match self.before.take() {
            Some(before) => before,
            None => stretches(conn, self.levels, i64::MAX)?,
        };
        while self.found.len() < count
            && let Some(stretch) = before.pop()
        {
            let (from, below) = self.range;
            let (from, below) = (from.max(stretch.from), below.min(stretch.below));
            if from < below {
                let stretch = Stretch {
                    from,
                    below,
                    ..stretch
                };
                let indices = self.indices(conn, stretch)?.into_iter().rev();
                let wanted = indices.filter(|index| (from..below).contains(index));
                self.found.extend(wanted);
            }
        }
        self.before = Some(before);
        let count = count.min(self.found.len());
        Ok(self.found.drain(..count).collect())
    }
}
