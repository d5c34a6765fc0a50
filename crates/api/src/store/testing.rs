//! Databases for tests: a SQLite file always, and one of PostgreSQL when `TEST_POSTGRES_URL` names
//! a cluster in which databases may be made.

use super::conn::{Access, Backend, Conn, DatabaseUrl, establish};
use super::migrate;
use super::unit_of_work::Tx;
use super::vault::{LookupKey, MasterKeys, Vault};
use crate::ids;
use crate::log::Context;
use crate::log::body::Request;
use base64::prelude::{BASE64_STANDARD, Engine};
use diesel::connection::SimpleConnection;
use jiff::Timestamp;
use samrad_domain::actor::Actor;
use std::path::PathBuf;

/// A database of one test's own, gone when it is dropped.
pub(crate) struct TestDatabase {
    pub(crate) url: DatabaseUrl,
    text: String,
    admin: Option<(DatabaseUrl, String)>,
    _folder: tempfile::TempDir,
}

impl TestDatabase {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = format!("sqlite://{}", folder.path().join("test.db").display());
        Self {
            url: DatabaseUrl::parse(&text).expect("a path"),
            text,
            admin: None,
            _folder: folder,
        }
    }

    fn postgres(cluster: &str) -> Self {
        let name = format!("samrad_{}", ids::new_uuid().simple());
        let admin = DatabaseUrl::parse(cluster).expect("TEST_POSTGRES_URL is a postgres:// URL");
        let mut conn = establish(&admin, Access::Migrate).expect("the test cluster runs");
        conn.batch_execute(&format!("CREATE DATABASE {name}"))
            .expect("databases may be made");
        let text = in_database(cluster, &name);
        let url = DatabaseUrl::parse(&text).expect("still a URL");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            url,
            text,
            admin: Some((admin, name)),
            _folder: folder,
        }
    }

    pub(crate) fn backend(&self) -> Backend {
        self.url.backend()
    }

    pub(crate) fn conn(&self) -> Conn {
        establish(&self.url, Access::Write).expect("the test database runs")
    }

    /// The file of SQLite's write-ahead log.
    pub(crate) fn write_ahead_log(&self) -> PathBuf {
        let file = self.text.strip_prefix("sqlite://").expect("a file");
        format!("{file}-wal").into()
    }

    /// The same database as another role of PostgreSQL, whose password is its name.
    pub(crate) fn as_role(&self, role: &str) -> DatabaseUrl {
        let (_, rest) = self.text.split_once("://").expect("a URL");
        let host = rest.split_once('@').map_or(rest, |(_, host)| host);
        DatabaseUrl::parse(&format!("postgres://{role}:{role}@{host}")).expect("a URL")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.admin
            && let Ok(mut conn) = establish(admin, Access::Migrate)
        {
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn in_database(cluster: &str, name: &str) -> String {
    let (base, query) = cluster
        .split_once('?')
        .map_or((cluster, String::new()), |(b, q)| (b, format!("?{q}")));
    let (scheme, rest) = base.split_once("://").expect("a URL");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{name}{query}")
}

/// Runs `test` on an empty database of each kind that is at hand.
pub(crate) fn on_each_empty(test: impl Fn(&TestDatabase)) {
    test(&TestDatabase::sqlite());
    if let Ok(cluster) = std::env::var("TEST_POSTGRES_URL") {
        test(&TestDatabase::postgres(&cluster));
    }
}

/// Runs `test` on a migrated database of each kind that is at hand.
pub(crate) fn on_each(test: impl Fn(&TestDatabase)) {
    on_each_empty(|database| {
        migrate::run(&mut establish(&database.url, Access::Migrate).expect("the database runs"))
            .expect("migrations run");
        test(database);
    });
}

/// A small generator, so that a failure can be repeated.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    pub(crate) fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (self.roll(3) == 0).then(|| self.pick(from))
    }
}

/// Somebody's request, as the log tells of it.
pub(crate) fn context(actor: Actor) -> Context {
    Context {
        actor,
        request: Request {
            id: "r".to_owned(),
            operation: "test",
        },
    }
}

/// These bytes, as a statement of this database has them.
pub(crate) fn literal(conn: &Conn, hex: &str) -> String {
    match conn {
        Conn::Pg(_) => format!("'\\x{hex}'"),
        Conn::Sqlite(_) => format!("x'{hex}'"),
    }
}

/// What seals, under keys made anew.
pub(crate) fn vault() -> Vault {
    let key = || BASE64_STANDARD.encode(ids::random_bytes::<32>());
    let masters = MasterKeys::parse(&format!("test:{}", key())).expect("a master key");
    Vault::new(masters, LookupKey::parse(&key()).expect("a key"))
}

/// A unit's hand on an open transaction, for what is tested without the writer. What it keeps for
/// later is written by `tx.later.write(tx.conn)`.
pub(crate) fn tx<'a>(conn: &'a mut Conn, vault: &'a Vault, now: Timestamp) -> Tx<'a> {
    Tx {
        conn,
        vault,
        now,
        // A test's few bytes, for as long as it runs.
        ahead: Box::leak(Box::default()),
        later: Box::leak(Box::default()),
    }
}
