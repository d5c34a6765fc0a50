//! Whose bucket a unit of work needs, by the tag of who it is, found before it is queued.
//!
//! The person behind a discussion, a case or a consent never changes, so it can be looked up on
//! before the batch begins. What leads to nobody takes a bucket all the same, made of the id asked for: a
//! stranger's request takes the same steps as a real one.

use super::conn::Conn;
use super::dialect::{Hold, Tag};
use super::schema::{
    case_file, consent, discussion, guardianship, ips_note, ips_participation, objection, patient,
    record_note,
};
use super::sql::Db;
use super::{StoreError, load_any};
use diesel::prelude::*;
use quick_cache::sync::Cache;
use samrad_domain::actor::PersonKey;
use samrad_domain::id::{
    CaseId, ConsentId, DiscussionId, GuardianshipId, IpsNoteId, NoteId, ObjectionId,
    ParticipationId, PatientId,
};
use std::collections::HashMap;
use uuid::Uuid;

/// What a unit of work is about, as far as locking goes.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// No person: the registry, a general question, the log.
    Nobody,
    /// A person, by key.
    Person(PersonKey),
    /// The person of a patient record.
    Patient(PatientId),
    /// The person of a case.
    Case(CaseId),
    /// The person of a discussion.
    Discussion(DiscussionId),
    /// The person of a consent.
    Consent(ConsentId),
    /// The person of a note to file.
    Note(NoteId),
    /// The person of an IPS participation.
    Participation(ParticipationId),
    /// The person of an IPS note.
    IpsNote(IpsNoteId),
    /// The person of an objection.
    Objection(ObjectionId),
    /// The person of a guardianship.
    Guardianship(GuardianshipId),
}

/// The tag of whom `about` is about now; none where there is no person to lock.
///
/// # Errors
/// When the database does not answer.
pub(super) fn tag(conn: &mut Conn, about: About) -> Result<Option<Tag>, StoreError> {
    let (id, key) = match about {
        About::Nobody => return Ok(None),
        About::Person(key) => return Ok(Some(Tag::of(key.bytes()))),
        About::Patient(id) => (id.uuid(), of_patient(conn, id)?),
        About::Case(id) => (
            id.uuid(),
            maybe(
                case_file::table
                    .find(Db(id))
                    .select(case_file::person_key)
                    .first(conn),
            )?,
        ),
        About::Discussion(id) => {
            let found: Option<(CaseId, Option<Vec<u8>>)> = discussion::table
                .find(Db(id))
                .select((discussion::case_id, discussion::person_key))
                .first(conn)
                .optional()?;
            of_discussion(id, found)
        }
        About::Consent(id) => (
            id.uuid(),
            sure(
                consent::table
                    .find(Db(id))
                    .select(consent::person_key)
                    .first(conn),
            )?,
        ),
        About::Participation(id) => (
            id.uuid(),
            sure(
                ips_participation::table
                    .find(Db(id))
                    .select(ips_participation::person_key)
                    .first(conn),
            )?,
        ),
        About::IpsNote(id) => (
            id.uuid(),
            sure(
                ips_note::table
                    .inner_join(ips_participation::table)
                    .filter(ips_note::id.eq(Db(id)))
                    .select(ips_participation::person_key)
                    .first(conn),
            )?,
        ),
        About::Note(id) => (
            id.uuid(),
            sure(
                record_note::table
                    .inner_join(patient::table)
                    .filter(record_note::id.eq(Db(id)))
                    .select(patient::person_key)
                    .first(conn),
            )?,
        ),
        About::Objection(id) => (
            id.uuid(),
            sure(
                objection::table
                    .inner_join(patient::table)
                    .filter(objection::id.eq(Db(id)))
                    .select(patient::person_key)
                    .first(conn),
            )?,
        ),
        About::Guardianship(id) => (
            id.uuid(),
            sure(
                guardianship::table
                    .inner_join(patient::table)
                    .filter(guardianship::id.eq(Db(id)))
                    .select(patient::person_key)
                    .first(conn),
            )?,
        ),
    };
    Ok(Some(tag_of(id, key)))
}

/// Whose discussions are whose, as far as it was looked up: that never changes.
pub struct Subjects(Cache<DiscussionId, Tag>);

/// How many discussions are remembered: some megabytes.
const REMEMBERED: usize = 200_000;

impl Default for Subjects {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Subjects {
    /// Whom a batch is about. Discussions, of which there are most, are looked up together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn tags(
        &self,
        conn: &mut Conn,
        abouts: &[(About, Hold)],
    ) -> Result<Vec<(Tag, Hold)>, StoreError> {
        let (mut unknown, mut tags) = (Vec::new(), Vec::new());
        for (about, hold) in abouts {
            let About::Discussion(id) = about else {
                tags.extend(tag(conn, *about)?.map(|found| (found, *hold)));
                continue;
            };
            match self.0.get(id) {
                Some(known) => tags.push((known, *hold)),
                None => unknown.push((*id, *hold)),
            }
        }
        if unknown.is_empty() {
            return Ok(tags);
        }
        let asked: Vec<_> = unknown.iter().map(|(id, _)| Db(*id)).collect();
        let found: Vec<(DiscussionId, CaseId, Option<Vec<u8>>)> = load_any!(
            conn,
            discussion::table
                .filter(discussion::id.eq_any(asked.clone()))
                .select((discussion::id, discussion::case_id, discussion::person_key))
        )?;
        let found = found.into_iter().map(|(id, case, key)| (id, (case, key)));
        let found: HashMap<_, _> = found.collect();
        for (id, hold) in unknown {
            let found = found.get(&id).cloned();
            let there = found.is_some();
            let (lock, key) = of_discussion(id, found);
            let tag = tag_of(lock, key);
            // One that isn't there is not remembered: anybody can think of those.
            if there {
                self.0.insert(id, tag);
            }
            tags.push((tag, hold));
        }
        Ok(tags)
    }
}

/// The id and the key that a discussion's tag is made of. A general question has no person: it is
/// locked by its case, as what changes the case is.
fn of_discussion(
    id: DiscussionId,
    found: Option<(CaseId, Option<Vec<u8>>)>,
) -> (Uuid, Option<Vec<u8>>) {
    match found {
        Some((case, key)) => (case.uuid(), key),
        None => (id.uuid(), None),
    }
}

fn of_patient(conn: &mut Conn, id: PatientId) -> Result<Option<Vec<u8>>, StoreError> {
    sure(
        patient::table
            .find(Db(id))
            .select(patient::person_key)
            .first(conn),
    )
}

fn sure(found: QueryResult<Vec<u8>>) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(found.optional()?)
}

fn maybe(found: QueryResult<Option<Vec<u8>>>) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(found.optional()?.flatten())
}

fn tag_of(id: Uuid, key: Option<Vec<u8>>) -> Tag {
    match key.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
        Some(bytes) => Tag::of(&bytes),
        None => Tag::of_uuid(id),
    }
}
