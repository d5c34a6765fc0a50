//! What several readings of discussions need, loaded together in the open transaction: one statement
//! a table, however many readings.
//!
//! The functions that load for one act look here first, so a reading is the same code with and
//! without. What can't be read is left out, and the reading that needs it finds out by itself: a
//! broken row breaks no neighbour. Nothing outlives the run of readings that it was loaded for.

mod spine;

use super::conn::Conn;
use super::discussions::{self, Seen};
use super::matter::{File, Loaded};
use super::notes::Noted;
use super::thread::MessageRow;
use super::vault::{DataKey, Vault};
use super::{StoreError, cases, consents, patients, thread};
use crate::log::Pen;
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::{Consent, Recipient, Use};
use samrad_domain::decision::Objection;
use samrad_domain::id::{CaseId, ConsentId, DataKeyId, DiscussionId, PatientId, PersonId};
use samrad_domain::journal::{JournalNote, Register};
use samrad_domain::patient::Patient;
use spine::{Found, Spine};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What a reading wants loaded: a discussion, for one reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The discussion.
    pub discussion: DiscussionId,
    /// Who reads.
    pub reader: PersonId,
}

/// What was loaded.
#[derive(Debug, Default)]
pub struct Ahead {
    one_by_one: bool,
    keys: HashMap<DataKeyId, DataKey>,
    loaded: HashMap<DiscussionId, Loaded>,
    readers: Vec<PersonId>,
    seen: Seen,
    summaries: HashMap<(CaseId, u32), Vec<u8>>,
    threads: HashMap<DiscussionId, Vec<MessageRow>>,
    statements: HashMap<CaseId, Vec<cases::StatementRow>>,
}

