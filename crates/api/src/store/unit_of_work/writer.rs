//! One lane of the log writer: what is committed together.
//!
//! Where readings can not do without locks (`super::readings`), a lane loads what its first ones need under those of their persons, then takes the head of the
//! log, and holds it from before its units decide until its transaction has committed. Who changes what a
//! reading is decided by holds the person's bucket alone, so what was loaded before the head was taken is
//! what there is; but for what readings change themselves, which is loaded again.
//!
//! So one lane loads while another writes; lanes of one process take turns ([`Turns`]). It does not wait for the commit to be flushed: the [`Flusher`] does, for all batches
//! since it last did, and lets their answers go. So the next batch decides while the last one is
//! made durable.

use super::backfill::Backfill;
use super::flusher::Flusher;
use super::turn::{Turn, Turns};
use super::unit::{Does, Hand, Left, Unit};
use super::waiting::{Lead, Takes, Units, Waiting};
use super::{BATCH_TIME, Failure};
use crate::auth::registry::Versions;
use crate::clock;
use crate::log::{Ends, Pen, PutDown};
use crate::store::StoreError;
use crate::store::ahead::{Ahead, Wanted};
use crate::store::conn::{Access, Conn, DatabaseUrl, connected};
use crate::store::dialect::{self, Begin, Buckets, Hold, Tag, Tip};
use crate::store::keys::Keyring;
use crate::store::later::Later;
use crate::store::registry;
use crate::store::sheet;
use crate::store::subject::{self, Subjects};
use crate::store::vault::Vault;
use crate::telemetry::telemetry;
use samrad_domain::time::oslo_day;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One thread that writes.
pub(super) struct Writer {
    pub(super) url: DatabaseUrl,
    pub(super) conn: Option<Conn>,
    /// Whether it leads.
    pub(super) lead: Option<Lead>,
    pub(super) vault: Arc<Vault>,
    pub(super) subjects: Arc<Subjects>,
    pub(super) ends: Arc<Ends>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) turns: Turns,
    pub(super) versions: Arc<Versions>,
    pub(super) flusher: Flusher,
    pub(super) backfill: Backfill,
}

impl Writer {
    /// Takes what waits, runs it, commits, hands it on; until every desk is gone.
    pub(super) fn run(&mut self, waiting: &Waiting) {
        let mut left = Units::new();
        loop {
            let one_leads = self.may_do_without_locks();
            let mut batch = waiting.first(&left, &mut self.lead, one_leads);
            let turn = self.without_locks(&batch);
            let takes = turn.as_ref().map_or(Takes::ItsShare, |_| Takes::All);
            waiting.fill(&mut batch, &mut left, takes);
            if batch.is_empty() {
                return;
            }
            let (since, began) = (self.flusher.now(), Instant::now());
            telemetry().began(batch.front().map_or(Duration::ZERO, |unit| unit.waited()));
            let taken = batch.len();
            // What panicked outside an act ends neither the lane nor what waits for it.
            let done = catch_unwind(AssertUnwindSafe(|| self.commit(&mut batch, waiting, turn)))
                .unwrap_or(Err(StoreError::Panicked));
            match done {
                Ok(Done { ran, put }) => {
                    left = batch.split_off(ran);
                    let go_on: Vec<_> =
                        batch.iter_mut().filter_map(|unit| unit.goes_on()).collect();
                    telemetry().committed(ran, began.elapsed());
                    for (outcome, reason) in put.verdicts {
                        telemetry().decided(outcome, reason);
                    }
                    self.flusher.answer(batch, since, put.last);
                    for (who, index) in go_on {
                        // Who asked may have gone.
                        who.send(index).ok();
                    }
                    self.backfill.wrote(ran);
                }
                Err(error) => {
                    log::error!("a batch of {} was lost: {error}", batch.len());
                    self.conn = None;
                    telemetry().lost();
                    for unit in batch {
                        unit.answer(Err(&error));
                    }
                }
            }
            waiting.let_go(taken);
        }
    }

    /// Runs a batch, without locks where it has the turn for that, or under them, and tells how far it came. After an error nothing of it was
    /// kept.
    pub(super) fn commit(
        &mut self,
        batch: &mut Units,
        waiting: &Waiting,
        turn: Option<Turn>,
    ) -> Result<Done, StoreError> {
        if let Some(turn) = turn
            && let Some(done) = self.commit_readings(batch, turn)?
        {
            return Ok(done);
        }
        // What comes meanwhile is another's.
        self.lead = None;
        telemetry().ran("underLocks");
        self.commit_under_locks(batch, waiting)
    }

    fn commit_under_locks(
        &mut self,
        batch: &mut Units,
        waiting: &Waiting,
    ) -> Result<Done, StoreError> {
        let conn = connected(&mut self.conn, &self.url, Access::Batch)?;
        let abouts: Vec<_> = batch.iter().map(|unit| unit.about()).collect();
        let mut buckets = Buckets::default();
        for (tag, hold) in self.subjects.tags(conn, &abouts)? {
            buckets.add(tag, hold);
        }
        let alone = buckets.alone();
        let opens = (&*self.vault, &*self.keyring);
        // Kept until the transaction has ended, however it does.
        let mut turn = dialect::writes_alone(self.url.backend()).then(|| self.turns.wait());
        let (done, tip) = dialect::in_transaction(conn, Begin::Batch(&buckets), |conn| {
            sheet::strike_out(conn, alone)?;
            let Readings { wanted, .. } = readings(batch, 0);
            let mut first = Ahead::load(conn, opens, &wanted, alone)?;
            let turn = turn.get_or_insert_with(|| self.turns.wait());
            let mut pen = Pen::take(conn, &self.ends)?;
            turn.found(pen.tip());
            // What a reading may change itself must be read with the head held.
            if first.can_change_by_reading() {
                first = Ahead::load(conn, opens, &wanted, alone)?;
            }
            first.catch_up(conn, &mut pen)?;
            let version = pen.tip().registry;
            turn_away_the_changed(conn, version, batch, 0)?;
            let loaded = (first, version);
            let (ran, registry) = run_all(conn, opens, &mut pen, loaded, alone, batch, waiting)?;
            let put = pen.put_down().clone();
            let head = pen.lay_down(conn)?;
            Ok::<_, StoreError>((Done { ran, put }, Tip { head, registry }))
        })?;
        // Before anybody is answered, so that who acts on the answer is looked up anew.
        self.versions.saw(tip.registry);
        if let Some(mut turn) = turn {
            turn.leaves(tip);
        }
        Ok(done)
    }
}

