//! The tables as diesel knows them. Checked against migrated databases of both kinds by a test;
//! the migrations are the truth. Column types that differ between the databases are in
//! [`sql`](super::sql).
#![expect(
    missing_docs,
    reason = "the tables and columns are described in the migrations"
)]

mod cases;
mod consents;
mod discussions;
mod ips;
mod log;
mod notes;
mod patients;
mod registry;
mod replay;

/// The types that a column may have.
mod columns {
    pub(super) use crate::store::sql::{Code, SqlDate, SqlTimestamp, SqlUuid};
    pub(super) use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
}

pub use cases::*;
pub use consents::*;
pub use discussions::*;
pub use ips::*;
pub use log::*;
pub use notes::*;
pub use patients::*;
pub use registry::*;
pub use replay::*;

diesel::joinable!(unit -> organisation (organisation_id));
diesel::joinable!(person_identity -> person (person_id));
diesel::joinable!(affiliation -> person (person_id));
diesel::joinable!(affiliation -> unit (unit_id));
diesel::joinable!(client -> organisation (organisation_id));
diesel::joinable!(patient -> data_key (data_key_id));
diesel::joinable!(patient_registration -> patient (patient_id));
diesel::joinable!(patient_registration -> person (person_id));
diesel::joinable!(patient_registration -> unit (unit_id));
diesel::joinable!(objection -> patient (patient_id));
diesel::joinable!(guardianship -> patient (patient_id));
diesel::joinable!(information_record -> patient (patient_id));
diesel::joinable!(consent -> patient (patient_id));
diesel::joinable!(consent -> information_record (information_id));
diesel::joinable!(consent_grant -> consent (consent_id));
diesel::joinable!(consent_exclusion -> consent (consent_id));
diesel::joinable!(consent_approval -> consent (consent_id));
diesel::joinable!(consent_event -> consent (consent_id));
diesel::joinable!(case_file -> unit (owner_unit));
diesel::joinable!(case_file -> organisation (organisation_id));
diesel::joinable!(case_file -> patient (patient_id));
diesel::joinable!(case_file -> data_key (data_key_id));
diesel::joinable!(case_member -> case_file (case_id));
diesel::joinable!(case_member -> unit (unit_id));
diesel::joinable!(statement -> case_file (case_id));
diesel::joinable!(summary -> case_file (case_id));
diesel::joinable!(discussion -> case_file (case_id));
diesel::joinable!(discussion -> patient (patient_id));
diesel::joinable!(discussion -> unit (audience_unit));
diesel::joinable!(discussion_sight -> discussion (discussion_id));
diesel::joinable!(discussion_sight -> person (person_id));
diesel::joinable!(recognition -> discussion (discussion_id));
diesel::joinable!(recognition -> person (person_id));
diesel::joinable!(message -> discussion (discussion_id));
diesel::joinable!(oral_disclosure -> discussion (discussion_id));
diesel::joinable!(sheet -> data_key (data_key_id));
diesel::joinable!(record_note -> organisation (organisation_id));
diesel::joinable!(record_note -> unit (unit_id));
diesel::joinable!(record_note -> patient (patient_id));
diesel::joinable!(record_note -> discussion (discussion_id));
diesel::joinable!(record_note -> consent (consent_id));
diesel::joinable!(ips_participation -> unit (unit_id));
diesel::joinable!(ips_participation -> consent (consent_id));
diesel::joinable!(ips_participation -> discussion (discussion_id));
diesel::joinable!(ips_participation -> data_key (data_key_id));
diesel::joinable!(ips_member -> ips_participation (participation_id));
diesel::joinable!(ips_member -> person (person_id));
diesel::joinable!(ips_member -> unit (unit_id));
diesel::joinable!(ips_note -> ips_participation (participation_id));
diesel::joinable!(log_entry -> data_key (data_key_id));
diesel::joinable!(log_recipient -> log_entry (idx));

diesel::allow_tables_to_appear_in_same_query!(
    organisation,
    unit,
    person,
    person_identity,
    affiliation,
    client,
    data_key,
    patient,
    patient_registration,
    objection,
    guardianship,
    information_record,
    consent,
    consent_grant,
    consent_exclusion,
    consent_approval,
    consent_event,
    case_file,
    case_member,
    statement,
    summary,
    discussion,
    discussion_sight,
    recognition,
    message,
    oral_disclosure,
    sheet,
    record_note,
    ips_participation,
    ips_member,
    ips_note,
    log_head,
    log_entry,
    log_recipient,
    log_posting,
    log_posted,
    log_whose,
    log_chain,
    log_chained,
    log_tile,
    log_checkpoint,
    log_key_change,
    log_erasure,
    registry_version,
    idempotency,
);
