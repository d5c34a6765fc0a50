//! A unit in the queue, whatever it does and answers.

use super::{Failure, Recorded, Stop, Tx};
use crate::auth::registry::Standing;
use crate::clock;
use crate::log::{Context, Pen, Receipt};
use crate::store::StoreError;
use crate::store::ahead::{Ahead, Wanted};
use crate::store::conn::Conn;
use crate::store::dialect::{self, Hold};
use crate::store::later::Later;
use crate::store::subject::About;
use crate::store::vault::Vault;
use jiff::Timestamp;
use samrad_domain::event::Event;
use samrad_domain::view::Committed;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// What the writer lends a unit while it runs.
pub(super) struct Hand<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) vault: &'a Vault,
    pub(super) pen: &'a mut Pen,
    pub(super) ahead: &'a mut Ahead,
    pub(super) later: &'a mut Later,
}

/// How a unit left what was loaded ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// As it should be.
    Whole,
    /// Perhaps half changed: those behind it load anew.
    Doubtful,
}

/// What a unit may do beside its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// It may change anything, and runs in a savepoint of its own.
    Anything,
    /// It reads, and changes nothing but what is written later. It wants this loaded together with what others want. It can be
    /// run again, if what it left behind is thrown away.
    Reads(Option<Wanted>),
}

