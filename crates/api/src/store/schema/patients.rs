//! Patients, their keys, objections and guardians.

diesel::table! {
    use crate::store::schema::columns::*;

    data_key (id) {
        id -> SqlUuid,
        wrapped -> Nullable<Binary>,
        master_id -> Text,
        destroyed_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    patient (id) {
        id -> SqlUuid,
        compartment_kind -> Code,
        compartment_key -> Text,
        person_key -> Binary,
        data_key_id -> SqlUuid,
        name_enc -> Binary,
        number_enc -> Binary,
        birth_date_enc -> Binary,
        municipality_enc -> Nullable<Binary>,
        contact_enc -> Nullable<Binary>,
        protection -> Code,
        version -> Integer,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    patient_registration (patient_id, person_id, unit_id) {
        patient_id -> SqlUuid,
        person_id -> SqlUuid,
        unit_id -> SqlUuid,
        registered_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    objection (id) {
        id -> SqlUuid,
        patient_id -> SqlUuid,
        scope -> Code,
        target_id -> Nullable<SqlUuid>,
        recorded_by -> SqlUuid,
        recorded_at -> SqlTimestamp,
        withdrawn_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    guardianship (id) {
        id -> SqlUuid,
        patient_id -> SqlUuid,
        guardian_key -> Binary,
        name_enc -> Binary,
        authority -> Code,
        custody -> Code,
        valid_from -> SqlDate,
        valid_until -> Nullable<SqlDate>,
        recorded_by -> SqlUuid,
        recorded_at -> SqlTimestamp,
        ended_at -> Nullable<SqlTimestamp>,
    }
}
