//! `GET /consents/{id}`, `GET /consents/{id}/history`

use actix_web::{Responder, get};
use samrad_domain::consent::Look;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::ConsentId;
use samrad_domain::permit::Refusal;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::allowed::ConsentParties;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::{Coded, FormCode};
use crate::http::consents::approach::{Aim, approach};
use crate::http::consents::body::ConsentView;
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::shapes::Moment;
use crate::http::work::Work;
use crate::store::consents::{self, Act, By, Line};
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Read a consent.
///
/// For the case team, the patient, a guardian as far as the patient keeps nothing from them, and,
/// in little, somebody named personally.
#[utoipa::path(
    tag = "consents",
    operation_id = "getConsent",
    responses((status = 200, description = "As much of it as the caller may see", body = ConsentView)),
    extensions(("x-samrad-roles" = json!(roles::<ConsentParties>())))
)]
#[get("/consents/{id}")]
pub(crate) async fn get_consent(
    caller: Caller<ConsentParties>,
    work: Work,
    id: PathId<ConsentId>,
) -> Result<impl Responder, Problem> {
    let (actor, id) = (caller.shared(), id.into_inner());
    let read = work.act(
        &caller,
        "getConsent",
        About::Consent(id),
        Hold::Shared,
        move |tx| {
            let event = Event::access(EventKind::ConsentRead);
            let found = approach(tx, &actor, id, Aim::See, event)?;
            Ok((found.show(tx, &found.consent)?, found.event))
        },
    );
    let read = read.await?;
    Ok(read.value.ok().receipt(&read.receipt))
}

/// What happened to a consent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentHistory {
    /// One line for each version, in order.
    #[schema(max_items = 1000)]
    items: Vec<HistoryLine>,
}

/// What made one version of a consent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryLine {
    /// The version.
    version: u32,
    /// What happened.
    act: ConsentAct,
    /// When.
    at: Moment,
    /// By whom it was recorded.
    by: RecorderBody,
    /// In which form the patient said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<FormCode>,
}

/// What happened to a consent.
///
/// - `drafted`: written.
/// - `approved`: agreed to by one of two guardians.
/// - `granted`: agreed to: in force within its validity.
/// - `refused`: the patient said no.
/// - `withdrawn`: taken back.
/// - `narrowed`: made, narrower, in the place of another.
/// - `renewed`: drafted to renew another.
/// - `superseded`: replaced by another.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum ConsentAct {
    /// Drafted.
    Drafted,
    /// Agreed to by one of two guardians.
    Approved,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Withdrawn.
    Withdrawn,
    /// Made, narrower, in the place of another.
    Narrowed,
    /// Drafted to renew another.
    Renewed,
    /// Replaced by another.
    Superseded,
}

impl From<Act> for ConsentAct {
    fn from(act: Act) -> Self {
        match act {
            Act::Drafted => Self::Drafted,
            Act::Approved => Self::Approved,
            Act::Granted => Self::Granted,
            Act::Refused => Self::Refused,
            Act::Withdrawn => Self::Withdrawn,
            Act::Narrowed => Self::Narrowed,
            Act::Renewed => Self::Renewed,
            Act::Superseded => Self::Superseded,
        }
    }
}

/// Who recorded something.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = ConsentRecorder)]
pub(super) enum RecorderBody {
    /// Staff.
    Person {
        /// Who.
        #[serde(rename = "personId")]
        person_id: Uuid,
        /// Their name.
        #[schema(max_length = 200)]
        name: String,
    },
    /// The patient, with their own token.
    Patient,
    /// A guardian, with their own token.
    Guardian {
        /// On which authority.
        #[serde(rename = "guardianshipId")]
        guardianship_id: Uuid,
    },
}

impl From<By> for RecorderBody {
    fn from(by: By) -> Self {
        match by {
            By::Person(id, name) => Self::Person {
                person_id: id.uuid(),
                name,
            },
            By::Patient => Self::Patient,
            By::Guardian(id) => Self::Guardian {
                guardianship_id: id.uuid(),
            },
        }
    }
}

impl From<Line> for HistoryLine {
    fn from(line: Line) -> Self {
        Self {
            version: line.version,
            act: line.act.into(),
            at: Moment(line.at),
            by: line.by.into(),
            form: line.form.map(Coded),
        }
    }
}

/// Read what happened to a consent.
///
/// For the case team, the patient and guardians.
#[utoipa::path(
    tag = "consents",
    operation_id = "getConsentHistory",
    responses((status = 200, description = "What happened, in order", body = ConsentHistory)),
    extensions(("x-samrad-roles" = json!(roles::<ConsentParties>())))
)]
#[get("/consents/{id}/history")]
pub(crate) async fn get_consent_history(
    caller: Caller<ConsentParties>,
    work: Work,
    id: PathId<ConsentId>,
) -> Result<impl Responder, Problem> {
    let (actor, id) = (caller.shared(), id.into_inner());
    let read = work.act(
        &caller,
        "getConsentHistory",
        About::Consent(id),
        Hold::Shared,
        move |tx| {
            let event = Event::access(EventKind::ConsentRead);
            let found = approach(tx, &actor, id, Aim::See, event)?;
            match found.look() {
                Look::Named => Err(Refusal::nothing_there()).or_refuse_as(&found.event)?,
                Look::Team | Look::Source | Look::Patient | Look::Guardian(_) => {}
            }
            let lines = consents::history(tx.conn, id)?;
            let items = lines.into_iter().map(HistoryLine::from).collect();
            Ok((ConsentHistory { items }, found.event))
        },
    );
    let read = read.await?;
    Ok(Answer::ok(read.value).receipt(&read.receipt))
}
