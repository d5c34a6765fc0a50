//! A fresh, empty database of one story, gone when the story ends.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::backend::Backend;
use crate::cluster::Cluster;

/// A database on disk for one world.
#[derive(Debug)]
pub struct Database {
    kind: Kind,
    outside: tempfile::TempDir,
}

#[derive(Debug)]
enum Kind {
    Sqlite {
        url: String,
        directory: tempfile::TempDir,
    },
    Postgres(postgres::Made),
}

impl Database {
    /// Makes an empty one.
    ///
    /// # Panics
    /// If the directory, or the database on the server, can't be made.
    #[must_use]
    pub fn create(backend: Backend) -> Self {
        let kind = match backend {
            Backend::Sqlite => {
                let directory = tempfile::tempdir().expect("a directory for the database");
                let url = format!("sqlite://{}", directory.path().join("samrad.db").display());
                Kind::Sqlite { url, directory }
            }
            Backend::Postgres => Kind::Postgres(postgres::Made::create(postgres::server())),
        };
        Self::of(kind)
    }

    /// Makes an empty one on a cluster of the story's own.
    ///
    /// # Panics
    /// If it can't be made.
    #[must_use]
    pub fn create_on(cluster: &Cluster) -> Self {
        Self::of(Kind::Postgres(postgres::Made::create(cluster.config())))
    }

    fn of(kind: Kind) -> Self {
        let outside = tempfile::tempdir().expect("a directory beside the database");
        Self { kind, outside }
    }

    /// A database that holds what this one does. Nothing may be connected to this one.
    ///
    /// # Panics
    /// If it can't be copied.
    #[must_use]
    pub fn copy(&self) -> Self {
        let kind = match &self.kind {
            Kind::Sqlite { directory, .. } => {
                let copied = tempfile::tempdir().expect("a directory for the database");
                for file in files_of(directory) {
                    let name = file.file_name().expect("a file has a name");
                    std::fs::copy(&file, copied.path().join(name)).expect("a copy of the file");
                }
                let url = format!("sqlite://{}", copied.path().join("samrad.db").display());
                let directory = copied;
                Kind::Sqlite { url, directory }
            }
            Kind::Postgres(made) => Kind::Postgres(made.copy()),
        };
        Self::of(kind)
    }

    /// Does what whoever owns the server can do and the service can't: changes what is
    /// append-only, and what refers to nothing.
    ///
    /// # Panics
    /// If a statement fails.
    #[track_caller]
    pub fn tamper(&self, statements: &[&str]) {
        match &self.kind {
            Kind::Sqlite { directory, .. } => {
                sqlite::tamper(&directory.path().join("samrad.db"), statements);
            }
            Kind::Postgres(made) => made.tamper(statements),
        }
    }

    /// Where the log's newest checkpoint is kept outside the database.
    #[must_use]
    pub fn checkpoint_file(&self) -> PathBuf {
        self.outside.path().join("log.checkpoint")
    }

    /// Which of the two it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match &self.kind {
            Kind::Sqlite { .. } => Backend::Sqlite,
            Kind::Postgres(_) => Backend::Postgres,
        }
    }

    /// The URL that the service works with: on PostgreSQL a role that owns nothing.
    #[must_use]
    pub fn url(&self) -> &str {
        match &self.kind {
            Kind::Sqlite { url, .. } => url,
            Kind::Postgres(made) => &made.application,
        }
    }

    /// The URL of the owner, who migrates, where the two differ.
    #[must_use]
    pub fn owner_url(&self) -> Option<&str> {
        match &self.kind {
            Kind::Sqlite { .. } => None,
            Kind::Postgres(made) => Some(&made.owner),
        }
    }

    /// How many rows each table holds, by its name.
    ///
    /// # Panics
    /// If the database can't be read.
    #[must_use]
    pub fn rows(&self) -> BTreeMap<String, i64> {
        match &self.kind {
            Kind::Sqlite { directory, .. } => sqlite::rows(&directory.path().join("samrad.db")),
            Kind::Postgres(made) => made.rows(),
        }
    }

    /// Everything stored, as bytes: what a thief of the disk would hold. For looking for canaries.
    ///
    /// # Panics
    /// If the database can't be read.
    #[must_use]
    pub fn dump(&self) -> Vec<u8> {
        match &self.kind {
            Kind::Sqlite { directory, .. } => files_of(directory).iter().flat_map(read).collect(),
            Kind::Postgres(made) => made.dump(),
        }
    }
}

/// The database file with its journal and shared memory.
fn files_of(directory: &tempfile::TempDir) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory.path()).expect("the directory of the database");
    entries
        .map(|entry| entry.expect("a file of the database").path())
        .collect()
}

fn read(file: &PathBuf) -> Vec<u8> {
    std::fs::read(file).expect("a file of the database is readable")
}

/// Whether `canary` stands anywhere in `dump`.
#[must_use]
pub fn holds(dump: &[u8], canary: &str) -> bool {
    dump.windows(canary.len())
        .any(|window| window == canary.as_bytes())
}
