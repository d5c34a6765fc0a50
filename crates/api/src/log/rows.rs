//! The rows of an entry: the entry itself with its body, and where those who heard of it worked, but for who acted.

use super::tree::TileRow;
use super::{Context, Receipt, sealed};
use crate::log::body::{Body, PlaceOfWork, Who};
use crate::store::StoreError;
use crate::store::bulk::{Bulk, bulk_rows, write_together};
use crate::store::chains::WhoseRow;
use crate::store::conn::Conn;
use crate::store::dialect::{self, Head, Stands};
use crate::store::schema::{log_entry, log_recipient};
use crate::store::sql::{Code, Db, SqlUuid};
use crate::store::vault::DataKey;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use samrad_domain::actor::PersonKey;
use samrad_domain::code::ReasonCode;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{CaseId, DataKeyId, DiscussionId, EventId, OrganisationId, PatientId};
use samrad_domain::id::{PersonId, UnitId};
use uuid::Uuid;

bulk_rows! {
    /// What can be searched, all of which stands in the body too, which the leaf commits to; and the body, sealed,
    /// with its salt.
    EntryRow in log_entry as EntryColumns {
        idx: BigInt = i64,
        event_id: SqlUuid = Db<EventId>,
        recorded_ms: BigInt = i64,
        kind: Code = Db<EventKind>,
        reason_code: Nullable<Code> = Option<Db<ReasonCode>>,
        outcome: Code = Db<Outcome>,
        actor_kind: Code = Db<&'static str>,
        actor_id: Nullable<SqlUuid> = Option<Db<Uuid>>,
        actor_organisation: Nullable<SqlUuid> = Option<Db<OrganisationId>>,
        actor_unit: Nullable<SqlUuid> = Option<Db<UnitId>>,
        source_organisation: Nullable<SqlUuid> = Option<Db<OrganisationId>>,
        unit_id: Nullable<SqlUuid> = Option<Db<UnitId>>,
        patient_id: Nullable<SqlUuid> = Option<Db<PatientId>>,
        person_key: Nullable<Binary> = Option<Vec<u8>>,
        case_id: Nullable<SqlUuid> = Option<Db<CaseId>>,
        discussion_id: Nullable<SqlUuid> = Option<Db<DiscussionId>>,
        request_id: Text = String,
        subject_id: Nullable<SqlUuid> = Option<Db<Uuid>>,
        subject_seq: Nullable<BigInt> = Option<i64>,
        subject_prev: Nullable<BigInt> = Option<i64>,
        commitment: Binary = Vec<u8>,
        salt: Nullable<Binary> = Option<Vec<u8>>,
        body_enc: Nullable<Binary> = Option<Vec<u8>>,
        data_key_id: Nullable<SqlUuid> = Option<Db<DataKeyId>>,
        actor_ordinal: Nullable<Integer> = Option<i32>,
    }
}

bulk_rows! {
    /// Where one who heard worked that day.
    RecipientRow in log_recipient as RecipientColumns {
        idx: BigInt = i64,
        ordinal: Integer = i32,
        organisation_id: SqlUuid = Db<OrganisationId>,
        unit_id: Nullable<SqlUuid> = Option<Db<UnitId>>,
        person_id: Nullable<SqlUuid> = Option<Db<PersonId>>,
    }
}

/// Rows that wait to be written together.
#[derive(Debug, Default)]
pub(super) struct Rows {
    entries: Vec<EntryRow>,
    recipients: Vec<RecipientRow>,
}

/// An entry that is ready to be put down.
pub(super) struct Ready<'a> {
    pub(super) receipt: Receipt,
    pub(super) recorded_ms: i64,
    pub(super) commitment: [u8; 32],
    pub(super) salt: [u8; 32],
    pub(super) body: &'a Body,
    pub(super) bytes: &'a [u8],
    pub(super) key: &'a DataKey,
    pub(super) person: Option<PersonKey>,
    pub(super) context: &'a Context,
    pub(super) event: &'a Event,
}

impl Rows {
    /// Puts the rows of one entry beside the others.
    pub(super) fn put(&mut self, ready: &Ready<'_>) {
        let (idx, body) = (ready.receipt.index, ready.body);
        let actor_ordinal = (0..)
            .zip(&body.places)
            .find(|(_, place)| is_where(place, &body.actor))
            .map(|(ordinal, _)| ordinal);
        self.entries.push(ready.entry(actor_ordinal));
        let others = (0..)
            .zip(&body.places)
            .filter(|(ordinal, _)| Some(*ordinal) != actor_ordinal)
            .map(|(ordinal, place)| RecipientRow {
                idx,
                ordinal,
                organisation_id: Db(OrganisationId::new(place.organisation)),
                unit_id: place.unit.map(UnitId::new).map(Db),
                person_id: place.person.map(PersonId::new).map(Db),
            });
        self.recipients.extend(others);
    }

    /// Writes what waits.
    pub(super) fn write(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let mut rows = std::mem::take(self);
        let tables: &mut [&mut dyn Bulk] = &mut [&mut rows.entries, &mut rows.recipients];
        Ok(write_together(conn, tables)?)
    }

    /// Writes what waits, the tiles that it filled and whose their entries are, and moves the head of the log past it. Whether that was done: not
    /// where the head is elsewhere than it was taken for.
    pub(super) fn lay_down(
        mut self,
        conn: &mut Conn,
        (mut tiles, mut whose): (Vec<TileRow>, Vec<WhoseRow>),
        from: Stands<'_>,
        to: &Head,
    ) -> Result<bool, StoreError> {
        let tables: &mut [&mut dyn Bulk] = &mut [
            &mut self.entries,
            &mut self.recipients,
            &mut whose,
            &mut tiles,
        ];
        dialect::move_head_with(conn, from, to, tables)
    }
}

/// Whether it is where `who`, a person, acts, and themselves.
fn is_where(place: &PlaceOfWork, who: &Who) -> bool {
    place.person.is_some()
        && place.unit.is_some()
        && (place.person, place.unit) == (who.id, who.unit)
        && Some(place.organisation) == who.organisation
}

impl Ready<'_> {
    fn entry(&self, actor_ordinal: Option<i32>) -> EntryRow {
        let (event, actor) = (self.event, &self.body.actor);
        let (index, subject) = (self.receipt.index, self.body.subject);
        EntryRow {
            idx: index,
            event_id: Db(self.receipt.event),
            recorded_ms: self.recorded_ms,
            kind: Db(event.kind),
            reason_code: event.reason.map(Db),
            outcome: Db(event.outcome),
            actor_kind: Db(self.context.actor_kind()),
            actor_id: actor.id.map(Db),
            actor_organisation: actor.organisation.map(OrganisationId::new).map(Db),
            actor_unit: actor.unit.map(UnitId::new).map(Db),
            source_organisation: event.source.map(Db),
            unit_id: event.unit.map(Db),
            patient_id: event.patient.map(Db),
            person_key: self.person.map(|key| key.bytes().to_vec()),
            case_id: event.case.map(Db),
            discussion_id: event.discussion.map(Db),
            request_id: self.context.request.id.clone(),
            subject_id: subject.map(|s| Db(s.id)),
            subject_seq: subject.map(|s| s.seq),
            subject_prev: subject.and_then(|s| s.prev),
            commitment: self.commitment.to_vec(),
            salt: Some(self.salt.to_vec()),
            body_enc: Some(sealed::seal(self.key, index, self.bytes)),
            data_key_id: Some(Db(self.key.id())),
            actor_ordinal,
        }
    }
}
