//! Walks and ends, held against a naive reading of the log, at every stage of the lists.

use super::ends::ends_by;
use super::sorted::sort_by;
use super::*;
use crate::ids;
use crate::store::conn::{Access, establish};
use crate::store::dialect::{Begin, in_transaction};
use crate::store::migrate;
use crate::store::testing::{Dice, literal, on_each};
use crate::store::walk::Walk;
use diesel::connection::SimpleConnection;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Levels of so few entries that a log of some thousand has all of them, several spans each.
const SMALL: [Level; 3] = [
    Level {
        number: 1,
        span: 512,
        bits: 1,
    },
    Level {
        number: 2,
        span: 1024,
        bits: 3,
    },
    Level {
        number: 3,
        span: 4096,
        bits: 5,
    },
];

/// Records of which two share a short, one has none of its own, and two are of the same part.
fn records() -> Vec<Uuid> {
    let ending = |high: u64, low: u32| Uuid::from_u64_pair(high, u64::from(low));
    let named = [
        ending(1, 0x1234_5678),
        ending(2, 0x1234_5678),
        ending(3, 0x1234_5679),
        ending(4, 0),
        ending(5, u32::MAX),
    ];
    named
        .into_iter()
        .chain((0..20).map(|_| ids::new_uuid()))
        .collect()
}

/// What a log says of its chains: whose each entry is, from the first.
#[derive(Default)]
struct Told {
    whose: Vec<Option<Uuid>>,
    numbers: BTreeMap<Uuid, (i64, i64)>,
}

impl Told {
    fn of(&self, record: Uuid, (from, below): (i64, i64)) -> Vec<i64> {
        let those = (0..)
            .zip(&self.whose)
            .filter(|(index, whose)| (from..below).contains(index) && **whose == Some(record));
        let mut indices: Vec<i64> = those.map(|(index, _)| index).collect();
        indices.reverse();
        indices
    }

    /// Puts down entries about these, as the log's writer does: with the rows that they fill.
    fn put(&mut self, conn: &mut Conn, fresh: &[Option<Uuid>]) {
        let hash = literal(conn, &"00".repeat(32));
        let began = i64::try_from(self.whose.len()).unwrap();
        let mut rows = String::from(
            "INSERT INTO log_entry (idx, event_id, recorded_ms, kind, outcome, actor_kind, request_id, commitment,
                 subject_id, subject_seq, subject_prev) VALUES ",
        );
        for (index, record) in (began..).zip(fresh) {
            let comma = if index == began { "" } else { ", " };
            let link = match record {
                None => "NULL, NULL, NULL".to_owned(),
                Some(record) => {
                    let before = self.numbers.get(record).copied();
                    let number = before.map_or(1, |(number, _)| number + 1);
                    self.numbers.insert(*record, (number, index));
                    let before = before.map_or("NULL".to_owned(), |(_, index)| index.to_string());
                    format!("'{record}', {number}, {before}")
                }
            };
            let event = ids::new_uuid();
            write!(
                rows,
                "{comma}({index}, '{event}', 1, 'disclosure', 'done', 'person', 'r', {hash}, {link})"
            )
            .unwrap();
        }
        self.whose.extend(fresh);
        in_transaction::<_, StoreError>(conn, Begin::Writing, |conn| {
            let mut whose = filled(conn, began, fresh)?;
            conn.batch_execute(&rows)?;
            let size = self.whose.len();
            conn.batch_execute(&format!("UPDATE log_head SET size = {size}"))?;
            Ok(crate::store::bulk::write_together(conn, &mut [&mut whose])?)
        })
        .unwrap();
    }

    /// Holds walks and ends against it.
    fn hold(&self, conn: &mut Conn, records: &[Uuid]) {
        let end = i64::try_from(self.whose.len()).unwrap();
        for record in records {
            for range in [
                (0, end),
                (0, i64::MAX),
                (0, 0),
                (end, end + 9),
                (end / 2, end / 3),
                (end - end % ROW - 100, end - end % ROW - 50),
                (end / 3, end - 7),
                (end - 300, end),
                (511, 513),
            ] {
                let mut walk = OfRecord::by(&SMALL, *record, range);
                let mut walked = Vec::new();
                loop {
                    let next = walk.next(conn, 50).unwrap();
                    if next.is_empty() {
                        break;
                    }
                    assert!(next.len() <= 50);
                    walked.extend(next);
                }
                assert!(walked.is_sorted_by(|one, other| one > other), "{range:?}");
                let those = self.of(*record, range);
                let shares_its_short = records
                    .iter()
                    .filter(|one| short(**one) == short(*record))
                    .count()
                    > 1;
                if shares_its_short {
                    assert!(
                        those.iter().all(|index| walked.contains(index)),
                        "{range:?}"
                    );
                } else {
                    assert_eq!(walked, those, "{range:?}");
                }
            }
        }
        let mut asked = records.to_vec();
        asked.push(ids::new_uuid());
        let mut ends = ends_by(conn, (&SMALL, 1), &asked, end).unwrap();
        ends.sort_unstable();
        let known = self.numbers.iter();
        let known: Vec<_> = known
            .map(|(id, (number, index))| (*id, *number, *index))
            .collect();
        assert_eq!(ends, known);
        let one = ends_by(conn, (&SMALL, 1), &records[..1], end).unwrap();
        assert_eq!(one.first(), known.iter().find(|(id, ..)| *id == records[0]));
    }
}

