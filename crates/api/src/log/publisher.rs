//! Signs checkpoints of what is durable, and publishes them: in the database for whoever asks, and in
//! a file outside it for the guard at the next start.

use super::guard::{self, GuardFault};
use super::kept::Kept;
use super::tree::{self, Stored};
use super::witnesses;
use crate::config::{EXIT_CONFIG, LedgerSettings};
use crate::store::StoreError;
use crate::store::checkpoints::{self, Same};
use crate::store::conn::{Conn, DatabaseUrl, Pool};
use crate::store::dialect::{self, Begin, Disk, Head};
use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::frontier::Frontier;
use samrad_ledger::note::{Note, Signer, Verifier};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often a log that grows is published.
const EVERY: Duration = Duration::from_secs(1);

/// A checkpoint with its signatures.
#[derive(Clone, Debug)]
pub struct Published {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// It, signed.
    pub note: Note,
}

/// Signs and publishes. One a process.
pub struct Publisher {
    settings: Arc<LedgerSettings>,
    kept: Kept,
    url: DatabaseUrl,
    reads: Pool,
    conn: Mutex<Option<(Conn, Disk)>>,
    newest: Mutex<Option<Arc<Published>>>,
    /// Held by the one who signs: who waits for it finds what the one before signed.
    signing: Mutex<()>,
    /// Whether the guard found the log to be what it was.
    held: AtomicBool,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log's checkpoints are signed by another key by now.
    #[error("the log is signed by another key since entry {0}")]
    OtherKey(i64),
    /// The log has not been held yet to what is kept of it.
    #[error("the log has not been looked at yet")]
    NotHeld,
    /// The log does not continue what was signed: it was taken back, or exchanged, while we ran.
    #[error("the log no longer begins with the {0} entries that were signed")]
    TakenBack(u64),
    /// The note can't be made.
    #[error("the checkpoint can't be signed: {0}")]
    Note(String),
}

impl Publisher {
    /// Signs for the log in the database at `url`.
    #[must_use]
    pub fn new(settings: Arc<LedgerSettings>, url: DatabaseUrl, reads: Pool) -> Self {
        Self {
            kept: Kept::at(settings.kept.clone()),
            settings,
            url,
            reads,
            conn: Mutex::new(None),
            newest: Mutex::new(None),
            signing: Mutex::new(()),
            held: AtomicBool::new(false),
        }
    }

