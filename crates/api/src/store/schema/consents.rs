//! Information given, and consents with their grants.

diesel::table! {
    use crate::store::schema::columns::*;

    information_record (id) {
        id -> SqlUuid,
        patient_id -> SqlUuid,
        person_key -> Binary,
        purpose -> Code,
        given_by -> SqlUuid,
        given_role -> Code,
        given_unit -> SqlUuid,
        language -> Text,
        text_version -> Text,
        form -> Code,
        given_at -> SqlTimestamp,
        recorded_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    consent (id) {
        id -> SqlUuid,
        version -> Integer,
        patient_id -> SqlUuid,
        person_key -> Binary,
        purpose -> Code,
        given_by -> Code,
        guardianships -> Text,
        age_at_grant -> Nullable<Integer>,
        information_id -> Nullable<SqlUuid>,
        form -> Nullable<Code>,
        evidence_enc -> Nullable<Binary>,
        single_use -> Bool,
        bound_discussion -> Nullable<SqlUuid>,
        excluded_categories -> Code,
        state -> Code,
        valid_from -> Nullable<SqlTimestamp>,
        valid_until -> Nullable<SqlTimestamp>,
        granted_at -> Nullable<SqlTimestamp>,
        lapses_at -> Nullable<SqlTimestamp>,
        ended_at -> Nullable<SqlTimestamp>,
        recorded_by_kind -> Nullable<Code>,
        recorded_by -> Nullable<SqlUuid>,
        supersedes -> Nullable<SqlUuid>,
        superseded_by -> Nullable<SqlUuid>,
        drafted_by -> SqlUuid,
        drafted_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    consent_grant (consent_id, ordinal) {
        consent_id -> SqlUuid,
        ordinal -> Integer,
        source_kind -> Code,
        source_id -> SqlUuid,
        recipient_kind -> Code,
        recipient_id -> SqlUuid,
        recipient_role -> Nullable<Code>,
        categories -> Code,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    consent_exclusion (consent_id, ordinal) {
        consent_id -> SqlUuid,
        ordinal -> Integer,
        recipient_kind -> Code,
        recipient_id -> SqlUuid,
        recipient_role -> Nullable<Code>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    consent_approval (consent_id, guardian_key) {
        consent_id -> SqlUuid,
        guardian_key -> Binary,
        at -> SqlTimestamp,
        valid_from -> Nullable<SqlTimestamp>,
        valid_until -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    consent_event (consent_id, version) {
        consent_id -> SqlUuid,
        version -> Integer,
        act -> Code,
        at -> SqlTimestamp,
        by_kind -> Code,
        by_id -> Nullable<SqlUuid>,
        form -> Nullable<Code>,
    }
}
