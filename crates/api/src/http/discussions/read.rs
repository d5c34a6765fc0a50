//! `GET /discussions/{id}`: the heart of the service.

use actix_web::{Responder, get};
use samrad_domain::actor::Staff;
use samrad_domain::code::CategorySet;
use samrad_domain::consent::{Consent, Recipient};
use samrad_domain::decision::{Cover, Sight};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::DiscussionId;
use samrad_domain::journal::{ConsentFacts, JournalNote};
use samrad_domain::permit::Refusal;
use samrad_domain::view::{
    AnonymisedView, Committed, IdentifiedView, Release, SealedView, anonymised_thread,
};

use crate::auth::allowed::Participants;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::discussions::body::{Frame, IdentifiedBody, ViewBody};
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::ahead::Wanted;
use crate::store::matter::{self, Loaded};
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, cases, consents, discussions, notes, summaries, thread};

/// Read a discussion.
///
/// Anonymised until the patient's consent covers the caller; then identified, as far as covered;
/// sealed for who knew and is no longer covered. Those inside see everything. To everybody else it
/// does not exist. One log entry, whichever it is (R2, R3).
#[utoipa::path(
    tag = "discussions",
    operation_id = "readDiscussion",
    responses((status = 200, description = "What the caller may see of it", body = ViewBody)),
    extensions(("x-samrad-roles" = json!(roles::<Participants>())))
)]
#[get("/discussions/{id}")]
pub(crate) async fn read_discussion(
    caller: Caller<Participants>,
    work: Work,
    id: PathId<DiscussionId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let wanted = Wanted {
        discussion: id,
        reader: staff.person,
    };
    let read = work.read_together(&caller, "readDiscussion", wanted, move |tx| {
        let (loaded, sight) = visible(tx, id, &staff, EventKind::DiscussionRead)?;
        let event = loaded.event(EventKind::DiscussionRead).shown_by(&sight);
        show(tx, loaded, sight, &staff, event)
    });
    let read = read.await?;
    Ok(Answer::ok(read.value.open(&read.committed)).receipt(&read.receipt))
}

/// A discussion that `staff` gets something of, and what; everybody else is refused as if there
/// were none.
pub(in crate::http) fn visible(
    tx: &mut Tx<'_>,
    id: DiscussionId,
    staff: &Staff,
    kind: EventKind,
) -> Tried<(Loaded, Sight)> {
    let mut nothing = Event::done(kind);
    nothing.discussion = Some(id);
    let loaded = matter::load(tx, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&nothing)?;
    let sight = loaded.sight(tx, staff)?;
    if let Sight::Absent(reason) = sight {
        let event = loaded.event(kind).shown_by(&sight);
        return Err(Refusal::absent(reason)).or_refuse_as(&event);
    }
    Ok((loaded, sight))
}

/// A view on its way out: with identity it stays closed until its entry is durable.
pub(super) enum Closed {
    /// Without identity.
    Plain(ViewBody),
    /// With identity.
    Identified(Box<(IdentifiedView, Frame)>),
}

impl Closed {
    fn open(self, committed: &Committed) -> ViewBody {
        match self {
            Self::Plain(view) => view,
            Self::Identified(closed) => {
                let (view, frame) = *closed;
                ViewBody::Identified(Box::new(IdentifiedBody::of(view.open(committed), &frame)))
            }
        }
    }
}

fn show(
    tx: &mut Tx<'_>,
    loaded: Loaded,
    sight: Sight,
    staff: &Staff,
    mut event: Event,
) -> Tried<(Closed, Event)> {
    let discussion = loaded.discussion.clone();
    if let Sight::Sealed(_) = sight {
        let (label, state) = (discussion.label, discussion.state);
        let view = SealedView {
            discussion: discussion.id,
            label,
            state,
        };
        return Ok((Closed::Plain(ViewBody::from(view)), event));
    }
    let case = &loaded.file.case;
    let summary =
        summaries::read(tx, case, discussion.summary_version)?.ok_or(StoreError::Corrupt {
            table: "summary",
            what: "a discussion without its summary",
        })?;
    let messages = thread::read(tx, case, discussion.id)?;
    let release = Release::by(
        &sight,
        loaded
            .file
            .patient
            .as_ref()
            .is_some_and(|p| p.is_restricted()),
    );
    let (Some(release), Some(patient)) = (release, loaded.file.patient.as_ref()) else {
        event.categories = discussion.drawn;
        let view = AnonymisedView {
            discussion: discussion.id,
            label: discussion.label,
            state: discussion.state,
            purpose: discussion.purpose,
            summary,
            messages: anonymised_thread(messages, staff.person),
        };
        return Ok((Closed::Plain(ViewBody::from(view)), event));
    };
    let statements = cases::statements(tx, case)?;
    let view =
        IdentifiedView::of(&release, patient, statements, messages).ok_or(StoreError::Corrupt {
            table: "consent",
            what: "cover without identity",
        })?;
    event.shown = Some(view.shown());
    discussions::remember_sight(tx, discussion.id, staff.person);
    if let Sight::Identified(cover) = &sight {
        event.recipients = vec![Recipient::Person(staff.person)];
        disclosed(tx, &loaded, cover, staff);
    }
    let frame = Frame {
        discussion,
        summary,
        reader: staff.person,
        sight,
    };
    Ok((Closed::Identified(Box::new((view, frame))), event))
}

/// What a disclosure leaves behind besides its entry: a note for each consent used (R5), and
/// single use bound to this discussion.
pub(super) fn disclosed(tx: &mut Tx<'_>, loaded: &Loaded, cover: &Cover, recipient: &Staff) {
    let (case, discussion) = (&loaded.file.case, &loaded.discussion);
    let Some(patient) = case.patient else {
        return;
    };
    for (consent, version) in &cover.consents {
        let own = loaded.file.consents().iter().find(|c| c.id == *consent);
        if own.is_some_and(|c| c.single_use && c.used.is_none()) {
            consents::bind_later(tx, *consent, discussion.id);
        }
        let topics = own.map_or(CategorySet::NONE, Consent::categories);
        let note = JournalNote::DisclosureMade {
            consent: ConsentFacts {
                consent: *consent,
                version: *version,
                purpose: discussion.purpose,
                categories: topics.intersection(cover.categories),
            },
            discussion: discussion.id,
            recipient: Recipient::Person(recipient.person),
        };
        notes::add(
            tx,
            case.owner,
            &case.compartment,
            case.organisation,
            patient,
            &note,
        );
    }
}
