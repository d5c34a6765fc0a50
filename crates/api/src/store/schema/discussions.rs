//! Discussions and what was said in them.

diesel::table! {
    use crate::store::schema::columns::*;

    discussion (id) {
        id -> SqlUuid,
        label -> Text,
        case_id -> SqlUuid,
        patient_id -> Nullable<SqlUuid>,
        person_key -> Nullable<Binary>,
        audience_unit -> SqlUuid,
        purpose -> Code,
        state -> Code,
        outcome_enc -> Nullable<Binary>,
        summary_version -> Integer,
        drawn_categories -> Code,
        opened_by -> SqlUuid,
        opened_at -> SqlTimestamp,
        closed_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    discussion_sight (discussion_id, person_id) {
        discussion_id -> SqlUuid,
        person_id -> SqlUuid,
        first_seen_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    recognition (discussion_id, person_id) {
        discussion_id -> SqlUuid,
        person_id -> SqlUuid,
        pressed_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    message (id) {
        id -> SqlUuid,
        discussion_id -> SqlUuid,
        ordinal -> Integer,
        kind -> Code,
        class -> Code,
        categories -> Code,
        text_enc -> Binary,
        author_person -> SqlUuid,
        author_unit -> SqlUuid,
        author_role -> Code,
        written_at -> SqlTimestamp,
        due_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    oral_disclosure (id) {
        id -> SqlUuid,
        discussion_id -> SqlUuid,
        disclosed_at -> SqlTimestamp,
        recorded_by -> SqlUuid,
        recorded_at -> SqlTimestamp,
        categories -> Code,
        recipients -> Text,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    sheet (discussion_id) {
        discussion_id -> SqlUuid,
        tag -> BigInt,
        data_key_id -> SqlUuid,
        body_enc -> Binary,
    }
}
