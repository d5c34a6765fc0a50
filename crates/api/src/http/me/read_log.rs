//! Read who has seen what about oneself (pasientjournalloven § 18).

use actix_web::get;
use samrad_domain::event::{Event, EventKind};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::allowed::Citizens;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::{CategoryCode, Coded, EventKindCode, OutcomeCode, PurposeCode, RoleCode};
use crate::http::extract::{Listed, Paged, Unfiltered};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::log::body::{Body, Heard, Who};
use crate::store::log_query::{self, Entry, Names};
use crate::store::subject::About;

/// Read who has seen what about you.
///
/// Newest first: every act that showed or changed what is kept of the caller, in any of the
/// services, and the caller's own readings of this log. What was spoken of without telling who it
/// was is not here, for nothing ties it to anybody. A guardian sees what concerns the guardian,
/// not the child: in this version guardians don't read the patient's log, since a patient may keep
/// things from them. Each page read is an entry of its own.
#[utoipa::path(
    tag = "me",
    operation_id = "readMyLog",
    responses((status = 200, description = "Entries, newest first", body = Listed<OwnLogEntry>,
        headers(("Disclosure-Receipt" = String, description = "Receipt of the entry that tells of this reading")))),
    extensions(("x-samrad-roles" = json!(roles::<Citizens>())))
)]
#[get("/me/log")]
pub(super) async fn read_my_log(
    caller: Caller<Citizens>,
    work: Work,
    list: Paged<Unfiltered>,
) -> Result<Answer<Listed<OwnLogEntry>>, Problem> {
    let person = caller.citizen()?.key;
    let cursors = list.cursors(&caller.binding());
    let after: Option<i64> = list.after(&cursors)?;
    let about = About::Person(person);
    let limit = list.limit + 1;
    let ((entries, names), receipt) = work
        .look_at(
            &caller,
            ("readMyLog", about),
            |_| Event::access(EventKind::OwnLogRead),
            move |conn, vault, index| {
                log_query::of_person(conn, vault, &person, after.unwrap_or(index), limit)
            },
        )
        .await?;
    let entries = entries.iter().map(|entry| OwnLogEntry::of(entry, &names));
    let page = list.page(entries.collect(), &cursors, |entry| entry.index)?;
    Ok(Answer::ok(page).receipt(&receipt))
}

/// One act that showed or changed what is kept of the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnLogEntry {
    /// Where it stands in the log.
    #[schema(minimum = 0)]
    pub index: i64,
    /// Its id.
    pub event_id: Uuid,
    /// When it was recorded.
    #[schema(format = DateTime, max_length = 40, example = "2026-01-31T12:00:00.000Z")]
    pub recorded_at: String,
    /// What kind of act it was.
    pub kind: EventKindCode,
    /// How it came out: `disclosed` where somebody outside was shown who it was.
    pub outcome: OutcomeCode,
    /// Whether what it says was lawfully erased: then all that follows is absent or empty.
    pub redacted: bool,
    /// Who acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<OwnLogParty>,
    /// The organisation that keeps the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub source: Option<String>,
    /// Those who heard or saw.
    #[schema(max_items = 1000)]
    pub recipients: Vec<OwnLogParty>,
    /// What was shown or changed.
    #[schema(max_items = 16, value_type = Vec<CategoryCode>)]
    pub categories: Vec<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PurposeCode>)]
    pub purpose: Option<String>,
    /// What it rests on: `consent`, or being inside as `team` or `hpl25`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    pub legal_basis: Option<String>,
    /// The consents used or changed.
    #[schema(max_items = 1000)]
    pub consents: Vec<Uuid>,
}

/// Somebody in the caller's log, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnLogParty {
    /// `person`, `unit`, `roleInUnit`, `system`, or `citizen`: the caller or a guardian.
    #[schema(max_length = 20, example = "person")]
    pub kind: String,
    /// The name of the person or the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleCode>)]
    pub role: Option<String>,
    /// The name of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub unit: Option<String>,
    /// The name of the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub organisation: Option<String>,
}

impl OwnLogEntry {
    fn of(entry: &Entry, names: &Names) -> Self {
        let body = entry.body.as_ref();
        let named = |id| names.organisation(id).map(str::to_owned);
        let heard = body.map_or(&[][..], |body| &body.recipients);
        Self {
            index: entry.index,
            event_id: entry.event.uuid(),
            recorded_at: format!("{:.3}", entry.recorded_at),
            kind: Coded(entry.kind),
            outcome: Coded(entry.outcome),
            redacted: body.is_none(),
            actor: body.map(|body| OwnLogParty::acting(&body.actor, names)),
            source: body.and_then(|body| body.source).and_then(named),
            recipients: heard.iter().map(|h| OwnLogParty::told(h, names)).collect(),
            categories: body.map(|b| b.categories.clone()).unwrap_or_default(),
            purpose: body.and_then(|body| body.purpose.clone()),
            legal_basis: body.and_then(|body| body.legal_basis.clone()),
            consents: body.map_or(Vec::new(), consents),
        }
    }
}

fn consents(body: &Body) -> Vec<Uuid> {
    body.consents.iter().map(|used| used.id).collect()
}

impl OwnLogParty {
    fn acting(who: &Who, names: &Names) -> Self {
        let unit = who.unit.and_then(|id| names.unit(id));
        let organisation = who.organisation.and_then(|id| names.organisation(id));
        Self {
            kind: who.kind.clone(),
            name: who.name.clone(),
            role: who.role.clone(),
            unit: unit.map(str::to_owned),
            organisation: organisation.map(str::to_owned),
        }
    }

    fn told(heard: &Heard, names: &Names) -> Self {
        let text = |name: Option<&str>| name.map(str::to_owned);
        Self {
            kind: heard.kind.clone(),
            name: text(names.person(heard.id)),
            role: heard.role.clone(),
            unit: text(names.unit(heard.id)),
            organisation: text(names.organisation_of(heard.id)),
        }
    }
}
