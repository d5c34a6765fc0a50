//! Where the evidence of a consent lies: a pointer into another system, never a copy of it, sealed
//! with the patient's own key.

use super::rows::corrupt;
use crate::store::schema::{consent, patient};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::vault::{DataKey, Place};
use crate::store::{StoreError, keys};
use diesel::prelude::*;
use samrad_domain::id::{ConsentId, DataKeyId, PatientId};
use serde::{Deserialize, Serialize};

/// Where the evidence lies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The system that holds it.
    pub system: String,
    /// What that system calls it.
    pub reference: String,
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Evidence(..)")
    }
}

impl Evidence {
    /// Seals it for the consent `of`, which is about `patient`.
    ///
    /// # Errors
    /// When the database does not answer, or the patient's key was destroyed.
    pub fn seal(
        &self,
        tx: &mut Tx<'_>,
        of: ConsentId,
        about: PatientId,
    ) -> Result<Vec<u8>, StoreError> {
        let text = serde_json::to_vec(self).map_err(|_| corrupt("evidence that is no JSON"))?;
        let key = key_of(tx, about)?;
        Ok(key.seal(place(of), &text))
    }
}

/// Where the evidence of the consent `of` about `patient` lies, if somebody said so.
///
/// # Errors
/// When the database does not answer, or it does not open.
pub fn evidence(
    tx: &mut Tx<'_>,
    of: ConsentId,
    about: PatientId,
) -> Result<Option<Evidence>, StoreError> {
    let sealed_text: Option<Vec<u8>> = consent::table
        .find(Db(of))
        .select(consent::evidence_enc)
        .first(tx.conn)?;
    let Some(bytes) = sealed_text else {
        return Ok(None);
    };
    let key = key_of(tx, about)?;
    let text = key.open_text(place(of), &bytes)?;
    let evidence = serde_json::from_str(&text);
    evidence.map_err(|_| corrupt("evidence of no form"))
}

fn key_of(tx: &mut Tx<'_>, about: PatientId) -> Result<DataKey, StoreError> {
    let id: DataKeyId = patient::table
        .find(Db(about))
        .select(patient::data_key_id)
        .first(tx.conn)?;
    keys::fetch(tx.conn, tx.vault, id)
}

fn place(of: ConsentId) -> Place {
    Place::new("consent", of.uuid(), "evidence_enc")
}
