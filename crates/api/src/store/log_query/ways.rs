//! Ways to find entries: through lists, or by an index of the database, from its end.

use super::Question;
use crate::store::StoreError;
use crate::store::conn::{Conn, MultiBackend};
use crate::store::schema::{case_file, discussion, log_entry};
use crate::store::sql::Db;
use crate::store::walk::Walk;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use samrad_domain::id::{CaseId, DiscussionId, PatientId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The indices of entries.
pub(super) type Indices = log_entry::BoxedQuery<'static, MultiBackend, BigInt>;

/// How many entries are judged together at most, where few of them are asked for: fourfold from time to time up to this.
const TOGETHER: usize = 4000;

/// Where the entries are about the narrowest thing that is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    /// Those in the chain of this record.
    pub(super) record: Option<Uuid>,
    /// Those that name no patient.
    pub(super) unnamed: Option<Unnamed>,
}

/// Of what entries that name no patient are found by an index that holds nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unnamed {
    /// Those of this case.
    OfCase(CaseId),
    /// Those of this discussion.
    OfDiscussion(DiscussionId),
}

impl Unnamed {
    /// All of them.
    pub(super) fn entries(self) -> Indices {
        let all = log_entry::table.select(log_entry::idx).into_boxed();
        let unnamed = log_entry::patient_id.is_null();
        match self {
            Self::OfCase(id) => all.filter(unnamed).filter(log_entry::case_id.eq(Db(id))),
            Self::OfDiscussion(id) => all
                .filter(unnamed)
                .filter(log_entry::discussion_id.eq(Db(id))),
        }
    }
}

/// The ways to the narrowest thing that is asked about; none where that is who acted, or the organisation.
pub(super) fn by_subject(conn: &mut Conn, question: &Question) -> Result<Option<Ways>, StoreError> {
    if let Some(patient) = question.patient {
        return Ok(Some(Ways {
            record: Some(patient.uuid()),
            unnamed: None,
        }));
    }
    let (patient, unnamed) = if let Some(id) = question.case {
        let case = case_file::table.find(Db(id)).select(case_file::patient_id);
        (case.first(conn).optional()?, Unnamed::OfCase(id))
    } else if let Some(id) = question.discussion {
        let of = discussion::table
            .find(Db(id))
            .select(discussion::patient_id);
        (of.first(conn).optional()?, Unnamed::OfDiscussion(id))
    } else {
        return Ok(None);
    };
    // What names a patient is in the chain of the patient's record, who is that of the case or the
    // discussion asked for. What names none, as a refusal may, is found by what else it names.
    let patient: Option<PatientId> = patient.flatten();
    Ok(Some(Ways {
        record: patient.map(PatientId::uuid),
        unnamed: Some(unnamed),
    }))
}

/// The newest `limit` of what is found in these ways from index `from` on and below `below`, newest first. An entry
/// that is found in several counts once.
pub(super) fn newest(
    conn: &mut Conn,
    ways: impl IntoIterator<Item = Indices>,
    (from, below): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let mut found = BTreeSet::new();
    for entries in ways {
        let newest: Vec<i64> = entries
            .filter(log_entry::idx.ge(from))
            .filter(log_entry::idx.lt(below))
            .order(log_entry::idx.desc())
            .limit(limit)
            .load(conn)?;
        found.extend(newest);
    }
    Ok(newest_of(found.into_iter(), limit))
}

/// Goes on along a walk until `limit` are found with those `found` already. What it comes by is judged many at a time, the newest
/// first: most questions are about all that there is of somebody or something.
pub(super) fn walked<T>(
    conn: &mut Conn,
    mut walk: impl Walk,
    mut found: Vec<T>,
    limit: usize,
    mut judge: impl FnMut(&mut Conn, &[i64]) -> Result<Vec<T>, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut together = limit.min(TOGETHER);
    while found.len() < limit {
        let indices = walk.next(conn, together)?;
        if indices.is_empty() {
            break;
        }
        found.append(&mut judge(conn, &indices)?);
        together = (together * 4).min(TOGETHER);
    }
    found.truncate(limit);
    Ok(found)
}

/// The last `limit`, the last first.
pub(super) fn newest_of<T>(sorted: impl DoubleEndedIterator<Item = T>, limit: i64) -> Vec<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    sorted.rev().take(limit).collect()
}
