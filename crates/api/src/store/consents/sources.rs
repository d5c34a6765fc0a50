//! The sources of consents: whose secrets they open, what those organisations accept, and where
//! the compartments among them keep a record of the person.
//!
//! Which compartments know the person never leaves the service: it decides where notes are filed
//! (R5), from what age consent is given, and who is protected.

use crate::store::conn::Conn;
use crate::store::schema::{case_file, patient, patient_registration, unit};
use crate::store::sql::Db;
use crate::store::{StoreError, compartments, registry};
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::code::CategorySet;
use samrad_domain::consent::{Consent, Source};
use samrad_domain::id::{OrganisationId, PatientId, UnitId};
use samrad_domain::unit::{Compartment, CompartmentKind, Policy};

/// A unit that a source is, or is made of.
#[derive(Clone, Debug)]
struct Speaker {
    unit: UnitId,
    organisation: OrganisationId,
    compartment: Compartment,
}

/// A record that some compartment keeps of the person.
#[derive(Clone, Debug)]
struct Record {
    id: PatientId,
    compartment: Compartment,
}

/// A source's record of the person, and who files what happens to it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The record.
    pub patient: PatientId,
    /// Its compartment.
    pub compartment: Compartment,
    /// The unit that files.
    pub unit: UnitId,
    /// The organisation of that unit.
    pub organisation: OrganisationId,
    /// What the consent lets it tell.
    pub categories: CategorySet,
}

/// What is known of the sources of a consent.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The kinds of their compartments: those that keep a record of the person, else all.
    pub kinds: Vec<CompartmentKind>,
    /// What their organisations accept.
    pub policies: Vec<Policy>,
    /// Their records of the person: one for each source and compartment.
    pub kept: Vec<Kept>,
    /// The first of them, for the log.
    pub first: Option<(OrganisationId, Option<UnitId>)>,
    /// Every record that their compartments keep of the person.
    pub records: Vec<PatientId>,
}

/// The sources of `consent` about the person of `key`. Where a whole organisation is the source,
/// `preferred` files if it is one of its units.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn of(
    conn: &mut Conn,
    consent: &Consent,
    key: &PersonKey,
    preferred: Option<UnitId>,
) -> Result<Sources, StoreError> {
    let all = records(conn, key)?;
    let mut sources = Sources {
        kinds: Vec::new(),
        policies: Vec::new(),
        kept: Vec::new(),
        first: None,
        records: Vec::new(),
    };
    for source in distinct(consent) {
        let speakers = speakers(conn, source)?;
        let place = match source {
            Source::Unit(id) => speakers.first().map(|s| (s.organisation, Some(id))),
            Source::Organisation(id) => Some((id, None)),
        };
        sources.first = sources.first.or(place);
        if let Some((organisation, _)) = place {
            sources.policies.push(registry::policy(conn, organisation)?);
        }
        let wish = Wish {
            own: consent.patient,
            preferred,
            categories: told_by(consent, source),
        };
        sources.add(conn, &speakers, &all, &wish)?;
    }
    Ok(sources)
}

/// What the consent lets `source` tell.
fn told_by(consent: &Consent, source: Source) -> CategorySet {
    let own = consent.grants.iter().filter(|g| g.source == source);
    own.fold(CategorySet::NONE, |all, g| all.union(g.categories))
}

/// How one source's notes should be filed, if it can be.
struct Wish {
    /// The record that the consent was drafted on.
    own: PatientId,
    /// The unit of who records.
    preferred: Option<UnitId>,
    /// What the source may tell.
    categories: CategorySet,
}

fn distinct(consent: &Consent) -> Vec<Source> {
    let mut named: Vec<Source> = Vec::new();
    for grant in &consent.grants {
        if !named.contains(&grant.source) {
            named.push(grant.source);
        }
    }
    named
}

impl Sources {
    /// Adds what the compartments of `speakers` keep of the person.
    fn add(
        &mut self,
        conn: &mut Conn,
        speakers: &[Speaker],
        all: &[Record],
        wish: &Wish,
    ) -> Result<(), StoreError> {
        let known = self.kinds.len();
        for compartment in compartments_of(speakers) {
            let here: Vec<&Record> = all
                .iter()
                .filter(|r| r.compartment == *compartment)
                .collect();
            let mut at = speakers.iter().filter(|s| s.compartment == *compartment);
            let units: Vec<UnitId> = at.clone().map(|s| s.unit).collect();
            let Some((patient, unit)) = filing(conn, &here, &units, wish)? else {
                continue;
            };
            self.kinds.push(compartment.kind());
            self.records.extend(here.iter().map(|r| r.id));
            self.kept.extend(at.find(|s| s.unit == unit).map(|s| Kept {
                patient,
                compartment: compartment.clone(),
                unit,
                organisation: s.organisation,
                categories: wish.categories,
            }));
        }
        if self.kinds.len() == known {
            self.kinds
                .extend(speakers.iter().map(|s| s.compartment.kind()));
        }
        Ok(())
    }

