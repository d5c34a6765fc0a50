//! Organisations, units, persons and client systems.

diesel::table! {
    use crate::store::schema::columns::*;

    organisation (id) {
        id -> SqlUuid,
        number -> Text,
        name -> Text,
        recipients_policy -> Code,
        oral_policy -> Code,
        retention_years -> Integer,
        version -> Integer,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    unit (id) {
        id -> SqlUuid,
        organisation_id -> SqlUuid,
        name -> Text,
        kind -> Code,
        compartment_kind -> Code,
        compartment_key -> Nullable<Text>,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    person (id) {
        id -> SqlUuid,
        name -> Text,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    person_identity (id) {
        id -> SqlUuid,
        person_id -> SqlUuid,
        kind -> Code,
        issuer -> Text,
        subject -> Text,
        linked_at -> SqlTimestamp,
        unlinked_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    affiliation (id) {
        id -> SqlUuid,
        person_id -> SqlUuid,
        unit_id -> SqlUuid,
        role -> Code,
        position_percent -> Integer,
        valid_from -> SqlDate,
        valid_until -> Nullable<SqlDate>,
        created_at -> SqlTimestamp,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    client (id) {
        id -> SqlUuid,
        organisation_id -> SqlUuid,
        name -> Text,
        issuer -> Text,
        subject -> Text,
        scopes -> Text,
        created_at -> SqlTimestamp,
        ended_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    registry_version (id) {
        id -> Integer,
        changes -> BigInt,
    }
}
