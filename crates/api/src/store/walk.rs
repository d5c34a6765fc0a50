//! A walk through entries of the log, found by lists.

use super::StoreError;
use super::conn::Conn;

/// Goes through entries of the log from the newest back.
pub trait Walk {
    /// The next `count` indices, the newest first; fewer where there are no more.
    ///
    /// # Errors
    /// When the database does not answer, or a list is none.
    fn next(&mut self, conn: &mut Conn, count: usize) -> Result<Vec<i64>, StoreError>;
}
