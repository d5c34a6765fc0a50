//! `PUT /cases/{id}/summary`

use actix_web::{Responder, put};
use samrad_domain::anonymise::Names;
use samrad_domain::event::EventKind;
use samrad_domain::id::CaseId;
use samrad_domain::permit::{Refusal, RefusalCode};
use samrad_domain::summary::{CoarseFacts, Question, Summary, SummaryFields};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::body::SummaryBody;
use crate::http::cases::{names, team_case};
use crate::http::codes::{
    AgeBandCode, BenefitGroupCode, CategoryCode, CoarseDurationCode, DiagnosisGroupCode,
    GenderCode, RegionCode, WarningKindCode, WorkSectorCode, values,
};
use crate::http::extract::{Body, IfMatch, PathId, Tag};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::summaries;
use crate::store::unit_of_work::OrRefuse;

/// The anonymised summary, from the allow-list.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SummaryText {
    /// Age in fixed decades; draws on identity.
    age_band: Option<AgeBandCode>,
    /// Landsdel; draws on identity.
    region: Option<RegionCode>,
    /// Gender, only if it matters; draws on identity.
    gender: Option<GenderCode>,
    /// Broad group of diagnoses; draws on diagnosis.
    diagnosis_group: Option<DiagnosisGroupCode>,
    /// Sector of work; draws on employment history.
    work_sector: Option<WorkSectorCode>,
    /// Group of benefits; draws on benefits.
    benefit_group: Option<BenefitGroupCode>,
    /// Coarse duration; draws on treatment timing.
    duration: Option<CoarseDurationCode>,
    /// The question, scanned for signs of who it is.
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    question: String,
    /// The categories that the question draws on.
    #[validate(length(max = 16))]
    #[schema(max_items = 16)]
    question_draws_on: Vec<CategoryCode>,
    /// The kinds of warnings that the writer has seen and stands by.
    #[serde(default)]
    #[validate(length(max = 10))]
    #[schema(max_items = 10)]
    confirmed_warnings: Vec<WarningKindCode>,
    /// The owner's word that nobody who reads this can tell who it is. Must be true.
    attested: bool,
}

/// A summary as written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenSummary {
    /// Its version; discussions keep the one they were opened with.
    version: u32,
    /// The summary.
    summary: SummaryBody,
}

/// Write the anonymised summary of a case.
///
/// Its free text is refused, with the exact places, where it could tell who it is (R3).
#[utoipa::path(
    tag = "cases",
    operation_id = "writeSummary",
    request_body = SummaryText,
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the case, as it was read; or several, or `*`")),
    responses(
        (status = 200, description = "Written, as a new version", body = WrittenSummary),
        (status = 409, description = "The case is closed"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[put("/cases/{id}/summary")]
pub(crate) async fn write_summary(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    seen: IfMatch,
    body: Body<SummaryText>,
) -> Result<impl Responder, Problem> {
    let (staff, id, text) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let written = work.act(
        &caller,
        "writeSummary",
        About::Case(id),
        Hold::Exclusive,
        move |tx| {
            let (case, mut event) = team_case(tx, id, &staff, EventKind::SummaryWritten)?;
            seen.require(&Tag::version(case.version), &event)?;
            let permit = case.work_open(&staff, tx.now).or_refuse_as(&event)?;
            let summary = text.parse(&names(tx, &case)?).or_refuse_as(&event)?;
            let version = summaries::write(tx, &permit, &case, &summary, staff.person)?;
            event.categories = summary.draws_on();
            Ok(((case.version + 1, version, summary), event))
        },
    );
    let written = written.await?;
    let (case_version, version, summary) = written.value;
    let body = WrittenSummary {
        version,
        summary: SummaryBody::from(&summary),
    };
    Ok(Answer::ok(body)
        .receipt(&written.receipt)
        .version(case_version))
}

impl SummaryText {
    fn parse(self, names: &Names) -> Result<Summary, Refusal> {
        if !self.attested {
            return Err(Refusal::new(RefusalCode::AttestationMissing));
        }
        let facts = CoarseFacts {
            age_band: self.age_band.map(|v| v.0),
            region: self.region.map(|v| v.0),
            diagnosis_group: self.diagnosis_group.map(|v| v.0),
            work_sector: self.work_sector.map(|v| v.0),
            benefit_group: self.benefit_group.map(|v| v.0),
            duration: self.duration.map(|v| v.0),
            gender: self.gender.map(|v| v.0),
        };
        let question = Question::parse(&self.question).map_err(|r| r.refusal("/question"))?;
        let question_draws_on = values(&self.question_draws_on).into_iter().collect();
        let fields = SummaryFields {
            facts,
            question,
            question_draws_on,
        };
        Summary::draft(fields, names, &values(&self.confirmed_warnings))
            .map_err(|refused| refused.refusal("/question"))
    }
}
