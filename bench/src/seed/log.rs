//! Lengthens the log. The only module of the benchmark that knows what the log's tables look like.

use std::error::Error;

use crate::ground::Ground;

/// Lengthens the log of `ground` to so many entries, all as the service would have written them.
/// False where that can't be done yet.
pub fn lengthen(_ground: &Ground, _entries: i64) -> Result<bool, Box<dyn Error>> {
    Ok(false)
}
