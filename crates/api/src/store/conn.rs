//! Connections: which database, how one is opened, and the pool that reads.
//!
//! A connection is never handed out before its settings hold. Reading goes through
//! [`Pool::read`], in a transaction that can't write; writing goes through the unit of work on a
//! connection of its own.

pub use super::multi::{Conn, MultiBackend};
use super::{StoreError, dialect};
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use std::fmt;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// PostgreSQL.
    Pg,
    /// SQLite.
    Sqlite,
}

/// Where the database is. `Debug` doesn't show the URL, which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    backend: Backend,
    address: Zeroizing<String>,
}

impl DatabaseUrl {
    /// Reads `postgres://…`, `postgresql://…` or `sqlite://PATH`.
    ///
    /// # Errors
    /// Any other scheme or none, an empty address, and SQLite's in-memory and URI forms, in which
    /// each connection would have a database of its own.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let (backend, address) = match url.split_once("://") {
            Some((_, "")) => return Err(StoreError::Url("names no database")),
            Some(("postgres" | "postgresql", _)) => (Backend::Pg, url),
            Some(("sqlite", path)) => (Backend::Sqlite, path),
            Some(_) | None => {
                return Err(StoreError::Url(
                    "must begin with postgres://, postgresql:// or sqlite://",
                ));
            }
        };
        if address.starts_with(":memory:") || address.starts_with("file:") {
            return Err(StoreError::Url("must name a file"));
        }
        Ok(Self {
            backend,
            address: Zeroizing::new(address.to_owned()),
        })
    }

    /// Which of the two databases it is.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({:?}, ..)", self.backend)
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading: the database itself refuses to write.
    Read,
    /// Writing: a commit returns when it is durable.
    Write,
    /// The lanes of the log writer: a commit returns before it is durable, and the flusher waits in
    /// their place. And what lists their entries, which can be done again.
    Batch,
    /// Migrations, which may take their time.
    Migrate,
}

/// How long one statement of a reader or of the writer may run, on PostgreSQL.
const STATEMENT_TIMEOUT: &str = "30s";
/// How long to wait for a lock. On SQLite: for the one writer to finish.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a connection and makes its settings hold.
///
/// # Errors
/// When the database can't be reached or refuses a setting.
pub fn establish(url: &DatabaseUrl, access: Access) -> Result<Conn, StoreError> {
    match url.backend {
        Backend::Pg => {
            let mut conn = PgConnection::establish(&url.address)?;
            conn.batch_execute(&pg_settings(access))?;
            Ok(Conn::Pg(conn))
        }
        Backend::Sqlite => {
            let mut conn = SqliteConnection::establish(&url.address)?;
            settle_sqlite(&mut conn, access)?;
            Ok(Conn::Sqlite(conn))
        }
    }
}

/// The connection that is there, or a new one put there.
///
/// # Errors
/// As [`establish`].
pub fn connected<'c>(
    there: &'c mut Option<Conn>,
    url: &DatabaseUrl,
    access: Access,
) -> Result<&'c mut Conn, StoreError> {
    Ok(match there {
        Some(conn) => conn,
        none => none.insert(establish(url, access)?),
    })
}

/// No statement here runs for so long that it would be worth compiling, whatever the planner takes it for.
fn pg_settings(access: Access) -> String {
    let lock_timeout = LOCK_TIMEOUT.as_millis();
    let common = format!(
        "SET application_name = 'samrad'; SET TIME ZONE 'UTC'; SET jit = off; SET lock_timeout = {lock_timeout};"
    );
    match access {
        Access::Read => format!(
            "{common} SET statement_timeout = '{STATEMENT_TIMEOUT}'; \
             SET idle_in_transaction_session_timeout = '{STATEMENT_TIMEOUT}'; \
             SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; \
             {BY_ONE_PROCESS}; {MANY_PAGES_AT_ONCE}"
        ),
        Access::Write | Access::Batch => {
            let waits = if access == Access::Write { "on" } else { "off" };
            format!(
                "{common} SET statement_timeout = '{STATEMENT_TIMEOUT}'; \
                 SET idle_in_transaction_session_timeout = '{STATEMENT_TIMEOUT}'; \
                 SET synchronous_commit = {waits}; SET plan_cache_mode = force_generic_plan; {BY_ONE_PROCESS}; \
                 SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE; {}",
                dialect::prepare_to_hold()
            )
        }
        Access::Migrate => common,
    }
}

