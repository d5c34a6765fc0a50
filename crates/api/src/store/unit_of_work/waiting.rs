//! The units that wait, and in what order they are taken.

use super::BATCH;
use super::turn::PATIENCE;
use super::unit::Unit;
use crossbeam_channel::{Receiver, Sender, bounded, select_biased};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) type Units = VecDeque<Box<dyn Unit>>;

/// How many units a lane takes at once where it is the only one (docs/performance.md).
const AT_ONCE: usize = 24;

/// How much of what waits a lane takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Everything: it has the turn, and the others wait for it.
    All,
    /// What leaves the other lanes as much.
    ItsShare,
}

/// The lead among the lanes, which goes to one of them. While readings do without locks, of which lanes do one batch after the other, who
/// leads begins batches with what is ordinary: another would but hold a unit and wait for its turn with it.
#[derive(Clone, Debug)]
struct Leads {
    give: Sender<()>,
    take: Receiver<()>,
}

impl Default for Leads {
    fn default() -> Self {
        let (give, take) = bounded(1);
        let leads = Self { give, take };
        drop(leads.got());
        leads
    }
}

impl Leads {
    fn got(&self) -> Lead {
        Lead(self.give.clone())
    }
}

/// The lead, given to another when dropped.
#[derive(Debug)]
pub(super) struct Lead(Sender<()>);

impl Drop for Lead {
    fn drop(&mut self) {
        // There is room: this was the only one.
        let _ = self.0.try_send(());
    }
}

/// The units that wait. Changes of consents go before readings: a withdrawal waits for no queue.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) urgent: Receiver<Box<dyn Unit>>,
    pub(super) ordinary: Receiver<Box<dyn Unit>>,
    /// Which lane leads.
    leads: Leads,
    /// How many lanes take from here.
    pub(super) lanes: usize,
    /// How many units they have taken and not let go.
    taken: Arc<AtomicUsize>,
}

impl Waiting {
    /// What is handed in here, for so many lanes.
    pub(super) fn of(
        urgent: Receiver<Box<dyn Unit>>,
        ordinary: Receiver<Box<dyn Unit>>,
        lanes: usize,
    ) -> Self {
        Self {
            urgent,
            ordinary,
            leads: Leads::default(),
            lanes,
            taken: Arc::default(),
        }
    }

    /// The beginning of the next batch: what is urgent, or else, unless something is left over, the first that comes. Waits
    /// for it, or until a desk is gone; where one lane is to lead (`one_leads`), for the lead before that.
    pub(super) fn first(&self, left: &Units, lead: &mut Option<Lead>, one_leads: bool) -> Units {
        let mut batch: Units = self.urgent.try_iter().take(BATCH).collect();
        if !batch.is_empty() || !left.is_empty() {
            return batch;
        }
        if !one_leads {
            *lead = None;
        }
        while one_leads && lead.is_none() {
            select_biased! {
                recv(self.urgent) -> first => {
                    batch.extend(first.ok());
                    return batch;
                }
                recv(self.leads.take) -> _ => *lead = Some(self.leads.got()),
                // Who leads waits for a database that does not answer.
                default(PATIENCE) => if !self.ordinary.is_empty() { break },
            }
        }
        batch.extend(select_biased! {
            recv(self.urgent) -> first => first.ok(),
            recv(self.ordinary) -> first => first.ok(),
        });
        batch
    }

    /// Adds what else is urgent, before it, and then what was left over and what waits: all of it, or the lane's share. Nothing
    /// is in it then only once every desk is gone.
    pub(super) fn fill(&self, batch: &mut Units, left: &mut Units, takes: Takes) {
        let room = BATCH.saturating_sub(batch.len());
        let mut urgent: Units = self.urgent.try_iter().take(room).collect();
        urgent.append(batch);
        *batch = urgent;
        let room = BATCH.saturating_sub(batch.len());
        batch.extend(left.drain(..room.min(left.len())));
        let most = match takes {
            Takes::All => BATCH,
            Takes::ItsShare => self.share(batch.len()),
        };
        let room = most.saturating_sub(batch.len());
        batch.extend(self.ordinary.try_iter().take(room));
        self.taken.fetch_add(batch.len(), Ordering::Relaxed);
    }

    /// A lane's share of all that is under way. One that took all that waits would leave the other a small
    /// batch, which costs much a unit, and keep its own waiting for the largest. A lane without another leaves most of what
    /// waits to its next batch: the first of it are answered meanwhile.
    fn share(&self, in_hand: usize) -> usize {
        let under_way = in_hand + self.ordinary.len() + self.taken.load(Ordering::Relaxed);
        let most = if self.lanes == 1 { AT_ONCE } else { BATCH };
        under_way.div_ceil(self.lanes).min(most)
    }

