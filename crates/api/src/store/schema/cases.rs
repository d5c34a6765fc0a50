//! Case files, their teams, statements and summaries.

diesel::table! {
    use crate::store::schema::columns::*;

    case_file (id) {
        id -> SqlUuid,
        owner_unit -> SqlUuid,
        organisation_id -> SqlUuid,
        patient_id -> Nullable<SqlUuid>,
        person_key -> Nullable<Binary>,
        data_key_id -> SqlUuid,
        subject_enc -> Nullable<Binary>,
        state -> Code,
        version -> Integer,
        created_by -> SqlUuid,
        created_at -> SqlTimestamp,
        closed_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    case_member (case_id, person_id, unit_id, added_at) {
        case_id -> SqlUuid,
        person_id -> SqlUuid,
        unit_id -> SqlUuid,
        role -> Code,
        basis -> Code,
        added_by -> SqlUuid,
        added_at -> SqlTimestamp,
        ended_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    statement (id) {
        id -> SqlUuid,
        case_id -> SqlUuid,
        category -> Code,
        text_enc -> Binary,
        author_person -> SqlUuid,
        written_at -> SqlTimestamp,
        corrects -> Nullable<SqlUuid>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    summary (case_id, version) {
        case_id -> SqlUuid,
        version -> Integer,
        body_enc -> Binary,
        draws_on -> Code,
        attested_by -> SqlUuid,
        attested_at -> SqlTimestamp,
    }
}
