//! The few statements that the two databases need differently, and how a transaction begins.
//!
//! An act's transaction is begun by the unit of work, and a reading's by [`conn`](super::conn). Besides, only
//! the commands of the operator and what keeps the log beside the acts (checkpoints, lists) call [`in_transaction`].

mod disk;
mod head;

pub use disk::{Carry, Disk, carry_over};
pub use head::{Head, Tip, lock_head, move_head, read_head, read_tip};
pub(crate) use head::{Stands, move_head_with};

use super::StoreError;
use super::conn::{Backend, Conn};
use super::schema::registry_version;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::{BTreeMap, BTreeSet};

type Transactions = <Conn as Connection>::TransactionManager;

/// How a transaction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin<'b> {
    /// As the connection's settings say.
    Plain,
    /// To write: on SQLite the write lock is taken at once, so that no later statement can fail
    /// for want of it.
    Writing,
    /// To write with these buckets held until it ends, where the last statement would fail in a transaction that is
    /// lost already. On SQLite whoever writes is alone, and holds them all.
    Batch(&'b Buckets),
}

/// Runs `act` in a transaction: committed if it succeeds, else rolled back.
///
/// # Errors
/// Those of `act`; and when the transaction can't begin, commit or roll back. After an error of
/// commit nothing was kept.
pub fn in_transaction<T, E>(
    conn: &mut Conn,
    begin: Begin<'_>,
    act: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    match (begin, &mut *conn) {
        (Begin::Writing | Begin::Batch(_), Conn::Sqlite(sqlite)) => {
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")
        }
        (Begin::Batch(buckets), Conn::Pg(pg)) => begin_holding(pg, buckets),
        (Begin::Writing | Begin::Plain, either) => Transactions::begin_transaction(either),
    }
    .map_err(StoreError::from)?;
    finish(conn, |conn| {
        let value = act(conn)?;
        if begin == Begin::Writing {
            refuse_if_aborted(conn)?;
        }
        Ok(value)
    })
}

/// After a failed statement PostgreSQL answers `COMMIT` with a rollback that looks like success.
/// Any other statement fails; so ask one first, lest an error that `act` swallowed lose its work.
///
/// # Errors
/// When the transaction is lost.
pub fn refuse_if_aborted(conn: &mut Conn) -> Result<(), StoreError> {
    if let Conn::Pg(pg) = conn {
        pg.batch_execute("SELECT 1")?;
    }
    Ok(())
}

/// Runs `act` in a savepoint of the open transaction: what it did stays if it succeeds, else is
/// undone, and the transaction goes on.
///
/// # Errors
/// Those of `act`; and when no transaction is open, or the savepoint can't be made or undone.
pub fn in_savepoint<T, E>(
    conn: &mut Conn,
    act: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    if !is_in_transaction(conn)? {
        return Err(StoreError::from(diesel::result::Error::NotInTransaction).into());
    }
    Transactions::begin_transaction(conn).map_err(StoreError::from)?;
    finish(conn, act)
}

/// Whether a transaction is open.
///
/// # Errors
/// When nobody knows, since its connection broke.
pub fn is_in_transaction(conn: &mut Conn) -> Result<bool, StoreError> {
    let depth = Transactions::transaction_manager_status_mut(conn).transaction_depth()?;
    Ok(depth.is_some())
}

