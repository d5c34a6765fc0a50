//! The rows of one case, read whatever their columns are, so that a new column needs no word here.

use std::error::Error;

use diesel::prelude::*;
use diesel::sql_types::Text;
use jiff::Timestamp;
use samrad_api::store::conn::{Backend, Conn};
use uuid::Uuid;

/// The tables in which a case has rows, those referred to before those that refer.
pub const TABLES: [&str; 17] = [
    "data_key",
    "patient",
    "patient_registration",
    "information_record",
    "consent",
    "consent_grant",
    "consent_exclusion",
    "consent_approval",
    "consent_event",
    "case_file",
    "case_member",
    "statement",
    "summary",
    "discussion",
    "discussion_sight",
    "message",
    "record_note",
];

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An id; also one that is kept as text.
    Id(Uuid),
    /// A number that was made here; one that was read is plain.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A moment.
    Moment(Timestamp),
    /// Anything else, as the database writes it.
    Plain(String),
}

impl Cell {
    /// Whether there is nothing in it.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// The id, if it is one.
    pub fn id(&self) -> Option<Uuid> {
        if let Self::Id(id) = self {
            Some(*id)
        } else {
            None
        }
    }
}

/// Rows of a table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| *column == name)
    }

    /// A value of the first row.
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.rows.first()?.get(self.column(column)?)
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The lines that a query gives in its one column, `line`.
pub fn lines(conn: &mut Conn, sql: &str) -> QueryResult<Vec<String>> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(conn)?;
    Ok(lines.into_iter().map(|line| line.line).collect())
}

/// All rows of a database in which one case was made.
///
/// # Errors
/// When they can't be read.
pub fn of_one_case(conn: &mut Conn) -> Result<Vec<Table>, Box<dyn Error>> {
    let read = |name: &&'static str| match *name {
        // The log has a data key of its own, which is no case's.
        "data_key" => read(conn, name, " WHERE id IN (SELECT data_key_id FROM patient)"),
        _ => read(conn, name, ""),
    };
    TABLES.iter().map(read).collect()
}

/// The rows of a table that a condition holds for.
///
/// # Errors
/// When they can't be read.
pub fn read(conn: &mut Conn, name: &'static str, which: &str) -> Result<Table, Box<dyn Error>> {
    let backend = match conn {
        Conn::Pg(_) => Backend::Pg,
        Conn::Sqlite(_) => Backend::Sqlite,
    };
    let columns: Vec<&'static str> = lines(conn, &columns_of(backend, name))?
        .into_iter()
        .map(|column| &*column.leak()) // a few names, for as long as the program runs
        .collect();
    let values = columns.iter().map(|column| as_text(backend, column));
    let values = values.collect::<Vec<_>>().join(", ");
    let array = match backend {
        Backend::Pg => format!("json_build_array({values})::text"),
        Backend::Sqlite => format!("json_array({values})"),
    };
    let rows = lines(conn, &format!("SELECT {array} AS line FROM {name}{which}"))?;
    let rows = rows.iter().map(|row| {
        let values: Vec<Option<String>> = serde_json::from_str(row)?;
        values.into_iter().map(cell).collect()
    });
    Ok(Table {
        name,
        columns,
        rows: rows.collect::<Result<_, Box<dyn Error>>>()?,
    })
}

fn columns_of(backend: Backend, table: &str) -> String {
    match backend {
        Backend::Pg => format!(
            "SELECT column_name::text AS line FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
        Backend::Sqlite => format!("SELECT name AS line FROM pragma_table_info('{table}')"),
    }
}

/// A column as text, bytes as PostgreSQL writes them.
fn as_text(backend: Backend, column: &str) -> String {
    match backend {
        Backend::Pg => format!("{column}::text"),
        Backend::Sqlite => format!(
            "CASE typeof({column}) WHEN 'blob' THEN '\\x' || hex({column}) ELSE CAST({column} AS TEXT) END"
        ),
    }
}

fn cell(value: Option<String>) -> Result<Cell, Box<dyn Error>> {
    let Some(text) = value else {
        return Ok(Cell::Null);
    };
    if let Some(digits) = text.strip_prefix("\\x") {
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
        let bytes: Result<_, _> = (0..digits.len()).step_by(2).map(byte).collect();
        return Ok(Cell::Bytes(bytes?));
    }
    if let Ok(id) = text.parse() {
        return Ok(Cell::Id(id));
    }
    Ok(match text.parse() {
        Ok(moment) => Cell::Moment(moment),
        Err(_) => Cell::Plain(text),
    })
}
