//! Anonymised summaries, each version as it was attested.

use super::schema::summary;
use super::sql::Db;
use super::unit_of_work::Tx;
use super::vault::{DataKey, Place, Row};
use super::{StoreError, cases, discussions, keys, stored_version};
use diesel::prelude::*;
use samrad_domain::case::{Case, TeamWork};
use samrad_domain::code::CategorySet;
use samrad_domain::id::{CaseId, PersonId};
use samrad_domain::permit::Permit;
use samrad_domain::summary::{CoarseFacts, ScannedText, Summary};
use serde::{Deserialize, Serialize};

/// A summary as it is sealed. Codes, so that a value that is gone from its list is found out.
#[derive(Serialize, Deserialize)]
struct Stored {
    age_band: Option<String>,
    region: Option<String>,
    diagnosis_group: Option<String>,
    work_sector: Option<String>,
    benefit_group: Option<String>,
    duration: Option<String>,
    gender: Option<String>,
    question: String,
    question_draws_on: String,
}

const CORRUPT: StoreError = StoreError::Corrupt {
    table: "summary",
    what: "a summary that can't be read",
};

impl Stored {
    fn of(summary: &Summary) -> Self {
        let facts = summary.facts();
        Self {
            age_band: facts.age_band.map(|v| v.code().to_owned()),
            region: facts.region.map(|v| v.code().to_owned()),
            diagnosis_group: facts.diagnosis_group.map(|v| v.code().to_owned()),
            work_sector: facts.work_sector.map(|v| v.code().to_owned()),
            benefit_group: facts.benefit_group.map(|v| v.code().to_owned()),
            duration: facts.duration.map(|v| v.code().to_owned()),
            gender: facts.gender.map(|v| v.code().to_owned()),
            question: summary.question().as_str().to_owned(),
            question_draws_on: summary.question_draws_on().to_string(),
        }
    }

    fn read(self) -> Result<Summary, StoreError> {
        use samrad_domain::summary::{
            AgeBand, BenefitGroup, CoarseDuration, DiagnosisGroup, Gender, Region, WorkSector,
        };
        let facts = CoarseFacts {
            age_band: value(self.age_band, AgeBand::parse)?,
            region: value(self.region, Region::parse)?,
            diagnosis_group: value(self.diagnosis_group, DiagnosisGroup::parse)?,
            work_sector: value(self.work_sector, WorkSector::parse)?,
            benefit_group: value(self.benefit_group, BenefitGroup::parse)?,
            duration: value(self.duration, CoarseDuration::parse)?,
            gender: value(self.gender, Gender::parse)?,
        };
        let draws_on = CategorySet::parse(&self.question_draws_on).ok_or(CORRUPT)?;
        Ok(Summary::stored(
            facts,
            ScannedText::stored(self.question),
            draws_on,
        ))
    }
}

fn value<T>(
    code: Option<String>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    code.map(|code| parse(&code).ok_or(CORRUPT)).transpose()
}

/// Writes the next version of a case's summary, and tells which it is.
///
/// # Errors
/// When the database does not answer.
pub fn write(
    tx: &mut Tx<'_>,
    permit: &Permit<TeamWork>,
    case: &Case,
    written: &Summary,
    attested_by: PersonId,
) -> Result<u32, StoreError> {
    let newest = discussions::newest_summary(tx.conn, case.id)?;
    let version = newest.map_or(1, |newest| newest.version + 1);
    let key = keys::fetch(tx.conn, tx.vault, case.data_key)?;
    let bytes = serde_json::to_vec(&Stored::of(written)).map_err(|_| CORRUPT)?;
    diesel::insert_into(summary::table)
        .values((
            summary::case_id.eq(Db(permit.act().case)),
            summary::version.eq(stored_version(version)),
            summary::body_enc.eq(key.seal(place(case.id, version), &bytes)),
            summary::draws_on.eq(Db(written.draws_on())),
            summary::attested_by.eq(Db(attested_by)),
            summary::attested_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    cases::count(tx, permit.act().case)?;
    Ok(version)
}

/// One version of a case's summary.
///
/// # Errors
/// When the database does not answer, or the summary does not open.
pub fn read(tx: &mut Tx<'_>, case: &Case, version: u32) -> Result<Option<Summary>, StoreError> {
    if let Some(summary) = tx.ahead.summary(case.id, version) {
        return Ok(Some(summary));
    }
    let sealed = summary::table
        .find((Db(case.id), stored_version(version)))
        .select(summary::body_enc)
        .first::<Vec<u8>>(tx.conn)
        .optional()?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let key = tx.data_key(case.data_key)?;
    opened(&key, case.id, version, &sealed).map(Some)
}

/// Opens one version of a case's summary.
pub(super) fn opened(
    key: &DataKey,
    case: CaseId,
    version: u32,
    sealed: &[u8],
) -> Result<Summary, StoreError> {
    let bytes = key.open(place(case, version), sealed)?;
    let stored: Stored = serde_json::from_slice(&bytes).map_err(|_| CORRUPT)?;
    stored.read()
}

fn place(case: CaseId, version: u32) -> Place {
    Place::new(
        "summary",
        Row::Version(case.uuid(), stored_version(version)),
        "body_enc",
    )
}