fn finish<T, E>(conn: &mut Conn, act: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: From<StoreError>,
{
    match act(conn) {
        Ok(value) => {
            Transactions::commit_transaction(conn).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => match Transactions::rollback_transaction(conn) {
            // A connection that broke under `act` has nothing to roll back; `act` says why.
            Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(error),
            Err(rollback) => Err(StoreError::from(rollback).into()),
        },
    }
}

/// Whether who writes is alone from the transaction's beginning on, and not from where it takes a row.
#[must_use]
pub const fn writes_alone(backend: Backend) -> bool {
    match backend {
        Backend::Pg => false,
        Backend::Sqlite => true,
    }
}

#[derive(QueryableByName)]
struct Durability {
    #[diesel(sql_type = Bool)]
    kept: bool,
}

/// Whether the server keeps what it commits when the power goes. SQLite's settings are ours, and do.
///
/// # Errors
/// When the database does not answer.
pub fn is_durable(conn: &mut Conn) -> Result<bool, StoreError> {
    match conn {
        Conn::Pg(pg) => {
            let asked = diesel::sql_query(
                "SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS kept",
            );
            Ok(asked.get_result::<Durability>(pg)?.kept)
        }
        Conn::Sqlite(_) => Ok(true),
    }
}

/// What the locks and the sheets of one person, or of one general question, go by. Two persons may share a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; 8]);

impl Tag {
    /// The tag of a person key, or of any other 32 bytes that are as good as random.
    #[must_use]
    pub const fn of(key: &[u8; 32]) -> Self {
        let (tag, _) = key.split_first_chunk().expect("eight of 32 bytes");
        Self(*tag)
    }

    /// The tag of an id that leads to no patient: a general question's case, and what isn't there, so that
    /// a stranger's request takes the same locks as a real one.
    #[must_use]
    pub const fn of_uuid(id: uuid::Uuid) -> Self {
        let (tag, _) = id
            .as_bytes()
            .split_first_chunk()
            .expect("eight of 16 bytes");
        Self(*tag)
    }

    /// Its number in the database.
    #[must_use]
    pub const fn number(self) -> i64 {
        i64::from_be_bytes(self.0)
    }

    /// The lock that it goes by.
    #[must_use]
    pub const fn bucket(self) -> Bucket {
        Bucket(u16::from_be_bytes([self.0[0], self.0[1]]) % Bucket::COUNT)
    }
}

/// One of the 4096 locks that patients share out between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u16);

impl Bucket {
    /// How many there are.
    pub const COUNT: u16 = 4096;

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// How a bucket is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// With others who read the patient's consents.
    Shared,
    /// Alone, to change them.
    Exclusive,
}

/// The buckets that a batch needs, each held as strictly as any part of the batch asks, and whose it may change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buckets {
    holds: BTreeMap<Bucket, Hold>,
    alone: BTreeSet<Tag>,
}

impl Buckets {
    /// Adds the bucket of a tag; an exclusive hold outranks a shared one.
    pub fn add(&mut self, tag: Tag, hold: Hold) {
        let held = self.holds.entry(tag.bucket()).or_insert(hold);
        *held = hold.max(*held);
        if hold == Hold::Exclusive {
            self.alone.insert(tag);
        }
    }

    /// The tags whose buckets are held alone for their sake: what goes by them may change.
    #[must_use]
    pub const fn alone(&self) -> &BTreeSet<Tag> {
        &self.alone
    }
}

/// The first key of the service's advisory locks; the second is the bucket.
const BUCKET_CLASS: i32 = 0x5a4d_5244;

/// Prepares the taking of buckets on a connection that writes: two arrays, the buckets in ascending order and which of
/// them are held alone. The function scan gives the rows in the arrays' order, and the locks are taken as they come. It
/// reads no table, so that what is read after it is read as of after the locks were got.
pub(super) fn prepare_to_hold() -> String {
    format!(
        "PREPARE hold_buckets (int[], bool[]) AS \
         SELECT CASE WHEN alone THEN pg_advisory_xact_lock({BUCKET_CLASS}, bucket) \
         ELSE pg_advisory_xact_lock_shared({BUCKET_CLASS}, bucket) END FROM unnest($1, $2) AS wanted (bucket, alone);"
    )
}

/// Begins a transaction that holds these buckets: one message to the server, and not two.
fn begin_holding(pg: &mut PgConnection, buckets: &Buckets) -> QueryResult<()> {
    let list = |one: fn((&Bucket, &Hold)) -> String| {
        let all: Vec<_> = buckets.holds.iter().map(one).collect();
        all.join(",")
    };
    let numbers = list(|(bucket, _)| bucket.number().to_string());
    let alone = list(|(_, hold)| (*hold == Hold::Exclusive).to_string());
    let begin = format!("BEGIN; EXECUTE hold_buckets ('{{{numbers}}}', '{{{alone}}}')");
    AnsiTransactionManager::begin_transaction_sql(pg, &begin).inspect_err(|_| {
        // It has begun, but for the locks. A connection that is gone has nothing to undo.
        let _ = pg.batch_execute("ROLLBACK");
    })
}

/// How often the registry has changed.
///
/// # Errors
/// When the statement fails, or the row isn't there.
pub fn registry_version(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(registry_version::table
        .find(1)
        .select(registry_version::changes)
        .first(conn)?)
}

pub use super::bulk::{insert_all, insert_if_new};
