//! `POST /cases/{id}/may-i-share`, `POST /cases/{id}/coverage`
//!
//! Not an oracle: both are for the case team alone, and neither discloses anything.

use actix_web::{Responder, post};
use samrad_domain::actor::Staff;
use samrad_domain::code::{CategorySet, Purpose, ReasonCode};
use samrad_domain::decision::{Basis, Cover, Sight, cover, shown_together, who_sees};
use samrad_domain::discussion::Discussion;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{CaseId, ConsentId, DiscussionId, PersonId, UnitId};
use samrad_domain::permit::Refusal;
use samrad_domain::rules::{Rule, references};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::inside;
use crate::http::codes::{CategoryCode, Coded, PurposeCode, ReasonCodeCode, categories};
use crate::http::extract::{Body, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::StoreError;
use crate::store::dialect::Hold;
use crate::store::matter::{File, Showing};
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{discussions, registry};

/// Somebody who might be shown something.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Hearer {
    /// Who.
    pub person_id: Uuid,
    /// The unit they act for.
    pub unit_id: Uuid,
}

/// A question whether something may be shared.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ShareQuestion {
    /// Those who would be present. Decided on together, as in a meeting.
    #[validate(length(min = 1, max = 50))]
    #[schema(min_items = 1, max_items = 50)]
    recipients: Vec<Hearer>,
    /// What for.
    purpose: PurposeCode,
    /// A discussion of this case, if it is about one; else the newest summary counts as shown.
    discussion_id: Option<Uuid>,
}

/// What one recipient could be shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShareAnswer {
    /// Who.
    recipient: Hearer,
    /// `identified`, `anonymised`, `sealed` or `nothing`.
    #[schema(max_length = 10)]
    view: &'static str,
    /// Why.
    reason: ReasonCodeCode,
    /// The rule behind it, if one of the five.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2)]
    rule: Option<&'static str>,
    /// Where the rule stands.
    #[schema(max_items = 20)]
    references: Vec<LegalSource>,
    /// What would change it.
    #[schema(max_length = 300)]
    remedy: &'static str,
    /// The categories that could be shown by name.
    #[schema(max_items = 16)]
    covered: Vec<CategoryCode>,
    /// All others.
    #[schema(max_items = 16)]
    not_covered: Vec<CategoryCode>,
    /// The consents that would be used.
    #[schema(max_items = 100)]
    consents: Vec<ConsentVersion>,
}

/// Where a rule stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegalSource {
    /// Act or letter, and section.
    #[schema(max_length = 200)]
    source: &'static str,
    /// What it says.
    #[schema(max_length = 300)]
    says: &'static str,
}

/// A version of a consent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentVersion {
    /// Which.
    pub id: Uuid,
    /// Its version.
    pub version: u32,
}

/// What each recipient could be shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShareAnswers {
    /// One for each recipient, in their order.
    #[schema(max_items = 50)]
    items: Vec<ShareAnswer>,
}

