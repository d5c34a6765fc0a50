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
use crate::machine;

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
            mut conn @ Conn::Sqlite(_) => {
                // Random keys come home to their pages once a transaction, not once each.
                conn.batch_execute("PRAGMA cache_size = -2000000")?;
                Ok(Self::Sqlite(Box::new(conn)))
            }
        }
    }

    /// Begins what is committed together.
    pub fn begin(&mut self) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Postgres(client) => Ok(client.batch_execute("BEGIN")?),
            Self::Sqlite(conn) => Ok(conn.batch_execute("BEGIN IMMEDIATE")?),
        }
    }

    /// Commits what was written since.
    pub fn commit(&mut self) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Postgres(client) => Ok(client.batch_execute("COMMIT")?),
            Self::Sqlite(conn) => Ok(conn.batch_execute("COMMIT")?),
        }
    }

    /// Writes the rows of a table.
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
                for rows in table.rows.chunks(ROWS) {
                    let values: Vec<_> = rows.iter().map(|row| literals(row)).collect();
                    let values = values.join(", ");
                    let insert = format!("INSERT INTO {} ({columns}) VALUES {values}", table.name);
                    conn.batch_execute(&insert)?;
                }
            }
        }
        Ok(())
    }

    /// Leaves the tables as a database that looks after itself would have them.
    pub fn finish(self, tables: &[&str]) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Postgres(mut client) => {
                client.batch_execute(&format!("VACUUM ANALYZE {}", tables.join(", ")))?;
                client.batch_execute("CHECKPOINT")?;
            }
            Self::Sqlite(mut conn) => conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?,
        }
        // What was written in minutes instead of years is on the disk before anything is measured.
        machine::rest()
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
                push_hex(&mut line, bytes);
            }
            Cell::Int(number) => push(&mut line, number),
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
                push_hex(&mut line, bytes);
                line.push('\'');
            }
            Cell::Int(number) => push(&mut line, number),
            // The service's own fixed width, so that text sorts as time does.
            Cell::Moment(moment) => push(&mut line, format_args!("'{moment:.6}'")),
            Cell::Plain(text) => push(&mut line, format_args!("'{}'", text.replace('\'', "''"))),
        }
    }
    line.push(')');
    line
}

/// Bytes in hexadecimal.
pub fn push_hex(line: &mut String, bytes: &[u8]) {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    line.reserve(2 * bytes.len());
    for byte in bytes {
        line.push(digit(byte >> 4));
        line.push(digit(byte & 15));
    }
}

fn push(line: &mut String, value: impl std::fmt::Display) {
    write!(line, "{value}").expect("a string can be written to");
}
