//! The demo's own keys, each made once in a file for its owner alone.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use zeroize::Zeroizing;

use crate::ids;

/// The file of the master key.
pub(super) fn master(directory: &Path) -> io::Result<PathBuf> {
    kept(directory.join("master.key"), "demo:")
}

/// The file of the look-up key.
pub(super) fn lookup(directory: &Path) -> io::Result<PathBuf> {
    kept(directory.join("lookup.key"), "")
}

/// The file of the key that signs the log.
pub(super) fn log(directory: &Path) -> io::Result<PathBuf> {
    kept(directory.join("log.key"), "")
}

fn kept(path: PathBuf, before: &str) -> io::Result<PathBuf> {
    if !path.exists() {
        let key = Zeroizing::new(BASE64_STANDARD.encode(ids::random_bytes::<32>()));
        write_secret(&path, format!("{before}{}\n", key.as_str()).as_bytes())?;
    }
    Ok(path)
}

/// Writes a file that its owner alone can read, in place of the one there was.
pub(super) fn write_secret(path: &Path, text: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    if beside.exists() {
        fs::remove_file(&beside)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = master(directory.path()).unwrap();
        let first = fs::read(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        master(directory.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first);
    }
}
