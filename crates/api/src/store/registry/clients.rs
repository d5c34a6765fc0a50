//! Client systems: each of one organisation, with scopes of its own.

use crate::ids;
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::schema::client;
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::id::{ClientId, OrganisationId};
use samrad_domain::permit::Permit;
use samrad_domain::registry::Keeping;

/// A client system.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = client)]
pub struct ClientLine {
    /// The client.
    pub id: ClientId,
    /// The organisation it works for.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whose tokens it calls with.
    pub issuer: String,
    /// Its client id in them.
    pub subject: String,
    /// Its scopes, with spaces between.
    pub scopes: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// The client.
///
/// # Errors
/// When the database does not answer.
pub fn client(conn: &mut Conn, id: ClientId) -> Result<Option<ClientLine>, StoreError> {
    Ok(client::table
        .find(Db(id))
        .select(ClientLine::as_select())
        .first(conn)
        .optional()?)
}

/// Whether a client that has not ended calls by this id.
///
/// # Errors
/// When the database does not answer.
pub fn is_client(conn: &mut Conn, issuer: &str, subject: &str) -> Result<bool, StoreError> {
    let known: i64 = client::table
        .filter(client::issuer.eq(issuer))
        .filter(client::subject.eq(subject))
        .filter(client::ended_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(known > 0)
}

/// Clients in the order registered, from after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn clients(
    conn: &mut Conn,
    organisation: Option<OrganisationId>,
    after: Option<(Timestamp, ClientId)>,
    limit: i64,
) -> Result<Vec<ClientLine>, StoreError> {
    let mut query = client::table
        .order((client::created_at, client::id))
        .select(ClientLine::as_select())
        .limit(limit)
        .into_boxed();
    if let Some(organisation) = organisation {
        query = query.filter(client::organisation_id.eq(Db(organisation)));
    }
    if let Some((at, id)) = after {
        query = query.filter(
            client::created_at
                .gt(Db(at))
                .or(client::created_at.eq(Db(at)).and(client::id.gt(Db(id)))),
        );
    }
    Ok(query.load(conn)?)
}

/// What is registered of a client.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The organisation it works for, and no other.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whose tokens it calls with.
    pub issuer: String,
    /// Its client id in them.
    pub subject: String,
    /// Its scopes, with spaces between.
    pub scopes: String,
}

/// Registers a client.
///
/// # Errors
/// When the database does not answer.
pub fn add_client(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    new: NewClient,
) -> Result<ClientLine, StoreError> {
    let line = ClientLine {
        id: ClientId::new(ids::new_uuid()),
        organisation_id: new.organisation,
        name: new.name,
        issuer: new.issuer,
        subject: new.subject,
        scopes: new.scopes,
        created_at: tx.now,
        ended_at: None,
    };
    diesel::insert_into(client::table)
        .values((
            client::id.eq(Db(line.id)),
            client::organisation_id.eq(Db(line.organisation_id)),
            client::name.eq(&line.name),
            client::issuer.eq(&line.issuer),
            client::subject.eq(&line.subject),
            client::scopes.eq(&line.scopes),
            client::created_at.eq(Db(line.created_at)),
        ))
        .execute(tx.conn)?;
    Ok(line)
}

/// Ends a client: from now on its tokens prove nobody.
///
/// # Errors
/// When the database does not answer.
pub fn end_client(
    tx: &mut Tx<'_>,
    _: &Permit<Keeping>,
    line: ClientLine,
) -> Result<ClientLine, StoreError> {
    let ended = ClientLine {
        ended_at: Some(tx.now),
        ..line
    };
    diesel::update(client::table.find(Db(ended.id)))
        .set(client::ended_at.eq(ended.ended_at.map(Db)))
        .execute(tx.conn)?;
    Ok(ended)
}
