//! A walk through the entries of one record.

use super::{LEVELS, Level, ROW, come, corrupt, in_list, short, shorts};
use crate::store::conn::Conn;
use crate::store::schema::{log_chain, log_chained, log_entry, log_head, log_whose};
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
    let (comes, size) = come(conn)?;
    stretched(levels, comes.iter().map(|come| come.size), end.min(size))
}

/// The same, where the lists of these levels have come so far.
fn stretched(
    levels: &[Level],
    comes: impl IntoIterator<Item = i64>,
    end: i64,
) -> Result<Vec<Stretch>, StoreError> {
    let mut stretches = Vec::new();
    let (mut level, mut below) = (None, end);
    for (next, come) in levels.iter().zip(comes) {
        if level.is_some() && come > below {
            return Err(corrupt("longer lists than there are of shorter ones"));
        }
        stretches.push(Stretch {
            level,
            from: come,
            below,
        });
        (level, below) = (Some(*next), come);
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

    const fn holds(self, index: i64) -> bool {
        self.from <= index && index < self.below
    }
}

/// What tells where entries are: what it is, of which level, a number, and what it says.
type Hint = (i32, i32, i64, Vec<u8>);
/// How many entries there are.
const THE_SIZE: i32 = 0;
/// How many entries are in lists of the level.
const COME: i32 = 1;
/// A row, and its number.
const A_ROW: i32 = 2;
/// An entry past the last row, and its index.
const AN_ENTRY: i32 = 3;
/// A list of the level, and the index that it begins with.
const A_LIST: i32 = 4;

/// The hints of one moment, each kind by itself.
#[derive(Default)]
struct Hints {
    size: Option<i64>,
    come: Vec<(i32, i64)>,
    rows: Vec<(i64, Vec<u8>)>,
    last: Vec<i64>,
    lists: Vec<(i32, i64, Vec<u8>)>,
}

macro_rules! nothing {
    () => {
        Vec::new().into_sql::<Binary>()
    };
}

/// A hint, of a level that is said or of none.
macro_rules! hint {
    ($what:expr, $number:expr) => {
        hint!($what, 0.into_sql::<Integer>(), $number, nothing!())
    };
    ($what:expr, $level:expr, $number:expr, $says:expr) => {
        ($what.into_sql::<Integer>(), $level, $number, $says)
    };
}

/// What the head of the log says.
macro_rules! of_head {
    ($what:expr) => {
        log_head::table.find(1).select($what).single_value()
    };
}

/// What is said of how far a level has come.
macro_rules! of_level {
    ($level:expr, $what:expr) => {
        log_chained::table
            .find($level.number)
            .select($what)
            .single_value()
    };
}

/// The rows that are in no list of this level.
macro_rules! unsorted {
    ($level:expr) => {
        log_whose::table
            .filter(
                log_whose::n
                    .nullable()
                    .ge(of_level!($level, log_chained::size / ROW)),
            )
            .filter(log_whose::n.nullable().lt(of_head!(log_head::size / ROW)))
            .select(hint!(
                A_ROW,
                0.into_sql::<Integer>(),
                log_whose::n,
                log_whose::records
            ))
    };
}

/// The entries about the record that are in no row.
macro_rules! unrowed {
    ($record:expr) => {
        log_entry::table
            .filter(
                log_entry::idx
                    .nullable()
                    .ge(of_head!(log_head::size / ROW * ROW)),
            )
            .filter(log_entry::idx.nullable().lt(of_head!(log_head::size)))
            .filter(log_entry::subject_id.eq(Db($record)))
            .select(hint!(AN_ENTRY, log_entry::idx))
    };
}

/// The lists of a level that records of this short may stand in.
macro_rules! lists {
    ($level:expr, $short:expr) => {
        log_chain::table
            .filter(log_chain::level.eq($level.number))
            .filter(log_chain::part.eq($level.part($short)))
            .select(hint!(
                A_LIST,
                log_chain::level,
                log_chain::first,
                log_chain::entries
            ))
    };
}

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
        let hints = self.hints(conn)?;
        let size = hints.size.ok_or(corrupt("a log without a head"))?;
        let comes = hints.come.iter().map(|(_, come)| *come);
        let stretches = stretched(self.levels, comes, size)?;
        let Ok([third, second, first, unsorted]) = <[Stretch; 4]>::try_from(stretches) else {
            return Err(corrupt("a level that is missing"));
        };
        let sorted = [first, second, third].map(|stretch| stretch.within(self.range));
        let unsorted = unsorted.within(self.range);
        let mut indices = hints.last;
        indices.retain(|index| unsorted.holds(*index));
        for list in hints.lists {
            indices.append(&mut self.listed(&sorted, list)?);
        }
        indices.append(&mut self.in_rows(unsorted, size / ROW, hints.rows)?);
        indices.sort_unstable_by_key(|index| Reverse(*index));
        Ok(indices.into())
    }

    /// The indices in a list that lie in the stretch of its level.
    fn listed(
        &self,
        sorted: &[Stretch; 3],
        (level, first, entries): (i32, i64, Vec<u8>),
    ) -> Result<Vec<i64>, StoreError> {
        let of_level = |stretch: &&Stretch| stretch.level.is_some_and(|one| one.number == level);
        let stretch = sorted.iter().find(of_level);
        let stretch = stretch.ok_or(corrupt("a list of no level"))?;
        let mut indices = in_list(&entries, first, short(self.record))?;
        indices.retain(|index| stretch.holds(*index));
        Ok(indices)
    }

    /// The indices in the rows that tell of the stretch, all of which there must be as far as there are `count` rows.
    fn in_rows(
        &self,
        unsorted: Stretch,
        count: i64,
        mut rows: Vec<(i64, Vec<u8>)>,
    ) -> Result<Vec<i64>, StoreError> {
        let begins = unsorted.from / ROW;
        let ends = (unsorted.below + ROW - 1) / ROW;
        let wanted = begins..ends.min(count);
        rows.retain(|(n, _)| wanted.contains(n));
        rows.sort_unstable_by_key(|(n, _)| *n);
        let whose = shorts(wanted.start, rows)?;
        let all = wanted.start * ROW..wanted.end * ROW;
        if whose.len() != all.clone().count() {
            return Err(corrupt("a row that is missing"));
        }
        let told = all
            .zip(whose)
            .filter(|(index, whose)| *whose == short(self.record) && unsorted.holds(*index));
        Ok(told.map(|(index, _)| index).collect())
    }

    /// Asks for all hints in one statement, which finds out itself how far the lists have come. So its bounds are no parameters, and PostgreSQL
    /// takes no plan for some of them to be better than the one for all.
    fn hints(&self, conn: &mut Conn) -> Result<Hints, StoreError> {
        let [first, second, third] = *self.levels;
        let whose = short(self.record);
        let size = log_head::table
            .find(1)
            .select(hint!(THE_SIZE, log_head::size));
        let comes = log_chained::table.select(hint!(
            COME,
            log_chained::level,
            log_chained::size,
            nothing!()
        ));
        // What is in longer lists is in the shorter ones too.
        let above = |level: Level| {
            log_chain::first
                .nullable()
                .ge(of_level!(level, log_chained::size))
        };
        let hints = size.union_all(comes).union_all(unsorted!(first));
        let hints = hints.union_all(unrowed!(self.record));
        let hints = hints.union_all(lists!(first, whose).filter(above(second)));
        let hints = hints.union_all(lists!(second, whose).filter(above(third)));
        let hints = hints.union_all(lists!(third, whose));
        Hints::of(load_any!(conn, hints)?)
    }
}

impl Hints {
    fn of(all: Vec<Hint>) -> Result<Self, StoreError> {
        let mut hints = Self::default();
        for (what, level, number, says) in all {
            match what {
                THE_SIZE => hints.size = Some(number),
                COME => hints.come.push((level, number)),
                A_ROW => hints.rows.push((number, says)),
                AN_ENTRY => hints.last.push(number),
                A_LIST => hints.lists.push((level, number, says)),
                _ => return Err(corrupt("a hint of no kind")),
            }
        }
        hints.come.sort_unstable();
        Ok(hints)
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