/// Where the planner is not told what a statement is run with, it may take some hundred rows of the log for a two-hundredth of it, and have
/// several processes look for them.
const BY_ONE_PROCESS: &str = "SET max_parallel_workers_per_gather = 0";

/// Rows that lie apart (`load_apart!`) are asked of the disk many at once; 0 where the machine can't.
const MANY_PAGES_AT_ONCE: &str = "SELECT set_config('effective_io_concurrency', \
     greatest(64, current_setting('effective_io_concurrency')::int)::text, false) \
     WHERE current_setting('effective_io_concurrency') <> '0'";

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = diesel::sql_types::Text)]
    journal_mode: String,
}

fn settle_sqlite(conn: &mut SqliteConnection, access: Access) -> Result<(), StoreError> {
    let busy_timeout = LOCK_TIMEOUT.as_millis();
    // First, or the pragmas after it fail while another connection writes.
    conn.batch_execute(&format!("PRAGMA busy_timeout = {busy_timeout};"))?;
    let mode: JournalMode = diesel::sql_query("PRAGMA journal_mode = WAL").get_result(conn)?;
    if mode.journal_mode != "wal" {
        return Err(StoreError::Url(
            "names a file on which SQLite can't keep a write-ahead log",
        ));
    }
    // secure_delete: what is erased is overwritten.
    conn.batch_execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;",
    )?;
    conn.batch_execute(match access {
        Access::Read => "PRAGMA query_only = ON;",
        // What its write-ahead log has is carried over beside whoever writes, or when the last connection closes.
        Access::Batch => "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;",
        Access::Write => "PRAGMA wal_autocheckpoint = 0;",
        Access::Migrate => "",
    })?;
    Ok(())
}

/// Opens and checks the connections of a [`Pool`].
#[derive(Debug)]
struct Opener(DatabaseUrl);

/// A connection of a pool.
struct Pooled {
    conn: Conn,
    /// When it last answered, if nothing failed on it then.
    answered: Option<Instant>,
}

/// How long one that answered is taken to answer still.
const FRESH: Duration = Duration::from_secs(1);

impl r2d2::ManageConnection for Opener {
    type Connection = Pooled;
    type Error = StoreError;

    fn connect(&self) -> Result<Pooled, StoreError> {
        Ok(Pooled {
            conn: establish(&self.0, Access::Read)?,
            answered: Some(Instant::now()),
        })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), StoreError> {
        if pooled.answered.is_none_or(|at| at.elapsed() > FRESH) {
            pooled.conn.batch_execute("SELECT 1")?;
        }
        Ok(())
    }

    /// Also a connection that comes back while its thread panics, or with a transaction open.
    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        std::thread::panicking()
            || <Conn as Connection>::TransactionManager::is_broken_transaction_manager(
                &mut pooled.conn,
            )
    }
}

/// Connections that read and can't write.
#[derive(Clone)]
pub struct Pool(r2d2::Pool<Opener>);

impl Pool {
    /// A pool of at most `size` connections; `patience` is how long to wait for one.
    ///
    /// # Errors
    /// When no first connection can be made within `patience`.
    pub fn open(url: &DatabaseUrl, size: u32, patience: Duration) -> Result<Self, StoreError> {
        Ok(Self(
            Self::builder(size, patience).build(Opener(url.clone()))?,
        ))
    }

    /// The same, without waiting for a first connection: for a service whose database may be
    /// away when it starts.
    #[must_use]
    pub fn open_unconnected(url: &DatabaseUrl, size: u32, patience: Duration) -> Self {
        Self(Self::builder(size, patience).build_unchecked(Opener(url.clone())))
    }

    /// How many connections are idle, and how many there are.
    #[must_use]
    pub fn connections(&self) -> (u32, u32) {
        let r2d2::State {
            idle_connections,
            connections,
            ..
        } = self.0.state();
        (idle_connections, connections)
    }

    fn builder(size: u32, patience: Duration) -> r2d2::Builder<Opener> {
        r2d2::Pool::builder()
            .max_size(size)
            // None is made on the side: a process that ends while the client library makes one may crash.
            .min_idle(Some(0))
            .connection_timeout(patience)
    }

    /// Runs `read` on one unchanging picture of the database.
    ///
    /// # Errors
    /// Those of `read`; and when no connection comes free, or a statement fails.
    pub fn read<T, E>(&self, read: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut pooled = self.0.get().map_err(StoreError::from)?;
        let value = dialect::in_transaction(&mut pooled.conn, dialect::Begin::Plain, read);
        pooled.answered = value.is_ok().then(Instant::now);
        value
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pool({:?})", self.0.state())
    }
}
