//! Sheets made of the tables: by one statement a table, however many discussions.

use super::spine::{self, Found, Spine};
use super::unique;
use crate::store::conn::Conn;
use crate::store::matter::{File, Loaded};
use crate::store::sheet::Sheet;
use crate::store::vault::{DataKey, Vault};
use crate::store::{StoreError, cases, consents, patients, summaries, thread};
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::Consent;
use samrad_domain::decision::Objection;
use samrad_domain::id::{DataKeyId, DiscussionId, PatientId};
use samrad_domain::patient::Patient;
use std::collections::HashMap;

/// The sheets of these discussions, those that there are, as the tables say.
pub(super) fn made_of_tables(
    conn: &mut Conn,
    vault: &Vault,
    ids: &[DiscussionId],
    keys: &mut HashMap<DataKeyId, DataKey>,
) -> Result<Vec<Sheet>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let spines = spine::load(conn, ids)?;
    if spines.is_empty() {
        return Ok(Vec::new());
    }
    let cases = unique(spines.iter().map(Spine::case));
    let mut threads = thread::rows(conn, ids)?;
    let statements = cases::statement_rows(conn, &cases)?;
    let teams = cases::teams(conn, &cases)?;
    let mut found = Vec::new();
    for spine in spines {
        let team = teams.get(&spine.case()).cloned().unwrap_or_default();
        found.extend(spine.opened(vault, team, keys)?);
    }
    let said = Said::load(conn, &found)?;
    let mut sheets = Vec::with_capacity(found.len());
    for found in found {
        let (id, case) = (found.discussion.id, found.case.id);
        let key = &keys[&found.case.data_key];
        let version = found.discussion.summary_version;
        let summary = found.summary.as_deref();
        let summary = summary.map(|sealed| summaries::opened(key, case, version, sealed));
        sheets.push(Sheet {
            summary: summary.transpose()?,
            thread: thread::opened(key, threads.remove(&id).unwrap_or_default())?,
            statements: cases::opened_statements(
                key,
                statements.get(&case).cloned().unwrap_or_default(),
            )?,
            loaded: said.file_of(found),
        });
    }
    Ok(sheets)
}

/// What patients have said.
struct Said {
    consents: HashMap<PersonKey, Vec<Consent>>,
    objections: HashMap<PatientId, Vec<Objection>>,
}

impl Said {
    fn load(conn: &mut Conn, found: &[Found]) -> Result<Self, StoreError> {
        let patients = found.iter().filter_map(|f| f.patient.as_ref());
        let persons = unique(patients.map(|patient| patient.key));
        let objecting = found.iter().filter(|f| f.objected);
        let objecting = objecting.filter_map(|f| f.patient.as_ref());
        let objecting: HashMap<PatientId, &Patient> = objecting.map(|p| (p.id, p)).collect();
        Ok(Self {
            consents: consents::of_persons(conn, &persons)?,
            objections: patients::objections_of(conn, &objecting)?,
        })
    }

    fn file_of(&self, found: Found) -> Loaded {
        let patient = found.patient.as_ref();
        let consents = patient.and_then(|p| self.consents.get(&p.key).cloned());
        let objections = patient.and_then(|p| self.objections.get(&p.id).cloned());
        let file = File::of(
            found.case,
            found.patient,
            consents.unwrap_or_default(),
            objections.unwrap_or_default(),
        );
        Loaded::of(found.discussion, file, found.recognised)
    }
}
