//! Organisations and what they have decided for their consents.

use crate::ids;
use crate::store::conn::Conn;
use crate::store::schema::organisation;
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::{StoreError, stored_version, version};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::id::OrganisationId;
use samrad_domain::number::OrganisationNumber;
use samrad_domain::permit::Permit;
use samrad_domain::registry::Keeping;
use samrad_domain::unit::{OralPolicy, Policy, RecipientPolicy};

/// An organisation as the directory shows it.
#[derive(Clone, Debug)]
pub struct OrganisationLine {
    /// The organisation.
    pub id: OrganisationId,
    /// Its number in Enhetsregisteret.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What it has decided.
    pub policy: Policy,
    /// The version of the record.
    pub version: u32,
    /// When it was registered.
    pub created_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = organisation)]
struct OrganisationRow {
    id: OrganisationId,
    number: String,
    name: String,
    recipients_policy: RecipientPolicy,
    oral_policy: OralPolicy,
    retention_years: i32,
    version: i32,
    created_at: Timestamp,
}

impl TryFrom<OrganisationRow> for OrganisationLine {
    type Error = StoreError;

    fn try_from(row: OrganisationRow) -> Result<Self, StoreError> {
        let years = u16::try_from(row.retention_years).map_err(|_| StoreError::Corrupt {
            table: "organisation",
            what: "a retention that can't be",
        })?;
        Ok(Self {
            id: row.id,
            number: row.number,
            name: row.name,
            policy: Policy {
                recipients: row.recipients_policy,
                oral: row.oral_policy,
                retention_years: years,
            },
            version: version(row.version, "organisation")?,
            created_at: row.created_at,
        })
    }
}

/// What an organisation has decided until it decides otherwise: units may be named as recipients,
/// a spoken consent holds for the one talk, and the log is kept for five years.
pub const FIRST_POLICY: Policy = Policy {
    recipients: RecipientPolicy::Unit,
    oral: OralPolicy::SingleUse,
    retention_years: 5,
};

/// The organisation.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn organisation(
    conn: &mut Conn,
    id: OrganisationId,
) -> Result<Option<OrganisationLine>, StoreError> {
    let row = organisation::table
        .find(Db(id))
        .select(OrganisationRow::as_select())
        .first(conn)
        .optional()?;
    row.map(OrganisationLine::try_from).transpose()
}

/// What an organisation has decided.
///
/// # Errors
/// When the database does not answer, or there is no such organisation.
pub fn policy(conn: &mut Conn, id: OrganisationId) -> Result<Policy, StoreError> {
    let found = organisation(conn, id)?;
    found.map(|line| line.policy).ok_or(StoreError::Corrupt {
        table: "organisation",
        what: "referred to, and not there",
    })
}

/// The organisation of this number.
///
/// # Errors
/// When the database does not answer.
pub fn numbered(conn: &mut Conn, number: &str) -> Result<Option<OrganisationId>, StoreError> {
    Ok(organisation::table
        .filter(organisation::number.eq(number))
        .select(organisation::id)
        .first(conn)
        .optional()?)
}

/// Organisations in the order registered, from after `after`.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn organisations(
    conn: &mut Conn,
    after: Option<(Timestamp, OrganisationId)>,
    limit: i64,
) -> Result<Vec<OrganisationLine>, StoreError> {
    let mut query = organisation::table
        .order((organisation::created_at, organisation::id))
        .select(OrganisationRow::as_select())
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(
            organisation::created_at
                .gt(Db(at))
                .or(organisation::created_at
                    .eq(Db(at))
                    .and(organisation::id.gt(Db(id)))),
        );
    }
    let rows: Vec<OrganisationRow> = query.load(conn)?;
    rows.into_iter().map(OrganisationLine::try_from).collect()
}

/// Registers an organisation.
///
/// # Errors
/// When the database does not answer.
pub fn add_organisation(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    number: &OrganisationNumber,
    name: &str,
) -> Result<OrganisationLine, StoreError> {
    insert(tx.conn, number, name, tx.now)
}

/// Inserts an organisation with the first policy.
pub(super) fn insert(
    conn: &mut Conn,
    number: &OrganisationNumber,
    name: &str,
    now: Timestamp,
) -> Result<OrganisationLine, StoreError> {
    let line = OrganisationLine {
        id: OrganisationId::new(ids::new_uuid()),
        number: number.as_str().to_owned(),
        name: name.to_owned(),
        policy: FIRST_POLICY,
        version: 1,
        created_at: now,
    };
    diesel::insert_into(organisation::table)
        .values((
            organisation::id.eq(Db(line.id)),
            organisation::number.eq(&line.number),
            organisation::name.eq(&line.name),
            organisation::recipients_policy.eq(Db(line.policy.recipients)),
            organisation::oral_policy.eq(Db(line.policy.oral)),
            organisation::retention_years.eq(i32::from(line.policy.retention_years)),
            organisation::version.eq(stored_version(line.version)),
            organisation::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(line)
}

/// Sets what an organisation has decided, as a new version of `line`.
///
/// # Errors
/// When the database does not answer.
pub fn set_policy(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    line: OrganisationLine,
    policy: Policy,
) -> Result<OrganisationLine, StoreError> {
    let next = OrganisationLine {
        policy,
        version: line.version + 1,
        ..line
    };
    diesel::update(organisation::table.find(Db(next.id)))
        .set((
            organisation::recipients_policy.eq(Db(policy.recipients)),
            organisation::oral_policy.eq(Db(policy.oral)),
            organisation::retention_years.eq(i32::from(policy.retention_years)),
            organisation::version.eq(stored_version(next.version)),
        ))
        .execute(tx.conn)?;
    Ok(next)
}
