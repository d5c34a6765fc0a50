//! The register of IPS follow-up.

diesel::table! {
    use crate::store::schema::columns::*;

    ips_participation (id) {
        id -> SqlUuid,
        unit_id -> SqlUuid,
        person_key -> Binary,
        consent_id -> SqlUuid,
        discussion_id -> SqlUuid,
        data_key_id -> SqlUuid,
        label -> Text,
        opened_by -> SqlUuid,
        opened_at -> SqlTimestamp,
        ended_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    ips_member (participation_id, person_id, unit_id, added_at) {
        participation_id -> SqlUuid,
        person_id -> SqlUuid,
        unit_id -> SqlUuid,
        function -> Code,
        added_at -> SqlTimestamp,
        ended_at -> Nullable<SqlTimestamp>,
    }
}

diesel::table! {
    use crate::store::schema::columns::*;

    ips_note (id) {
        id -> SqlUuid,
        participation_id -> SqlUuid,
        author -> SqlUuid,
        text_enc -> Binary,
        written_at -> SqlTimestamp,
    }
}
