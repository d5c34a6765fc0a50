//! What a repeated request created.

diesel::table! {
    use crate::store::schema::columns::*;

    idempotency (scope, key, operation) {
        scope -> Text,
        key -> Text,
        operation -> Text,
        request_hash -> Binary,
        created_id -> SqlUuid,
        expires_at -> SqlTimestamp,
    }
}
