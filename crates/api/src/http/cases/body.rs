//! What the team of a case sees of it.

use samrad_domain::case::{Case, Member, Statement};
use samrad_domain::decision::Basis;
use samrad_domain::summary::Summary;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::codes::{
    AgeBandCode, BasisCode, BenefitGroupCode, CaseStateCode, CategoryCode, CoarseDurationCode,
    Coded, DiagnosisGroupCode, GenderCode, RegionCode, RoleCode, WorkSectorCode, categories,
};

/// The id of what was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: Uuid,
}

/// A case, for its team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Case)]
pub struct CaseBody {
    /// Its id.
    pub id: Uuid,
    /// The unit that owns it.
    pub owner_unit_id: Uuid,
    /// The patient's record; absent for a general question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<Uuid>,
    /// What a general question is about; absent for a case of a patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub question: Option<String>,
    /// Open or closed.
    pub state: CaseStateCode,
    /// Its version.
    pub version: u32,
    /// Why the caller is inside.
    pub basis: BasisCode,
    /// Those on the team now.
    #[schema(max_items = 200)]
    pub members: Vec<MemberBody>,
    /// Its statements, but for those that another one corrects.
    #[schema(max_items = 10000)]
    pub statements: Vec<StatementBody>,
    /// The newest anonymised summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<SummaryBody>,
}

/// Somebody on a case team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Member)]
pub struct MemberBody {
    /// Who.
    pub person_id: Uuid,
    /// Acting for which unit.
    pub unit_id: Uuid,
    /// In which role.
    pub role: RoleCode,
    /// Why they are inside.
    pub basis: BasisCode,
    /// Since when.
    #[schema(format = DateTime, max_length = 40)]
    pub added_at: String,
}

/// One piece of information, of one category.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Statement)]
pub struct StatementBody {
    /// Its id.
    pub id: Uuid,
    /// Its category.
    pub category: CategoryCode,
    /// What it says.
    #[schema(max_length = 8000)]
    pub text: String,
    /// Who wrote it.
    pub author_id: Uuid,
    /// When.
    #[schema(format = DateTime, max_length = 40)]
    pub written_at: String,
    /// The statement it corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Uuid>,
}

/// The anonymised summary: what strangers may read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Summary)]
pub struct SummaryBody {
    /// Age in fixed decades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_band: Option<AgeBandCode>,
    /// Landsdel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionCode>,
    /// Gender, where it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<GenderCode>,
    /// Broad group of diagnoses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis_group: Option<DiagnosisGroupCode>,
    /// Sector of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_sector: Option<WorkSectorCode>,
    /// Group of benefits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benefit_group: Option<BenefitGroupCode>,
    /// Coarse duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<CoarseDurationCode>,
    /// The question.
    #[schema(max_length = 2000)]
    pub question: String,
    /// Every category that it draws on.
    #[schema(max_items = 16)]
    pub draws_on: Vec<CategoryCode>,
}

impl From<&Summary> for SummaryBody {
    fn from(summary: &Summary) -> Self {
        let facts = summary.facts();
        Self {
            age_band: facts.age_band.map(Coded),
            region: facts.region.map(Coded),
            gender: facts.gender.map(Coded),
            diagnosis_group: facts.diagnosis_group.map(Coded),
            work_sector: facts.work_sector.map(Coded),
            benefit_group: facts.benefit_group.map(Coded),
            duration: facts.duration.map(Coded),
            question: summary.question().as_str().to_owned(),
            draws_on: categories(summary.draws_on()),
        }
    }
}

impl From<Statement> for StatementBody {
    fn from(statement: Statement) -> Self {
        Self {
            id: statement.id.uuid(),
            category: Coded(statement.category),
            text: statement.text.as_str().to_owned(),
            author_id: statement.author.uuid(),
            written_at: statement.written_at.to_string(),
            corrects: statement.corrects.map(|id| id.uuid()),
        }
    }
}

impl From<&Member> for MemberBody {
    fn from(member: &Member) -> Self {
        Self {
            person_id: member.person.uuid(),
            unit_id: member.unit.uuid(),
            role: Coded(member.role),
            basis: Coded(member.basis),
            added_at: member.added_at.to_string(),
        }
    }
}

/// What a reading of a case brought up.
#[derive(Debug)]
pub struct CaseParts {
    /// The case.
    pub case: Case,
    /// What a general question is about.
    pub question: Option<String>,
    /// Why the caller is inside.
    pub basis: Basis,
    /// Its statements.
    pub statements: Vec<Statement>,
    /// The newest summary.
    pub summary: Option<Summary>,
}

impl From<CaseParts> for CaseBody {
    fn from(parts: CaseParts) -> Self {
        let case = parts.case;
        Self {
            id: case.id.uuid(),
            owner_unit_id: case.owner.uuid(),
            patient_id: case.patient.map(|id| id.uuid()),
            question: parts.question,
            state: Coded(case.state),
            version: case.version,
            basis: Coded(parts.basis),
            members: case
                .members
                .iter()
                .filter(|m| m.ended_at.is_none())
                .map(MemberBody::from)
                .collect(),
            statements: parts
                .statements
                .into_iter()
                .map(StatementBody::from)
                .collect(),
            summary: parts.summary.as_ref().map(SummaryBody::from),
        }
    }
}
