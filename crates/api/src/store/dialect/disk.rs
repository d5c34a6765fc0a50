//! What was committed, put on the disk; and SQLite's write-ahead log, carried over into the database.

use crate::store::conn::{Access, Conn, DatabaseUrl, establish};
use crate::store::{EXIT_BROKEN, StoreError};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// What waits for the disk, and for standbys where the server waits for any; nothing, where all that was
/// written to the log of this server alone is on its disk already. On a standby, which shows only what is on its
/// disk, there is nothing to wait for either.
const FLUSH: &str = "SELECT pg_logical_emit_message(true, 'samrad', '') \
     WHERE CASE WHEN pg_is_in_recovery() THEN false \
     ELSE pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() \
     OR current_setting('synchronous_standby_names') <> '' END";

/// It is asked often: prepared once.
struct Flush;

impl QueryId for Flush {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Backend> QueryFragment<DB> for Flush {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(FLUSH);
        Ok(())
    }
}

impl RunQueryDsl<Conn> for Flush {}

/// The disk under a connection.
#[derive(Debug)]
pub enum Disk {
    /// PostgreSQL's server knows its own.
    Servers,
    /// SQLite's write-ahead log. It was opened with the connection and is kept as long, so that no failure to write
    /// it is told to another and not here.
    Log(File),
}

impl Disk {
    /// A new connection, and the disk under it. What stands in SQLite's log is carried over first: what a service wrote that
    /// ended because the disk refused it is written anew, for the machine may take it for written.
    ///
    /// # Errors
    /// When the database can't be reached, or its log can't be opened.
    pub fn connect(url: &DatabaseUrl) -> Result<(Conn, Self), StoreError> {
        let mut conn = establish(url, Access::Write)?;
        carry_over(&mut conn, Carry::Beside)?;
        let disk = match &mut conn {
            Conn::Pg(_) => Self::Servers,
            Conn::Sqlite(sqlite) => {
                Self::Log(OpenOptions::new().write(true).open(log_of(sqlite)?)?)
            }
        };
        Ok((conn, disk))
    }

    /// Whether what was committed before the connection was made may be gone: the server may have crashed, or another
    /// taken over.
    #[must_use]
    pub const fn may_have_forgotten(&self) -> bool {
        matches!(self, Self::Servers)
    }

    /// Returns once every commit before it is durable, whoever made it: on PostgreSQL by one small commit that waits for
    /// the disk. On SQLite, whose log is a prefix too, the log is put there; where that fails the process ends, as
    /// PostgreSQL does: the machine may say at the next try that it is done.
    ///
    /// # Errors
    /// When the database does not answer: then nobody knows.
    pub fn flush(&self, conn: &mut Conn) -> Result<(), StoreError> {
        match self {
            Self::Servers => Ok(Flush.execute(conn).map(|_| ())?),
            Self::Log(log) => sync(log).or_else(|error| refused(&error)),
        }
    }
}

/// Returns once the file is on the disk, and it can still be found there.
fn sync(log: &File) -> io::Result<()> {
    log.sync_data()?;
    if log.metadata()?.nlink() == 0 {
        return Err(io::Error::other("the write-ahead log was removed"));
    }
    Ok(())
}

/// Ends the process: what the disk has is not known any more.
fn refused(error: &dyn Display) -> ! {
    log::error!(
        "what was committed can't be put on the disk: {error}; see to the disk, then start again"
    );
    std::process::exit(EXIT_BROKEN);
}

#[derive(QueryableByName)]
struct Main {
    #[diesel(sql_type = Text)]
    file: String,
}

/// Where the write-ahead log of the database stands.
fn log_of(sqlite: &mut SqliteConnection) -> Result<PathBuf, StoreError> {
    let name = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let main: Main = diesel::sql_query(name).get_result(sqlite)?;
    Ok(format!("{}-wal", main.file).into())
}

