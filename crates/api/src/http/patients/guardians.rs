//! `GET` and `POST /patients/{id}/guardians`, `POST /patients/{id}/guardians/{guardianshipId}/end`

use actix_web::{Responder, get, post};
use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::actor::PersonKey;
use samrad_domain::code::{Category, CategorySet};
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{GuardianshipId, PatientId};
use samrad_domain::patient::{Custody, FullName, Guardianship};
use samrad_domain::permit::Refusal;
use samrad_domain::record::Appointment;
use samrad_domain::time::oslo_day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::body::PersonName;
use super::form::{day, day_of, identity_number};
use super::{of_team, taken, untaken};
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::clock;
use crate::http::answer::Answer;
use crate::http::cases::body::Made;
use crate::http::codes::{AuthorityCode, Coded, CustodyCode};
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::shapes::Moment;
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::vault::Vault;
use crate::store::{patients, repeats};

/// A guardian to record.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "in_order"))]
pub(super) struct NewGuardian {
    /// The guardian's identity number, by which their own token is known. It is not kept.
    #[validate(length(equal = 11))]
    #[schema(min_length = 11, max_length = 11)]
    identity_number: String,
    /// Name.
    #[validate(nested)]
    name: PersonName,
    /// What the authority rests on.
    authority: AuthorityCode,
    /// Whether one decides, or both; if nothing is said, one.
    #[serde(default = "sole")]
    custody: CustodyCode,
    /// First day; today, if nothing is said.
    #[validate(custom(function = "day"))]
    #[schema(format = Date, max_length = 10)]
    valid_from: Option<String>,
    /// Last day, if known.
    #[validate(custom(function = "day"))]
    #[schema(format = Date, max_length = 10)]
    valid_until: Option<String>,
}

const fn sole() -> CustodyCode {
    Coded(Custody::Sole)
}

/// Days in RFC 3339 sort as text.
fn in_order(new: &NewGuardian) -> Result<(), ValidationError> {
    match (&new.valid_from, &new.valid_until) {
        (Some(from), Some(until)) if until < from => {
            Err(ValidationError::new("endsBeforeItBegins"))
        }
        (Some(_) | None, _) => Ok(()),
    }
}

impl NewGuardian {
    fn parse(self, terms: &Terms, vault: &Vault, today: Date) -> Result<Appointment, Problem> {
        let number = identity_number(&self.identity_number, terms, "/identityNumber")?;
        let until = self.valid_until.as_deref().and_then(day_of);
        let begins = until.map_or(today, |until| until.min(today));
        Ok(Appointment {
            guardian: PersonKey::new(vault.person_key(number.digits())),
            name: self.name.into(),
            authority: self.authority.0,
            custody: self.custody.0,
            from: self
                .valid_from
                .as_deref()
                .and_then(day_of)
                .unwrap_or(begins),
            until,
        })
    }
}

/// A guardian, as recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Guardian)]
pub(super) struct GuardianBody {
    /// The guardianship.
    id: Uuid,
    /// The guardian's name.
    name: PersonName,
    /// What the authority rests on.
    authority: AuthorityCode,
    /// Whether one decides, or both.
    custody: CustodyCode,
    /// First day.
    #[schema(format = Date, max_length = 10)]
    valid_from: String,
    /// Last day, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, max_length = 10)]
    valid_until: Option<String>,
    /// When it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Moment>,
    /// Whether the authority holds now.
    holds: bool,
}

impl GuardianBody {
    fn of((guardianship, name): (Guardianship, FullName), now: Timestamp) -> Self {
        Self {
            id: guardianship.id.uuid(),
            name: name.into(),
            authority: Coded(guardianship.authority),
            custody: Coded(guardianship.custody),
            valid_from: guardianship.from.to_string(),
            valid_until: guardianship.until.map(|day| day.to_string()),
            ended_at: guardianship.ended_at.map(Moment),
            holds: guardianship.holds_at(now),
        }
    }
}

/// The guardians of a patient.
#[derive(Serialize, ToSchema)]
pub(super) struct Guardians {
    /// In the order recorded, past ones too.
    #[schema(max_items = 10000)]
    items: Vec<GuardianBody>,
}

