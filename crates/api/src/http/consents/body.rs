//! A consent on the wire: as much of it as the caller may see, and never whose it is.

use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::code::CategorySet;
use samrad_domain::consent::{Consent, Grant, Look, Recipient, State, Validity};
use samrad_domain::id::{ConsentId, InformationId, PatientId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::codes::{CategoryCode, Coded, FormCode, GivenByCode, PurposeCode, categories};
use crate::http::shapes::{GrantBody, Moment, RecipientBody};
use crate::store::consents::Evidence;

/// What is stored of a consent's state. End states never reopen.
///
/// - `draft`: written, not yet agreed to.
/// - `active`: granted.
/// - `refused`: the patient said no.
/// - `withdrawn`: granted, then withdrawn.
/// - `superseded`: replaced by a narrower or renewed consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum ConsentState {
    /// Written, not yet agreed to.
    Draft,
    /// Granted.
    Active,
    /// The patient said no.
    Refused,
    /// Granted, then withdrawn.
    Withdrawn,
    /// Replaced by a narrower or renewed consent.
    Superseded,
}

impl From<&State> for ConsentState {
    fn from(state: &State) -> Self {
        match state {
            State::Draft => Self::Draft,
            State::Active(_) => Self::Active,
            State::Refused { .. } => Self::Refused,
            State::Withdrawn { .. } => Self::Withdrawn,
            State::Superseded { .. } => Self::Superseded,
        }
    }
}

/// As much of a consent as the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "view", rename_all = "camelCase")]
#[schema(as = ConsentView)]
pub(super) enum ConsentView {
    /// For the case team, the patient and guardians.
    Whole(Box<ConsentBody>),
    /// For somebody whom it names.
    Named(NamedConsent),
}

/// A consent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Consent)]
pub(super) struct ConsentBody {
    /// Its id.
    id: Uuid,
    /// Its version; each change is one more.
    version: u32,
    /// The patient's record, as the caller's own compartment knows it; for staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_id: Option<Uuid>,
    /// What is stored of its state.
    state: ConsentState,
    /// `inForce`, or the reason code of why it is not, at the moment of reading.
    #[schema(max_length = 30, example = "inForce")]
    status: &'static str,
    /// What for.
    purpose: PurposeCode,
    /// Its directed grants; for the team of one source among several, those that concern it.
    #[schema(max_items = 50)]
    grants: Vec<GrantBody>,
    /// Topics kept out, whatever any consent says.
    #[schema(max_items = 16)]
    excluded_categories: Vec<CategoryCode>,
    /// Recipients kept out, whatever any consent says.
    #[schema(max_items = 500)]
    excluded_recipients: Vec<RecipientBody>,
    /// The information record it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    information_record_id: Option<Uuid>,
    /// Who gives it.
    given_by: GivenByCode,
    /// On whose authority, where it is not the patient.
    #[schema(max_items = 10)]
    guardianship_ids: Vec<Uuid>,
    /// Whether one guardian has agreed, and another has yet to.
    awaits_other_guardian: bool,
    /// Age in whole years at the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 150)]
    age_at_grant: Option<u8>,
    /// In which form it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<FormCode>,
    /// Where the evidence lies; for the case team and the patient alone, and not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidencePointer>,
    /// Whether it is used up by one discussion, or by the day.
    single_use: bool,
    /// The discussion that it is for, or was used in, where it is for a single use.
    #[serde(skip_serializing_if = "Option::is_none")]
    discussion_id: Option<Uuid>,
    /// When it was granted, and for how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    validity: Option<ValidityBody>,
    /// When it was refused, withdrawn or replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Moment>,
    /// The consent it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    supersedes: Option<Uuid>,
    /// The consent that replaced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<Uuid>,
}

/// A consent, to somebody whom it names: not whose it is, nor what others may hear.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NamedConsent {
    /// Its id.
    id: Uuid,
    /// Its version.
    version: u32,
    /// `inForce`, or the reason code of why it is not, at the moment of reading.
    #[schema(max_length = 30, example = "inForce")]
    status: &'static str,
    /// What for.
    purpose: PurposeCode,
    /// When it was granted, and for how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    validity: Option<ValidityBody>,
    /// What the caller may hear about.
    #[schema(max_items = 16)]
    categories: Vec<CategoryCode>,
}

/// The time in which a consent can cover.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Validity)]
pub(super) struct ValidityBody {
    /// When the grant was recorded.
    granted_at: Moment,
    /// First moment.
    from: Moment,
    /// First moment after.
    until: Moment,
    /// When the giver's authority ends, if it does: a birthday, or the end of a guardianship.
    #[serde(skip_serializing_if = "Option::is_none")]
    lapses_at: Option<Moment>,
}

impl From<Validity> for ValidityBody {
    fn from(was: Validity) -> Self {
        Self {
            granted_at: Moment(was.granted_at),
            from: Moment(was.from),
            until: Moment(was.until),
            lapses_at: was.lapses_at.map(Moment),
        }
    }
}

/// Where the evidence of a consent lies, in a system of its own. Never the evidence itself.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EvidencePointer {
    /// The system that holds it.
    #[schema(max_length = 60)]
    system: String,
    /// What that system calls it.
    #[schema(max_length = 200)]
    reference: String,
}

impl std::fmt::Debug for EvidencePointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EvidencePointer(..)")
    }
}

impl From<Evidence> for EvidencePointer {
    fn from(evidence: Evidence) -> Self {
        Self {
            system: evidence.system,
            reference: evidence.reference,
        }
    }
}

