//! The columns of a consent that is made or changed.

use super::rows::{corrupt, joined, recipient_columns, source_columns, state_code};
use super::write::Recorder;
use crate::store::schema::{consent, consent_exclusion, consent_grant};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::{StoreError, stored_version};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::{Consent, GivenBy, State, Validity};
use samrad_domain::id::{ConsentId, DiscussionId, InformationId, PersonId};
use samrad_domain::information::Form;
use uuid::Uuid;

/// The columns that a state fills. What was set is never unset: in a change `None` leaves a
/// column as it is.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = consent)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct StateColumns {
    state: Db<&'static str>,
    valid_from: Option<Db<Timestamp>>,
    valid_until: Option<Db<Timestamp>>,
    granted_at: Option<Db<Timestamp>>,
    lapses_at: Option<Db<Timestamp>>,
    ended_at: Option<Db<Timestamp>>,
    superseded_by: Option<Db<ConsentId>>,
}

impl StateColumns {
    fn of(state: &State) -> Self {
        let (was, ended_at, superseded_by) = match *state {
            State::Draft => (None, None, None),
            State::Active(was) => (Some(was), None, None),
            State::Refused { at } => (None, Some(at), None),
            State::Withdrawn { at, was } => (Some(was), Some(at), None),
            State::Superseded { at, by, was } => (Some(was), Some(at), Some(by)),
        };
        let of_validity = |moment: fn(Validity) -> Timestamp| was.map(moment).map(Db);
        Self {
            state: Db(state_code(state)),
            valid_from: of_validity(|was| was.from),
            valid_until: of_validity(|was| was.until),
            granted_at: of_validity(|was| was.granted_at),
            lapses_at: was.and_then(|was| was.lapses_at).map(Db),
            ended_at: ended_at.map(Db),
            superseded_by: superseded_by.map(Db),
        }
    }
}

/// Who recorded the grant.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = consent)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct RecorderColumns {
    recorded_by_kind: Option<Db<&'static str>>,
    recorded_by: Option<Db<Uuid>>,
}

impl RecorderColumns {
    fn of(by: Option<&Recorder>) -> Self {
        let columns = by.map(Recorder::columns);
        Self {
            recorded_by_kind: columns.map(|c| Db(c.0)),
            recorded_by: columns.and_then(|c| c.1).map(Db),
        }
    }
}

/// Inserts a consent with its grants.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    new: &Consent,
    key: &PersonKey,
    drafter: PersonId,
    by: &Recorder,
) -> Result<(), StoreError> {
    let granted = matches!(new.state, State::Active(_));
    diesel::insert_into(consent::table)
        .values((
            (
                consent::id.eq(Db(new.id)),
                consent::version.eq(stored_version(new.version)),
                consent::patient_id.eq(Db(new.patient)),
                consent::person_key.eq(key.bytes().to_vec()),
                consent::purpose.eq(Db(new.purpose)),
                consent::given_by.eq(Db(new.given_by)),
                consent::guardianships.eq(joined(&new.guardianships)),
                consent::age_at_grant.eq(new.age_at_grant.map(i32::from)),
                consent::information_id.eq(new.information.map(Db)),
                consent::form.eq(new.form.map(Db)),
                consent::single_use.eq(new.single_use),
                consent::bound_discussion.eq(new.used.map(|u| Db(u.discussion))),
                consent::excluded_categories.eq(Db(new.excluded_categories)),
                consent::supersedes.eq(new.supersedes.map(Db)),
                consent::drafted_by.eq(Db(drafter)),
                consent::drafted_at.eq(Db(tx.now)),
            ),
            StateColumns::of(&new.state),
            RecorderColumns::of(granted.then_some(by)),
        ))
        .execute(tx.conn)?;
    insert_grants(tx, new)
}

fn insert_grants(tx: &mut Tx<'_>, new: &Consent) -> Result<(), StoreError> {
    for (ordinal, grant) in (0..).zip(&new.grants) {
        let (source, source_id) = source_columns(grant.source);
        let (kind, id, role) = recipient_columns(grant.recipient);
        diesel::insert_into(consent_grant::table)
            .values((
                consent_grant::consent_id.eq(Db(new.id)),
                consent_grant::ordinal.eq(ordinal),
                consent_grant::source_kind.eq(Db(source)),
                consent_grant::source_id.eq(Db(source_id)),
                consent_grant::recipient_kind.eq(Db(kind)),
                consent_grant::recipient_id.eq(Db(id)),
                consent_grant::recipient_role.eq(role.map(Db)),
                consent_grant::categories.eq(Db(grant.categories)),
            ))
            .execute(tx.conn)?;
    }
    for (ordinal, recipient) in (0..).zip(&new.excluded_recipients) {
        let (kind, id, role) = recipient_columns(*recipient);
        diesel::insert_into(consent_exclusion::table)
            .values((
                consent_exclusion::consent_id.eq(Db(new.id)),
                consent_exclusion::ordinal.eq(ordinal),
                consent_exclusion::recipient_kind.eq(Db(kind)),
                consent_exclusion::recipient_id.eq(Db(id)),
                consent_exclusion::recipient_role.eq(role.map(Db)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// What an act may change; grants and exclusions never do.
#[derive(AsChangeset)]
#[diesel(table_name = consent)]
pub(super) struct Change {
    version: i32,
    given_by: Db<GivenBy>,
    guardianships: String,
    age_at_grant: Option<i32>,
    information_id: Option<Db<InformationId>>,
    form: Option<Db<Form>>,
    pub(super) evidence_enc: Option<Vec<u8>>,
    single_use: bool,
    bound_discussion: Option<Db<DiscussionId>>,
    #[diesel(embed)]
    state: StateColumns,
    #[diesel(embed)]
    granted_by: RecorderColumns,
}

impl Change {
    pub(super) fn to(now: &Consent) -> Self {
        Self {
            version: stored_version(now.version),
            given_by: Db(now.given_by),
            guardianships: joined(&now.guardianships),
            age_at_grant: now.age_at_grant.map(i32::from),
            information_id: now.information.map(Db),
            form: now.form.map(Db),
            evidence_enc: None,
            single_use: now.single_use,
            bound_discussion: now.used.map(|u| Db(u.discussion)),
            state: StateColumns::of(&now.state),
            granted_by: RecorderColumns::of(None),
        }
    }

    /// The same, where `by` records the grant.
    pub(super) fn granted(mut self, by: &Recorder) -> Self {
        self.granted_by = RecorderColumns::of(Some(by));
        self
    }

    /// Makes it of the version before; another version is a fault of ours, for the person's bucket
    /// is held alone.
    pub(super) fn make(self, tx: &mut Tx<'_>, id: ConsentId) -> Result<(), StoreError> {
        let before = consent::table
            .find(Db(id))
            .filter(consent::version.eq(self.version - 1));
        match diesel::update(before).set(self).execute(tx.conn)? {
            1 => Ok(()),
            _ => Err(corrupt("a version that was passed by")),
        }
    }
}
