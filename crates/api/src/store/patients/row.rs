//! A row of `patient`, sealed and opened.

use super::super::conn::Conn;
use super::super::schema::patient;
use super::super::vault::{DataKey, Place, Vault};
use super::super::{SealError, StoreError, compartments, keys};
use diesel::prelude::*;
use samrad_domain::id::{DataKeyId, PatientId};
use samrad_domain::number::IdentityNumber;
use samrad_domain::patient::{Contact, FullName, Patient, Protection};
use samrad_domain::record::Particulars;
use serde::{Deserialize, Serialize};

const TABLE: &str = "patient";

#[derive(Queryable, Selectable)]
#[diesel(table_name = patient)]
pub(in crate::store) struct PatientRow {
    id: PatientId,
    compartment_kind: String,
    compartment_key: String,
    person_key: Vec<u8>,
    data_key_id: DataKeyId,
    name_enc: Vec<u8>,
    number_enc: Vec<u8>,
    birth_date_enc: Vec<u8>,
    municipality_enc: Option<Vec<u8>>,
    contact_enc: Option<Vec<u8>>,
    protection: Protection,
    version: i32,
}

impl PatientRow {
    /// The record; none where its key was destroyed, which is the erasure of it.
    pub(super) fn open(
        self,
        conn: &mut Conn,
        vault: &Vault,
    ) -> Result<Option<Patient>, StoreError> {
        match keys::fetch(conn, vault, self.data_key_id) {
            Ok(key) => self.opened_with(&key).map(Some),
            Err(StoreError::Sealed(SealError::Destroyed)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The record, opened with its key.
    pub(in crate::store) fn opened_with(self, key: &DataKey) -> Result<Patient, StoreError> {
        let place = |column| Place::new(TABLE, self.id.uuid(), column);
        let text = |column, sealed: &[u8]| key.open_text(place(column), sealed);
        let name = name_of(&text("name_enc", &self.name_enc)?)?;
        let contact: StoredContact = match &self.contact_enc {
            Some(sealed) => read(&text("contact_enc", sealed)?, "a contact of no form")?,
            None => StoredContact::default(),
        };
        let municipality = self
            .municipality_enc
            .as_deref()
            .ok_or(corrupt("no municipality"))?;
        // Whether synthetic numbers are taken was decided when it was registered.
        let number = IdentityNumber::parse(&text("number_enc", &self.number_enc)?, true)
            .map_err(|_| corrupt("an identity number that is none"))?;
        let birth_date = text("birth_date_enc", &self.birth_date_enc)?
            .parse()
            .map_err(|_| corrupt("a birth date that is none"))?;
        Ok(Patient {
            id: self.id,
            compartment: compartments::read(&self.compartment_kind, Some(&self.compartment_key))?,
            key: crate::store::person_key(&self.person_key, "patient")?,
            data_key: self.data_key_id,
            name,
            number,
            birth_date,
            municipality: text("municipality_enc", municipality)?,
            contact: contact.into(),
            protection: self.protection,
            version: super::super::version(self.version, TABLE)?,
        })
    }
}

/// What names the person, sealed for the record's own row.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = patient)]
pub(super) struct Sealed {
    name_enc: Vec<u8>,
    number_enc: Vec<u8>,
    birth_date_enc: Vec<u8>,
    municipality_enc: Vec<u8>,
    contact_enc: Vec<u8>,
}

impl Sealed {
    pub(super) fn new(
        key: &DataKey,
        id: PatientId,
        particulars: &Particulars,
    ) -> Result<Self, StoreError> {
        let seal =
            |column, text: &str| key.seal(Place::new(TABLE, id.uuid(), column), text.as_bytes());
        let Contact {
            phone,
            email,
            address,
        } = particulars.contact.clone();
        let contact = StoredContact {
            phone,
            email,
            address,
        };
        Ok(Self {
            name_enc: seal("name_enc", &name_text(&particulars.name)?),
            number_enc: seal("number_enc", particulars.number.digits()),
            birth_date_enc: seal("birth_date_enc", &particulars.birth_date.to_string()),
            municipality_enc: seal("municipality_enc", &particulars.municipality),
            contact_enc: seal("contact_enc", &written(&contact)?),
        })
    }
}

/// A name as text, to be sealed.
pub(super) fn name_text(name: &FullName) -> Result<String, StoreError> {
    let FullName { given, family } = name.clone();
    written(&StoredName { given, family })
}

/// A name from the text that was sealed.
pub(super) fn name_of(text: &str) -> Result<FullName, StoreError> {
    read::<StoredName>(text, "a name of no form").map(FullName::from)
}

fn written(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| corrupt("a value that is no JSON"))
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt { table: TABLE, what }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| corrupt(what))
}

/// A name as it lies under the seal.
#[derive(Serialize, Deserialize)]
struct StoredName {
    given: String,
    family: String,
}

impl From<StoredName> for FullName {
    fn from(stored: StoredName) -> Self {
        Self {
            given: stored.given,
            family: stored.family,
        }
    }
}

/// A contact as it lies under the seal.
#[derive(Default, Serialize, Deserialize)]
struct StoredContact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl From<StoredContact> for Contact {
    fn from(stored: StoredContact) -> Self {
        Self {
            phone: stored.phone,
            email: stored.email,
            address: stored.address,
        }
    }
}
