//! What several readings of discussions need, loaded together in the open transaction: their sheets by one
//! statement, and what has none by one statement a table, however many readings.
//!
//! The functions that load for one act look here first, so a reading is the same code with and
//! without. What can't be read is left out, and the reading that needs it finds out by itself: a
//! broken row breaks no neighbour. Nothing outlives the run of readings that it was loaded for, but the
//! sheets that are written when it is through. And what an act finds out itself, and its entry needs too, goes by here.

mod laid;
mod spine;
mod tables;

use super::StoreError;
use super::conn::Conn;
use super::dialect::Tag;
use super::discussions::{self, Seen};
use super::keys::Keyring;
use super::matter::Loaded;
use super::notes::Noted;
use super::sheet::{self, Kept, SeenBy, Sheet, SheetRow};
use super::vault::{DataKey, Vault};
use crate::log::Pen;
use laid::Laid;
use samrad_domain::actor::PersonKey;
use samrad_domain::case::Statement;
use samrad_domain::consent::{Recipient, Use};
use samrad_domain::discussion::Message;
use samrad_domain::id::{CaseId, ConsentId, DataKeyId, DiscussionId, PersonId};
use samrad_domain::journal::{JournalNote, Register};
use samrad_domain::summary::Summary;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use tables::made_of_tables;
use uuid::Uuid;

/// What a reading wants loaded: a discussion, for one reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    wanted: BTreeSet<Wanted>,
    keys: HashMap<DataKeyId, DataKey>,
    sheets: HashMap<DiscussionId, Laid>,
    /// The discussions of each case.
    of_case: HashMap<CaseId, Vec<DiscussionId>>,
    seen: Seen,
    /// The record that an act has just asked for: the pen need not ask for it again.
    asked: Option<Asked>,
}

/// A record, its key, and the person whose it is.
type Asked = (Uuid, DataKey, PersonKey);

