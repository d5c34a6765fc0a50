//! Rows of consents as the tables hold them, and the entities that they become. A combination
//! that can't be is an error, never a default.

use crate::store::schema::{consent, consent_exclusion, consent_grant};
use crate::store::{StoreError, version};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::code::{CategorySet, Purpose, Role};
use samrad_domain::consent::{Consent, GivenBy, Grant, Recipient, Source, State, Use, Validity};
use samrad_domain::id::{
    ConsentId, DiscussionId, GuardianshipId, InformationId, OrganisationId, PatientId, PersonId,
    UnitId,
};
use samrad_domain::information::Form;
use uuid::Uuid;

pub(super) const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "consent",
        what,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = consent)]
pub(super) struct ConsentRow {
    id: ConsentId,
    version: i32,
    patient_id: PatientId,
    purpose: Purpose,
    given_by: GivenBy,
    guardianships: String,
    age_at_grant: Option<i32>,
    information_id: Option<InformationId>,
    form: Option<Form>,
    single_use: bool,
    bound_discussion: Option<DiscussionId>,
    excluded_categories: CategorySet,
    state: String,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    granted_at: Option<Timestamp>,
    lapses_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    supersedes: Option<ConsentId>,
    superseded_by: Option<ConsentId>,
}

impl ConsentRow {
    pub(super) const fn id(&self) -> ConsentId {
        self.id
    }

    /// The guardianships that it rests on.
    pub(super) fn guardianships(&self) -> Result<Vec<GuardianshipId>, StoreError> {
        guardianships(&self.guardianships)
    }

    /// The consent, where `discussion_ended` tells when the discussion that it is bound to ended.
    pub(super) fn into_consent(
        self,
        grants: Vec<GrantRow>,
        exclusions: Vec<ExclusionRow>,
        discussion_ended: Option<Timestamp>,
    ) -> Result<Consent, StoreError> {
        let grants: Result<Vec<_>, _> = grants.into_iter().map(Grant::try_from).collect();
        let kept_out: Result<Vec<_>, _> = exclusions.into_iter().map(Recipient::try_from).collect();
        let age = self.age_at_grant.map(u8::try_from).transpose();
        Ok(Consent {
            id: self.id,
            version: version(self.version, "consent")?,
            patient: self.patient_id,
            purpose: self.purpose,
            grants: grants?,
            excluded_categories: self.excluded_categories,
            excluded_recipients: kept_out?,
            information: self.information_id,
            given_by: self.given_by,
            guardianships: self.guardianships()?,
            age_at_grant: age.map_err(|_| corrupt("an age that can't be"))?,
            form: self.form,
            single_use: self.single_use,
            used: self.bound_discussion.map(|discussion| Use {
                discussion,
                ended_at: discussion_ended,
            }),
            state: self.state()?,
            supersedes: self.supersedes,
        })
    }

    fn state(&self) -> Result<State, StoreError> {
        let was = match (self.granted_at, self.valid_from, self.valid_until) {
            (Some(granted_at), Some(from), Some(until)) => Some(Validity {
                granted_at,
                from,
                until,
                lapses_at: self.lapses_at,
            }),
            (_, _, _) => None,
        };
        match (self.state.as_str(), was, self.ended_at, self.superseded_by) {
            ("draft", None, None, None) => Some(State::Draft),
            ("active", Some(was), None, None) => Some(State::Active(was)),
            ("refused", None, Some(at), None) => Some(State::Refused { at }),
            ("withdrawn", Some(was), Some(at), None) => Some(State::Withdrawn { at, was }),
            ("superseded", Some(was), Some(at), Some(by)) => {
                Some(State::Superseded { at, by, was })
            }
            (_, _, _, _) => None,
        }
        .ok_or(corrupt("a state that can't be"))
    }
}

/// The code of a stored state.
pub(super) const fn state_code(state: &State) -> &'static str {
    match state {
        State::Draft => "draft",
        State::Active(_) => "active",
        State::Refused { .. } => "refused",
        State::Withdrawn { .. } => "withdrawn",
        State::Superseded { .. } => "superseded",
    }
}

/// Guardianships as the column holds them: ids joined by one space.
pub(super) fn joined(guardianships: &[GuardianshipId]) -> String {
    let ids: Vec<_> = guardianships.iter().map(ToString::to_string).collect();
    ids.join(" ")
}

fn guardianships(column: &str) -> Result<Vec<GuardianshipId>, StoreError> {
    column
        .split_ascii_whitespace()
        .map(|id| Uuid::parse_str(id).map(GuardianshipId::new))
        .collect::<Result<_, _>>()
        .map_err(|_| corrupt("guardianships that are no ids"))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = consent_grant)]
pub(super) struct GrantRow {
    source_kind: String,
    source_id: Uuid,
    recipient_kind: String,
    recipient_id: Uuid,
    recipient_role: Option<Role>,
    categories: CategorySet,
}

impl TryFrom<GrantRow> for Grant {
    type Error = StoreError;

    fn try_from(row: GrantRow) -> Result<Self, StoreError> {
        let source = match row.source_kind.as_str() {
            "unit" => Source::Unit(UnitId::new(row.source_id)),
            "organisation" => Source::Organisation(OrganisationId::new(row.source_id)),
            _ => return Err(corrupt("a source that can't be")),
        };
        Ok(Self {
            source,
            recipient: recipient(&row.recipient_kind, row.recipient_id, row.recipient_role)?,
            categories: row.categories,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = consent_exclusion)]
pub(super) struct ExclusionRow {
    recipient_kind: String,
    recipient_id: Uuid,
    recipient_role: Option<Role>,
}

impl TryFrom<ExclusionRow> for Recipient {
    type Error = StoreError;

    fn try_from(row: ExclusionRow) -> Result<Self, StoreError> {
        recipient(&row.recipient_kind, row.recipient_id, row.recipient_role)
    }
}

fn recipient(kind: &str, id: Uuid, role: Option<Role>) -> Result<Recipient, StoreError> {
    match (kind, role) {
        ("person", None) => Ok(Recipient::Person(PersonId::new(id))),
        ("unit", None) => Ok(Recipient::Unit(UnitId::new(id))),
        ("roleInUnit", Some(role)) => Ok(Recipient::RoleInUnit(UnitId::new(id), role)),
        (_, _) => Err(corrupt("a recipient that can't be")),
    }
}

/// A source as two columns.
pub(super) const fn source_columns(source: Source) -> (&'static str, Uuid) {
    match source {
        Source::Unit(id) => ("unit", id.uuid()),
        Source::Organisation(id) => ("organisation", id.uuid()),
    }
}

/// A recipient as three columns.
pub(super) const fn recipient_columns(r: Recipient) -> (&'static str, Uuid, Option<Role>) {
    match r {
        Recipient::Person(id) => ("person", id.uuid(), None),
        Recipient::Unit(id) => ("unit", id.uuid(), None),
        Recipient::RoleInUnit(id, role) => ("roleInUnit", id.uuid(), Some(role)),
    }
}
