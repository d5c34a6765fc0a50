//! The log writer's pen: one entry for each act, in the act's own transaction, at a gap-free index
//! taken from the head row that the writer holds.

pub mod body;
mod leaf;

use crate::ids;
use crate::store::conn::Conn;
use crate::store::dialect::Head;
use crate::store::keys;
use crate::store::schema::{
    affiliation, ips_participation, log_body, log_entry, log_recipient, patient, unit,
};
use crate::store::sql::Db;
use crate::store::vault::{DataKey, Place, Row, Vault};
use crate::store::{StoreError, person_key};
use body::{Body, Request, VERSION};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::actor::{Actor, PersonKey};
use samrad_domain::code::ReasonCode;
use samrad_domain::consent::Recipient;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{
    CaseId, DataKeyId, DiscussionId, EventId, OrganisationId, PatientId, PersonId, UnitId,
};
use samrad_domain::time::oslo_day;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a caller holds in proof that an act stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's id.
    pub event: EventId,
    /// Its index, from 0.
    pub index: i64,
    /// Its leaf hash.
    pub leaf: [u8; 32],
}

impl std::fmt::Display for Receipt {
    /// `<event id>;<index>;<leaf hash in hexadecimal>`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{};{};{}",
            self.event,
            self.index,
            hex::encode(self.leaf)
        )
    }
}

/// The time of a decision made now: never before the last entry.
#[must_use]
pub fn decision_time(head: &Head, now: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(head.last_ms).map_or(now, |last| now.max(last))
}

/// Who acts, in which request, about which person.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// In which request.
    pub request: Request,
}

#[derive(Insertable)]
#[diesel(table_name = log_entry)]
#[diesel(treat_none_as_default_value = false)]
struct EntryRow<'a> {
    idx: i64,
    event_id: Db<EventId>,
    recorded_ms: i64,
    kind: Db<EventKind>,
    reason_code: Option<Db<ReasonCode>>,
    outcome: Db<Outcome>,
    actor_kind: Db<&'a str>,
    actor_id: Option<Db<Uuid>>,
    actor_organisation: Option<Db<OrganisationId>>,
    actor_unit: Option<Db<UnitId>>,
    source_organisation: Option<Db<OrganisationId>>,
    unit_id: Option<Db<UnitId>>,
    patient_id: Option<Db<PatientId>>,
    person_key: Option<Vec<u8>>,
    case_id: Option<Db<CaseId>>,
    discussion_id: Option<Db<DiscussionId>>,
    request_id: &'a str,
    leaf_hash: Vec<u8>,
}

/// The key of entries that are about no patient. Its id is fixed.
const OF_THE_LOG: DataKeyId =
    DataKeyId::new(Uuid::from_u128(0x0061_7564_6974_4c00_8f67_0000_0000_0001));

/// Appends the entry of one act at the head.
///
/// # Errors
/// When the database does not answer, or the patient's data key can't be opened: then the act did
/// not happen.
pub fn append(
    conn: &mut Conn,
    vault: &Vault,
    head: &mut Head,
    context: &Context,
    event: &Event,
    at: Timestamp,
) -> Result<Receipt, StoreError> {
    let (id, salt) = (EventId::new(ids::new_uuid()), ids::random_bytes::<32>());
    let body = Body::of(event, &context.actor, &context.request, &salt);
    let bytes = serde_json_canonicalizer::to_vec(&body).map_err(|_| StoreError::Corrupt {
        table: "log_body",
        what: "a body that is no JSON",
    })?;
    let recorded_ms = at.as_millisecond().max(head.last_ms);
    let receipt = Receipt {
        event: id,
        index: head.size,
        leaf: leaf::hash(VERSION, id, recorded_ms, &salt, &bytes),
    };
    let (key, person) = match whose(conn, event)? {
        Some((data_key, person)) => (keys::fetch(conn, vault, data_key)?, Some(person)),
        None => (
            keys::fetch_or_create(conn, vault, OF_THE_LOG)?,
            citizen(&context.actor),
        ),
    };
    insert_entry(conn, &receipt, recorded_ms, context, event, &body, person)?;
    insert_body(conn, &key, receipt.index, &salt, &bytes)?;
    insert_recipients(conn, receipt.index, event, &context.actor, oslo_day(at))?;
    *head = Head {
        size: head.size + 1,
        last_ms: recorded_ms,
    };
    Ok(receipt)
}

