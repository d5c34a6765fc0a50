//! Whose entry it is: the record that it is about, the key that seals its body, and its place in
//! the record's own chain, which shows an entry that was left out.

use super::body::{Link, PlaceOfWork};
use super::ends::{End, Ends};
use crate::store::conn::Conn;
use crate::store::dialect::Head;
use crate::store::keys::KeyRow;
use crate::store::schema::{affiliation, data_key, ips_participation, patient, unit};
use crate::store::sql::Db;
use crate::store::vault::{DataKey, Vault};
use crate::store::{StoreError, chains, person_key};
use diesel::prelude::*;
use jiff::civil::Date;
use samrad_domain::actor::{Actor, PersonKey};
use samrad_domain::consent::Recipient;
use samrad_domain::event::Event;
use samrad_domain::id::{DataKeyId, OrganisationId, PatientId, PersonId, UnitId};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// The key of entries that are about no patient. Its id is fixed.
pub(super) const OF_THE_LOG: DataKeyId =
    DataKeyId::new(Uuid::from_u128(0x0061_7564_6974_4c00_8f67_0000_0000_0001));

/// The record that an entry is about: a patient's, or an IPS participation, which is no patient
/// record.
pub(super) fn record_of(event: &Event) -> Option<Uuid> {
    let patient = event.patient.map(|id| id.uuid());
    patient.or_else(|| event.participation.map(|id| id.uuid()))
}

/// The data key of the record that an entry is about, and the person whose record it is. None where
/// there is nobody, or where the participation asked for isn't.
pub(super) fn whose(
    conn: &mut Conn,
    vault: &Vault,
    event: &Event,
) -> Result<Option<(DataKey, PersonKey)>, StoreError> {
    let found: Option<(KeyRow, Vec<u8>)> = match (event.patient, event.participation) {
        (Some(id), _) => Some(of_patient(conn, id)?.ok_or(diesel::NotFound)?),
        (None, Some(id)) => ips_participation::table
            .inner_join(data_key::table)
            .filter(ips_participation::id.eq(Db(id)))
            .select((KeyRow::as_select(), ips_participation::person_key))
            .first(conn)
            .optional()?,
        (None, None) => None,
    };
    found.map(|found| opened(vault, found)).transpose()
}

/// The same of a patient's record that stands: none where there is no such record, or where it was erased and takes no more
/// entries.
///
/// # Errors
/// When the database does not answer, or the key can't be opened.
pub(crate) fn standing(
    conn: &mut Conn,
    vault: &Vault,
    patient: PatientId,
) -> Result<Option<(DataKey, PersonKey)>, StoreError> {
    let found = of_patient(conn, patient)?;
    let found = found.filter(|(key, _)| key.is_standing());
    found.map(|found| opened(vault, found)).transpose()
}

fn of_patient(conn: &mut Conn, id: PatientId) -> QueryResult<Option<(KeyRow, Vec<u8>)>> {
    patient::table
        .inner_join(data_key::table)
        .filter(patient::id.eq(Db(id)))
        .select((KeyRow::as_select(), patient::person_key))
        .first(conn)
        .optional()
}

fn opened(
    vault: &Vault,
    (key, person): (KeyRow, Vec<u8>),
) -> Result<(DataKey, PersonKey), StoreError> {
    Ok((key.open(vault)?, person_key(&person, "log_entry")?))
}

/// The ends of the chains of records, as far as they are known in the open transaction.
#[derive(Debug)]
pub(super) struct Chains {
    known: HashMap<Uuid, Option<End>>,
    /// Where the log stands, for all that is known here.
    at: Head,
    remembered: Arc<Ends>,
}

impl Chains {
    /// None known yet but those remembered, where the log stands at `head`.
    pub(super) fn at(head: &Head, remembered: &Arc<Ends>) -> Self {
        remembered.settle(head);
        Self {
            known: HashMap::new(),
            at: head.clone(),
            remembered: Arc::clone(remembered),
        }
    }

    /// Looks up where the chains of `records` end: their last sequence numbers and indices.
    pub(super) fn look_up(&mut self, conn: &mut Conn, records: &[Uuid]) -> Result<(), StoreError> {
        let mut unknown = BTreeSet::new();
        for id in records {
            if self.known.contains_key(id) {
                continue;
            }
            match self.remembered.of(&self.at, id) {
                Some(end) => drop(self.known.insert(*id, Some(end))),
                None => drop(unknown.insert(*id)),
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<Uuid> = unknown.into_iter().collect();
        let found = chains::ends(conn, &unknown, self.at.size)?;
        self.known.extend(unknown.into_iter().map(|id| (id, None)));
        self.known.extend(
            found
                .into_iter()
                .map(|(id, seq, index)| (id, Some((seq, index)))),
        );
        Ok(())
    }

    /// Tells what the ends are once the head of the log is `head`, if that is committed.
    pub(super) fn expect(&self, head: &Head) {
        let ends = self.known.iter();
        let ends = ends.filter_map(|(id, end)| end.map(|end| (*id, end)));
        self.remembered
            .expect(&self.at, head.clone(), ends.collect());
    }

    /// The next link of a chain that was looked up.
    pub(super) fn next(&self, record: Uuid) -> Link {
        let last = self.known.get(&record).copied().flatten();
        Link {
            id: record,
            seq: last.map_or(1, |(seq, _)| seq + 1),
            prev: last.map(|(_, index)| index),
        }
    }

    /// The link was put down at `index`.
    pub(super) fn extend(&mut self, link: Link, index: i64) {
        self.known.insert(link.id, Some((link.seq, index)));
    }
}

/// Where those who heard work today, so that the auditors of their organisations find the entry,
/// and those of former ones don't.
pub(super) fn places(
    conn: &mut Conn,
    event: &Event,
    actor: &Actor,
    today: Date,
) -> Result<Vec<PlaceOfWork>, StoreError> {
    let mut places = Vec::new();
    for recipient in &event.recipients {
        let found = match (recipient, actor) {
            // Who looks hears it where they act, and nowhere else that they work.
            (Recipient::Person(person), Actor::Staff(staff)) if *person == staff.person => {
                BTreeSet::from([(staff.organisation, staff.unit, Some(*person))])
            }
            (_, _) => whereabouts(conn, recipient, today)?,
        };
        places.extend(
            found
                .into_iter()
                .map(|(organisation, unit, person)| PlaceOfWork {
                    organisation: organisation.uuid(),
                    unit: Some(unit.uuid()),
                    person: person.map(|id| id.uuid()),
                }),
        );
    }
    Ok(places)
}

fn whereabouts(
    conn: &mut Conn,
    recipient: &Recipient,
    today: Date,
) -> Result<BTreeSet<(OrganisationId, UnitId, Option<PersonId>)>, StoreError> {
    Ok(match recipient {
        Recipient::Unit(id) | Recipient::RoleInUnit(id, _) => unit::table
            .find(Db(*id))
            .select(unit::organisation_id)
            .load::<OrganisationId>(conn)?
            .into_iter()
            .map(|organisation| (organisation, *id, None))
            .collect(),
        Recipient::Person(person) => affiliation::table
            .inner_join(unit::table)
            .filter(affiliation::person_id.eq(Db(*person)))
            .filter(affiliation::valid_from.le(Db(today)))
            .filter(
                affiliation::valid_until
                    .is_null()
                    .or(affiliation::valid_until.gt(Db(today))),
            )
            .select((unit::organisation_id, unit::id))
            .load::<(OrganisationId, UnitId)>(conn)?
            .into_iter()
            .map(|(organisation, unit)| (organisation, unit, Some(*person)))
            .collect(),
    })
}
