//! The thread of a discussion: what was asked, answered and advised.

use super::conn::Conn;
use super::schema::{discussion, message};
use super::sql::Db;
use super::unit_of_work::Tx;
use super::vault::{DataKey, Place};
use super::{StoreError, grouped, keys, load_any};
use crate::ids;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::case::{Case, CaseText};
use samrad_domain::code::{CategorySet, Role};
use samrad_domain::discussion::{Message, MessageClass, MessageKind, MessageText, Writing};
use samrad_domain::id::{DiscussionId, MessageId, PersonId, UnitId};
use samrad_domain::permit::Permit;
use samrad_domain::summary::ScannedText;
use std::collections::HashMap;

/// A message to be written.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it is.
    pub kind: MessageKind,
    /// What it says.
    pub text: MessageText,
    /// When an answer is due.
    pub due_at: Option<Timestamp>,
}

/// Writes a message at the end of the thread. What an anonymised one draws on counts from then on.
///
/// # Errors
/// When the database does not answer.
pub fn write(
    tx: &mut Tx<'_>,
    permit: &Permit<Writing>,
    case: &Case,
    author: &Staff,
    new: &NewMessage,
) -> Result<MessageId, StoreError> {
    let act = permit.act();
    let id = MessageId::new(ids::new_uuid());
    let last: Option<i32> = message::table
        .filter(message::discussion_id.eq(Db(act.discussion)))
        .select(diesel::dsl::max(message::ordinal))
        .first(tx.conn)?;
    let key = keys::fetch(tx.conn, tx.vault, case.data_key)?;
    let text = match &new.text {
        MessageText::Anonymised(text) => text.as_str(),
        MessageText::Identified(text) => text.as_str(),
    };
    diesel::insert_into(message::table)
        .values((
            message::id.eq(Db(id)),
            message::discussion_id.eq(Db(act.discussion)),
            message::ordinal.eq(last.unwrap_or(0) + 1),
            message::kind.eq(Db(new.kind)),
            message::class.eq(Db(act.class)),
            message::categories.eq(Db(act.categories)),
            message::text_enc.eq(key.seal(
                Place::new("message", id.uuid(), "text_enc"),
                text.as_bytes(),
            )),
            message::author_person.eq(Db(author.person)),
            message::author_unit.eq(Db(author.unit)),
            message::author_role.eq(Db(author.role)),
            message::written_at.eq(Db(tx.now)),
            message::due_at.eq(new.due_at.map(Db)),
        ))
        .execute(tx.conn)?;
    if act.class == MessageClass::Anonymised {
        draw_on(tx, act.discussion, act.categories)?;
    }
    Ok(id)
}

fn draw_on(tx: &mut Tx<'_>, id: DiscussionId, more: CategorySet) -> Result<(), StoreError> {
    let drawn: CategorySet = discussion::table
        .find(Db(id))
        .select(discussion::drawn_categories)
        .first(tx.conn)?;
    diesel::update(discussion::table.find(Db(id)))
        .set(discussion::drawn_categories.eq(Db(drawn.union(more))))
        .execute(tx.conn)?;
    Ok(())
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = message)]
pub(super) struct MessageRow {
    id: MessageId,
    ordinal: i32,
    kind: MessageKind,
    class: MessageClass,
    categories: CategorySet,
    text_enc: Vec<u8>,
    author_person: PersonId,
    author_unit: UnitId,
    author_role: Role,
    written_at: Timestamp,
    due_at: Option<Timestamp>,
}

/// The sealed messages of these discussions, in order.
///
/// # Errors
/// When the database does not answer.
pub(super) fn rows(
    conn: &mut Conn,
    ids: &[DiscussionId],
) -> Result<HashMap<DiscussionId, Vec<MessageRow>>, StoreError> {
    let rows: Vec<(DiscussionId, MessageRow)> = load_any!(
        conn,
        message::table
            .filter(message::discussion_id.eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>()))
            .order(message::ordinal)
            .select((message::discussion_id, MessageRow::as_select()))
    )?;
    Ok(grouped(rows))
}

/// The whole thread, in order. What a reader may see of it, the decision says.
///
/// # Errors
/// When the database does not answer, or a text does not open.
pub fn read(tx: &mut Tx<'_>, case: &Case, id: DiscussionId) -> Result<Vec<Message>, StoreError> {
    if let Some(thread) = tx.ahead.thread(id) {
        return Ok(thread);
    }
    let rows = rows(tx.conn, &[id])?.remove(&id).unwrap_or_default();
    let key = tx.data_key(case.data_key)?;
    opened(&key, rows)
}

/// Opens a thread.
pub(super) fn opened(key: &DataKey, rows: Vec<MessageRow>) -> Result<Vec<Message>, StoreError> {
    rows.into_iter()
        .map(|row| {
            let text = key.open_text(
                Place::new("message", row.id.uuid(), "text_enc"),
                &row.text_enc,
            )?;
            let text = match row.class {
                MessageClass::Anonymised => MessageText::Anonymised(ScannedText::stored(text)),
                MessageClass::Identified => MessageText::Identified(CaseText::new(text)),
            };
            Ok(Message {
                id: row.id,
                ordinal: super::version(row.ordinal, "message")?,
                kind: row.kind,
                categories: row.categories,
                text,
                author: row.author_person,
                unit: row.author_unit,
                role: row.author_role,
                written_at: row.written_at,
                due_at: row.due_at,
            })
        })
        .collect()
}