/// A citizen's own acts are about themselves.
const fn citizen(actor: &Actor) -> Option<PersonKey> {
    match actor {
        Actor::Citizen(citizen) => Some(citizen.key),
        Actor::Staff(_) | Actor::System(_) => None,
    }
}

fn insert_entry(
    conn: &mut Conn,
    receipt: &Receipt,
    recorded_ms: i64,
    context: &Context,
    event: &Event,
    body: &Body,
    person: Option<PersonKey>,
) -> Result<(), StoreError> {
    let row = EntryRow {
        idx: receipt.index,
        event_id: Db(receipt.event),
        recorded_ms,
        kind: Db(event.kind),
        reason_code: event.reason.map(Db),
        outcome: Db(event.outcome),
        actor_kind: Db(&body.actor.kind),
        actor_id: body.actor.id.map(Db),
        actor_organisation: body.actor.organisation.map(OrganisationId::new).map(Db),
        actor_unit: body.actor.unit.map(UnitId::new).map(Db),
        source_organisation: event.source.map(Db),
        unit_id: event.unit.map(Db),
        patient_id: event.patient.map(Db),
        person_key: person.map(|key| key.bytes().to_vec()),
        case_id: event.case.map(Db),
        discussion_id: event.discussion.map(Db),
        request_id: &context.request.id,
        leaf_hash: receipt.leaf.to_vec(),
    };
    diesel::insert_into(log_entry::table)
        .values(&row)
        .execute(conn)?;
    Ok(())
}

fn insert_body(
    conn: &mut Conn,
    key: &DataKey,
    index: i64,
    salt: &[u8; 32],
    bytes: &[u8],
) -> Result<(), StoreError> {
    let sealed = key.seal(Place::new("log_body", Row::Index(index), "body_enc"), bytes);
    diesel::insert_into(log_body::table)
        .values((
            log_body::idx.eq(index),
            log_body::salt.eq(salt.to_vec()),
            log_body::body_enc.eq(sealed),
            log_body::data_key_id.eq(Some(Db(key.id()))),
        ))
        .execute(conn)?;
    Ok(())
}

/// The person whose entry it is, and the data key of the record that it is about: the patient's, or
/// the IPS participation's, which is no patient record. None where there is nobody, or where the
/// participation asked for isn't.
fn whose(conn: &mut Conn, event: &Event) -> Result<Option<(DataKeyId, PersonKey)>, StoreError> {
    let found: Option<(DataKeyId, Vec<u8>)> = match (event.patient, event.participation) {
        (Some(id), _) => Some(
            patient::table
                .find(Db(id))
                .select((patient::data_key_id, patient::person_key))
                .first(conn)?,
        ),
        (None, Some(id)) => ips_participation::table
            .find(Db(id))
            .select((
                ips_participation::data_key_id,
                ips_participation::person_key,
            ))
            .first(conn)
            .optional()?,
        (None, None) => None,
    };
    let Some((key, person)) = found else {
        return Ok(None);
    };
    Ok(Some((key, person_key(&person, "log_entry")?)))
}

fn insert_recipients(
    conn: &mut Conn,
    index: i64,
    event: &Event,
    actor: &Actor,
    today: Date,
) -> Result<(), StoreError> {
    let mut ordinal = 0;
    for recipient in &event.recipients {
        let places = match (recipient, actor) {
            // Who looks hears it where they act, and nowhere else that they work.
            (Recipient::Person(person), Actor::Staff(staff)) if *person == staff.person => {
                BTreeSet::from([(staff.organisation, staff.unit, Some(*person))])
            }
            (_, _) => whereabouts(conn, recipient, today)?,
        };
        for (organisation, unit, person) in places {
            diesel::insert_into(log_recipient::table)
                .values((
                    log_recipient::idx.eq(index),
                    log_recipient::ordinal.eq(ordinal),
                    log_recipient::organisation_id.eq(Db(organisation)),
                    log_recipient::unit_id.eq(Some(Db(unit))),
                    log_recipient::person_id.eq(person.map(Db)),
                ))
                .execute(conn)?;
            ordinal += 1;
        }
    }
    Ok(())
}

/// Where a recipient works today, so that the auditors of their organisations find the entry, and
/// those of former ones don't.
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
