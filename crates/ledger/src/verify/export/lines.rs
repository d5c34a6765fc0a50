//! Lines of an export, many at a time: examined on all cores, taken in order by one.
//!
//! While the workers examine one batch, the reading takes the one before and reads the next, so
//! that no more than three batches are in memory.

use std::io::{BufRead, Read as _};
use std::num::NonZero;
use std::thread;

use crate::verify::Stop;
use crate::verify::entry::{Entry, Fault, Source};

const BATCH: usize = 4 << 20;
const LONGEST: u64 = 16 << 20;
const MOST_WORKERS: usize = 8;

/// A line of at most 16 MiB without its end; `None` after the last.
pub fn read_line(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, Stop> {
    let mut line = Vec::new();
    read_to_end_of_line(input, &mut line)?;
    Ok((!line.is_empty()).then(|| without_end(&line).to_vec()))
}

/// Examine every line, and let `take` have the entries in order.
pub fn each_entry(
    mut input: impl BufRead,
    source: Source,
    mut take: impl FnMut(Result<Entry, Fault>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let workers = cores.min(MOST_WORKERS);
    let mut examined: Vec<Vec<Result<Entry, Fault>>> = Vec::new();
    let mut batch = read_batch(&mut input)?;
    while !batch.is_empty() {
        (examined, batch) = thread::scope(|scope| {
            let examining: Vec<_> = shares(&batch, workers)
                .map(|share| scope.spawn(move || examine(share, source)))
                .collect();
            let mut before = std::mem::take(&mut examined).into_iter().flatten();
            before.try_for_each(&mut take)?;
            let next = read_batch(&mut input)?;
            let examined = examining
                .into_iter()
                .map(|share| share.join().expect("examining an entry doesn't panic"));
            Ok::<_, Stop>((examined.collect(), next))
        })?;
    }
    examined.into_iter().flatten().try_for_each(take)
}

fn examine(share: &[u8], source: Source) -> Vec<Result<Entry, Fault>> {
    let ends = memchr::memchr_iter(b'\n', share).chain(unended(share));
    let mut start = 0;
    ends.map(|end| {
        let line = &share[start..end];
        start = end + 1;
        Entry::examine(line, source)
    })
    .collect()
}

/// Where the last line ends that has no end of line.
fn unended(share: &[u8]) -> Option<usize> {
    (!share.is_empty() && !share.ends_with(b"\n")).then_some(share.len())
}

/// Whole lines, about as many as fit into a batch.
fn read_batch(input: &mut impl BufRead) -> Result<Vec<u8>, Stop> {
    let mut batch = Vec::with_capacity(BATCH + BATCH / 16);
    let read = input.take(BATCH as u64).read_to_end(&mut batch);
    read.map_err(|error| Stop::unreadable("the export", error))?;
    if unended(&batch).is_some() {
        read_to_end_of_line(input, &mut batch)?;
    }
    Ok(batch)
}

fn read_to_end_of_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> Result<(), Stop> {
    let read = input.take(LONGEST + 1).read_until(b'\n', bytes);
    match read {
        Ok(read) if read as u64 <= LONGEST => Ok(()),
        Ok(_) => Err(Stop::unreadable(
            "the export",
            "a line is longer than 16 MiB",
        )),
        Err(error) => Err(Stop::unreadable("the export", error)),
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// The lines in as many shares as there are workers, of about the same length.
fn shares(mut batch: &[u8], workers: usize) -> impl Iterator<Item = &[u8]> {
    let each = batch.len().div_ceil(workers);
    std::iter::from_fn(move || {
        let rest = batch.get(each..).unwrap_or_default();
        let cut = memchr::memchr(b'\n', rest).map_or(batch.len(), |end| each + end + 1);
        let (share, after) = batch.split_at(cut);
        batch = after;
        (!share.is_empty()).then_some(share)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_lines_and_all_of_them() {
        for text in [
            "",
            "a\n",
            "a",
            "a\nb",
            "aaaa\nb\ncc\n\nd\n",
            "a\naaaaaaaaaaaaaaaa\nb",
        ] {
            for workers in 1..9 {
                let shares: Vec<&[u8]> = shares(text.as_bytes(), workers).collect();
                assert_eq!(shares.concat(), text.as_bytes());
                let ended = shares
                    .iter()
                    .rev()
                    .skip(1)
                    .all(|share| share.ends_with(b"\n"));
                assert!(ended && shares.len() <= workers, "{text:?} {workers}");
            }
        }
    }

    #[test]
    fn every_line_is_one_entry_with_an_end_or_without() {
        for (text, lines) in [("", 0), ("x\n", 1), ("x\ny", 2), ("x\n\ny\n", 3), ("\n", 1)] {
            let mut seen = 0;
            each_entry(text.as_bytes(), Source::Export, |entry| {
                assert!(entry.is_err());
                seen += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(seen, lines, "{text:?}");
        }
    }

    #[test]
    fn a_line_without_end_is_not_read_into_memory() {
        let endless = std::io::BufReader::new(std::io::repeat(b'x'));
        assert!(each_entry(endless, Source::Export, |_| Ok(())).is_err());
        let mut endless = std::io::BufReader::new(std::io::repeat(b'x'));
        assert!(read_line(&mut endless).is_err());
    }
}