    /// Tells that so many units were let go.
    pub(super) fn let_go(&self, units: usize) {
        self.taken.fetch_sub(units, Ordering::Relaxed);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::units::{a_refused_about, strange};
    use super::super::{About, Hold, QUEUE};
    use super::*;
    use std::time::Instant;

    /// So many ordinary units, for so many lanes.
    pub(in super::super) fn these_wait(units: usize, lanes: usize) -> Waiting {
        let (_, urgent) = bounded(1);
        let (hand_in, ordinary) = bounded(QUEUE);
        for _ in 0..units {
            hand_in.send(strange(false).0).unwrap();
        }
        Waiting::of(urgent, ordinary, lanes)
    }

    /// The same for two lanes, and where a change of a consent is handed in.
    fn these_wait_and_more_may_come(units: usize) -> (Sender<Box<dyn Unit>>, Waiting) {
        let (hurry, urgent) = bounded(QUEUE);
        let waiting = these_wait(units, 2);
        (hurry, Waiting { urgent, ..waiting })
    }

    fn a_change() -> Box<dyn Unit> {
        a_refused_about((About::Nobody, Hold::Exclusive), None, None).0
    }

    #[test]
    fn a_lane_takes_its_share_of_what_is_under_way() {
        let taken = |waiting: &Waiting| {
            let mut left = VecDeque::new();
            let mut batch = waiting.first(&left, &mut None, false);
            waiting.fill(&mut batch, &mut left, Takes::ItsShare);
            batch.len()
        };
        let waiting = these_wait(41, 2);
        assert_eq!(taken(&waiting), 21);
        assert_eq!(
            taken(&waiting),
            20,
            "all that is left is less than half of all"
        );
        let waiting = these_wait(10, 2);
        assert_eq!(taken(&waiting), 5);
        waiting.let_go(5);
        assert_eq!(taken(&waiting), 3);
        assert_eq!(taken(&these_wait(2 * BATCH + 1, 2)), BATCH);
        assert_eq!(taken(&these_wait(1, 2)), 1);
    }

    #[test]
    fn a_lane_without_another_takes_a_part_of_what_waits() {
        let waiting = these_wait(AT_ONCE + 3, 1);
        let mut left = Units::new();
        for expected in [AT_ONCE, 3] {
            let mut batch = waiting.first(&left, &mut None, false);
            waiting.fill(&mut batch, &mut left, Takes::ItsShare);
            assert_eq!(batch.len(), expected);
            waiting.let_go(expected);
        }
    }

    #[test]
    fn who_leads_begins_with_what_is_ordinary_and_the_others_after_a_while() {
        let (hurry, waiting) = these_wait_and_more_may_come(4);
        let ask = |lead: &mut Option<Lead>, one_leads| {
            let batch = waiting.first(&Units::new(), lead, one_leads);
            assert_eq!(batch.len(), 1);
            batch[0].about().1
        };
        let (mut leads, mut follows) = (None, None);
        assert_eq!(ask(&mut leads, true), Hold::Shared);
        assert!(leads.is_some());
        hurry.send(a_change()).unwrap();
        assert_eq!(ask(&mut follows, true), Hold::Exclusive);
        let asked = Instant::now();
        assert_eq!(ask(&mut follows, true), Hold::Shared);
        assert!(asked.elapsed() >= PATIENCE && follows.is_none());
        leads = None;
        assert_eq!(ask(&mut follows, true), Hold::Shared);
        assert!(leads.is_none() && follows.is_some());
        assert_eq!(ask(&mut follows, false), Hold::Shared);
        assert!(follows.is_none(), "where nobody need lead nobody does");
    }

    /// A lane may have begun a batch with a reading, and wait for its turn, when a change of a consent comes.
    #[test]
    fn what_is_urgent_goes_before_what_came_first() {
        let (hurry, waiting) = these_wait_and_more_may_come(3);
        let mut left = VecDeque::from([strange(false).0]);
        let mut batch = waiting.first(&VecDeque::new(), &mut None, false);
        assert_eq!(batch.len(), 1);
        hurry.send(a_change()).unwrap();
        waiting.fill(&mut batch, &mut left, Takes::All);
        let holds: Vec<_> = batch.iter().map(|unit| unit.about().1).collect();
        assert_eq!(holds.len(), 5);
        assert_eq!(holds[0], Hold::Exclusive);
        assert!(holds[1..].iter().all(|hold| *hold == Hold::Shared));
        assert!(left.is_empty());
    }
}
