//! A fresh, empty database of one story, gone when the story ends.

mod postgres;

use std::path::PathBuf;

use crate::backend::Backend;

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
            Backend::Postgres => Kind::Postgres(postgres::Made::create()),
        };
        let outside = tempfile::tempdir().expect("a directory beside the database");
        Self { kind, outside }
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
