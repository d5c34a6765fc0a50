//! A database on the server of `TEST_POSTGRES_URL`, with an owner who migrates and an application
//! role who owns nothing, as in production.

use std::collections::BTreeMap;
use std::io::Read as _;

use postgres::config::Host;
use postgres::{Client, Config, NoTls};

use crate::chance;

/// The group that the service's roles belong to is the cluster's; its owner is no superuser, so
/// whoever runs the cluster makes it, and lets the owner grant it.
const GROUP: &str = "DO $$ BEGIN CREATE ROLE samrad_app NOLOGIN; \
                     EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

#[derive(Debug)]
pub(super) struct Made {
    /// The server, as whoever runs it.
    server: Box<Config>,
    name: String,
    /// Begins the names of its roles, which a copy shares.
    roles: String,
    /// URL of the role that migrates.
    pub(super) owner: String,
    /// URL of the role that serves.
    pub(super) application: String,
}

impl Made {
    pub(super) fn create(server: Config) -> Self {
        let name = format!("samrad_test_{}", chance::word::<6>());
        let password = chance::word::<16>();
        let mut maker = connect(&server);
        for statement in [
            format!("CREATE ROLE {name}_owner LOGIN PASSWORD '{password}'"),
            format!("CREATE ROLE {name}_app LOGIN PASSWORD '{password}'"),
            format!("GRANT {name}_owner TO CURRENT_USER"),
            GROUP.to_owned(),
            format!("GRANT samrad_app TO {name}_owner WITH ADMIN OPTION"),
            format!("CREATE DATABASE {name} OWNER {name}_owner TEMPLATE template0 ENCODING 'UTF8'"),
            format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"),
            format!("GRANT CONNECT ON DATABASE {name} TO {name}_app"),
        ] {
            maker
                .batch_execute(&statement)
                .unwrap_or_else(|e| panic!("{statement}: {e:?}"));
        }
        let owner = url(&server, &format!("{name}_owner"), &password, &name);
        let application = url(&server, &format!("{name}_app"), &password, &name);
        Self {
            server: Box::new(server),
            roles: name.clone(),
            name,
            owner,
            application,
        }
    }

    /// A database with the same rows and roles.
    pub(super) fn copy(&self) -> Self {
        let name = format!("samrad_test_{}", chance::word::<6>());
        let mut maker = connect(&self.server);
        let (from, roles) = (&self.name, &self.roles);
        for statement in [
            format!("CREATE DATABASE {name} OWNER {roles}_owner TEMPLATE {from}"),
            format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"),
            format!("GRANT CONNECT ON DATABASE {name} TO {roles}_app"),
        ] {
            maker
                .batch_execute(&statement)
                .unwrap_or_else(|e| panic!("{statement}: {e:?}"));
        }
        let there = |url: &str| {
            let server = url.strip_suffix(from.as_str()).expect("we wrote this URL");
            format!("{server}{name}")
        };
        Self {
            server: self.server.clone(),
            owner: there(&self.owner),
            application: there(&self.application),
            roles: roles.clone(),
            name,
        }
    }

    /// Changes it without triggers and references.
    #[track_caller]
    pub(super) fn tamper(&self, statements: &[&str]) {
        let mut all = Config::clone(&self.server);
        let mut superuser = connect(all.dbname(&self.name));
        superuser
            .batch_execute("SET session_replication_role = replica")
            .expect("a superuser may");
        for statement in statements {
            superuser
                .batch_execute(statement)
                .unwrap_or_else(|e| panic!("{statement}: {e:?}"));
        }
    }

    /// All rows of all tables, in PostgreSQL's binary form: bytes as bytes, text as text.
    pub(super) fn dump(&self) -> Vec<u8> {
        let mut owner = connect(&self.owner.parse().expect("we wrote this URL"));
        let tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
                      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
        let tables: Vec<String> = owner
            .query(tables, &[])
            .expect("tables")
            .iter()
            .map(|row| row.get(0))
            .collect();
        let mut dump = Vec::new();
        for table in tables {
            let copy = format!("COPY {table} TO STDOUT (FORMAT binary)");
            owner
                .copy_out(&copy)
                .expect("the owner reads")
                .read_to_end(&mut dump)
                .expect("rows");
        }
        dump
    }

    /// How many rows each table holds.
    pub(super) fn rows(&self) -> BTreeMap<String, i64> {
        let mut owner = connect(&self.owner.parse().expect("we wrote this URL"));
        let tables = "SELECT tablename::text FROM pg_tables \
                      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
        let tables = owner.query(tables, &[]).expect("tables");
        let mut count = |table: String| {
            let counted = owner.query_one(&format!("SELECT count(*) FROM {table}"), &[]);
            let rows: i64 = counted.expect("the owner reads").get(0);
            (table, rows)
        };
        tables.iter().map(|row| count(row.get(0))).collect()
    }
}

impl Drop for Made {
    /// Leaves the server as it was; on a throwaway cluster it only saves room.
    fn drop(&mut self) {
        let Ok(mut maker) = self.server.connect(NoTls) else {
            return;
        };
        let name = &self.name;
        let mut statements = vec![format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")];
        if *name == self.roles {
            statements.push(format!("DROP ROLE IF EXISTS {name}_app"));
            statements.push(format!("DROP ROLE IF EXISTS {name}_owner"));
        }
        for statement in statements {
            if let Err(error) = maker.batch_execute(&statement) {
                eprintln!("{statement}: {error:?}");
            }
        }
    }
}

/// The server of `TEST_POSTGRES_URL`.
pub(super) fn server() -> Config {
    let url = std::env::var("TEST_POSTGRES_URL").expect("`Backend::is_here` has looked");
    url.parse().expect("TEST_POSTGRES_URL is a PostgreSQL URL")
}

fn connect(config: &Config) -> Client {
    config
        .connect(NoTls)
        .unwrap_or_else(|e| panic!("PostgreSQL of TEST_POSTGRES_URL: {e:?}"))
}

/// The same server, as another role in another database.
fn url(server: &Config, role: &str, password: &str, database: &str) -> String {
    let port = server.get_ports().first().copied().unwrap_or(5432);
    match server.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("postgres://{role}:{password}@{host}:{port}/{database}"),
        Some(Host::Unix(socket)) => {
            let socket = socket.display().to_string().replace('/', "%2F");
            format!("postgres://{role}:{password}@{socket}:{port}/{database}")
        }
        None => panic!("TEST_POSTGRES_URL names no host"),
    }
}
