//! What a unit of work leaves behind besides its entry and does not read back: kept until the unit,
//! or the run of readings that it stands in, is through, and written together.

use super::bulk::{bulk_rows, write_together};
use super::conn::Conn;
use super::notes::NoteRow;
use super::schema::discussion_sight;
use super::sheet::SheetRow;
use super::sql::{Db, SqlTimestamp, SqlUuid};
use super::{StoreError, consents};
use jiff::Timestamp;
use samrad_domain::id::{ConsentId, DiscussionId, PersonId};

bulk_rows! {
    /// That somebody has seen a discussion identified.
    SightRow in discussion_sight as SightColumns, ending " ON CONFLICT DO NOTHING" {
        discussion_id: SqlUuid = Db<DiscussionId>,
        person_id: SqlUuid = Db<PersonId>,
        first_seen_at: SqlTimestamp = Db<Timestamp>,
    }
}

/// What is written later.
#[derive(Debug, Default)]
pub struct Later {
    sights: Vec<SightRow>,
    notes: Vec<NoteRow>,
    uses: Vec<(ConsentId, DiscussionId)>,
    sheets: Vec<SheetRow>,
}

/// How much waited at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    sights: usize,
    notes: usize,
    uses: usize,
}

impl Later {
    /// How much waits.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            sights: self.sights.len(),
            notes: self.notes.len(),
            uses: self.uses.len(),
        }
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            sights,
            notes,
            uses,
            sheets,
        } = self;
        sights.is_empty() && notes.is_empty() && uses.is_empty() && sheets.is_empty()
    }

    /// Forgets what came since.
    pub fn back_to(&mut self, mark: Mark) {
        self.sights.truncate(mark.sights);
        self.notes.truncate(mark.notes);
        self.uses.truncate(mark.uses);
    }

    /// Forgets everything.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Somebody sees a discussion identified.
    pub(super) fn sight(&mut self, discussion: DiscussionId, person: PersonId, at: Timestamp) {
        self.sights.push(SightRow {
            discussion_id: Db(discussion),
            person_id: Db(person),
            first_seen_at: Db(at),
        });
    }

    /// A note is to be filed.
    pub(super) fn note(&mut self, row: NoteRow) {
        self.notes.push(row);
    }

    /// A consent for single use is used.
    pub(super) fn used(&mut self, consent: ConsentId, discussion: DiscussionId) {
        self.uses.push((consent, discussion));
    }

    /// Sheets are to be kept.
    pub(super) fn keep(&mut self, mut sheets: Vec<SheetRow>) {
        self.sheets.append(&mut sheets);
    }

    /// Writes it all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn write(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        write_together(
            conn,
            &mut [&mut self.sights, &mut self.notes, &mut self.sheets],
        )?;
        for (id, discussion) in &self.uses {
            consents::bind(conn, *id, *discussion)?;
        }
        self.forget();
        Ok(())
    }
}
