//! Takes the indices (and on SQLite the triggers) off the log's tables and puts the same ones back:
//! ten million rows are sooner sorted once than looked up one by one.

use std::error::Error;

use diesel::connection::SimpleConnection as _;
use samrad_api::store::conn::Conn;

use crate::seed::table::lines;

/// What was taken off.
pub struct Bared {
    put_back: Vec<String>,
}

/// Each line: what takes it off, a tab, what puts it back.
const POSTGRES: &str = "
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) || E'\\t' ||
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line
    FROM pg_constraint
    WHERE contype = 'u' AND conrelid IN ('log_entry'::regclass, 'log_recipient'::regclass)
    UNION ALL
    SELECT format('DROP INDEX %s', indexrelid::regclass) || E'\\t' || pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid IN ('log_entry'::regclass, 'log_recipient'::regclass)
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)";

/// A constraint's own index has no statement, and stays.
const SQLITE: &str = "
    SELECT 'DROP ' || type || ' ' || name || char(9) || sql AS line
    FROM sqlite_master
    WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
        AND tbl_name IN ('log_entry', 'log_recipient', 'log_tile')";

/// Takes them off.
pub fn bare(conn: &mut Conn) -> Result<Bared, Box<dyn Error>> {
    let found = match conn {
        Conn::Pg(_) => lines(conn, POSTGRES)?,
        Conn::Sqlite(_) => lines(conn, SQLITE)?,
    };
    let mut put_back = Vec::new();
    if let Conn::Pg(_) = conn {
        // Whose the entries of tiles are is told when all are there.
        conn.batch_execute("ALTER TABLE log_tile DISABLE TRIGGER log_tile_whose")?;
        put_back.push("ALTER TABLE log_tile ENABLE TRIGGER log_tile_whose".to_owned());
    }
    for line in found {
        let (off, on) = line.split_once('\t').ok_or("an index of no statement")?;
        conn.batch_execute(off)?;
        put_back.push(on.to_owned());
    }
    Ok(Bared { put_back })
}

impl Bared {
    /// Puts them back.
    pub fn dress(&self, conn: &mut Conn) -> Result<(), Box<dyn Error>> {
        match conn {
            Conn::Pg(_) => conn.batch_execute("SET maintenance_work_mem = '1GB'")?,
            Conn::Sqlite(_) => conn.batch_execute("PRAGMA cache_size = -1000000")?,
        }
        for statement in &self.put_back {
            conn.batch_execute(statement)?;
        }
        Ok(())
    }
}
