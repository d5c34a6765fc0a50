//! What there is one of for each discussion, in one statement: the case with its compartment and data
//! key, the patient's record, the summary that was put before the audience, whether somebody
//! recognised the person, and whether the patient has objected to anybody's knowing.

use crate::store::cases::{CaseRow, MemberRow};
use crate::store::conn::Conn;
use crate::store::discussions::DiscussionRow;
use crate::store::keys::KeyRow;
use crate::store::patients::PatientRow;
use crate::store::schema::{
    case_file, data_key, discussion, objection, patient, recognition, summary, unit,
};
use crate::store::sql::Db;
use crate::store::vault::{DataKey, Vault};
use crate::store::{StoreError, load_any};
use diesel::dsl::exists;
use diesel::prelude::*;
use samrad_domain::case::Case;
use samrad_domain::discussion::Discussion;
use samrad_domain::id::{CaseId, DataKeyId, DiscussionId};
use samrad_domain::patient::Patient;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A discussion and what there is one of for it.
#[derive(Queryable)]
pub(super) struct Spine {
    discussion: DiscussionRow,
    case: CaseRow,
    compartment_kind: String,
    compartment_key: Option<String>,
    key: KeyRow,
    patient: Option<PatientRow>,
    summary: Option<Vec<u8>>,
    recognised: bool,
    objected: bool,
}

/// The same, opened.
pub(super) struct Found {
    pub(super) discussion: Discussion,
    pub(super) case: Case,
    pub(super) patient: Option<Patient>,
    pub(super) recognised: bool,
    /// Whether an objection stands on any record of the person: most have none, and are not asked about.
    pub(super) objected: bool,
    /// The sealed summary.
    pub(super) summary: Option<Vec<u8>>,
}

/// Those of these discussions that there are.
pub(super) fn load(conn: &mut Conn, ids: &[DiscussionId]) -> Result<Vec<Spine>, StoreError> {
    let other = diesel::alias!(patient as other_record);
    Ok(load_any!(
        conn,
        discussion::table
            .inner_join(
                case_file::table
                    .inner_join(unit::table)
                    .inner_join(data_key::table)
            )
            .left_join(patient::table.on(case_file::patient_id.eq(patient::id.nullable())))
            .left_join(
                summary::table.on(summary::case_id
                    .eq(discussion::case_id)
                    .and(summary::version.eq(discussion::summary_version)))
            )
            .filter(discussion::id.eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>()))
            .select((
                DiscussionRow::as_select(),
                CaseRow::as_select(),
                unit::compartment_kind,
                unit::compartment_key,
                KeyRow::as_select(),
                Option::<PatientRow>::as_select(),
                summary::body_enc.nullable(),
                exists(recognition::table.filter(recognition::discussion_id.eq(discussion::id))),
                exists(
                    objection::table
                        .inner_join(other.on(other.field(patient::id).eq(objection::patient_id)))
                        .filter(objection::withdrawn_at.is_null())
                        .filter(
                            other
                                .field(patient::person_key)
                                .nullable()
                                .eq(patient::person_key.nullable())
                        )
                ),
            ))
    )?)
}

impl Spine {
    pub(super) const fn case(&self) -> CaseId {
        self.case.id()
    }

    /// Opens it, and puts its key beside the others; none where the record's key was destroyed.
    pub(super) fn opened(
        self,
        vault: &Vault,
        team: Vec<MemberRow>,
        keys: &mut HashMap<DataKeyId, DataKey>,
    ) -> Result<Option<Found>, StoreError> {
        let kind = &self.compartment_kind;
        let case = self
            .case
            .into_case(kind, self.compartment_key.as_deref(), team)?;
        let discussion = Discussion::try_from(self.discussion)?;
        let key = match keys.entry(case.data_key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) if self.key.is_standing() => {
                unknown.insert(self.key.open(vault)?)
            }
            Entry::Vacant(_) => return Ok(None),
        };
        let patient = self.patient.map(|row| row.opened_with(key)).transpose()?;
        if patient.is_some() != case.patient.is_some() {
            return Ok(None);
        }
        Ok(Some(Found {
            discussion,
            case,
            patient,
            recognised: self.recognised,
            objected: self.objected,
            summary: self.summary,
        }))
    }
}
