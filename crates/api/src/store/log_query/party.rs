//! The entries of a party: what somebody did, or an organisation took part in.

use super::Question;
use super::conditions::{inside, narrowed, of_entry, takes_part};
use super::entries::{Entry, asked_for, entries};
use super::ways::{newest, walked};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::postings::{self, OfParty};
use crate::store::schema::{log_entry, log_recipient};
use crate::store::sql::Db;
use crate::store::vault::Vault;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use samrad_domain::event::Outcome;
use samrad_domain::id::OrganisationId;

/// The newest `limit` entries of who acted, where that is asked, or else of the organisation: first what is not in lists
/// yet, looked through row by row, then by the lists.
pub(super) fn of_party(
    conn: &mut Conn,
    vault: &Vault,
    question: &Question,
    (from, below): (i64, i64),
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let party = question.actor.unwrap_or(question.organisation.uuid());
    let listed = postings::posted(conn)?;
    let all = log_entry::table.select(log_entry::idx).into_boxed();
    let unlisted = narrowed!(all, question).filter(takes_part!(question.organisation));
    let unlisted = newest(conn, [unlisted], (from.max(listed), below), limit)?;
    let found = entries(conn, vault, &unlisted)?;
    let walk = OfParty::of(party, (from, below.min(listed)));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    walked(conn, walk, found, limit, |conn, indices| {
        asked_for(conn, vault, question, indices)
    })
}
