//! The newest checkpoint, kept outside the database: what tells a database that was taken back to an
//! earlier state from one that never was further.

use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::note::Note;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The file.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    /// How many entries the checkpoint in it has.
    size: Mutex<u64>,
}

impl Kept {
    /// The file at `path`, which may not be there yet.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self {
            path,
            size: Mutex::new(0),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it; none where it isn't there.
    ///
    /// # Errors
    /// When it can't be read, or is no signed note.
    pub fn read(&self) -> io::Result<Option<Note>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Note::parse(&text)
                .map(Some)
                .map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes sure that a checkpoint could be kept.
    ///
    /// # Errors
    /// When nothing can be written beside the file.
    pub fn try_out(&self) -> io::Result<()> {
        File::create(self.path.with_extension("new"))?.sync_all()?;
        self.settle()
    }

    /// Makes the directory's own entries durable.
    fn settle(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Keeps a checkpoint, unless a later one is kept: whole, or not at all.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn keep(&self, checkpoint: &Checkpoint, note: &str) -> io::Result<()> {
        let mut size = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        let there = self
            .read()?
            .and_then(|note| Checkpoint::parse(note.text()).ok());
        let there = there.map_or(0, |kept| kept.size);
        if checkpoint.size < there.max(*size) {
            return Ok(());
        }
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(note.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        self.settle()?;
        *size = checkpoint.size;
        Ok(())
    }
}
