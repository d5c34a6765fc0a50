//! Whose turn it is at the head of the log, among the lanes of one process.
//!
//! It is the database that keeps the order, also among instances. But to wait there for a row costs a timer,
//! a wake-up and a second look at the row; so lanes of one process wait here for each other first.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::time::Duration;

/// How long a lane waits for its turn before it goes on to wait in the database, which sees who waits for whom.
const PATIENCE: Duration = Duration::from_secs(1);

/// One turn, which goes round.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    give: Sender<()>,
    take: Receiver<()>,
}

/// A turn at the head, given back when dropped; or none, where it took too long.
#[derive(Debug)]
pub(super) struct Turn(Option<Sender<()>>);

impl Default for Turns {
    fn default() -> Self {
        let (give, take) = bounded(1);
        let turns = Self { give, take };
        drop(Turn(Some(turns.give.clone())));
        turns
    }
}

impl Turns {
    /// Waits for a turn.
    pub(super) fn wait(&self) -> Turn {
        let got = self.take.recv_timeout(PATIENCE);
        Turn(got.ok().map(|()| self.give.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(give) = self.0.take() {
            // There is room: this was the only one.
            let _ = give.try_send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_until_it_is_dropped_and_who_waits_too_long_goes_on() {
        let turns = Turns::default();
        let first = turns.wait();
        assert!(first.0.is_some());
        let gone_on = turns.wait();
        assert!(gone_on.0.is_none());
        drop((first, gone_on));
        let next = turns.wait();
        assert!(next.0.is_some());
        assert!(turns.take.is_empty());
    }
}