impl Does {
    /// Runs part of such a unit so that a question that fails there fails alone: in a savepoint, but for readings that find
    /// loaded what they need, and where each statement is for itself.
    fn fenced<T, E: From<StoreError>>(
        self,
        hand: &mut Hand<'_>,
        part: impl FnOnce(&mut Hand<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let needs_one = match self {
            Self::Anything => true,
            Self::Reads(None) => dialect::is_in_transaction(hand.conn)?,
            Self::Reads(Some(_)) => false,
        };
        if needs_one {
            in_savepoint(hand, part)
        } else {
            part(hand)
        }
    }
}

/// A unit in the queue.
pub(super) trait Unit: Send {
    /// Whose bucket it needs, and how it holds it.
    fn about(&self) -> (About, Hold);
    /// What it may do.
    fn does(&self) -> Does;
    /// Who asks, as they stood when they were let in.
    fn standing(&self) -> Option<&Standing>;
    /// How long it has waited for its turn.
    fn waited(&self) -> Duration;
    /// Turns it away without running it.
    fn turn_away(&mut self, failure: Failure);
    /// Runs it. An error means that the batch is lost.
    fn run(&mut self, hand: &mut Hand<'_>) -> Result<Left, StoreError>;
    /// Who goes on from its entry now that the transaction was committed, which may not be durable yet, and what to tell them. Nobody, where
    /// it put down none that was asked for.
    fn goes_on(&mut self) -> Option<(oneshot::Sender<i64>, i64)>;
    /// Answers, now that the transaction is durable, or lost.
    fn answer(self: Box<Self>, durable: Result<(), &StoreError>);
}

type Settled<T> = Result<(T, Receipt), Failure>;

/// A unit that waits for its answer.
pub(super) struct Pending<T, F> {
    pub(super) about: (About, Hold),
    pub(super) does: Does,
    pub(super) standing: Option<Standing>,
    pub(super) context: Context,
    pub(super) handed_in: Instant,
    pub(super) act: Option<F>,
    pub(super) outcome: Option<Settled<T>>,
    /// Who goes on once its entry is committed: told where that stands.
    pub(super) goes_on: Option<oneshot::Sender<i64>>,
    pub(super) reply: Option<oneshot::Sender<Result<Recorded<T>, Failure>>>,
}

impl<T, F> Unit for Pending<T, F>
where
    T: Send,
    F: FnMut(&mut Tx<'_>) -> Result<(T, Event), Stop> + Send,
{
    fn about(&self) -> (About, Hold) {
        self.about
    }

    fn does(&self) -> Does {
        self.does
    }

    fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    fn waited(&self) -> Duration {
        self.handed_in.elapsed()
    }

    fn turn_away(&mut self, failure: Failure) {
        self.act = None;
        self.outcome = Some(Err(failure));
    }

    fn run(&mut self, hand: &mut Hand<'_>) -> Result<Left, StoreError> {
        let Some(act) = &mut self.act else {
            return Ok(Left::Whole);
        };
        let now = hand.pen.decision_time(clock::now());
        let before = hand.later.mark();
        let attempt = match self.does {
            Does::Reads(_) => self
                .does
                .fenced(hand, |hand| beside_others(hand, &self.context, now, act)),
            Does::Anything => alone(hand, &self.context, now, act),
        };
        // What it meant to leave behind, others of the run may have seen.
        let undone = attempt.is_err() && hand.later.mark() != before;
        if undone {
            hand.later.back_to(before);
        }
        let (outcome, left) = match attempt {
            Ok(done) => (Ok(done), Left::Whole),
            Err(Stop::Store(error)) if error.is_unavailable() => return Err(error),
            Err(Stop::Store(error)) => (Err(Failure::from(error)), Left::Doubtful),
            Err(Stop::Refused(refusal, event)) => {
                self.refused(hand, &event, now, Failure::Refused(*refusal))?
            }
            Err(Stop::Unfit(unfit, event)) => {
                self.refused(hand, &event, now, Failure::Unfit(unfit))?
            }
        };
        self.outcome = Some(outcome);
        Ok(if undone { Left::Doubtful } else { left })
    }

    fn goes_on(&mut self) -> Option<(oneshot::Sender<i64>, i64)> {
        match &self.outcome {
            Some(Ok((_, receipt))) => Some((self.goes_on.take()?, receipt.index)),
            Some(Err(_)) | None => None,
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the log writer, whose word the witness is"
    )]
    fn answer(mut self: Box<Self>, durable: Result<(), &StoreError>) {
        let Some(reply) = self.reply.take() else {
            return;
        };
        let answer = match (durable, self.outcome.take()) {
            (Ok(()), Some(Ok((value, receipt)))) => {
                let committed = Committed::by_the_log_writer();
                Ok(Recorded {
                    value,
                    receipt,
                    committed,
                })
            }
            (Ok(()), Some(Err(failure))) => Err(failure),
            (Ok(()), None) => Err(Failure::Internal("a unit did not run".to_owned())),
            (Err(StoreError::Panicked), _) => Err(Failure::from(StoreError::Panicked)),
            (Err(error), _) => Err(Failure::Unavailable(error.to_string())),
        };
        // Who asked may have gone; the act and its entry stand all the same.
        drop(reply.send(answer));
    }
}

impl<T, F> Pending<T, F> {
    /// Keeps the entry of a refusal, which is the answer then. One that can't be kept is a failure of this
    /// unit's, not of its neighbours'.
    fn refused(
        &self,
        hand: &mut Hand<'_>,
        event: &Event,
        now: Timestamp,
        failure: Failure,
    ) -> Result<(Settled<T>, Left), StoreError> {
        let put = |hand: &mut Hand<'_>| put(hand, &self.context, event, now);
        let kept = self.does.fenced(hand, put);
        match kept {
            Ok(_) => Ok((Err(failure), Left::Whole)),
            Err(error) if error.is_unavailable() => Err(error),
            Err(error) => Ok((Err(Failure::from(error)), Left::Doubtful)),
        }
    }
}

/// Runs an act that reads and writes nothing but what is kept for later: no savepoint is needed to undo it.
fn beside_others<T>(
    hand: &mut Hand<'_>,
    context: &Context,
    now: Timestamp,
    act: &mut impl FnMut(&mut Tx<'_>) -> Result<(T, Event), Stop>,
) -> Result<(T, Receipt), Stop> {
    let (value, event) = attempt(hand, now, act)?;
    let receipt = put(hand, context, &event, now)?;
    Ok((value, receipt))
}

/// Runs an act that may change anything, in a savepoint of its own.
fn alone<T>(
    hand: &mut Hand<'_>,
    context: &Context,
    now: Timestamp,
    act: &mut impl FnMut(&mut Tx<'_>) -> Result<(T, Event), Stop>,
) -> Result<(T, Receipt), Stop> {
    // It may read the log.
    hand.pen.write(hand.conn)?;
    let tried = in_savepoint(hand, |hand| {
        let (value, event) = attempt(hand, now, act)?;
        hand.later.write(hand.conn)?;
        let receipt = put(hand, context, &event, now)?;
        Ok::<_, Stop>((value, receipt))
    });
    tried.inspect_err(|_| {
        hand.later.forget();
        hand.ahead.forget();
    })
}

fn in_savepoint<T, E: From<StoreError>>(
    hand: &mut Hand<'_>,
    act: impl FnOnce(&mut Hand<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let Hand {
        conn,
        vault,
        pen,
        ahead,
        later,
    } = hand;
    dialect::in_savepoint(conn, |conn| {
        act(&mut Hand {
            conn,
            vault,
            pen,
            ahead,
            later,
        })
    })
}

fn attempt<T>(
    hand: &mut Hand<'_>,
    now: Timestamp,
    act: &mut impl FnMut(&mut Tx<'_>) -> Result<(T, Event), Stop>,
) -> Result<(T, Event), Stop> {
    let mut tx = Tx {
        conn: hand.conn,
        vault: hand.vault,
        now,
        ahead: hand.ahead,
        later: hand.later,
    };
    catch_unwind(AssertUnwindSafe(|| act(&mut tx)))
        .unwrap_or(Err(Stop::Store(StoreError::Panicked)))
}

fn put(
    hand: &mut Hand<'_>,
    context: &Context,
    event: &Event,
    now: Timestamp,
) -> Result<Receipt, StoreError> {
    hand.ahead.tell(hand.pen);
    hand.pen.put(hand.conn, hand.vault, context, event, now)
}
