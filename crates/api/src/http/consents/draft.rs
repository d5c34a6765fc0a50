//! `POST /patients/{id}/consents`

use actix_web::{Responder, post};
use samrad_domain::actor::Staff;
use samrad_domain::consent::{Draft, Look};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ConsentId, InformationId, PatientId};
use samrad_domain::patient::Patient;
use samrad_domain::permit::{Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::codes::{CategoryCode, PurposeCode};
use crate::http::consents::approach::{Shown, again, naming};
use crate::http::consents::body::{ConsentView, Eyes};
use crate::http::consents::said::{Said, set, untaken};
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::patients::of_team;
use crate::http::problem::Problem;
use crate::http::shapes::{GrantBody, RecipientBody};
use crate::http::work::Work;
use crate::ids;
use crate::store::consents::Recorder;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{consents, information, repeats};

/// A consent to be agreed to.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"purpose": "caseDiscussion", "grants": [{
    "source": {"kind": "unit", "id": "3b8b0e0c-5a55-4d59-8d40-6a3f1f0f7d10"},
    "recipient": {"kind": "unit", "id": "0d6b9a4e-0f3b-4b7c-9d52-1f9d0b1c2a33"},
    "categories": ["identity", "functionalAbility"]}]}))]
pub(super) struct NewConsent {
    /// What for.
    purpose: PurposeCode,
    /// Who may tell whom what. "Both ways" is two grants.
    #[validate(length(min = 1, max = 50), nested)]
    #[schema(min_items = 1, max_items = 50)]
    grants: Vec<GrantBody>,
    /// Topics to keep out, whatever any consent says.
    #[serde(default)]
    #[validate(length(max = 16))]
    #[schema(max_items = 16)]
    excluded_categories: Vec<CategoryCode>,
    /// Recipients to keep out, whatever any consent says.
    #[serde(default)]
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    excluded_recipients: Vec<RecipientBody>,
    /// The record of information given that it will rest on; may as well be named at the grant.
    information_record_id: Option<Uuid>,
}

impl NewConsent {
    fn draft(&self, patient: PatientId, said: Said) -> Draft {
        Draft {
            patient,
            purpose: self.purpose.0,
            grants: said.grants,
            excluded_categories: set(&self.excluded_categories),
            excluded_recipients: said.kept_out,
            information: self.information_record_id.map(InformationId::new),
        }
    }
}

/// Draft a consent.
///
/// On a patient record, by its team. Nobody has agreed to it yet: grant it or refuse it.
#[utoipa::path(
    tag = "consents",
    operation_id = "draftConsent",
    request_body = NewConsent,
    responses((status = 201, description = "Drafted", body = ConsentView)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/patients/{id}/consents")]
pub(crate) async fn draft_consent(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
    key: IdempotencyKey,
    body: Body<NewConsent>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "draftConsent", &body);
    let (staff, id, new) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let kept_out = &new.excluded_recipients;
    let said = Said::read(&new.grants, kept_out, "excludedRecipients");
    let (actor, about) = (caller.shared(), About::Patient(id));
    let drafted = work.act(&caller, "draftConsent", about, Hold::Exclusive, move |tx| {
        let (patient, _, mut event) = of_team(tx, id, &staff, EventKind::ConsentDrafted)?;
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            let (shown, event) = again(tx, &actor, made, EventKind::ConsentDrafted)?;
            return Ok((Ok(shown), event));
        }
        let faults = said.unknown(tx)?;
        if !faults.is_empty() {
            return Ok(untaken(faults, event));
        }
        let (shown, event) = write(tx, &staff, &patient, new.draft(id, said), event)?;
        repeats::remember(tx, repeat.as_ref(), shown.id.uuid())?;
        Ok((Ok(shown), event))
    });
    let drafted = drafted.await?;
    let shown = drafted.value.map_err(Problem::invalid)?;
    Ok(shown.created().receipt(&drafted.receipt))
}

fn write(
    tx: &mut Tx<'_>,
    staff: &Staff,
    patient: &Patient,
    draft: Draft,
    event: Event,
) -> Tried<(Shown, Event)> {
    let event = Event {
        purpose: Some(draft.purpose),
        ..event
    };
    if let Some(record) = draft.information {
        let told = information::find(tx.conn, record)?;
        told.filter(|told| told.patient == patient.id)
            .ok_or_else(|| Refusal::new(RefusalCode::InformationMissing))
            .or_refuse_as(&event)?;
    }
    let id = ConsentId::new(ids::new_uuid());
    let permit = draft.write(id, true).or_refuse_as(&event)?;
    let by = Recorder::Person(staff.person, staff.unit);
    consents::draft(tx, &permit, &patient.key, &by, staff.person)?;
    let consent = &permit.act().consent;
    let eyes = Eyes {
        look: Look::Team,
        record: Some(patient.id),
        staff: Some(staff),
    };
    let view = ConsentView::of(consent, &eyes, None, tx.now);
    Ok((Shown::new(consent, view), naming(event, [consent])))
}
