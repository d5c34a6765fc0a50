//! Units to hand in, and how they answer.

use super::super::unit::{Does, Hand, Left, Pending, Unit};
use super::super::*;
use crate::auth::registry::Standing;
use crate::ids;
use crate::store::testing::context;
use samrad_domain::actor::{Actor, Citizen, PersonKey};
use samrad_domain::id::{DiscussionId, PatientId, PersonId};
use std::sync::mpsc::{Receiver, channel};

pub(in super::super) type Answer = oneshot::Receiver<Result<Recorded<()>, Failure>>;

pub(in super::super) fn a_context() -> Context {
    let key = PersonKey::new(ids::random_bytes());
    let assurance = None;
    context(Actor::Citizen(Citizen { key, assurance }))
}

/// A unit that is not one of ours: it does what no act can.
struct Strange {
    panics: bool,
    told: std::sync::mpsc::Sender<bool>,
}

impl Unit for Strange {
    fn about(&self) -> (About, Hold) {
        (About::Nobody, Hold::Shared)
    }
    fn does(&self) -> Does {
        Does::Anything
    }
    fn standing(&self) -> Option<&Standing> {
        None
    }
    fn waited(&self) -> Duration {
        Duration::ZERO
    }
    fn turn_away(&mut self, _: Failure) {}
    fn run(&mut self, _: &mut Hand<'_>) -> Result<Left, StoreError> {
        assert!(!self.panics, "on purpose");
        Ok(Left::Whole)
    }
    fn goes_on(&mut self) -> Option<(oneshot::Sender<i64>, i64)> {
        None
    }
    fn answer(self: Box<Self>, durable: Result<(), &StoreError>) {
        self.told.send(durable.is_ok()).unwrap();
    }
}

pub(in super::super) fn strange(panics: bool) -> (Box<dyn Unit>, Receiver<bool>) {
    let (told, answer) = channel();
    (Box::new(Strange { panics, told }), answer)
}

/// A unit that is refused, with an event about `patient`.
pub(in super::super) fn a_refused(
    patient: Option<PatientId>,
    wants: Option<Wanted>,
) -> (Box<dyn Unit>, Answer) {
    a_refused_about((About::Nobody, Hold::Shared), patient, wants)
}

pub(in super::super) fn a_refused_about(
    about: (About, Hold),
    patient: Option<PatientId>,
    wants: Option<Wanted>,
) -> (Box<dyn Unit>, Answer) {
    let act = move |_: &mut Tx<'_>| -> Tried<((), Event)> {
        let refusal = Refusal::nothing_there();
        let event = Event::refused(EventKind::PatientRead, &refusal).about(patient);
        Err(Stop::Refused(Box::new(refusal), Box::new(event)))
    };
    let does = wants.map_or(Does::Anything, |wanted| Does::Reads(Some(wanted)));
    a_unit(about, does, act)
}

pub(in super::super) fn a_unit(
    about: (About, Hold),
    does: Does,
    act: impl FnMut(&mut Tx<'_>) -> Tried<((), Event)> + Send + 'static,
) -> (Box<dyn Unit>, Answer) {
    one(about, does, None, act)
}

/// A unit from whose entry somebody goes on.
pub(in super::super) fn a_unit_to_go_on_from(
    act: impl FnMut(&mut Tx<'_>) -> Tried<((), Event)> + Send + 'static,
) -> (Box<dyn Unit>, oneshot::Receiver<i64>) {
    let (goes_on, told) = oneshot::channel();
    let about = (About::Nobody, Hold::Shared);
    let (unit, _) = one(about, Does::Reads(None), Some(goes_on), act);
    (unit, told)
}

fn one(
    about: (About, Hold),
    does: Does,
    goes_on: Option<oneshot::Sender<i64>>,
    act: impl FnMut(&mut Tx<'_>) -> Tried<((), Event)> + Send + 'static,
) -> (Box<dyn Unit>, Answer) {
    let (reply, answer) = oneshot::channel();
    let unit = Pending {
        about,
        does,
        standing: None,
        context: a_context(),
        handed_in: Instant::now(),
        act: Some(act),
        outcome: None,
        goes_on,
        reply: Some(reply),
    };
    (Box::new(unit), answer)
}

/// One that only looks, and tells that it did.
pub(in super::super) fn a_look() -> (Box<dyn Unit>, Answer) {
    let looks = |_: &mut Tx<'_>| Ok(((), Event::access(EventKind::LogRead)));
    a_unit((About::Nobody, Hold::Shared), Does::Reads(None), looks)
}

pub(in super::super) fn a_wish() -> Wanted {
    Wanted {
        discussion: DiscussionId::new(ids::new_uuid()),
        reader: PersonId::new(ids::new_uuid()),
    }
}