    /// The key by which its checkpoints are verified.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.settings.signer.verifier()
    }

    /// What is kept outside the database.
    #[must_use]
    pub const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Starts to publish, again and again, for as long as the process runs.
    pub fn start(self: &Arc<Self>) {
        let publisher = Arc::clone(self);
        std::thread::Builder::new()
            .name("log-publisher".to_owned())
            .spawn(move || publisher.run())
            .expect("a thread can be started while the service starts");
    }

    /// Publishes what was written last, for a service that stops: nothing that was answered is left for
    /// another instance to vouch for. Asks no witness. Blocks.
    pub fn finish(&self) {
        if !self.held.load(Ordering::Acquire) {
            return;
        }
        let signed = self.sign(None);
        if let Err(error) = signed.and_then(|signed| self.put(&signed, &signed.note, Same::Stays)) {
            log::warn!("the last checkpoint was not published: {error}");
        }
    }

    fn run(&self) {
        let mut seen = HashMap::new();
        let mut published = None;
        loop {
            match self.publish(published, &mut seen) {
                Ok(size) => published = Some(size),
                Err(PublishError::OtherKey(at)) => {
                    log::error!(
                        "the log is signed by another key since entry {at}: start again with that key"
                    );
                    std::process::exit(i32::from(EXIT_CONFIG));
                }
                Err(error @ PublishError::TakenBack(_)) => {
                    log::error!("refusing to go on: {error}");
                    std::process::exit(i32::from(EXIT_CONFIG));
                }
                Err(error) => log::warn!("no checkpoint was published: {error}"),
            }
            std::thread::sleep(EVERY);
        }
    }

    /// Publishes the log as it is, unless that was published, and tells its size.
    fn publish(
        &self,
        published: Option<u64>,
        seen: &mut HashMap<String, u64>,
    ) -> Result<u64, PublishError> {
        let signed = self.sign(None)?;
        if published == Some(signed.checkpoint.size) {
            return Ok(signed.checkpoint.size);
        }
        // Before anybody is asked: a witness delays nothing but its own signature.
        self.put(&signed, &signed.note, Same::Stays)?;
        let mut note = signed.note.clone();
        for witness in &self.settings.witnesses {
            let known = seen.entry(witness.url.clone()).or_default();
            let asked = self.reads.read(|conn| {
                let tiles = Stored::on(conn);
                Ok::<_, StoreError>(witnesses::cosigned(witness, &signed, known, &tiles))
            })?;
            match asked {
                Ok(lines) => lines.into_iter().for_each(|line| note.add(line)),
                Err(fault) => log::warn!("the witness {} did not cosign: {fault}", witness.url),
            }
        }
        if note.signatures().len() > signed.note.signatures().len() {
            self.put(&signed, &note, Same::Goes)?;
        }
        Ok(signed.checkpoint.size)
    }

    fn put(&self, signed: &Published, note: &Note, same: Same) -> Result<(), PublishError> {
        let size = signed_size(signed)?;
        Ok(self.with_conn(|conn, _| {
            dialect::in_transaction(conn, Begin::Writing, |conn| {
                checkpoints::publish(conn, size, &note.to_string(), same)
            })
        })?)
    }

    /// A checkpoint that has at least `size` entries, which are durable.
    ///
    /// # Errors
    /// As [`PublishError`] says. Blocks.
    pub fn covering(&self, size: u64) -> Result<Arc<Published>, PublishError> {
        match self.known().filter(|known| known.checkpoint.size >= size) {
            Some(known) => Ok(known),
            None => self.sign(Some(size)),
        }
    }

    /// The newest checkpoint that was signed here.
    #[must_use]
    pub fn known(&self) -> Option<Arc<Published>> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.clone()
    }

    /// The log was held to what is kept of it outside the database: from now on it may be signed.
    pub fn may_sign(&self) {
        self.held.store(true, Ordering::Release);
    }

    /// Signs the log as it is once it is durable, and keeps the checkpoint outside the database; unless one
    /// of `enough` entries was signed while we waited.
    fn sign(&self, enough: Option<u64>) -> Result<Arc<Published>, PublishError> {
        if !self.held.load(Ordering::Acquire) {
            return Err(PublishError::NotHeld);
        }
        let one = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.known();
        if let (Some(before), Some(enough)) = (&before, enough)
            && before.checkpoint.size >= enough
        {
            return Ok(Arc::clone(before));
        }
        let frontier = self.durable(before.as_deref())?;
        if let Some(before) = before.filter(|b| b.checkpoint.size == frontier.size()) {
            return Ok(before);
        }
        let checkpoint = Checkpoint {
            origin: self.settings.origin.clone(),
            size: frontier.size(),
            root: frontier.root(),
            extensions: Vec::new(),
        };
        let note = signed(&checkpoint, &[&self.settings.signer])?;
        if let Err(error) = self.kept.keep(&checkpoint, &note.to_string()) {
            log::error!("the newest checkpoint can't be kept outside the database: {error}");
        }
        let published = Arc::new(Published { checkpoint, note });
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some(Arc::clone(&published));
        drop(one);
        Ok(published)
    }

    /// The edge of the log as it is, once that is durable. It must follow from what was signed `before`.
    fn durable(&self, before: Option<&Published>) -> Result<Frontier, PublishError> {
        let (head, change, follows) = self.with_conn(|conn, disk| {
            let head = dialect::read_head(conn)?;
            let change = checkpoints::key_changes(conn)?.pop();
            let follows = match before {
                Some(before) => follows(conn, &head, &before.checkpoint)?,
                None => true,
            };
            // What was read may have been committed and not flushed.
            disk.flush(conn)?;
            Ok((head, change, follows))
        })?;
        if let Some(before) = before.filter(|_| !follows) {
            return Err(PublishError::TakenBack(before.checkpoint.size));
        }
        if let Some(change) = change
            && change.verifier_key != self.verifier().to_string()
        {
            return Err(PublishError::OtherKey(change.size - 1));
        }
        Ok(tree::frontier(&head)?)
    }

    fn with_conn<T>(
        &self,
        act: impl FnOnce(&mut Conn, &Disk) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut held = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        let (conn, disk) = match &mut *held {
            Some(known) => known,
            none => none.insert(Disk::connect(&self.url)?),
        };
        let done = act(conn, disk);
        if done.is_err() {
            *held = None;
        }
        done
    }
}

/// Whether the log still begins with what was signed.
fn follows(conn: &mut Conn, head: &Head, signed: &Checkpoint) -> Result<bool, StoreError> {
    let frontier = tree::frontier(head)?;
    if frontier.size() == signed.size {
        return Ok(frontier.root() == signed.root);
    }
    match guard::root(conn, signed.size) {
        Ok(root) => Ok(frontier.size() > signed.size && root == signed.root),
        Err(GuardFault::Store(error)) => Err(error),
        Err(GuardFault::Unsafe(_)) => Ok(false),
    }
}

/// The checkpoint as a note, signed by each of these.
///
/// # Errors
/// When its text is none that a note can have.
pub fn signed(checkpoint: &Checkpoint, signers: &[&Signer]) -> Result<Note, PublishError> {
    let mut note =
        Note::new(&checkpoint.text()).map_err(|fault| PublishError::Note(fault.to_string()))?;
    for signer in signers {
        note.sign(signer);
    }
    Ok(note)
}

fn signed_size(published: &Published) -> Result<i64, StoreError> {
    i64::try_from(published.checkpoint.size).map_err(|_| StoreError::Corrupt {
        table: "log_head",
        what: "more entries than can be counted",
    })
}