    /// The records to file a note on: each once for a unit, with all that the consent lets it tell.
    #[must_use]
    pub fn to_note(self) -> Vec<Kept> {
        let mut once: Vec<Kept> = Vec::new();
        for new in self.kept {
            let same = |old: &&mut Kept| (old.unit, old.patient) == (new.unit, new.patient);
            match once.iter_mut().find(same) {
                Some(old) => old.categories = old.categories.union(new.categories),
                None => once.push(new),
            }
        }
        once
    }
}

fn compartments_of(speakers: &[Speaker]) -> Vec<&Compartment> {
    let mut named: Vec<&Compartment> = Vec::new();
    for speaker in speakers {
        if !named.contains(&&speaker.compartment) {
            named.push(&speaker.compartment);
        }
    }
    named
}

fn records(conn: &mut Conn, key: &PersonKey) -> Result<Vec<Record>, StoreError> {
    patient::table
        .filter(patient::person_key.eq(key.bytes().as_slice()))
        .order((patient::created_at, patient::id))
        .select((
            patient::id,
            patient::compartment_kind,
            patient::compartment_key,
        ))
        .load::<(PatientId, String, String)>(conn)?
        .into_iter()
        .map(|(id, kind, key)| {
            Ok(Record {
                id,
                compartment: compartments::read(&kind, Some(&key))?,
            })
        })
        .collect()
}

fn speakers(conn: &mut Conn, source: Source) -> Result<Vec<Speaker>, StoreError> {
    let mut query = unit::table
        .order((unit::created_at, unit::id))
        .select((
            unit::id,
            unit::organisation_id,
            unit::compartment_kind,
            unit::compartment_key,
        ))
        .into_boxed();
    query = match source {
        Source::Unit(id) => query.filter(unit::id.eq(Db(id))),
        Source::Organisation(id) => query.filter(unit::organisation_id.eq(Db(id))),
    };
    query
        .load::<(UnitId, OrganisationId, String, Option<String>)>(conn)?
        .into_iter()
        .map(|(unit, organisation, kind, key)| {
            Ok(Speaker {
                unit,
                organisation,
                compartment: compartments::read(&kind, key.as_deref())?,
            })
        })
        .collect()
}

/// On which of one compartment's `records` which of its `units` files: the consent's own record if
/// it is among them, else that of the newest case of these units, else one registered for them.
fn filing(
    conn: &mut Conn,
    records: &[&Record],
    units: &[UnitId],
    wish: &Wish,
) -> Result<Option<(PatientId, UnitId)>, StoreError> {
    let at_home = records.iter().any(|r| r.id == wish.own);
    let pool: Vec<PatientId> = if at_home {
        vec![wish.own]
    } else {
        records.iter().map(|r| r.id).collect()
    };
    let (Some(first), Some(some_unit)) = (pool.first(), units.first()) else {
        return Ok(None);
    };
    let (record, unit) = match worked_on(conn, &pool, units)? {
        Some(worked_on) => worked_on,
        None => (*first, *some_unit),
    };
    let preferred = wish.preferred.filter(|unit| units.contains(unit));
    Ok(Some((record, preferred.unwrap_or(unit))))
}

/// The record that one of `units` works on, and that unit.
fn worked_on(
    conn: &mut Conn,
    pool: &[PatientId],
    units: &[UnitId],
) -> Result<Option<(PatientId, UnitId)>, StoreError> {
    let (records, at) = (
        || pool.iter().map(|id| Db(*id)),
        || units.iter().map(|id| Db(*id)),
    );
    let with_case = case_file::table
        .filter(case_file::patient_id.eq_any(records()))
        .filter(case_file::owner_unit.eq_any(at()))
        .order(case_file::created_at.desc())
        .select((
            case_file::patient_id.assume_not_null(),
            case_file::owner_unit,
        ))
        .first(conn)
        .optional()?;
    if with_case.is_some() {
        return Ok(with_case);
    }
    Ok(patient_registration::table
        .filter(patient_registration::patient_id.eq_any(records()))
        .filter(patient_registration::unit_id.eq_any(at()))
        .order(patient_registration::registered_at)
        .select((
            patient_registration::patient_id,
            patient_registration::unit_id,
        ))
        .first(conn)
        .optional()?)
}
