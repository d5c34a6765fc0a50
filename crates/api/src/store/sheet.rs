//! A discussion's sheet: all that a reading of it may show or is decided by, kept sealed in one row, so that
//! a reading fetches one row and not twenty.
//!
//! **A sheet is what the tables say, or it is not there.** Whoever changes anything that stands on one holds
//! the bucket of its [`Tag`] alone; the log writer strikes out what goes by that tag as soon as it has the
//! lock, and writes no sheet by it in the same transaction. Whoever reads holds the bucket shared, so what they
//! find, or load and write, can't change under them; or writes nothing and tells nobody unless the log stands where it stood when they
//! looked (docs/adr/0011). Builds with `debug_assertions`, all tests among them, hold each sheet
//! that is read against the tables.
//!
//! What readings themselves change is not on it: whoever has seen the discussion *is*, as that is never
//! undone, but who is not on it may have seen it all the same; and a discussion with a consent for single use
//! that may still be used has no sheet. A decision is never kept: it is made anew at each reading, of the sheet's facts and the time.
//!
//! Destroying the record's data key destroys the sheet, as it does the rows that it was made of.

mod forms;
#[cfg(test)]
mod tests;
mod written;

use super::StoreError;
use super::bulk::{bulk_rows, load_by_key};
use super::conn::Conn;
use super::dialect::Tag;
use super::keys::Keyring;
use super::matter::Loaded;
use super::notes::Noted;
use super::schema::{data_key, sheet};
use super::sql::{Db, SqlUuid};
use super::vault::{DataKey, Place, Vault};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use forms::{FORM, FormOfSheet};
use samrad_domain::case::Statement;
use samrad_domain::consent::State;
use samrad_domain::discussion::Message;
use samrad_domain::id::{DataKeyId, DiscussionId, PersonId};
use samrad_domain::summary::Summary;
use std::collections::BTreeSet;
use written::Written;

/// What stands on a sheet.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// The discussion, its case, and what its patient has said.
    pub(super) loaded: Loaded,
    /// The summary that was put before the audience.
    pub(super) summary: Option<Summary>,
    /// Its thread.
    pub(super) thread: Vec<Message>,
    /// The statements of its case that none corrects.
    pub(super) statements: Vec<Statement>,
}

/// Some of those who have seen a discussion identified, and what notes tell of it.
pub(super) type SeenBy = Vec<(PersonId, Vec<Noted>)>;

bulk_rows! {
    /// A sheet, as it is kept.
    SheetRow in sheet as SheetColumns, replacing discussion_id {
        discussion_id: SqlUuid = Db<DiscussionId>,
        tag: BigInt = i64,
        data_key_id: SqlUuid = Db<DataKeyId>,
        body_enc: Binary = Vec<u8>,
    }
}

impl Sheet {
    /// Whose it is.
    pub(super) fn tag(&self) -> Tag {
        let file = &self.loaded.file;
        match &file.patient {
            Some(patient) => Tag::of(patient.key.bytes()),
            None => Tag::of_uuid(file.case.id.uuid()),
        }
    }

    /// Whether a reading could change what is on it: by using a consent for single use.
    pub(super) fn changes_by_reading(&self) -> bool {
        let mut consents = self.loaded.file.consents().iter();
        consents.any(|consent| {
            let may_be_used = match consent.state {
                State::Draft | State::Active(_) => consent.used.is_none(),
                State::Refused { .. } | State::Withdrawn { .. } | State::Superseded { .. } => false,
            };
            consent.single_use && may_be_used
        })
    }

    /// What is on it, apart from who has seen it.
    pub(super) fn facts(&self) -> Vec<u8> {
        let mut facts = Vec::with_capacity(2048);
        self.write(&mut facts);
        facts
    }

    /// The row that keeps it, sealed by the case's `key`.
    pub(super) fn row(&self, seen_by: &SeenBy, key: &DataKey) -> SheetRow {
        let discussion = self.loaded.discussion.id;
        let mut body = FORM.to_vec();
        body.append(&mut self.facts());
        seen_by.write(&mut body);
        SheetRow {
            discussion_id: Db(discussion),
            tag: self.tag().number(),
            data_key_id: Db(key.id()),
            body_enc: key.seal(place(discussion), &body),
        }
    }
}

fn place(discussion: DiscussionId) -> Place {
    Place::new("sheet", discussion.uuid(), "body_enc")
}

/// A sheet that is kept, with its key and who is known to have seen it.
pub(super) struct Kept {
    pub(super) sheet: Sheet,
    pub(super) seen_by: SeenBy,
    pub(super) key: DataKey,
}

/// Those of these discussions' sheets that there are. One that can't be read, or whose key was destroyed, is
/// none.
pub(super) fn fetch(
    conn: &mut Conn,
    vault: &Vault,
    keyring: &Keyring,
    ids: &[DiscussionId],
) -> Result<Vec<Kept>, StoreError> {
    let ids: Vec<_> = ids.iter().map(|id| Db(*id)).collect();
    let rows: Vec<(DiscussionId, DataKeyId, Vec<u8>)> = load_by_key!(
        conn,
        sheet::table
            .filter(not(exists(
                data_key::table
                    .filter(data_key::id.eq(sheet::data_key_id))
                    .filter(data_key::destroyed_at.is_not_null())
            )))
            .select((sheet::discussion_id, sheet::data_key_id, sheet::body_enc)),
        sheet::discussion_id,
        ids
    )?;
    let keys = keyring.keys(conn, vault, rows.iter().map(|(_, key, _)| *key))?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|(id, key, sealed)| read(id, keys.get(&key)?, &sealed))
        .collect())
}

fn read(id: DiscussionId, key: &DataKey, sealed: &[u8]) -> Option<Kept> {
    let body = key.open(place(id), sealed).ok()?;
    let mut body = body.as_slice();
    let form = FormOfSheet::read(&mut body)?;
    if form != *FORM {
        return None;
    }
    let (sheet, seen_by) = (Sheet::read(&mut body)?, SeenBy::read(&mut body)?);
    body.is_empty().then(|| Kept {
        sheet,
        seen_by,
        key: key.clone(),
    })
}

/// Strikes out the sheets that go by these tags, whose buckets the caller holds alone.
///
/// # Errors
/// When the database does not answer.
pub(super) fn strike_out(conn: &mut Conn, tags: &BTreeSet<Tag>) -> Result<(), StoreError> {
    for tag in tags {
        diesel::delete(sheet::table.filter(sheet::tag.eq(tag.number()))).execute(conn)?;
    }
    Ok(())
}