impl Ahead {
    /// Loads what is wanted. What goes by the tags `alone` may change in the open transaction. Where a row
    /// can't be read, nothing is loaded: the readings then run one by
    /// one, so that each sees what those before it left, and the one concerned fails alone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn load(
        conn: &mut Conn,
        (vault, keyring): (&Vault, &Keyring),
        wanted: &[Wanted],
        alone: &BTreeSet<Tag>,
    ) -> Result<Self, StoreError> {
        if wanted.is_empty() {
            return Ok(Self::default());
        }
        match Self::loading(conn, (vault, keyring), wanted, alone) {
            Err(StoreError::Corrupt { .. } | StoreError::Sealed(_)) => Ok(Self {
                one_by_one: true,
                ..Self::default()
            }),
            loaded => loaded,
        }
    }

    /// The sheets of all that is wanted; none where one has no sheet, or one that readings change. It takes no lock: what was
    /// read is what there is only if the log has not been moved since, but by readings.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn on_sheets(
        conn: &mut Conn,
        (vault, keyring): (&Vault, &Keyring),
        wanted: &[Wanted],
    ) -> Result<Option<Self>, StoreError> {
        if wanted.is_empty() {
            return Ok(Some(Self::default()));
        }
        match Self::kept(conn, (vault, keyring), wanted) {
            Err(StoreError::Corrupt { .. } | StoreError::Sealed(_)) => Ok(None),
            Err(error) => Err(error),
            Ok((ahead, ids)) => {
                let are_all_there = ids.iter().all(|id| ahead.sheets.contains_key(id));
                Ok((are_all_there && !ahead.can_change_by_reading()).then_some(ahead))
            }
        }
    }

    /// Loads the sheets that are kept of what is wanted. Gives the discussions too.
    fn kept(
        conn: &mut Conn,
        (vault, keyring): (&Vault, &Keyring),
        wanted: &[Wanted],
    ) -> Result<(Self, Vec<DiscussionId>), StoreError> {
        let mut ahead = Self {
            wanted: wanted.iter().copied().collect(),
            ..Self::default()
        };
        let ids = unique(wanted.iter().map(|w| w.discussion));
        for Kept {
            sheet,
            seen_by,
            key,
        } in sheet::fetch(conn, vault, keyring, &ids)?
        {
            ahead.keys.insert(key.id(), key);
            ahead.lay(sheet, Some(seen_by), true);
        }
        Ok((ahead, ids))
    }

    fn loading(
        conn: &mut Conn,
        (vault, keyring): (&Vault, &Keyring),
        wanted: &[Wanted],
        alone: &BTreeSet<Tag>,
    ) -> Result<Self, StoreError> {
        let (mut ahead, ids) = Self::kept(conn, (vault, keyring), wanted)?;
        #[cfg(debug_assertions)]
        ahead.hold_against_tables(conn, vault)?;
        let without: Vec<_> = ids
            .into_iter()
            .filter(|id| !ahead.sheets.contains_key(id))
            .collect();
        for sheet in made_of_tables(conn, vault, &without, &mut ahead.keys)? {
            let lasts = !alone.contains(&sheet.tag()) && !sheet.changes_by_reading();
            if let Some(key) = ahead.keys.get(&sheet.loaded.file.case.data_key) {
                keyring.hold(key);
            }
            ahead.lay(sheet, None, lasts);
        }
        Ok(ahead)
    }

    fn lay(&mut self, sheet: Sheet, kept: Option<SeenBy>, lasts: bool) {
        let (id, case) = (sheet.loaded.discussion.id, sheet.loaded.file.case.id);
        self.of_case.entry(case).or_default().push(id);
        let laid = Laid { sheet, kept, lasts };
        self.sheets.insert(id, laid);
    }

    /// A sheet that is not what the tables say would be shown to who may not see it.
    #[cfg(debug_assertions)]
    pub(super) fn hold_against_tables(
        &self,
        conn: &mut Conn,
        vault: &Vault,
    ) -> Result<(), StoreError> {
        let ids: Vec<_> = self.sheets.keys().copied().collect();
        let kept = || self.sheets.values().flat_map(|laid| &laid.kept).flatten();
        let persons = unique(kept().map(|(person, _)| *person));
        let seen = discussions::seen(conn, &ids, &persons)?;
        for (id, laid) in &self.sheets {
            for (person, noted) in laid.kept.iter().flatten() {
                let known = seen.get(&(*id, *person));
                let are_known = known.is_some_and(|known| noted.iter().all(|n| known.contains(n)));
                assert!(
                    are_known,
                    "the sheet of {id} tells of a sight that was none"
                );
            }
        }
        let tables = made_of_tables(conn, vault, &ids, &mut HashMap::new())?;
        assert_eq!(tables.len(), ids.len(), "a sheet of what is not there");
        for sheet in tables {
            let id = sheet.loaded.discussion.id;
            assert_eq!(
                self.sheets[&id].sheet.facts(),
                sheet.facts(),
                "the sheet of {id} is not what the tables say"
            );
        }
        Ok(())
    }

    /// How many of the readings that it was loaded for may run on it.
    pub(super) const fn serves(&self, wanted: usize) -> usize {
        if self.one_by_one { 1 } else { wanted }
    }

    /// Whether a reading elsewhere could have changed what was loaded: by using a consent for single use.
    pub(super) fn can_change_by_reading(&self) -> bool {
        let mut sheets = self.sheets.values();
        sheets.any(|laid| laid.sheet.changes_by_reading())
    }

    /// Loads what another reading may have changed until the head of the log was taken: who has seen what
    /// and what notes tell of it, where that is not on the sheet, and, for the pen, where the chains of the
    /// records end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn catch_up(&mut self, conn: &mut Conn, pen: &mut Pen) -> Result<(), StoreError> {
        self.look_who_has_seen(conn)?;
        let patients = self.sheets.values();
        let patients = patients.filter_map(|laid| laid.sheet.loaded.file.patient.as_ref());
        let mut records: Vec<Uuid> = Vec::with_capacity(self.sheets.len());
        for patient in patients {
            if let Some(key) = self.keys.get(&patient.data_key) {
                pen.know(patient.id.uuid(), key.clone(), patient.key);
            }
            records.push(patient.id.uuid());
        }
        pen.look_up(conn, &records)
    }

    /// Finds who has seen what, on the sheets and then in the tables.
    fn look_who_has_seen(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let (mut discussions, mut readers) = (BTreeSet::new(), BTreeSet::new());
        for Wanted { discussion, reader } in &self.wanted {
            let Some(laid) = self.sheets.get(discussion) else {
                continue;
            };
            match laid.noted_for(*reader) {
                Some(noted) => drop(self.seen.insert((*discussion, *reader), noted.clone())),
                None => {
                    discussions.insert(*discussion);
                    readers.insert(*reader);
                }
            }
        }
        if discussions.is_empty() {
            return Ok(());
        }
        let discussions: Vec<_> = discussions.into_iter().collect();
        let readers: Vec<_> = readers.into_iter().collect();
        self.seen
            .extend(discussions::seen(conn, &discussions, &readers)?);
        Ok(())
    }

    /// The sheets to write: those made of the tables, and those on which somebody is not who has seen the discussion.
    /// For a run of readings that is through, and left nothing undone.
    pub(super) fn to_keep(&self) -> Vec<SheetRow> {
        let lasting = self.sheets.values().filter(|laid| laid.lasts);
        let rows = lasting.filter_map(|laid| {
            let loaded = &laid.sheet.loaded;
            let seen_by = laid.seen_by(&self.seen, &self.wanted)?;
            let key = self.keys.get(&loaded.file.case.data_key)?;
            Some(laid.sheet.row(&seen_by, key))
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|row| row.discussion_id);
        rows
    }

    /// An act asked for a record, which its entry is to be about.
    pub(super) fn asked(&mut self, record: Uuid, key: DataKey, person: PersonKey) {
        self.asked = Some((record, key, person));
    }

    /// Tells the pen of the record that was asked for.
    pub(super) fn tell(&mut self, pen: &mut Pen) {
        if let Some((record, key, person)) = self.asked.take() {
            pen.know(record, key, person);
        }
    }

    /// What an act asked for is undone with it.
    pub(super) fn forget(&mut self) {
        self.asked = None;
    }

    /// The discussion with its file, if it was loaded.
    pub(super) fn discussion(&self, id: DiscussionId) -> Option<Loaded> {
        self.sheets.get(&id).map(|laid| laid.sheet.loaded.clone())
    }

    /// The data key, if it was loaded.
    pub(super) fn key(&self, id: DataKeyId) -> Option<DataKey> {
        self.keys.get(&id).cloned()
    }

    /// Whether the reader has seen the discussion identified, if that was asked.
    pub(super) fn has_seen(&self, id: DiscussionId, person: PersonId) -> Option<bool> {
        let asked = Wanted {
            discussion: id,
            reader: person,
        };
        (self.wanted.contains(&asked) && self.sheets.contains_key(&id))
            .then(|| self.seen.contains_key(&(id, person)))
    }

    fn of_case(&self, case: CaseId) -> impl Iterator<Item = &Sheet> {
        let ids = self.of_case.get(&case).into_iter().flatten();
        ids.filter_map(|id| Some(&self.sheets.get(id)?.sheet))
    }

    /// The summary, if it was loaded.
    pub(super) fn summary(&self, case: CaseId, version: u32) -> Option<Summary> {
        let mut sheets = self.of_case(case);
        let sheet = sheets.find(|sheet| sheet.loaded.discussion.summary_version == version)?;
        sheet.summary.clone()
    }

    /// The thread, if it was loaded.
    pub(super) fn thread(&self, id: DiscussionId) -> Option<Vec<Message>> {
        self.sheets.get(&id).map(|laid| laid.sheet.thread.clone())
    }

    /// The statements of a case, if they were loaded.
    pub(super) fn statements(&self, case: CaseId) -> Option<Vec<Statement>> {
        self.of_case(case)
            .next()
            .map(|sheet| sheet.statements.clone())
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

    /// A disclosure leaves a note in the register. Whether none is known to stand there already.
    pub(super) fn note(&mut self, register: Register, note: &JournalNote) -> bool {
        let JournalNote::DisclosureMade {
            consent,
            discussion,
            recipient: Recipient::Person(person),
        } = note
        else {
            return true;
        };
        let like_it = Noted {
            register,
            consent: consent.consent,
            version: consent.version,
            categories: consent.categories,
        };
        let Some(noted) = self.seen.get_mut(&(*discussion, *person)) else {
            return true;
        };
        let is_new = !noted.contains(&like_it);
        if is_new {
            noted.push(like_it);
        }
        is_new
    }

    /// A consent is used in a discussion: every reading behind this one sees it.
    pub(super) fn bind(&mut self, consent: ConsentId, to: DiscussionId) {
        let closed_at = self.sheets.get(&to);
        let closed_at = closed_at.and_then(|laid| laid.sheet.loaded.discussion.closed_at);
        let bound = Use {
            discussion: to,
            ended_at: closed_at,
        };
        for laid in self.sheets.values_mut() {
            laid.sheet.loaded.file.bind(consent, bound);
        }
    }
}

fn unique<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}
