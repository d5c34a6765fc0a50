//! Lines of an export, many at a time: examined on all cores, taken in order by one.
//!
//! While the workers examine one batch, the reading takes the one before and reads the next, so
//! that no more than three batches are in memory.

use std::io::{BufRead, Read as _};
use std::thread;

use crate::verify::Stop;
use crate::verify::entry::{Entry, Fault, Source};

const BATCH: usize = 4 << 20;
const LONGEST: u64 = 16 << 20;
const MOST_WORKERS: usize = 8;

/// A line of at most 16 MiB without its end; `None` after the last.
pub fn read_line(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, Stop> {
    let mut batch = Batch::default();
    batch.read_one(input)?;
    Ok((!batch.ends.is_empty()).then_some(batch.bytes))
}

/// Examine every line, and let `take` have the entries in order.
pub fn each_entry(
    mut input: impl BufRead,
    source: Source,
    mut take: impl FnMut(Result<Entry, Fault>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let workers = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
    let mut examined: Vec<Vec<Result<Entry, Fault>>> = Vec::new();
    let mut batch = Batch::read(&mut input)?;
    while !batch.ends.is_empty() {
        (examined, batch) = thread::scope(|scope| {
            let batch = &batch;
            let examining: Vec<_> = batch
                .shares(workers)
                .map(|share| {
                    scope.spawn(move || {
                        share
                            .map(|line| Entry::examine(batch.line(line), source))
                            .collect()
                    })
                })
                .collect();
            std::mem::take(&mut examined)
                .into_iter()
                .flatten()
                .try_for_each(&mut take)?;
            let next = Batch::read(&mut input)?;
            let examined = examining
                .into_iter()
                .map(|share| share.join().expect("examining an entry doesn't panic"));
            Ok::<_, Stop>((examined.collect(), next))
        })?;
    }
    examined.into_iter().flatten().try_for_each(take)
}

#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    fn read(input: &mut impl BufRead) -> Result<Self, Stop> {
        let mut batch = Self::default();
        while batch.bytes.len() < BATCH && batch.read_one(input)? {}
        Ok(batch)
    }

    fn read_one(&mut self, input: &mut impl BufRead) -> Result<bool, Stop> {
        let start = self.bytes.len();
        let read = input.take(LONGEST + 1).read_until(b'\n', &mut self.bytes);
        let read = read.map_err(|error| Stop::unreadable("the export", error))?;
        if read as u64 > LONGEST {
            return Err(Stop::unreadable(
                "the export",
                "a line is longer than 16 MiB",
            ));
        }
        if self.bytes.len() > start && self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
        }
        if read > 0 {
            self.ends.push(self.bytes.len());
        }
        Ok(read > 0)
    }

    fn line(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[number]]
    }

    /// The lines in as many ranges as there are workers.
    fn shares(&self, workers: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let lines = self.ends.len();
        let each = lines.div_ceil(workers);
        (0..lines)
            .step_by(each.max(1))
            .map(move |start| start..(start + each).min(lines))
    }
}
