//! What can go wrong between the service and its database. No variant carries a row's contents.

/// The database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database URL is not one this service understands.
    #[error("the database URL {0}")]
    Url(&'static str),
    /// No connection could be made.
    #[error("the database can't be reached")]
    Connect(#[from] diesel::ConnectionError),
    /// No connection of the pool came free in time.
    #[error("no database connection came free in time")]
    Pool(#[from] r2d2::Error),
    /// A statement failed.
    #[error("a database statement failed")]
    Query(#[from] diesel::result::Error),
    /// The database's write-ahead log can't be opened.
    #[error("the write-ahead log can't be opened")]
    Log(#[from] std::io::Error),
    /// A row says something that can't be.
    #[error("corrupt row in {table}: {what}")]
    Corrupt {
        /// The table of the row.
        table: &'static str,
        /// What about it can't be; never its contents.
        what: &'static str,
    },
    /// A sealed value did not open, or a key is missing.
    #[error("a sealed value did not open")]
    Sealed(#[from] SealError),
    /// A unit of work panicked; what it did was undone.
    #[error("a unit of work panicked")]
    Panicked,
    /// The database went away and came back, and may no longer have what it had.
    #[error("the database may have forgotten what it had not written when it went away")]
    Forgotten,
    /// A migration failed, or the embedded ones can't be read.
    #[error("migration failed: {0}")]
    Migration(String),
}

impl StoreError {
    /// Whether the database is away, rather than something being wrong with what was asked of it.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Self::Connect(_) | Self::Pool(_) | Self::Log(_) | Self::Forgotten => true,
            Self::Query(Error::DatabaseError(kind, _)) => matches!(
                kind,
                DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction
            ),
            Self::Query(Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. }) => {
                true
            }
            Self::Query(_)
            | Self::Url(_)
            | Self::Corrupt { .. }
            | Self::Sealed(_)
            | Self::Panicked
            | Self::Migration(_) => false,
        }
    }
}

/// Why a sealed value did not open. Says nothing of the value or the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The value was changed, moved from its place, or sealed with another key.
    #[error("the value does not belong to this key and place")]
    Forged,
    /// The value is too short, or of a version this service doesn't know.
    #[error("the value has no known form")]
    Form,
    /// The data key is wrapped by a master key that is not configured.
    #[error("the master key is not configured")]
    UnknownMaster,
    /// The data key was destroyed, and with it everything that it sealed.
    #[error("the data key was destroyed")]
    Destroyed,
}
