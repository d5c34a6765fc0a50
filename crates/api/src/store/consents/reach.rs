//! How far a withdrawal reaches, and which ids of a draft name something that is there.

use crate::store::conn::Conn;
use crate::store::schema::{guardianship, person, unit};
use crate::store::sql::Db;
use crate::store::{StoreError, registry};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::{Consent, Grant, Reach, Recipient, Source, State};
use samrad_domain::id::{OrganisationId, PatientId, PersonId, UnitId};
use samrad_domain::time::oslo_day;
use samrad_domain::unit::CompartmentKind;
use std::collections::HashSet;

/// The consents that a withdrawal of `first` reaches at `now`, itself before the others: of the
/// same person, active, and for any of the same recipients. Only those already granted: a draft
/// lets nobody know anything.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn reached(
    conn: &mut Conn,
    first: &Consent,
    key: &PersonKey,
    reach: Reach,
    now: Timestamp,
) -> Result<Vec<Consent>, StoreError> {
    let mut reached = vec![first.clone()];
    match reach {
        Reach::ThisAlone => {}
        Reach::SameRecipients => {
            let all = super::of_person(conn, key)?;
            let work = workplaces(conn, &all, now)?;
            let works_in = |person, unit| work.contains(&(person, unit));
            reached.extend(all.into_iter().filter(|other| {
                other.id != first.id
                    && matches!(other.state, State::Active(_))
                    && first.reaches(other, &works_in)
            }));
        }
    }
    Ok(reached)
}

/// Where the people named in `consents` work at `now`.
fn workplaces(
    conn: &mut Conn,
    consents: &[Consent],
    now: Timestamp,
) -> Result<HashSet<(PersonId, UnitId)>, StoreError> {
    let grants = consents.iter().flat_map(|c| &c.grants);
    let named: HashSet<PersonId> = grants.filter_map(|g| person_of(g.recipient)).collect();
    let today = oslo_day(now);
    let mut work = HashSet::new();
    for person in named {
        let held = registry::affiliations_of(conn, person)?;
        let now = held.iter().filter(|a| a.holds_on(today));
        work.extend(now.map(|a| (person, a.unit)));
    }
    Ok(work)
}

const fn person_of(recipient: Recipient) -> Option<PersonId> {
    match recipient {
        Recipient::Person(id) => Some(id),
        Recipient::Unit(_) | Recipient::RoleInUnit(..) => None,
    }
}

const fn unit_of(recipient: Recipient) -> Option<UnitId> {
    match recipient {
        Recipient::Person(_) => None,
        Recipient::Unit(id) | Recipient::RoleInUnit(id, _) => Some(id),
    }
}

/// The organisations, units and persons, of those that a draft names, that the registry knows.
#[derive(Clone, Debug)]
pub struct Known {
    organisations: HashSet<OrganisationId>,
    units: HashSet<UnitId>,
    persons: HashSet<PersonId>,
}

/// Those of `ids` that are in the table.
macro_rules! there {
    ($conn:ident, $table:ident, $ids:expr) => {
        $table::table
            .filter($table::id.eq_any($ids.map(Db)))
            .select($table::id)
            .load($conn)?
            .into_iter()
            .collect()
    };
}

impl Known {
    /// Looks up everything that `grants` and `recipients` name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn of(
        conn: &mut Conn,
        grants: &[Grant],
        recipients: &[Recipient],
    ) -> Result<Self, StoreError> {
        let (mut organisations, mut units) = (Vec::new(), Vec::new());
        for grant in grants {
            match grant.source {
                Source::Unit(id) => units.push(id),
                Source::Organisation(id) => organisations.push(id),
            }
        }
        let mut heard: Vec<Recipient> = grants.iter().map(|g| g.recipient).collect();
        heard.extend(recipients);
        units.extend(heard.iter().copied().filter_map(unit_of));
        let persons = heard.into_iter().filter_map(person_of);
        Ok(Self {
            organisations: of_one_secrecy(conn, &organisations)?,
            units: there!(conn, unit, units.into_iter()),
            persons: there!(conn, person, persons),
        })
    }

    /// Whether the registry knows the source.
    #[must_use]
    pub fn has_source(&self, source: Source) -> bool {
        match source {
            Source::Unit(id) => self.units.contains(&id),
            Source::Organisation(id) => self.organisations.contains(&id),
        }
    }

    /// Whether the registry knows the recipient.
    #[must_use]
    pub fn has_recipient(&self, recipient: Recipient) -> bool {
        match recipient {
            Recipient::Person(id) => self.persons.contains(&id),
            Recipient::Unit(id) | Recipient::RoleInUnit(id, _) => self.units.contains(&id),
        }
    }
}

/// Those of `organisations` whose cases are all of one compartment. An organisation whose units
/// keep secrets from each other (a municipality with health and social services) is no source as a
/// whole: its units are named one by one.
fn of_one_secrecy(
    conn: &mut Conn,
    organisations: &[OrganisationId],
) -> Result<HashSet<OrganisationId>, StoreError> {
    let owning = [
        CompartmentKind::Health,
        CompartmentKind::NavState,
        CompartmentKind::MunicipalSocial,
    ];
    let kept: Vec<(OrganisationId, CompartmentKind, Option<String>)> = unit::table
        .filter(unit::organisation_id.eq_any(organisations.iter().map(|id| Db(*id))))
        .filter(unit::compartment_kind.eq_any(owning.map(Db)))
        .select((
            unit::organisation_id,
            unit::compartment_kind,
            unit::compartment_key,
        ))
        .distinct()
        .load(conn)?;
    let alone = |id: &OrganisationId| kept.iter().filter(|(of, ..)| of == id).count() == 1;
    Ok(organisations.iter().copied().filter(alone).collect())
}

/// The records on which the person of `key` has ever been recorded as a guardian.
///
/// # Errors
/// When the database does not answer.
pub fn dependants(conn: &mut Conn, key: &PersonKey) -> Result<Vec<PatientId>, StoreError> {
    Ok(guardianship::table
        .filter(guardianship::guardian_key.eq(key.bytes().as_slice()))
        .order(guardianship::patient_id)
        .select(guardianship::patient_id)
        .distinct()
        .load(conn)?)
}
