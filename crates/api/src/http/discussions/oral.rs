//! `POST /discussions/{id}/oral-disclosures`

use actix_web::{Responder, post};
use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::code::{CategorySet, ReasonCode};
use samrad_domain::consent::Recipient;
use samrad_domain::decision::{Basis, Cover, Sight, cover, who_sees};
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{DiscussionId, PersonId, UnitId};
use samrad_domain::permit::{Refusal, RefusalCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::share::Hearer;
use crate::http::codes::{CategoryCode, Coded, ReasonCodeCode, values};
use crate::http::discussions::read::{disclosed, visible};
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::shapes::Moment;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::matter::Loaded;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{discussions, registry, repeats};

/// What was said, and who heard it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Told {
    /// When: RFC 3339, UTC; not in the future.
    disclosed_at: Moment,
    /// Who heard.
    #[validate(length(min = 1, max = 50))]
    #[schema(min_items = 1, max_items = 50)]
    recipients: Vec<Hearer>,
    /// What about.
    #[validate(length(min = 1, max = 16))]
    #[schema(min_items = 1, max_items = 16)]
    categories: Vec<CategoryCode>,
}

/// What was recorded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recorded {
    /// The recipients whom no consent covered: a breach to be looked at.
    #[schema(max_items = 50)]
    not_covered: Vec<NotCovered>,
}

/// A recipient whom no consent covered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotCovered {
    /// Who.
    recipient: Hearer,
    /// Why not.
    reason: ReasonCodeCode,
}

/// Record what was disclosed by word of mouth.
///
/// By the case team, afterwards. It is recorded as it was, covered or not: the log tells the truth,
/// and what no consent covered carries its reason (R5).
#[utoipa::path(
    tag = "discussions",
    operation_id = "recordOralDisclosure",
    request_body = Told,
    responses((status = 201, description = "Recorded", body = Recorded)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/discussions/{id}/oral-disclosures")]
pub(crate) async fn record_oral_disclosure(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<DiscussionId>,
    key: IdempotencyKey,
    body: Body<Told>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "recordOralDisclosure", &body);
    let (staff, id, told) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let about = About::Discussion(id);
    let recorded = work.act(
        &caller,
        "recordOralDisclosure",
        about,
        Hold::Exclusive,
        move |tx| {
            let kind = EventKind::OralDisclosure;
            let (loaded, sight) = visible(tx, id, &staff, kind)?;
            let mut event = Event {
                outcome: Outcome::Disclosed,
                ..loaded.event(kind)
            };
            if !matches!(sight, Sight::Inside(insider) if insider.basis == Basis::Team) {
                return Err(Refusal::absent(ReasonCode::NotOnCaseTeam)).or_refuse_as(&event);
            }
            if loaded.file.patient.is_none() {
                return Err(Refusal::new(RefusalCode::NotCovered)).or_refuse_as(&event);
            }
            let at = Some(told.disclosed_at.0).filter(|at| *at <= tx.now);
            let at = at
                .ok_or_else(|| Refusal::new(RefusalCode::ValidityOutOfBounds))
                .or_refuse_as(&event)?;
            event.categories = values(&told.categories).into_iter().collect();
            let before = repeats::earlier(tx, repeat.as_ref(), &mut event)?;
            let heard_by = hearers(tx, &loaded, &told.recipients, at, &event)?;
            if before.is_some() {
                let not_covered = uncovered(&heard_by);
                return Ok((Recorded { not_covered }, event));
            }
            let not_covered = heard(tx, &loaded, heard_by, &mut event);
            let oral = discussions::record_oral(tx, id, at, &event, staff.person)?;
            repeats::remember(tx, repeat.as_ref(), oral.uuid())?;
            Ok((Recorded { not_covered }, event))
        },
    );
    let recorded = recorded.await?;
    let path = format!("/api/v1/discussions/{id}");
    Ok(Answer::created(recorded.value, &path).receipt(&recorded.receipt))
}

/// Somebody who heard, and what covered it: nothing needed be where they are inside.
struct Heard {
    recipient: Hearer,
    hearer: Staff,
    covered: Result<Option<Cover>, ReasonCode>,
}

/// Those who heard, each decided on as of `at`.
fn hearers(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    recipients: &[Hearer],
    at: Timestamp,
    event: &Event,
) -> Tried<Vec<Heard>> {
    let told: CategorySet = event.categories;
    let mut decided = Vec::new();
    for recipient in recipients {
        let (person, unit) = (
            PersonId::new(recipient.person_id),
            UnitId::new(recipient.unit_id),
        );
        let hearer = registry::staff_of(tx.conn, person, unit, at)?
            .ok_or_else(Refusal::nothing_there)
            .or_refuse_as(event)?;
        let viewer = loaded.file.viewer(&hearer, false, at);
        let matter = loaded.file.matter(&loaded.showing());
        let covered = match (who_sees(&matter, &viewer, at), cover(&matter, &viewer, at)) {
            (Sight::Inside(_), _) => Ok(None),
            (_, Ok(cover)) if cover.categories.covers(told) => Ok(Some(cover)),
            (_, Ok(_)) => Err(ReasonCode::CategoryNotCovered),
            (_, Err(reason)) => Err(reason),
        };
        decided.push(Heard {
            recipient: *recipient,
            hearer,
            covered,
        });
    }
    Ok(decided)
}

/// Goes through those who heard: notes for those covered, reasons for the others; all of them know
/// who it is from now on.
fn heard(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    decided: Vec<Heard>,
    event: &mut Event,
) -> Vec<NotCovered> {
    let not_covered = uncovered(&decided);
    for Heard {
        hearer, covered, ..
    } in decided
    {
        event.recipients.push(Recipient::Person(hearer.person));
        discussions::remember_sight(tx, loaded.discussion.id, hearer.person);
        if let Ok(Some(mut cover)) = covered {
            cover.categories = event.categories;
            disclosed(tx, loaded, &cover, &hearer);
            event.consents.extend(cover.consents);
        }
    }
    event.consents.sort();
    event.consents.dedup();
    let reason = not_covered.first().map(|first| first.reason.0);
    event.reason = reason.or(Some(ReasonCode::ConsentActive));
    not_covered
}

fn uncovered(decided: &[Heard]) -> Vec<NotCovered> {
    let uncovered = decided.iter().filter_map(|heard| {
        let reason = *heard.covered.as_ref().err()?;
        Some(NotCovered {
            recipient: heard.recipient,
            reason: Coded(reason),
        })
    });
    uncovered.collect()
}
