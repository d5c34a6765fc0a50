//! `GET /cases/{id}`

use actix_web::{Responder, get};
use samrad_domain::actor::Staff;
use samrad_domain::code::{CategorySet, Purpose, ReasonCode};
use samrad_domain::decision::{Basis, Sight, who_sees};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::CaseId;
use samrad_domain::permit::Refusal;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::body::{CaseBody, CaseParts};
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::matter::{self, File, Showing};
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{cases, discussions, summaries};

/// Read a case.
///
/// Open to its team, and to those invited under helsepersonelloven § 25 unless the patient
/// objects. To everybody else it does not exist. Logged as access.
#[utoipa::path(
    tag = "cases",
    operation_id = "getCase",
    responses((status = 200, description = "The case", body = CaseBody)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/cases/{id}")]
pub(crate) async fn get_case(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let read = work.act(
        &caller,
        "getCase",
        About::Case(id),
        Hold::Shared,
        move |tx| {
            let (file, basis, event) = inside(tx, id, &staff, EventKind::CaseRead)?;
            let newest = discussions::newest_summary(tx.conn, id)?;
            let summary = match newest {
                Some(newest) => summaries::read(tx, &file.case, newest.version)?,
                None => None,
            };
            let parts = CaseParts {
                question: cases::subject(tx, &file.case)?,
                statements: cases::statements(tx, &file.case)?,
                case: file.case,
                basis,
                summary,
            };
            Ok((parts, event))
        },
    );
    let read = read.await?;
    let body = CaseBody::from(read.value);
    let version = body.version;
    Ok(Answer::ok(body).receipt(&read.receipt).version(version))
}

/// The file of a case that `staff` is inside of, why, and the event of reading it.
pub(in crate::http) fn inside(
    tx: &mut Tx<'_>,
    id: CaseId,
    staff: &Staff,
    kind: EventKind,
) -> Tried<(File, Basis, Event)> {
    let nothing = Event::done(kind);
    let file = matter::file(tx, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&nothing)?;
    let showing = Showing {
        discussion: None,
        audience: file.case.owner,
        purpose: Purpose::CaseDiscussion,
        drawn: CategorySet::NONE,
        stopped: false,
    };
    let sight = who_sees(
        &file.matter(&showing),
        &file.viewer(staff, false, tx.now),
        tx.now,
    );
    let event = file.event(kind).shown_by(&sight);
    match sight {
        Sight::Inside(insider) => Ok((file, insider.basis, event)),
        Sight::Identified(_) | Sight::Anonymised(_) | Sight::Sealed(_) | Sight::Absent(_) => {
            let refusal = Refusal::absent(ReasonCode::NotOnCaseTeam);
            Err(refusal).or_refuse_as(&file.event(kind))
        }
    }
}
