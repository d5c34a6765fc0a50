//! Units, each of one organisation and one compartment, and who works there.

use crate::ids;
use crate::store::conn::Conn;
use crate::store::schema::{affiliation, person, unit};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::{StoreError, compartments};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::code::{Role, UnitKind};
use samrad_domain::id::{OrganisationId, PersonId, UnitId};
use samrad_domain::permit::Permit;
use samrad_domain::registry::Keeping;
use samrad_domain::unit::{Compartment, Unit};

/// A unit as the directory shows it.
#[derive(Clone, Debug)]
pub struct UnitLine {
    /// The unit.
    pub unit: Unit,
    /// Its name.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = unit)]
struct UnitRow {
    id: UnitId,
    organisation_id: OrganisationId,
    name: String,
    kind: UnitKind,
    compartment_kind: String,
    compartment_key: Option<String>,
    created_at: Timestamp,
}

impl TryFrom<UnitRow> for UnitLine {
    type Error = StoreError;

    fn try_from(row: UnitRow) -> Result<Self, StoreError> {
        Ok(Self {
            unit: Unit {
                id: row.id,
                organisation: row.organisation_id,
                kind: row.kind,
                compartment: compartments::read(
                    &row.compartment_kind,
                    row.compartment_key.as_deref(),
                )?,
            },
            name: row.name,
            created_at: row.created_at,
        })
    }
}

/// The unit, as the directory shows it.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn unit_line(conn: &mut Conn, id: UnitId) -> Result<Option<UnitLine>, StoreError> {
    let row = unit::table
        .find(Db(id))
        .select(UnitRow::as_select())
        .first(conn)
        .optional()?;
    row.map(UnitLine::try_from).transpose()
}

/// The unit.
///
/// # Errors
/// As [`unit_line`].
pub fn unit(conn: &mut Conn, id: UnitId) -> Result<Option<Unit>, StoreError> {
    Ok(unit_line(conn, id)?.map(|line| line.unit))
}

/// Units in the order registered, from after `after`.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn units(
    conn: &mut Conn,
    organisation: Option<OrganisationId>,
    kind: Option<UnitKind>,
    after: Option<(Timestamp, UnitId)>,
    limit: i64,
) -> Result<Vec<UnitLine>, StoreError> {
    let mut query = unit::table
        .order((unit::created_at, unit::id))
        .select(UnitRow::as_select())
        .limit(limit)
        .into_boxed();
    if let Some(organisation) = organisation {
        query = query.filter(unit::organisation_id.eq(Db(organisation)));
    }
    if let Some(kind) = kind {
        query = query.filter(unit::kind.eq(Db(kind)));
    }
    if let Some((at, id)) = after {
        query = query.filter(
            unit::created_at
                .gt(Db(at))
                .or(unit::created_at.eq(Db(at)).and(unit::id.gt(Db(id)))),
        );
    }
    let rows: Vec<UnitRow> = query.load(conn)?;
    rows.into_iter().map(UnitLine::try_from).collect()
}

/// Somebody who works in a unit. No identity: those are for the registry's keepers.
#[derive(Clone, Debug, Queryable)]
pub struct Worker {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their role there.
    pub role: Role,
}

/// Who works in `unit` on `day`, by name.
///
/// # Errors
/// When the database does not answer.
pub fn workers(conn: &mut Conn, id: UnitId, day: Date) -> Result<Vec<Worker>, StoreError> {
    Ok(affiliation::table
        .inner_join(person::table)
        .filter(affiliation::unit_id.eq(Db(id)))
        .filter(affiliation::valid_from.le(Db(day)))
        .filter(
            affiliation::valid_until
                .is_null()
                .or(affiliation::valid_until.gt(Db(day))),
        )
        .order((person::name, person::id, affiliation::role))
        .select((person::id, person::name, affiliation::role))
        .distinct()
        .load(conn)?)
}

/// Registers a unit. Its compartment is fixed from now on.
///
/// # Errors
/// When the database does not answer.
pub fn add_unit(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    name: &str,
    organisation: OrganisationId,
    kind: UnitKind,
    compartment: Compartment,
) -> Result<UnitLine, StoreError> {
    insert(tx.conn, name, organisation, kind, compartment, tx.now)
}

/// Inserts a unit.
pub(super) fn insert(
    conn: &mut Conn,
    name: &str,
    organisation: OrganisationId,
    kind: UnitKind,
    compartment: Compartment,
    now: Timestamp,
) -> Result<UnitLine, StoreError> {
    let line = UnitLine {
        unit: Unit {
            id: UnitId::new(ids::new_uuid()),
            organisation,
            kind,
            compartment,
        },
        name: name.to_owned(),
        created_at: now,
    };
    let key = Some(line.unit.compartment.key()).filter(|key| !key.is_empty());
    diesel::insert_into(unit::table)
        .values((
            unit::id.eq(Db(line.unit.id)),
            unit::organisation_id.eq(Db(organisation)),
            unit::name.eq(name),
            unit::kind.eq(Db(kind)),
            unit::compartment_kind.eq(Db(line.unit.compartment.kind())),
            unit::compartment_key.eq(key),
            unit::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(line)
}
