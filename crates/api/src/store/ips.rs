//! The register of IPS follow-up (R4). Nothing here knows the journal.

use super::StoreError;
use super::conn::Conn;
use super::schema::ips_note;
use super::sql::Db;
use diesel::prelude::*;
use samrad_domain::id::IpsNoteId;
use uuid::Uuid;

/// Whether `id` is that of an IPS note, so that it can be refused as one elsewhere.
///
/// # Errors
/// When the database does not answer.
pub fn is_note(conn: &mut Conn, id: Uuid) -> Result<bool, StoreError> {
    let found: i64 = ips_note::table
        .find(Db(IpsNoteId::new(id)))
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}
