//! Writes rows by the thousand: COPY on PostgreSQL, long INSERTs on SQLite.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;

use diesel::connection::SimpleConnection as _;
use postgres::{Client, Config, NoTls};
use samrad_api::store::conn::Conn;
use samrad_tests::Database;
use uuid::fmt::Hyphenated;

use super::table::{Cell, Table};

/// How many rows one INSERT has.
const ROWS: usize = 200;

/// Whereto the rows go.
pub enum Writer {
    /// A superuser's connection, which need not look up every reference: the model's hold.
    Postgres(Box<Client>),
    /// A connection as the service has it.
    Sqlite(Box<Conn>),
}

impl Writer {
    /// To this database.
    pub fn open(database: &Database, conn: Conn) -> Result<Self, Box<dyn Error>> {
        match conn {
            Conn::Pg(_) => {
                let mut client = superuser(database)?;
                client
                    .batch_execute("SET session_replication_role = replica; SET TIME ZONE 'UTC'")?;
                Ok(Self::Postgres(Box::new(client)))
            }
            Conn::Sqlite(_) => Ok(Self::Sqlite(Box::new(conn))),
        }
    }

    /// Writes the rows of a table, all or none.
    pub fn write(&mut self, table: &Table) -> Result<(), Box<dyn Error>> {
        if table.rows.is_empty() {
            return Ok(());
        }
        let columns = table.columns.join(", ");
        match self {
            Self::Postgres(client) => {
                let copy = format!("COPY {} ({columns}) FROM STDIN", table.name);
                let mut copied = client.copy_in(&copy)?;
                for row in &table.rows {
                    copied.write_all(copy_line(row).as_bytes())?;
                }
                copied.finish()?;
            }
            Self::Sqlite(conn) => {
                conn.batch_execute("BEGIN IMMEDIATE")?;
                for rows in table.rows.chunks(ROWS) {
                    let values: Vec<_> = rows.iter().map(|row| literals(row)).collect();
                    let values = values.join(", ");
                    let insert = format!("INSERT INTO {} ({columns}) VALUES {values}", table.name);
                    conn.batch_execute(&insert)?;
                }
                conn.batch_execute("COMMIT")?;
            }
        }
        Ok(())
    }

    /// Gives both databases a fresh look at what they hold.
    pub fn finish(self) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Postgres(mut client) => Ok(client.batch_execute("VACUUM ANALYZE")?),
            Self::Sqlite(mut conn) => Ok(conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
        }
    }
}

/// Whoever runs the cluster, in this database.
pub fn superuser(database: &Database) -> Result<Client, Box<dyn Error>> {
    let server = std::env::var("TEST_POSTGRES_URL")?;
    let mut config: Config = server.parse()?;
    let name = database.url().rsplit('/').next().ok_or("no database")?;
    Ok(config.dbname(name).connect(NoTls)?)
}

fn copy_line(row: &[Cell]) -> String {
    let mut line = String::new();
    for (place, cell) in row.iter().enumerate() {
        if place > 0 {
            line.push('\t');
        }
        match cell {
            Cell::Null => line.push_str("\\N"),
            Cell::Id(id) => push(&mut line, Hyphenated::from_uuid(*id)),
            Cell::Bytes(bytes) => {
                line.push_str("\\\\x");
                bytes
                    .iter()
                    .for_each(|b| push(&mut line, format_args!("{b:02x}")));
            }
            Cell::Moment(moment) => push(&mut line, moment),
            Cell::Plain(text) => line.push_str(
                &text
                    .replace('\\', "\\\\")
                    .replace('\t', "\\t")
                    .replace('\n', "\\n"),
            ),
        }
    }
    line.push('\n');
    line
}

fn literals(row: &[Cell]) -> String {
    let mut line = "(".to_owned();
    for (place, cell) in row.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        match cell {
            Cell::Null => line.push_str("NULL"),
            Cell::Id(id) => push(&mut line, format_args!("'{}'", Hyphenated::from_uuid(*id))),
            Cell::Bytes(bytes) => {
                line.push_str("x'");
                bytes
                    .iter()
                    .for_each(|b| push(&mut line, format_args!("{b:02x}")));
                line.push('\'');
            }
            // The service's own fixed width, so that text sorts as time does.
            Cell::Moment(moment) => push(&mut line, format_args!("'{moment:.6}'")),
            Cell::Plain(text) => push(&mut line, format_args!("'{}'", text.replace('\'', "''"))),
        }
    }
    line.push(')');
    line
}

fn push(line: &mut String, value: impl std::fmt::Display) {
    write!(line, "{value}").expect("a string can be written to");
}
