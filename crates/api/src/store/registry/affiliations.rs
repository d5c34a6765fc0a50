//! Dated positions of persons in units.
//!
//! An affiliation holds from its first day to before its last boundary: on `valid_until` itself it
//! holds no more. Days are Oslo's.

use crate::ids;
use crate::store::conn::Conn;
use crate::store::schema::{affiliation, organisation, person, unit};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::{StoreError, compartments};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::actor::{Position, Staff};
use samrad_domain::code::Role;
use samrad_domain::id::{AffiliationId, OrganisationId, PersonId, UnitId};
use samrad_domain::permit::Permit;
use samrad_domain::registry::Keeping;
use samrad_domain::time::oslo_day;
use samrad_domain::unit::Compartment;

/// An affiliation that holds, with what its unit is.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: AffiliationId,
    pub(super) unit: UnitId,
    pub(super) organisation: OrganisationId,
    pub(super) role: Role,
    pub(super) compartment: Compartment,
}

type HeldRow = (
    AffiliationId,
    UnitId,
    OrganisationId,
    Role,
    String,
    Option<String>,
);

/// The affiliations that `person` holds on `day`.
pub(super) fn held(conn: &mut Conn, person: PersonId, day: Date) -> Result<Vec<Held>, StoreError> {
    let rows: Vec<HeldRow> = affiliation::table
        .inner_join(unit::table)
        .filter(affiliation::person_id.eq(Db(person)))
        .filter(affiliation::valid_from.le(Db(day)))
        .filter(
            affiliation::valid_until
                .is_null()
                .or(affiliation::valid_until.gt(Db(day))),
        )
        .order((affiliation::created_at, affiliation::id))
        .select((
            affiliation::id,
            affiliation::unit_id,
            unit::organisation_id,
            affiliation::role,
            unit::compartment_kind,
            unit::compartment_key,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, unit, organisation, role, kind, key)| {
            Ok(Held {
                id,
                unit,
                organisation,
                role,
                compartment: compartments::read(&kind, key.as_deref())?,
            })
        })
        .collect()
}

/// `person` acting in `acting`, one of the affiliations in `held`.
pub(super) fn staff(
    person: PersonId,
    name: String,
    held: &[Held],
    acting: &Held,
    assurance: Option<String>,
) -> Staff {
    Staff {
        person,
        name,
        affiliation: acting.id,
        unit: acting.unit,
        organisation: acting.organisation,
        role: acting.role,
        compartment: acting.compartment.clone(),
        positions: held
            .iter()
            .map(|a| Position {
                unit: a.unit,
                role: a.role,
            })
            .collect(),
        assurance,
    }
}

/// Somebody else, as they would act in `unit`; where they hold several roles there, in one that
/// the unit's compartment admits. None if they hold no position there at `now`.
///
/// # Errors
/// When the database does not answer.
pub fn staff_of(
    conn: &mut Conn,
    person: PersonId,
    unit: UnitId,
    now: Timestamp,
) -> Result<Option<Staff>, StoreError> {
    let held = held(conn, person, oslo_day(now))?;
    let name: Option<String> = person::table
        .find(Db(person))
        .select(person::name)
        .first(conn)
        .optional()?;
    let Some(name) = name else {
        return Ok(None);
    };
    let mut there = held
        .iter()
        .filter(|a| a.unit == unit)
        .map(|a| staff(person, name.clone(), &held, a, None));
    let first = there.next();
    Ok(match first {
        Some(staff) if staff.is_admitted() => Some(staff),
        other => there.find(Staff::is_admitted).or(other),
    })
}

/// Whether `person` holds any position in `unit` at `now`.
///
/// # Errors
/// When the database does not answer.
pub fn works_in(
    conn: &mut Conn,
    person: PersonId,
    unit: UnitId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(held(conn, person, oslo_day(now))?
        .iter()
        .any(|a| a.unit == unit))
}