/// A caller, as far as the shape of a consent depends on them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Eyes<'a> {
    /// How much they see.
    pub(super) look: Look,
    /// The record that their own compartment keeps, where they are staff on its team.
    pub(super) record: Option<PatientId>,
    /// Who they are, where they are staff.
    pub(super) staff: Option<&'a Staff>,
}

impl Eyes<'_> {
    /// Whether a grant lets them hear something.
    fn hears(&self, grant: &Grant) -> bool {
        self.staff.is_some_and(|staff| match grant.recipient {
            Recipient::Person(person) => person == staff.person,
            Recipient::Unit(unit) => staff.positions.iter().any(|p| p.unit == unit),
            Recipient::RoleInUnit(unit, role) => staff
                .positions
                .iter()
                .any(|p| p.unit == unit && p.role == role),
        })
    }

    /// The grants that they see: of another compartment's consent those that concern them.
    fn grants(&self, consent: &Consent) -> Vec<GrantBody> {
        let seen = |g: &&Grant| self.look != Look::Source || self.speak(g) || self.hears(g);
        consent
            .grants
            .iter()
            .filter(seen)
            .map(GrantBody::from)
            .collect()
    }

    /// Whether a grant speaks for their unit.
    fn speak(&self, grant: &Grant) -> bool {
        self.staff
            .is_some_and(|staff| grant.source.speaks_for(staff.unit, staff.organisation))
    }
}

impl ConsentView {
    /// `consent` as `eyes` see it at `now`.
    pub(super) fn of(
        consent: &Consent,
        eyes: &Eyes<'_>,
        evidence: Option<Evidence>,
        now: Timestamp,
    ) -> Self {
        match eyes.look {
            Look::Named => Self::Named(NamedConsent::of(consent, eyes, now)),
            Look::Team | Look::Source | Look::Patient | Look::Guardian(_) => {
                let whole = ConsentBody::of(consent, eyes, evidence, now);
                Self::Whole(Box::new(whole))
            }
        }
    }
}

impl NamedConsent {
    fn of(consent: &Consent, eyes: &Eyes<'_>, now: Timestamp) -> Self {
        let heard = consent.grants.iter().filter(|g| eyes.hears(g));
        let topics = heard.fold(CategorySet::NONE, |all, g| all.union(g.categories));
        Self {
            id: consent.id.uuid(),
            version: consent.version,
            status: if consent
                .active_at(now, consent.used.map(|used| used.discussion))
                .is_ok()
            {
                "inForce"
            } else {
                "notInForce"
            },
            purpose: Coded(consent.purpose),
            // When it lapses would tell the birth date.
            validity: validity(&consent.state).map(|validity| ValidityBody {
                lapses_at: None,
                ..validity
            }),
            categories: categories(topics.without(consent.excluded_categories)),
        }
    }
}

impl ConsentBody {
    /// Its id: its place in a list.
    pub(super) const fn id(&self) -> Uuid {
        self.id
    }

    /// The whole of it, but for what concerns other compartments than the caller's own.
    pub(super) fn of(
        consent: &Consent,
        eyes: &Eyes<'_>,
        evidence: Option<Evidence>,
        now: Timestamp,
    ) -> Self {
        // Ids of another compartment's records stay there.
        let at_home = eyes.look != Look::Source;
        let (ended_at, superseded_by) = end(&consent.state);
        let guardianships = consent.guardianships.iter().filter(|_| at_home);
        Self {
            id: consent.id.uuid(),
            version: consent.version,
            patient_id: eyes.record.map(PatientId::uuid),
            state: (&consent.state).into(),
            status: status(consent, now),
            purpose: Coded(consent.purpose),
            grants: eyes.grants(consent),
            excluded_categories: categories(consent.excluded_categories),
            excluded_recipients: recipients(&consent.excluded_recipients),
            information_record_id: consent
                .information
                .filter(|_| at_home)
                .map(InformationId::uuid),
            given_by: Coded(consent.given_by),
            guardianship_ids: guardianships.map(|id| id.uuid()).collect(),
            awaits_other_guardian: consent.state == State::Draft
                && !consent.guardianships.is_empty(),
            age_at_grant: consent.age_at_grant,
            form: consent.form.map(Coded),
            evidence: evidence.map(EvidencePointer::from),
            single_use: consent.single_use,
            discussion_id: consent.used.map(|used| used.discussion.uuid()),
            validity: validity(&consent.state),
            ended_at: ended_at.map(Moment),
            supersedes: consent.supersedes.map(ConsentId::uuid),
            superseded_by: superseded_by.map(ConsentId::uuid),
        }
    }
}

/// `inForce`, or why not.
pub(super) fn status(consent: &Consent, now: Timestamp) -> &'static str {
    match consent.active_at(now, consent.used.map(|used| used.discussion)) {
        Ok(_) => "inForce",
        Err(reason) => reason.code(),
    }
}

fn validity(state: &State) -> Option<ValidityBody> {
    match *state {
        State::Draft | State::Refused { .. } => None,
        State::Active(was) | State::Withdrawn { was, .. } | State::Superseded { was, .. } => {
            Some(was.into())
        }
    }
}

/// When it was refused, withdrawn or replaced, and by what.
const fn end(state: &State) -> (Option<Timestamp>, Option<ConsentId>) {
    match *state {
        State::Draft | State::Active(_) => (None, None),
        State::Refused { at } | State::Withdrawn { at, .. } => (Some(at), None),
        State::Superseded { at, by, .. } => (Some(at), Some(by)),
    }
}

fn recipients(recipients: &[Recipient]) -> Vec<RecipientBody> {
    recipients
        .iter()
        .copied()
        .map(RecipientBody::from)
        .collect()
}