/// List a patient's guardians.
///
/// Also those whose authority has ended, with the moment it did.
#[utoipa::path(
    tag = "patients",
    operation_id = "listGuardians",
    responses((status = 200, description = "Those recorded on this record", body = Guardians)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/patients/{id}/guardians")]
pub(crate) async fn list_guardians(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let about = About::Patient(id);
    let listed = work.act(&caller, "listGuardians", about, Hold::Shared, move |tx| {
        let (patient, _, event) = of_team(tx, id, &staff, EventKind::PatientRead)?;
        let named = patients::named_guardians(tx, &patient)?;
        let items = named
            .into_iter()
            .map(|named| GuardianBody::of(named, tx.now));
        let body = Guardians {
            items: items.collect(),
        };
        let event = Event {
            outcome: Outcome::Accessed,
            categories: CategorySet::NONE.with(Category::Family),
            ..event
        };
        Ok((body, event))
    });
    let listed = listed.await?;
    Ok(Answer::ok(listed.value).receipt(&listed.receipt))
}

/// Record a guardian.
///
/// What the guardian may then decide follows from the patient's age and the kind of authority.
#[utoipa::path(
    tag = "patients",
    operation_id = "recordGuardian",
    request_body = NewGuardian,
    responses(
        (status = 201, description = "Recorded", body = Made),
        (status = 409, description = "The same person holds the same authority already"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/patients/{id}/guardians")]
pub(crate) async fn record_guardian(
    caller: Caller<CaseWorkers>,
    work: Work,
    terms: Terms,
    id: PathId<PatientId>,
    key: IdempotencyKey,
    body: Body<NewGuardian>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let repeat = key.of(&caller, "recordGuardian", &body);
    let new = body.into_inner();
    let appointment = new.parse(&terms, work.vault(), oslo_day(clock::now()))?;
    let (operation, about) = ("recordGuardian", About::Patient(id));
    let recorded = work.act(&caller, operation, about, Hold::Exclusive, move |tx| {
        let (patient, care, mut event) = of_team(tx, id, &staff, EventKind::GuardianRecorded)?;
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            return Ok((Ok(GuardianshipId::new(made)), event));
        }
        if appointment.guardian == patient.key {
            return untaken("/identityNumber", "isThePatient", event);
        }
        let before = patients::guardians(tx.conn, id)?;
        let permit = appointment
            .record(&care, &before, tx.now)
            .or_refuse_as(&event)?;
        let made = patients::record_guardian(tx, &care, &permit, patient.data_key)?;
        repeats::remember(tx, repeat.as_ref(), made.uuid())?;
        Ok((Ok(made), event))
    });
    let recorded = recorded.await?;
    let made = taken(recorded.value)?;
    let path = format!("/api/v1/patients/{id}/guardians");
    Ok(Answer::created(Made { id: made.uuid() }, &path).receipt(&recorded.receipt))
}

/// End a guardianship now.
///
/// The consents that rest on it lapse with it.
#[utoipa::path(
    tag = "patients",
    operation_id = "endGuardian",
    responses(
        (status = 204, description = "Ended"),
        (status = 409, description = "Ended before"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/patients/{id}/guardians/{guardianshipId}/end")]
pub(crate) async fn end_guardian(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
    guardianship: PathId<GuardianshipId, 1>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let guardianship = guardianship.into_inner();
    let (operation, about) = ("endGuardian", About::Patient(id));
    let ended = work.act(&caller, operation, about, Hold::Exclusive, move |tx| {
        let (_, care, event) = of_team(tx, id, &staff, EventKind::GuardianEnded)?;
        let recorded = patients::guardians(tx.conn, id)?;
        let found = recorded.iter().find(|g| g.id == guardianship);
        let found = found
            .ok_or_else(Refusal::nothing_there)
            .or_refuse_as(&event)?;
        let permit = found.end(&care).or_refuse_as(&event)?;
        patients::end_guardianship(tx, &permit)?;
        Ok(((), event))
    });
    Ok(Answer::empty().receipt(&ended.await?.receipt))
}