#[test]
fn walks_and_ends_are_what_the_entries_say_however_far_the_lists_have_come() {
    on_each(|database| {
        let mut conn = database.conn();
        let records = records();
        let mut told = Told::default();
        let mut dice = Dice(7);
        let mut roll = |sides| dice.roll(sides);
        told.hold(&mut conn, &records);
        let mut sorted = 0;
        while told.whose.len() < 9000 {
            let count = [1, 17, 100, 255, 256, 600][roll(6)];
            // Some fall silent, and are found far back.
            let awake = if told.whose.len() < 1500 {
                records.len()
            } else {
                4 + roll(12)
            };
            let whose: Vec<_> = (0..count)
                .map(|_| (roll(5) > 0).then(|| records[roll(awake)]))
                .collect();
            told.put(&mut conn, &whose);
            if roll(4) == 0 {
                told.hold(&mut conn, &records);
            }
            for _ in 0..roll(5) {
                sorted += usize::from(sort_by(&mut conn, &SMALL).unwrap());
            }
        }
        told.hold(&mut conn, &records);
        while sort_by(&mut conn, &SMALL).unwrap() {
            sorted += 1;
        }
        told.hold(&mut conn, &records);
        let (come, _) = come(&mut conn).unwrap();
        let come: Vec<_> = come.iter().map(|come| come.size).collect();
        assert!(
            come[0] >= 8704 && come[1] >= 8192 && come[2] == 8192,
            "{come:?}"
        );
        // By 512 from rows, by 1,024 from two parts of those, and by 4,096 four parts at a time.
        assert!(sorted > 17 + 8 + 2, "{sorted}");
    });
}

#[test]
fn two_that_sort_at_once_sort_each_entry_once() {
    on_each(|database| {
        let mut told = Told::default();
        let records = records();
        let all: Vec<_> = (0..4200)
            .map(|n| Some(records[n % records.len()]))
            .collect();
        for some in all.chunks(700) {
            told.put(&mut database.conn(), some);
        }
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let conn = &mut database.conn();
                    while sort_by(conn, &SMALL).unwrap() {}
                });
            }
        });
        told.hold(&mut database.conn(), &records);
    });
}

#[test]
fn a_row_that_is_gone_is_told_and_not_passed_over() {
    on_each(|database| {
        let mut conn = database.conn();
        let mut told = Told::default();
        let records = records();
        let all: Vec<_> = (0..1100)
            .map(|n| Some(records[n % records.len()]))
            .collect();
        told.put(&mut conn, &all);
        conn.batch_execute(match conn {
            Conn::Pg(_) => {
                "ALTER TABLE log_whose DISABLE TRIGGER USER; DELETE FROM log_whose WHERE n = 2"
            }
            Conn::Sqlite(_) => {
                "DROP TRIGGER log_whose_no_delete; DELETE FROM log_whose WHERE n = 2"
            }
        })
        .unwrap();
        assert!(ends_by(&mut conn, (&SMALL, 1), &records, 1100).is_err());
        let walk = |range| OfRecord::by(&SMALL, records[2], range);
        for range in [(0, i64::MAX), (600, 1100), (0, 768)] {
            assert!(walk(range).next(&mut conn, 1).is_err(), "{range:?}");
        }
        let before = walk((0, 512)).next(&mut conn, 50).unwrap();
        assert_eq!(before.len(), 512_usize.div_ceil(records.len()));
        assert!(sort_by(&mut conn, &SMALL).unwrap(), "the first two rows");
        assert!(sort_by(&mut conn, &SMALL).is_err());
    });
}

#[test]
fn parts_of_each_level_are_as_many_as_it_has_and_lie_in_those_of_the_one_below() {
    for levels in [SMALL, LEVELS] {
        for level in levels {
            assert_eq!(level.part(u32::MAX), level.parts() - 1);
            assert_eq!(level.part(1), 0);
            assert_eq!(level.span % ROW, 0);
        }
        for two in levels.windows(2) {
            assert_eq!(two[1].span % two[0].span, 0);
            assert!(two[1].bits > two[0].bits && two[1].span <= i64::from(u32::MAX));
        }
    }
}

/// What a migration makes of a log is what its writer would have written.
#[test]
fn rows_that_the_migration_makes_are_those_that_are_written() {
    for size in [0, 255, 256, 257, 513] {
        on_each(|database| {
            let mut conn = establish(&database.url, Access::Migrate).unwrap();
            let mut told = Told::default();
            let records = records();
            let whose = (0..size).map(|n| (n % 3 > 0).then(|| records[n * n % records.len()]));
            let whose: Vec<_> = whose.collect();
            for some in whose.chunks(100) {
                told.put(&mut conn, some);
            }
            let end = i64::try_from(size).unwrap();
            let written = rows(&mut conn, 0, i64::MAX).unwrap();
            assert_eq!(written.len(), size / WIDTH * WIDTH);
            migrate::revert_last(&mut conn);
            migrate::run(&mut conn).unwrap();
            assert_eq!(rows(&mut conn, 0, i64::MAX).unwrap(), written);
            assert_eq!(
                ends_by(&mut conn, (&SMALL, 1), &records, end)
                    .unwrap()
                    .len(),
                told.numbers.len()
            );
        });
    }
}
