//! Notes to file in the record systems.

diesel::table! {
    use crate::store::schema::columns::*;

    record_note (id) {
        id -> SqlUuid,
        register -> Code,
        organisation_id -> SqlUuid,
        unit_id -> SqlUuid,
        patient_id -> SqlUuid,
        kind -> Code,
        information_id -> Nullable<SqlUuid>,
        discussion_id -> Nullable<SqlUuid>,
        consent_id -> Nullable<SqlUuid>,
        consent_version -> Nullable<Integer>,
        recipient_kind -> Nullable<Code>,
        recipient_id -> Nullable<SqlUuid>,
        recipient_role -> Nullable<Code>,
        categories -> Code,
        purpose -> Code,
        occurred_at -> SqlTimestamp,
        due_at -> SqlTimestamp,
        state -> Code,
        reference_enc -> Nullable<Binary>,
        filed_by_kind -> Nullable<Code>,
        filed_by -> Nullable<SqlUuid>,
        filed_at -> Nullable<SqlTimestamp>,
    }
}