/// How a write-ahead log is carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// As far as readers let it, beside whoever writes.
    Beside,
    /// The same, and the log is cut to nothing unless somebody reads or writes. Waits for nobody.
    AndCut,
}

/// How far a write-ahead log was carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Carried {
    #[diesel(sql_type = BigInt)]
    busy: i64,
    /// How many pages it has.
    #[diesel(sql_type = BigInt)]
    log: i64,
    /// How many of them the database has too.
    #[diesel(sql_type = BigInt)]
    checkpointed: i64,
}

impl Carried {
    /// A log that has nothing.
    const NOTHING: Self = Self {
        busy: 0,
        log: 0,
        checkpointed: 0,
    };

    /// How many pages it has; none are told where another carries just now.
    #[must_use]
    pub fn pages(self) -> i64 {
        self.log.max(0)
    }

    /// How many of them a reader holds back.
    #[must_use]
    pub const fn left(self) -> i64 {
        self.log - self.checkpointed
    }

    /// Whether it was cut to nothing.
    #[must_use]
    pub const fn is_cut(self) -> bool {
        self.busy == 0 && self.log == 0
    }
}

/// Carries what the write-ahead log has over into the database. Nothing to do on PostgreSQL, whose server does so by itself.
/// Where the disk refuses it the process ends: a second try would begin behind what was not written, and then forget the log.
///
/// # Errors
/// When the connection can't be set.
pub fn carry_over(conn: &mut Conn, how: Carry) -> Result<Carried, StoreError> {
    let Conn::Sqlite(sqlite) = conn else {
        return Ok(Carried::NOTHING);
    };
    let pragma = match how {
        Carry::Beside => "PRAGMA wal_checkpoint(PASSIVE)",
        Carry::AndCut => {
            sqlite.batch_execute("PRAGMA busy_timeout = 0")?;
            "PRAGMA wal_checkpoint(TRUNCATE)"
        }
    };
    let carried = diesel::sql_query(pragma).get_result(sqlite);
    Ok(carried.unwrap_or_else(|error| refused(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conn::{Backend, Pool};
    use crate::store::testing::on_each;
    use std::fs;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    #[test]
    fn what_no_disk_takes_is_not_on_the_disk() {
        let (_, end) = io::pipe().unwrap();
        assert!(sync(&File::from(OwnedFd::from(end))).is_err());
    }

    #[test]
    fn a_log_that_was_removed_is_not_on_the_disk() {
        let file = tempfile::tempfile().unwrap();
        assert!(sync(&file).is_err());
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(sync(file.as_file()).is_ok());
    }

    #[test]
    fn it_is_cut_unless_somebody_reads() {
        on_each(|database| {
            let mut carrier = database.conn();
            if database.backend() == Backend::Pg {
                let carried = carry_over(&mut carrier, Carry::AndCut).unwrap();
                return assert!(carried.is_cut());
            }
            let mut lane = establish(&database.url, Access::Batch).unwrap();
            let length = || fs::metadata(database.write_ahead_log()).unwrap().len();
            let pool = Pool::open(&database.url, 1, Duration::from_secs(5)).unwrap();
            let held = pool.read::<_, StoreError>(|conn| {
                conn.batch_execute("SELECT last_ms FROM log_head")?;
                lane.batch_execute("UPDATE log_head SET last_ms = last_ms + 1")?;
                carry_over(&mut carrier, Carry::AndCut)
            });
            let held = held.unwrap();
            assert!(!held.is_cut() && held.pages() > 0, "{held:?}");
            assert!(length() > 0);
            let carried = carry_over(&mut carrier, Carry::AndCut).unwrap();
            assert!(carried.is_cut() && carried.left() == 0, "{carried:?}");
            assert_eq!(length(), 0);
            let (mut conn, disk) = Disk::connect(&database.url).unwrap();
            disk.flush(&mut conn).unwrap();
        });
    }
}