impl Ahead {
    /// Loads what is wanted. Where a row of it can't be read, nothing is: the readings then run one by
    /// one, so that each sees what those before it left, and the one concerned fails alone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn load(
        conn: &mut Conn,
        vault: &Vault,
        wanted: &[Wanted],
    ) -> Result<Self, StoreError> {
        if wanted.is_empty() {
            return Ok(Self::default());
        }
        match Self::loading(conn, vault, wanted) {
            Err(StoreError::Corrupt { .. } | StoreError::Sealed(_)) => Ok(Self {
                one_by_one: true,
                ..Self::default()
            }),
            loaded => loaded,
        }
    }

    fn loading(conn: &mut Conn, vault: &Vault, wanted: &[Wanted]) -> Result<Self, StoreError> {
        let ids: Vec<_> = unique(wanted.iter().map(|w| w.discussion));
        let spines = spine::load(conn, &ids)?;
        let cases = unique(spines.iter().map(Spine::case));
        let mut ahead = Self {
            readers: unique(wanted.iter().map(|w| w.reader)),
            threads: thread::rows(conn, &ids)?,
            statements: cases::statement_rows(conn, &cases)?,
            ..Self::default()
        };
        let teams = cases::teams(conn, &cases)?;
        let mut found = Vec::new();
        for spine in spines {
            let team = teams.get(&spine.case()).cloned().unwrap_or_default();
            found.extend(spine.opened(vault, team, &mut ahead.keys, &mut ahead.summaries)?);
        }
        let said = Said::load(conn, &found)?;
        let loaded = found.into_iter().map(|found| said.file_of(found));
        ahead.loaded = loaded.map(|l| (l.discussion.id, l)).collect();
        Ok(ahead)
    }

    /// How many of the readings that it was loaded for may run on it.
    pub(super) const fn serves(&self, wanted: usize) -> usize {
        if self.one_by_one { 1 } else { wanted }
    }

    /// Whether a reading elsewhere could have changed what was loaded: by using a consent for single use.
    pub(super) fn can_change_by_reading(&self) -> bool {
        self.loaded.values().any(|loaded| {
            let mut consents = loaded.file.consents().iter();
            consents.any(|consent| consent.single_use && consent.used.is_none())
        })
    }

    /// Loads what another reading may have changed until the head of the log was taken: who has seen what
    /// and what notes tell of it, and, for the pen, where the chains of the records end. Gives how often the
    /// registry has changed, where that was asked along with it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn catch_up(
        &mut self,
        conn: &mut Conn,
        pen: &mut Pen,
    ) -> Result<Option<i64>, StoreError> {
        if self.loaded.is_empty() {
            return Ok(None);
        }
        let discussions: Vec<_> = self.loaded.keys().copied().collect();
        let (seen, version) = discussions::seen_and_version(conn, &discussions, &self.readers)?;
        self.seen = seen;
        let patients: Vec<&Patient> = self
            .loaded
            .values()
            .filter_map(|loaded| loaded.file.patient.as_ref())
            .collect();
        for patient in &patients {
            if let Some(key) = self.keys.get(&patient.data_key) {
                pen.know(patient.id.uuid(), key.clone(), patient.key);
            }
        }
        let records: Vec<Uuid> = patients.iter().map(|patient| patient.id.uuid()).collect();
        pen.look_up(conn, &records)?;
        Ok(Some(version))
    }

    /// The discussion with its file, if it was loaded.
    pub(super) fn discussion(&self, id: DiscussionId) -> Option<Loaded> {
        self.loaded.get(&id).cloned()
    }

    /// The data key, if it was loaded.
    pub(super) fn key(&self, id: DataKeyId) -> Option<DataKey> {
        self.keys.get(&id).cloned()
    }

    /// Whether the reader has seen the discussion identified, if that was asked.
    pub(super) fn has_seen(&self, id: DiscussionId, person: PersonId) -> Option<bool> {
        self.loaded
            .contains_key(&id)
            .then(|| self.seen.contains_key(&(id, person)))
    }

    /// The sealed summary, if it was loaded.
    pub(super) fn summary(&self, case: CaseId, version: u32) -> Option<Vec<u8>> {
        self.summaries.get(&(case, version)).cloned()
    }

    /// The sealed thread, if it was loaded.
    pub(super) fn thread(&self, id: DiscussionId) -> Option<Vec<MessageRow>> {
        let loaded = self.loaded.contains_key(&id);
        loaded.then(|| self.threads.get(&id).cloned().unwrap_or_default())
    }

    /// The sealed statements, if they were loaded.
    pub(super) fn statements(&self, case: CaseId) -> Option<Vec<cases::StatementRow>> {
        let loaded = self.loaded.values().any(|l| l.file.case.id == case);
        loaded.then(|| self.statements.get(&case).cloned().unwrap_or_default())
    }

    /// Somebody sees a discussion identified. Whether that is new here.
    pub(super) fn see(&mut self, id: DiscussionId, person: PersonId) -> bool {
        match self.seen.entry((id, person)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(unseen) => {
                unseen.insert(Vec::new());
                true
            }
        }
    }

    /// Whether a disclosure's note is known to stand in the register already.
    pub(super) fn has_noted(&self, register: Register, note: &JournalNote) -> bool {
        let JournalNote::DisclosureMade {
            consent,
            discussion,
            recipient: Recipient::Person(person),
        } = note
        else {
            return false;
        };
        let like_it = Noted {
            register,
            consent: consent.consent,
            version: consent.version,
            categories: consent.categories,
        };
        let noted = self.seen.get(&(*discussion, *person));
        noted.is_some_and(|noted| noted.contains(&like_it))
    }

    /// A consent is used in a discussion: every reading behind this one sees it.
    pub(super) fn bind(&mut self, consent: ConsentId, to: DiscussionId) {
        let closed_at = self.loaded.get(&to).and_then(|l| l.discussion.closed_at);
        let bound = Use {
            discussion: to,
            ended_at: closed_at,
        };
        for loaded in self.loaded.values_mut() {
            loaded.file.bind(consent, bound);
        }
    }
}

fn unique<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What patients have said.
struct Said {
    consents: HashMap<PersonKey, Vec<Consent>>,
    objections: HashMap<PatientId, Vec<Objection>>,
}

impl Said {
    fn load(conn: &mut Conn, found: &[Found]) -> Result<Self, StoreError> {
        let patients = found.iter().filter_map(|f| f.patient.as_ref());
        let persons = unique(patients.map(|patient| patient.key));
        let objecting = found.iter().filter(|f| f.objected);
        let objecting = objecting.filter_map(|f| f.patient.as_ref());
        let objecting: HashMap<PatientId, &Patient> = objecting.map(|p| (p.id, p)).collect();
        Ok(Self {
            consents: consents::of_persons(conn, &persons)?,
            objections: patients::objections_of(conn, &objecting)?,
        })
    }

    fn file_of(&self, found: Found) -> Loaded {
        let patient = found.patient.as_ref();
        let consents = patient.and_then(|p| self.consents.get(&p.key).cloned());
        let objections = patient.and_then(|p| self.objections.get(&p.id).cloned());
        let file = File::of(
            found.case,
            found.patient,
            consents.unwrap_or_default(),
            objections.unwrap_or_default(),
        );
        Loaded::of(found.discussion, file, found.recognised)
    }
}
