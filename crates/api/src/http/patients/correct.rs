//! `PATCH /patients/{id}`

use actix_web::{Responder, patch};
use samrad_domain::event::{Event, EventKind, Shown};
use samrad_domain::id::PatientId;
use samrad_domain::time::oslo_day;

use super::body::{PatientBody, PatientChange};
use super::read::SHOWS;
use super::{of_team, taken, untaken};
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::clock;
use crate::http::answer::Answer;
use crate::http::extract::{Body, IfMatch, PathId, Tag};
use crate::http::problem::Problem;
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::patients;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Correct a patient's record.
///
/// What the correction leaves out stays. The identity number can be corrected only while nothing
/// rests on it: no case, nothing told, no consent, no objection, no guardian.
#[utoipa::path(
    tag = "patients",
    operation_id = "correctPatient",
    request_body = PatientChange,
    params(("If-Match" = String, Header, max_length = 100, description = "The `ETag` that was read")),
    responses(
        (status = 200, description = "The record after it", body = PatientBody),
        (status = 409, description = "Something rests on the identity number"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[patch("/patients/{id}")]
pub(crate) async fn correct_patient(
    caller: Caller<CaseWorkers>,
    work: Work,
    terms: Terms,
    id: PathId<PatientId>,
    seen: IfMatch,
    body: Body<PatientChange>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let change = body.into_inner().parse(&terms, oslo_day(clock::now()))?;
    let (operation, about) = ("correctPatient", About::Patient(id));
    let corrected = work.act(&caller, operation, about, Hold::Exclusive, move |tx| {
        let (before, care, event) = of_team(tx, id, &staff, EventKind::PatientCorrected)?;
        seen.require(&Tag::version(before.version), &event)?;
        let after = change(before.particulars());
        if !after.agree() {
            return untaken("/birthDate", "disagrees", event);
        }
        let free = patients::nothing_rests_on(tx, id)?;
        let permit = before.correct(&care, after, free).or_refuse_as(&event)?;
        patients::correct(tx, &permit, &before)?;
        let (version, after) = (permit.act().version, permit.act().particulars.clone());
        let body = PatientBody::of(id.uuid(), version, after);
        let (categories, shown) = (SHOWS, Some(Shown(body.bytes())));
        Ok((
            Ok(body),
            Event {
                categories,
                shown,
                ..event
            },
        ))
    });
    let corrected = corrected.await?;
    let body = taken(corrected.value)?;
    let version = body.version;
    Ok(Answer::ok(body)
        .receipt(&corrected.receipt)
        .version(version))
}