/// How far a batch came.
#[derive(Debug)]
pub(super) struct Done {
    /// How many of its units it had time for.
    pub(super) ran: usize,
    /// What they put down.
    pub(super) put: PutDown,
}

/// Readings that follow one another.
pub(super) struct Readings {
    /// How many.
    pub(super) count: usize,
    /// What they want loaded.
    pub(super) wanted: Vec<Wanted>,
}

/// The readings from place `from` on, up to the first unit that may change anything.
pub(super) fn readings(batch: &Units, from: usize) -> Readings {
    let wants = batch.range(from..).map_while(|unit| match unit.does() {
        Does::Reads(wants) => Some(wants),
        Does::Anything => None,
    });
    let wants: Vec<_> = wants.collect();
    Readings {
        count: wants.len(),
        wanted: wants.into_iter().flatten().collect(),
    }
}

/// Runs the units in order, and tells how many and at which version of the registry it ended. Readings that follow one another are loaded for together; a change among
/// them is seen by all behind it.
fn run_all(
    conn: &mut Conn,
    opens: (&Vault, &Keyring),
    pen: &mut Pen,
    (first, mut version): (Ahead, i64),
    alone: &BTreeSet<Tag>,
    batch: &mut Units,
    waiting: &Waiting,
) -> Result<(usize, i64), StoreError> {
    let (began, mut ran) = (Instant::now(), 0);
    let mut later = Later::default();
    let mut before = Some(first);
    while ran < batch.len() {
        if ran > 0 && (began.elapsed() > BATCH_TIME || !waiting.urgent.is_empty()) {
            break;
        }
        let Readings { count, wanted } = readings(batch, ran);
        let mut ahead = match before.take() {
            Some(first) => first,
            None => {
                let mut ahead = Ahead::load(conn, opens, &wanted, alone)?;
                ahead.catch_up(conn, pen)?;
                ahead
            }
        };
        let next = ran..ran + ahead.serves(count).max(1);
        if count == 0 {
            turn_away_who_may_change_others(conn, alone, batch, ran)?;
        }
        let mut hand = Hand {
            conn,
            vault: opens.0,
            pen,
            ahead: &mut ahead,
            later: &mut later,
        };
        let (done, left) = run_until_doubtful(batch.range_mut(next), &mut hand)?;
        ran += done;
        if left == Left::Whole {
            later.keep(ahead.to_keep());
        }
        later.write(conn)?;
        if count == 0 {
            let now = dialect::registry_version(conn)?;
            if now != version {
                version = now;
                turn_away_the_changed(conn, version, batch, ran)?;
            }
        }
    }
    Ok((ran, version))
}

/// Runs units until one leaves what was loaded in doubt, and tells how many.
fn run_until_doubtful<'u>(
    units: impl Iterator<Item = &'u mut Box<dyn Unit>>,
    hand: &mut Hand<'_>,
) -> Result<(usize, Left), StoreError> {
    let mut ran = 0;
    for unit in units {
        ran += 1;
        if unit.run(hand)? == Left::Doubtful {
            return Ok((ran, Left::Doubtful));
        }
    }
    Ok((ran, Left::Whole))
}

/// Turns away the unit at this place, if it may change what goes by a tag that is not held alone: since its tag was
/// looked up, the record that it is about was found to be another person's (a number was corrected). Asked again, it
/// takes the right lock.
pub(super) fn turn_away_who_may_change_others(
    conn: &mut Conn,
    alone: &BTreeSet<Tag>,
    batch: &mut Units,
    place: usize,
) -> Result<(), StoreError> {
    let Some(unit) = batch.get_mut(place) else {
        return Ok(());
    };
    let (about, hold) = unit.about();
    if hold == Hold::Exclusive
        && subject::tag(conn, about)?.is_some_and(|tag| !alone.contains(&tag))
    {
        let why = "the record is about another person than a moment ago";
        unit.turn_away(Failure::Unavailable(why.to_owned()));
    }
    Ok(())
}

/// Turns away those who are no longer who they were when they were let in: between then and now the
/// registry changed. It can't change again: the head of the log is held, or what is written is written only if it has not
/// moved.
pub(super) fn turn_away_the_changed(
    conn: &mut Conn,
    version: i64,
    batch: &mut Units,
    from: usize,
) -> Result<(), StoreError> {
    let now = clock::now();
    let today = oslo_day(now);
    for unit in batch.range_mut(from..) {
        let changed = match unit.standing() {
            Some(standing) if !standing.holds(version, today) => {
                registry::stands_anew(conn, standing, now).err()
            }
            Some(_) | None => None,
        };
        if let Some(fault) = changed {
            unit.turn_away(Failure::Caller(fault));
        }
    }
    Ok(())
}
