//! The newest checkpoint, kept outside the database: what tells a database that was taken back to an
//! earlier state from one that never was further. Instances may keep theirs in one file.

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
        let _alone = self.alone()?;
        File::create(self.path.with_extension("new"))?.sync_all()?;
        self.settle()
    }

    /// Keeps other instances from writing the same file, until what it gives is dropped.
    fn alone(&self) -> io::Result<File> {
        let lock = File::create(self.path.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
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
        let _alone = self.alone()?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use samrad_ledger::note::Signer;
    use std::thread;

    fn signed(size: u64) -> (Checkpoint, String) {
        let signer = Signer::from_seed("samrad.test/log", &[7; 32]).expect("a name");
        let checkpoint = Checkpoint {
            origin: "samrad.test/log".to_owned(),
            size,
            root: [0; 32],
            extensions: Vec::new(),
        };
        let mut note = Note::new(&checkpoint.text()).expect("a text");
        note.sign(&signer);
        (checkpoint, note.to_string())
    }

    #[test]
    fn instances_that_share_the_file_never_take_it_back_or_leave_it_broken() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log.checkpoint");
        let read = || {
            let note = Kept::at(path.clone()).read().expect("a note, whole");
            note.map_or(0, |note| {
                Checkpoint::parse(note.text()).expect("a checkpoint").size
            })
        };
        thread::scope(|scope| {
            let instances: Vec<_> = (1..=4_u64)
                .map(|instance| {
                    let kept = Kept::at(path.clone());
                    scope.spawn(move || {
                        for round in 0..25 {
                            let (checkpoint, note) = signed(4 * round + instance);
                            kept.keep(&checkpoint, &note).expect("kept");
                        }
                    })
                })
                .collect();
            let mut newest = 0;
            while !instances.iter().all(thread::ScopedJoinHandle::is_finished) {
                let now = read();
                assert!(now >= newest, "{now} came after {newest}");
                newest = now;
                thread::yield_now();
            }
        });
        assert_eq!(read(), 100);
    }
}
