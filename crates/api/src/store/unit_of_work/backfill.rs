//! Carries what SQLite's write-ahead log has over into the database, beside the lanes.
//!
//! Left to itself SQLite does that in the commit that made the log long, and all who wait for that commit wait for a
//! thousand pages more.

use super::turn::Turns;
use crate::store::StoreError;
use crate::store::conn::{Access, Backend, Conn, DatabaseUrl, connected};
use crate::store::dialect::{Carry, carry_over};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use std::time::{Duration, Instant};

/// After how many units of work it is carried over: one writes some pages. The more there are, the longer those wait whose
/// entries are put on the disk at the same time.
const UNITS: usize = 128;
/// How long fewer wait for more. Then the log is cut to nothing too: in it stands what was erased.
const QUIET: Duration = Duration::from_secs(1);
/// How long at most it goes uncut where it is never quiet, as far as readers let it.
const UNCUT: Duration = Duration::from_secs(60);
/// From how many pages on nobody may write while the last of it is carried over, so that it begins anew: 64 MB.
const LONG: i64 = 16_384;

/// Where it is told that something was written.
#[derive(Clone)]
pub(super) struct Backfill(Option<Sender<usize>>);

impl Backfill {
    /// Starts the thread, where the database needs one.
    pub(super) fn open(url: &DatabaseUrl, turns: &Turns) -> Self {
        if url.backend() == Backend::Pg {
            return Self(None);
        }
        let (sender, written) = unbounded();
        let mut hand = Hand {
            url: url.clone(),
            conn: None,
            turns: turns.clone(),
        };
        super::spawn("wal-backfill", move || hand.run(&written));
        Self(Some(sender))
    }

    /// Tells that so many units were committed.
    pub(super) fn wrote(&self, units: usize) {
        if let Some(sender) = &self.0 {
            // Without the thread there is no service.
            let _ = sender.send(units);
        }
    }
}

/// The thread's hand on the database.
struct Hand {
    url: DatabaseUrl,
    conn: Option<Conn>,
    turns: Turns,
}

impl Hand {
    /// Carries over, again and again, until nobody can write anything.
    fn run(&mut self, written: &Receiver<usize>) {
        // What stands there from before is cut at once.
        let (mut cut, mut since) = (false, Instant::now());
        while let Some(quiet) = await_units(written, cut) {
            let how = if quiet || since.elapsed() > UNCUT {
                Carry::AndCut
            } else {
                Carry::Beside
            };
            cut = self.carry(how).unwrap_or_else(|error| {
                log::warn!("the write-ahead log was not carried over: {error}");
                self.conn = None;
                false
            });
            if cut {
                since = Instant::now();
            }
        }
    }

    /// Whether nothing is left in the log.
    fn carry(&mut self, how: Carry) -> Result<bool, StoreError> {
        let conn = connected(&mut self.conn, &self.url, Access::Write)?;
        let mut carried = carry_over(conn, Carry::Beside)?;
        if carried.pages() > LONG {
            // Most of what was written meanwhile.
            carried = carry_over(conn, Carry::Beside)?;
        }
        // A reader that looks at an old picture holds back what came since: nobody need wait then.
        let ends = carried.pages() > LONG && carried.left() < LONG;
        if how == Carry::AndCut || ends {
            let _turn = self.turns.wait();
            carried = carry_over(conn, how)?;
        }
        Ok(carried.is_cut())
    }
}

/// Waits until enough was written, or for a while; whether that was quiet. None once nobody can write. Where nothing is
/// left to be carried it waits for the first.
fn await_units(written: &Receiver<usize>, nothing_left: bool) -> Option<bool> {
    let mut units = 0;
    if nothing_left {
        units += written.recv().ok()?;
    }
    let began = Instant::now();
    while units < UNITS && began.elapsed() < UNCUT {
        match written.recv_timeout(QUIET) {
            Ok(more) => units += more,
            Err(RecvTimeoutError::Timeout) => return Some(true),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    Some(false)
}
