//! The sources of consents: whose secrets they open, what those organisations accept, and where
//! the compartments among them keep a record of the person.
//!
//! Which compartments know the person never leaves the service: it decides where notes are filed
//! (R5), from what age consent is given, and who is protected.

use crate::store::conn::Conn;
use crate::store::schema::{case_file, organisation, patient, patient_registration, unit};
use crate::store::sql::Db;
use crate::store::{StoreError, compartments};
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::code::CategorySet;
use samrad_domain::consent::{Consent, Source};
use samrad_domain::id::{OrganisationId, PatientId, UnitId};
use samrad_domain::patient::Protection;
use samrad_domain::unit::{Compartment, CompartmentKind, OralPolicy, Policy, RecipientPolicy};

/// A unit that a source is, or is made of.
#[derive(Clone, Debug)]
struct Speaker {
    unit: UnitId,
    organisation: OrganisationId,
    compartment: Compartment,
}

/// A record that a source's compartment keeps of the person.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The record.
    pub patient: PatientId,
    /// The compartment.
    pub compartment: Compartment,
    /// The unit that files what happens to it.
    pub unit: UnitId,
    /// The organisation of that unit.
    pub organisation: OrganisationId,
    /// What the consent lets it tell.
    pub categories: CategorySet,
    /// Whether the person is protected, as this compartment knows.
    pub protection: Protection,
}

/// What is known of the sources of a consent.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The kinds of their compartments: those that keep a record of the person, else all.
    pub kinds: Vec<CompartmentKind>,
    /// What their organisations accept.
    pub policies: Vec<Policy>,
    /// Their records of the person, each once for a unit.
    pub kept: Vec<Kept>,
    /// The first of them, for the log.
    pub first: Option<(OrganisationId, Option<UnitId>)>,
}

impl Sources {
    /// Adds records, each once for a unit.
    fn keep(&mut self, more: Vec<Kept>) {
        for new in more {
            let same = |old: &&mut Kept| (old.unit, old.patient) == (new.unit, new.patient);
            match self.kept.iter_mut().find(same) {
                Some(old) => old.categories = old.categories.union(new.categories),
                None => self.kept.push(new),
            }
        }
    }

    /// The strictest protection that any of the sources knows of.
    #[must_use]
    pub fn protection(&self) -> Protection {
        let known = self.kept.iter().map(|kept| kept.protection);
        known.max().unwrap_or(Protection::None)
    }
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
    let mut named: Vec<Source> = Vec::new();
    for grant in &consent.grants {
        if !named.contains(&grant.source) {
            named.push(grant.source);
        }
    }
    let records = records(conn, key)?;
    let mut sources = Sources {
        kinds: Vec::new(),
        policies: Vec::new(),
        kept: Vec::new(),
        first: None,
    };
    for source in named {
        let speakers = speakers(conn, source)?;
        let place = match source {
            Source::Unit(id) => speakers.first().map(|s| (s.organisation, Some(id))),
            Source::Organisation(id) => Some((id, None)),
        };
        sources.first = sources.first.or(place);
        if let Some((organisation, _)) = place {
            sources.policies.push(policy(conn, organisation)?);
        }
        let mut kept = kept(conn, &speakers, &records, preferred)?;
        let known = kept.iter().map(|k| k.compartment.kind());
        if kept.is_empty() {
            sources
                .kinds
                .extend(speakers.iter().map(|s| s.compartment.kind()));
        } else {
            sources.kinds.extend(known);
        }
        let own = consent.grants.iter().filter(|g| g.source == source);
        let categories = own.fold(CategorySet::NONE, |all, g| all.union(g.categories));
        for kept in &mut kept {
            kept.categories = categories;
        }
        sources.keep(kept);
    }
    Ok(sources)
}

/// A record of the person: id, compartment, protection.
type Record = (PatientId, Compartment, Protection);

fn records(conn: &mut Conn, key: &PersonKey) -> Result<Vec<Record>, StoreError> {
    patient::table
        .filter(patient::person_key.eq(key.bytes().as_slice()))
        .order(patient::id)
        .select((
            patient::id,
            patient::compartment_kind,
            patient::compartment_key,
            patient::protection,
        ))
        .load::<(PatientId, String, String, Protection)>(conn)?
        .into_iter()
        .map(|(id, kind, key, protection)| {
            Ok((id, compartments::read(&kind, Some(&key))?, protection))
        })
        .collect()
}

/// The record that `compartment` keeps of the person, if any.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn record_in(
    conn: &mut Conn,
    key: &PersonKey,
    compartment: &Compartment,
) -> Result<Option<PatientId>, StoreError> {
    let found = records(conn, key)?
        .into_iter()
        .find(|r| r.1 == *compartment);
    Ok(found.map(|(id, _, _)| id))
}

fn policy(conn: &mut Conn, id: OrganisationId) -> Result<Policy, StoreError> {
    let (recipients, oral, years) = organisation::table
        .find(Db(id))
        .select((
            organisation::recipients_policy,
            organisation::oral_policy,
            organisation::retention_years,
        ))
        .first::<(RecipientPolicy, OralPolicy, i32)>(conn)?;
    let retention_years = u16::try_from(years).map_err(|_| StoreError::Corrupt {
        table: "organisation",
        what: "a retention that can't be",
    })?;
    Ok(Policy {
        recipients,
        oral,
        retention_years,
    })
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

/// The records that the compartments of `speakers` keep, each with one unit to file it.
fn kept(
    conn: &mut Conn,
    speakers: &[Speaker],
    records: &[Record],
    preferred: Option<UnitId>,
) -> Result<Vec<Kept>, StoreError> {
    let mut kept = Vec::new();
    for (patient, compartment, protection) in records {
        let own: Vec<_> = speakers
            .iter()
            .filter(|s| s.compartment == *compartment)
            .collect();
        let units: Vec<UnitId> = own.iter().map(|s| s.unit).collect();
        let Some(unit) = filing_unit(conn, *patient, &units, preferred)? else {
            continue;
        };
        kept.extend(own.iter().find(|s| s.unit == unit).map(|s| Kept {
            patient: *patient,
            compartment: compartment.clone(),
            unit,
            organisation: s.organisation,
            categories: CategorySet::NONE,
            protection: *protection,
        }));
    }
    Ok(kept)
}

/// Which of `units` files: the preferred one, else the one with the newest case of the patient,
/// else the one that registered the patient, else the oldest.
fn filing_unit(
    conn: &mut Conn,
    patient: PatientId,
    units: &[UnitId],
    preferred: Option<UnitId>,
) -> Result<Option<UnitId>, StoreError> {
    if units.len() < 2 {
        return Ok(units.first().copied());
    }
    if let Some(unit) = preferred.filter(|unit| units.contains(unit)) {
        return Ok(Some(unit));
    }
    let candidates = || units.iter().map(|id| Db(*id));
    let with_case = case_file::table
        .filter(case_file::patient_id.eq(Db(patient)))
        .filter(case_file::owner_unit.eq_any(candidates()))
        .order(case_file::created_at.desc())
        .select(case_file::owner_unit)
        .first(conn)
        .optional()?;
    if with_case.is_some() {
        return Ok(with_case);
    }
    let registered = patient_registration::table
        .filter(patient_registration::patient_id.eq(Db(patient)))
        .filter(patient_registration::unit_id.eq_any(candidates()))
        .order(patient_registration::registered_at)
        .select(patient_registration::unit_id)
        .first(conn)
        .optional()?;
    Ok(registered.or(units.first().copied()))
}
