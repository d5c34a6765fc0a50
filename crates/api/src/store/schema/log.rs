//! The log.

diesel::table! {
    use crate::store::schema::columns::*;

    log_head (id) {
        id -> Integer,
        size -> BigInt,
        last_ms -> BigInt,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_entry (idx) {
        idx -> BigInt,
        event_id -> SqlUuid,
        recorded_ms -> BigInt,
        kind -> Code,
        reason_code -> Nullable<Code>,
        outcome -> Code,
        actor_kind -> Code,
        actor_id -> Nullable<SqlUuid>,
        actor_organisation -> Nullable<SqlUuid>,
        actor_unit -> Nullable<SqlUuid>,
        source_organisation -> Nullable<SqlUuid>,
        unit_id -> Nullable<SqlUuid>,
        patient_id -> Nullable<SqlUuid>,
        person_key -> Nullable<Binary>,
        case_id -> Nullable<SqlUuid>,
        discussion_id -> Nullable<SqlUuid>,
        request_id -> Text,
        subject_seq -> Nullable<BigInt>,
        subject_prev -> Nullable<BigInt>,
        leaf_hash -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_body (idx) {
        idx -> BigInt,
        salt -> Nullable<Binary>,
        body_enc -> Nullable<Binary>,
        data_key_id -> Nullable<SqlUuid>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_recipient (idx, ordinal) {
        idx -> BigInt,
        ordinal -> Integer,
        organisation_id -> SqlUuid,
        unit_id -> Nullable<SqlUuid>,
        person_id -> Nullable<SqlUuid>,
    }
}