/// An affiliation as the registry shows it.
#[derive(Clone, Debug, Queryable)]
pub struct AffiliationLine {
    /// The affiliation.
    pub id: AffiliationId,
    /// Its unit.
    pub unit: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's organisation.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// The role in it.
    pub role: Role,
    /// Per cent of a full position.
    pub position_percent: i32,
    /// The first day.
    pub valid_from: Date,
    /// The day from which it holds no more.
    pub valid_until: Option<Date>,
}

impl AffiliationLine {
    /// Whether it holds on `day`.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day < until)
    }
}

/// Every affiliation of `person`, past, present and to come, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub fn affiliations_of(
    conn: &mut Conn,
    person: PersonId,
) -> Result<Vec<AffiliationLine>, StoreError> {
    Ok(affiliation::table
        .inner_join(unit::table.inner_join(organisation::table))
        .filter(affiliation::person_id.eq(Db(person)))
        .order((affiliation::created_at, affiliation::id))
        .select((
            affiliation::id,
            affiliation::unit_id,
            unit::name,
            organisation::id,
            organisation::name,
            affiliation::role,
            affiliation::position_percent,
            affiliation::valid_from,
            affiliation::valid_until,
        ))
        .load(conn)?)
}

/// The affiliation, and whose it is.
///
/// # Errors
/// When the database does not answer.
pub fn affiliation(
    conn: &mut Conn,
    id: AffiliationId,
) -> Result<Option<(PersonId, AffiliationLine)>, StoreError> {
    let person: Option<PersonId> = affiliation::table
        .find(Db(id))
        .select(affiliation::person_id)
        .first(conn)
        .optional()?;
    let Some(person) = person else {
        return Ok(None);
    };
    let line = affiliations_of(conn, person)?
        .into_iter()
        .find(|line| line.id == id);
    Ok(line.map(|line| (person, line)))
}

/// How many hold an administrator's affiliation on `day`, other than `id`.
///
/// # Errors
/// When the database does not answer.
pub fn other_administrators(
    conn: &mut Conn,
    id: AffiliationId,
    day: Date,
) -> Result<i64, StoreError> {
    Ok(affiliation::table
        .filter(affiliation::role.eq(Db(Role::Administrator)))
        .filter(affiliation::id.ne(Db(id)))
        .filter(affiliation::valid_from.le(Db(day)))
        .filter(affiliation::valid_until.is_null())
        .count()
        .get_result(conn)?)
}

/// An affiliation to be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewAffiliation {
    /// In which unit. Any role may be held in any unit: what it lets somebody see is decided by the
    /// unit's compartment.
    pub unit: UnitId,
    /// In which role.
    pub role: Role,
    /// Per cent of a full position.
    pub position_percent: u8,
    /// The first day.
    pub valid_from: Date,
    /// The day from which it holds no more.
    pub valid_until: Option<Date>,
}

/// Registers an affiliation.
///
/// # Errors
/// When the database does not answer.
pub fn add_affiliation(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    person: PersonId,
    new: &NewAffiliation,
) -> Result<AffiliationId, StoreError> {
    insert(tx.conn, person, new, tx.now)
}

pub(super) fn insert(
    conn: &mut Conn,
    person: PersonId,
    new: &NewAffiliation,
    now: Timestamp,
) -> Result<AffiliationId, StoreError> {
    let id = AffiliationId::new(ids::new_uuid());
    diesel::insert_into(affiliation::table)
        .values((
            affiliation::id.eq(Db(id)),
            affiliation::person_id.eq(Db(person)),
            affiliation::unit_id.eq(Db(new.unit)),
            affiliation::role.eq(Db(new.role)),
            affiliation::position_percent.eq(i32::from(new.position_percent)),
            affiliation::valid_from.eq(Db(new.valid_from)),
            affiliation::valid_until.eq(new.valid_until.map(Db)),
            affiliation::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Ends an affiliation: on `until` it holds no more.
///
/// # Errors
/// When the database does not answer.
pub fn end_affiliation(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    id: AffiliationId,
    until: Date,
) -> Result<(), StoreError> {
    diesel::update(affiliation::table.find(Db(id)))
        .set(affiliation::valid_until.eq(Some(Db(until))))
        .execute(tx.conn)?;
    Ok(())
}
