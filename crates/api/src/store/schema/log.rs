//! The log.

diesel::table! {
    use crate::store::schema::columns::*;

    log_head (id) {
        id -> Integer,
        size -> BigInt,
        last_ms -> BigInt,
        frontier -> Binary,
        registry -> BigInt,
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
        commitment -> Binary,
        subject_id -> Nullable<SqlUuid>,
        salt -> Nullable<Binary>,
        body_enc -> Nullable<Binary>,
        data_key_id -> Nullable<SqlUuid>,
        actor_ordinal -> Nullable<Integer>,
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

diesel::table! {
    use crate::store::schema::columns::*;

    log_posting (party, first) {
        party -> SqlUuid,
        first -> BigInt,
        offsets -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_posted (id) {
        id -> Integer,
        size -> BigInt,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_whose (n) {
        n -> BigInt,
        records -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_chain (level, part, first) {
        level -> Integer,
        part -> Integer,
        first -> BigInt,
        entries -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_chained (level) {
        level -> Integer,
        size -> BigInt,
        part -> Integer,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_tile (level, n) {
        level -> Integer,
        n -> BigInt,
        root -> Binary,
        hashes -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_checkpoint (id) {
        id -> Integer,
        size -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_key_change (size) {
        size -> BigInt,
        verifier_key -> Text,
        previous_key -> Text,
        note -> Text,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    log_erasure (id) {
        id -> SqlUuid,
        idx -> BigInt,
        organisation_id -> SqlUuid,
        legal_ground -> Code,
        requested_by -> SqlUuid,
        requested_at -> SqlTimestamp,
        approved_by -> Nullable<SqlUuid>,
        approved_at -> Nullable<SqlTimestamp>,
    }
}
