//! The statements of a case: what its team knows, each in one category, corrected by another and never
//! changed.

use super::count;
use crate::ids;
use crate::store::conn::Conn;
use crate::store::schema::statement;
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::vault::{DataKey, Place};
use crate::store::{StoreError, grouped, keys, load_any};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::case::{Case, CaseText, Statement, TeamWork};
use samrad_domain::code::Category;
use samrad_domain::id::{CaseId, PersonId, StatementId};
use samrad_domain::permit::Permit;
use std::collections::HashMap;

/// What a new statement says.
#[derive(Clone, Debug)]
pub struct NewStatement {
    /// Its category.
    pub category: Category,
    /// Its text.
    pub text: CaseText,
    /// The statement it corrects.
    pub corrects: Option<StatementId>,
}

/// Adds a statement.
///
/// # Errors
/// When the database does not answer.
pub fn add_statement(
    tx: &mut Tx<'_>,
    permit: &Permit<TeamWork>,
    case: &Case,
    author: PersonId,
    new: &NewStatement,
) -> Result<StatementId, StoreError> {
    let id = StatementId::new(ids::new_uuid());
    let key = keys::fetch(tx.conn, tx.vault, case.data_key)?;
    let text = key.seal(
        Place::new("statement", id.uuid(), "text_enc"),
        new.text.as_str().as_bytes(),
    );
    diesel::insert_into(statement::table)
        .values((
            statement::id.eq(Db(id)),
            statement::case_id.eq(Db(permit.act().case)),
            statement::category.eq(Db(new.category)),
            statement::text_enc.eq(text),
            statement::author_person.eq(Db(author)),
            statement::written_at.eq(Db(tx.now)),
            statement::corrects.eq(new.corrects.map(Db)),
        ))
        .execute(tx.conn)?;
    count(tx, permit.act().case)?;
    Ok(id)
}

/// Whether a new statement may correct `corrects`: one of the same case and category, if any.
///
/// # Errors
/// When the database does not answer.
pub fn can_correct(
    conn: &mut Conn,
    case: CaseId,
    corrects: Option<StatementId>,
    category: Category,
) -> Result<bool, StoreError> {
    let Some(corrects) = corrects else {
        return Ok(true);
    };
    let found: i64 = statement::table
        .filter(statement::id.eq(Db(corrects)))
        .filter(statement::case_id.eq(Db(case)))
        .filter(statement::category.eq(Db(category)))
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = statement)]
pub(in crate::store) struct StatementRow {
    id: StatementId,
    category: Category,
    text_enc: Vec<u8>,
    author_person: PersonId,
    written_at: Timestamp,
    corrects: Option<StatementId>,
}

/// The sealed statements of these cases, in the order written.
///
/// # Errors
/// When the database does not answer.
pub(in crate::store) fn statement_rows(
    conn: &mut Conn,
    ids: &[CaseId],
) -> Result<HashMap<CaseId, Vec<StatementRow>>, StoreError> {
    let rows: Vec<(CaseId, StatementRow)> = load_any!(
        conn,
        statement::table
            .filter(statement::case_id.eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>()))
            .order((statement::written_at, statement::id))
            .select((statement::case_id, StatementRow::as_select()))
    )?;
    Ok(grouped(rows))
}

/// The statements of a case in the order written, but for those that another one corrects.
///
/// # Errors
/// When the database does not answer, or a text does not open.
pub fn statements(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Statement>, StoreError> {
    if let Some(statements) = tx.ahead.statements(case.id) {
        return Ok(statements);
    }
    let rows = statement_rows(tx.conn, &[case.id])?
        .remove(&case.id)
        .unwrap_or_default();
    let key = tx.data_key(case.data_key)?;
    opened(&key, rows)
}

/// Opens statements, but for those that another one corrects.
pub(in crate::store) fn opened(
    key: &DataKey,
    rows: Vec<StatementRow>,
) -> Result<Vec<Statement>, StoreError> {
    let corrected: Vec<StatementId> = rows.iter().filter_map(|row| row.corrects).collect();
    rows.into_iter()
        .filter(|row| !corrected.contains(&row.id))
        .map(|row| {
            let text = key.open_text(
                Place::new("statement", row.id.uuid(), "text_enc"),
                &row.text_enc,
            )?;
            Ok(Statement {
                id: row.id,
                category: row.category,
                text: CaseText::new(text),
                author: row.author_person,
                written_at: row.written_at,
                corrects: row.corrects,
            })
        })
        .collect()
}