/// Ask what recipients could be shown, and why.
///
/// Discloses nothing; logged. Several recipients are decided on together: in a meeting everyone
/// present must be inside or covered (R3).
#[utoipa::path(
    tag = "cases",
    operation_id = "mayIShare",
    request_body = ShareQuestion,
    responses((status = 200, description = "What each could be shown", body = ShareAnswers)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/cases/{id}/may-i-share")]
pub(crate) async fn may_i_share(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    body: Body<ShareQuestion>,
) -> Result<impl Responder, Problem> {
    let (staff, id, asked) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let answered = work.act(
        &caller,
        "mayIShare",
        About::Case(id),
        Hold::Shared,
        move |tx| {
            let (file, mut event) = team(tx, id, &staff)?;
            event.purpose = Some(asked.purpose.0);
            let about = Asked::about(tx, id, &asked, &event)?;
            let mut alone = Vec::new();
            for hearer in &asked.recipients {
                let hearing = find(tx, hearer, &event)?;
                alone.push(about.sight(tx, &file, &hearing)?);
            }
            let sights = shown_together(alone);
            Ok((
                asked
                    .recipients
                    .into_iter()
                    .zip(sights)
                    .map(ShareAnswer::of)
                    .collect(),
                event,
            ))
        },
    );
    let answered = answered.await?;
    Ok(Answer::ok(ShareAnswers {
        items: answered.value,
    })
    .receipt(&answered.receipt))
}

/// The file of a case, for its team: those invited under helsepersonelloven § 25 don't ask.
fn team(tx: &mut Tx<'_>, id: CaseId, staff: &Staff) -> Tried<(File, Event)> {
    let (file, basis, event) = inside(tx, id, staff, EventKind::CoverageAsked)?;
    match basis {
        Basis::Team => Ok((file, event)),
        Basis::Hpl25 => Err(Refusal::absent(ReasonCode::NotOnCaseTeam)).or_refuse_as(&event),
    }
}

/// The showing that is asked about.
struct Asked {
    discussion: Option<Discussion>,
    purpose: Purpose,
    drawn: CategorySet,
}

impl Asked {
    fn about(tx: &mut Tx<'_>, case: CaseId, asked: &ShareQuestion, event: &Event) -> Tried<Self> {
        let purpose = asked.purpose.0;
        let Some(id) = asked.discussion_id.map(DiscussionId::new) else {
            let newest = discussions::newest_summary(tx.conn, case)?;
            let drawn = newest.map_or(CategorySet::NONE, |newest| newest.drawn);
            return Ok(Self {
                discussion: None,
                purpose,
                drawn,
            });
        };
        let discussion = discussions::find(tx.conn, id)?
            .filter(|d| d.case == case)
            .ok_or_else(Refusal::nothing_there)
            .or_refuse_as(event)?;
        Ok(Self {
            purpose,
            drawn: discussion.drawn,
            discussion: Some(discussion),
        })
    }

    fn sight(&self, tx: &mut Tx<'_>, file: &File, hearing: &Staff) -> Result<Sight, StoreError> {
        let discussion = self.discussion.as_ref();
        let (seen, stopped) = match discussion {
            Some(d) => (
                discussions::has_seen(tx.conn, d.id, hearing.person)?,
                discussions::is_recognised(tx.conn, d.id)?,
            ),
            None => (false, false),
        };
        let showing = Showing {
            discussion: discussion.map(|d| d.id),
            audience: discussion.map_or(hearing.unit, |d| d.audience),
            purpose: self.purpose,
            drawn: self.drawn,
            stopped,
        };
        Ok(who_sees(
            &file.matter(&showing),
            &file.viewer(hearing, seen, tx.now),
            tx.now,
        ))
    }
}

fn find(tx: &mut Tx<'_>, hearer: &Hearer, event: &Event) -> Tried<Staff> {
    let (person, unit) = (PersonId::new(hearer.person_id), UnitId::new(hearer.unit_id));
    registry::staff_of(tx.conn, person, unit, tx.now)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(event)
}

impl ShareAnswer {
    fn of((recipient, sight): (Hearer, Sight)) -> Self {
        let reason = sight.reason();
        let (view, covered, consents) = match sight {
            Sight::Inside(_) => ("identified", CategorySet::all(), Vec::new()),
            Sight::Identified(cover) => ("identified", cover.categories, cover.consents),
            Sight::Anonymised(_) => ("anonymised", CategorySet::NONE, Vec::new()),
            Sight::Sealed(_) => ("sealed", CategorySet::NONE, Vec::new()),
            Sight::Absent(_) => ("nothing", CategorySet::NONE, Vec::new()),
        };
        Self {
            recipient,
            view,
            reason: Coded(reason),
            rule: reason.rule().map(Rule::code),
            references: reason
                .rule()
                .into_iter()
                .flat_map(references)
                .map(|r| LegalSource {
                    source: r.source,
                    says: r.says,
                })
                .collect(),
            remedy: reason.remedy(),
            covered: categories(covered),
            not_covered: categories(CategorySet::all().without(covered)),
            consents: consents.into_iter().map(ConsentVersion::from).collect(),
        }
    }
}

impl From<(ConsentId, u32)> for ConsentVersion {
    fn from((id, version): (ConsentId, u32)) -> Self {
        Self {
            id: id.uuid(),
            version,
        }
    }
}

/// A question which consents cover a recipient.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CoverageQuestion {
    /// Who would hear.
    recipient: Hearer,
    /// What for.
    purpose: PurposeCode,
}

/// The consents that cover a recipient.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Coverage {
    /// The categories covered.
    #[schema(max_items = 16)]
    covered: Vec<CategoryCode>,
    /// The consents that cover them.
    #[schema(max_items = 100)]
    consents: Vec<ConsentVersion>,
    /// Until when nothing of it ends by itself; absent where nothing is covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, max_length = 40)]
    until: Option<String>,
    /// Why nothing is covered; absent where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonCodeCode>,
}

/// Ask which consents cover a recipient for a purpose.
///
/// Discloses nothing; logged.
#[utoipa::path(
    tag = "cases",
    operation_id = "listCoverage",
    request_body = CoverageQuestion,
    responses((status = 200, description = "The consents that cover", body = Coverage)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/cases/{id}/coverage")]
pub(crate) async fn list_coverage(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    body: Body<CoverageQuestion>,
) -> Result<impl Responder, Problem> {
    let (staff, id, asked) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let answered = work.act(
        &caller,
        "listCoverage",
        About::Case(id),
        Hold::Shared,
        move |tx| {
            let (file, mut event) = team(tx, id, &staff)?;
            event.purpose = Some(asked.purpose.0);
            let hearing = find(tx, &asked.recipient, &event)?;
            event.person = Some(hearing.person);
            let showing = Showing {
                discussion: None,
                audience: hearing.unit,
                purpose: asked.purpose.0,
                drawn: CategorySet::NONE,
                stopped: false,
            };
            let covered = cover(
                &file.matter(&showing),
                &file.viewer(&hearing, false, tx.now),
                tx.now,
            );
            Ok((Coverage::from(covered), event))
        },
    );
    let answered = answered.await?;
    Ok(Answer::ok(answered.value).receipt(&answered.receipt))
}

impl From<Result<Cover, ReasonCode>> for Coverage {
    fn from(covered: Result<Cover, ReasonCode>) -> Self {
        match covered {
            Ok(cover) => Self {
                covered: categories(cover.categories),
                consents: cover
                    .consents
                    .into_iter()
                    .map(ConsentVersion::from)
                    .collect(),
                until: Some(cover.until.to_string()),
                reason: None,
            },
            Err(reason) => Self {
                covered: Vec::new(),
                consents: Vec::new(),
                until: None,
                reason: Some(Coded(reason)),
            },
        }
    }
}
