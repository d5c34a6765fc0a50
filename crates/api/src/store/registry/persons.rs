//! Persons of the registry and the identities that they are known by.

use crate::ids;
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::schema::{person, person_identity};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::id::{IdentityId, PersonId};
use samrad_domain::permit::Permit;
use samrad_domain::registry::{IdentityKind, Keeping};

/// An identity as it is to be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIdentity {
    /// Of what kind.
    pub kind: IdentityKind,
    /// Whose token; empty for the other kinds.
    pub issuer: String,
    /// The subject, NAV-ident or HPR number.
    pub subject: String,
}

/// An identity that is linked.
#[derive(Clone, Debug, Queryable)]
pub struct IdentityLine {
    /// The identity.
    pub id: IdentityId,
    /// Of what kind.
    pub kind: IdentityKind,
    /// Whose token; empty for the other kinds.
    pub issuer: String,
    /// The subject, NAV-ident or HPR number.
    pub subject: String,
    /// Since when.
    pub linked_at: Timestamp,
}

/// The name of a person.
///
/// # Errors
/// When the database does not answer.
pub fn person_name(conn: &mut Conn, id: PersonId) -> Result<Option<String>, StoreError> {
    Ok(person::table
        .find(Db(id))
        .select(person::name)
        .first(conn)
        .optional()?)
}

/// The identities that a person is known by now.
///
/// # Errors
/// When the database does not answer.
pub fn identities_of(conn: &mut Conn, id: PersonId) -> Result<Vec<IdentityLine>, StoreError> {
    Ok(person_identity::table
        .filter(person_identity::person_id.eq(Db(id)))
        .filter(person_identity::unlinked_at.is_null())
        .order((person_identity::linked_at, person_identity::id))
        .select((
            person_identity::id,
            person_identity::kind,
            person_identity::issuer,
            person_identity::subject,
            person_identity::linked_at,
        ))
        .load(conn)?)
}

/// Whether somebody is known by this identity already.
///
/// # Errors
/// When the database does not answer.
pub fn is_taken(conn: &mut Conn, new: &NewIdentity) -> Result<bool, StoreError> {
    let known: i64 = person_identity::table
        .filter(person_identity::kind.eq(Db(new.kind)))
        .filter(person_identity::issuer.eq(&new.issuer))
        .filter(person_identity::subject.eq(&new.subject))
        .filter(person_identity::unlinked_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(known > 0)
}

/// Registers a person.
///
/// # Errors
/// When the database does not answer.
pub fn add_person(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    name: &str,
) -> Result<PersonId, StoreError> {
    insert_person(tx.conn, name, tx.now)
}

/// Links an identity, which nobody else may be known by.
///
/// # Errors
/// When the database does not answer.
pub fn link_identity(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    person: PersonId,
    new: &NewIdentity,
) -> Result<IdentityId, StoreError> {
    insert_identity(tx.conn, person, new, tx.now)
}

/// Unlinks an identity of `person`: from now on it proves nobody. Whether it was linked.
///
/// # Errors
/// When the database does not answer.
pub fn unlink_identity(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    person: PersonId,
    id: IdentityId,
) -> Result<bool, StoreError> {
    let linked = person_identity::table
        .find(Db(id))
        .filter(person_identity::person_id.eq(Db(person)))
        .filter(person_identity::unlinked_at.is_null());
    let unlinked = diesel::update(linked)
        .set(person_identity::unlinked_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    Ok(unlinked == 1)
}

pub(super) fn insert_person(
    conn: &mut Conn,
    name: &str,
    now: Timestamp,
) -> Result<PersonId, StoreError> {
    let id = PersonId::new(ids::new_uuid());
    diesel::insert_into(person::table)
        .values((
            person::id.eq(Db(id)),
            person::name.eq(name),
            person::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

pub(super) fn insert_identity(
    conn: &mut Conn,
    person: PersonId,
    new: &NewIdentity,
    now: Timestamp,
) -> Result<IdentityId, StoreError> {
    let id = IdentityId::new(ids::new_uuid());
    diesel::insert_into(person_identity::table)
        .values((
            person_identity::id.eq(Db(id)),
            person_identity::person_id.eq(Db(person)),
            person_identity::kind.eq(Db(new.kind)),
            person_identity::issuer.eq(&new.issuer),
            person_identity::subject.eq(&new.subject),
            person_identity::linked_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(id)
}
