//! What may be asked of the log.

use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::event::{Event, EventKind, Ground};
use samrad_domain::id::{CaseId, DiscussionId, OrganisationId, PatientId, PersonId, UnitId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::codes::{EventKindCode, GroundCode, OutcomeCode, ReasonCodeCode};
use crate::http::problem::{FieldFault, Problem};
use crate::store::log_query::Question;
use crate::store::subject::About;

/// Which entries are asked for: those of the caller's own organisation (that acted, was the source
/// or was told) to which everything given here applies. `{}` asks for all of them.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"patientId": "0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60", "ground": "patientRequest"}))]
pub struct LogQuestion {
    /// About this patient. Needs a ground.
    patient_id: Option<Uuid>,
    /// On what ground the log is read.
    ground: Option<GroundCode>,
    /// By this person of the registry, or this client system.
    actor_id: Option<Uuid>,
    /// In which this organisation too acted, was the source or was told.
    organisation_id: Option<Uuid>,
    /// In which this unit acted, was concerned or was told.
    unit_id: Option<Uuid>,
    /// Of this case.
    case_id: Option<Uuid>,
    /// Of this discussion.
    discussion_id: Option<Uuid>,
    /// Of this kind.
    kind: Option<EventKindCode>,
    /// For this reason.
    reason: Option<ReasonCodeCode>,
    /// That came out like this.
    outcome: Option<OutcomeCode>,
    /// Recorded at this moment or after it.
    #[validate(length(max = 40))]
    #[schema(format = DateTime, max_length = 40, example = "2026-01-01T00:00:00Z")]
    from: Option<String>,
    /// Recorded before this moment.
    #[validate(length(max = 40))]
    #[schema(format = DateTime, max_length = 40, example = "2026-02-01T00:00:00Z")]
    until: Option<String>,
}

/// A question that may be asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) question: Question,
    ground: Option<Ground>,
    unit: UnitId,
}

impl LogQuestion {
    /// The question, as `staff` asks it.
    pub(super) fn parse(self, staff: &Staff) -> Result<Asked, Problem> {
        if self.patient_id.is_some() && self.ground.is_none() {
            let fault = FieldFault::new("/ground", "missingField");
            return Err(Problem::invalid(vec![fault]));
        }
        let question = Question {
            organisation: staff.organisation,
            patient: self.patient_id.map(PatientId::new),
            actor: self.actor_id,
            party: self.organisation_id.map(OrganisationId::new),
            unit: self.unit_id.map(UnitId::new),
            case: self.case_id.map(CaseId::new),
            discussion: self.discussion_id.map(DiscussionId::new),
            kind: self.kind.map(|kind| kind.0),
            reason: self.reason.map(|reason| reason.0),
            outcome: self.outcome.map(|outcome| outcome.0),
            from: moment("/from", self.from.as_deref())?,
            until: moment("/until", self.until.as_deref())?,
        };
        Ok(Asked {
            question,
            ground: self.ground.map(|ground| ground.0),
            unit: staff.unit,
        })
    }
}

fn moment(pointer: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| Problem::invalid(vec![FieldFault::new(pointer, "invalidValue")]))
}

impl Asked {
    /// The question in one written form, for cursors to be bound to. It never leaves the service.
    pub(super) fn written(&self) -> Vec<u8> {
        format!("{:?} {:?}", self.question, self.ground).into_bytes()
    }

    /// Whom it is about.
    pub(super) fn about(&self) -> About {
        self.question.patient.map_or(About::Nobody, About::Patient)
    }

    /// The entry that tells of the reading: by whom and on what ground, and what was asked about. A
    /// case or a discussion stands in it only where no patient does, so that reading the log joins
    /// nothing that was kept apart.
    pub(super) fn reading(&self, kind: EventKind, standing: Option<PatientId>) -> Event {
        let asked = &self.question;
        let mut event = Event::access(kind).from(asked.organisation, self.unit);
        event.ground = self.ground;
        event.person = asked.actor.map(PersonId::new);
        if asked.patient.is_some() {
            event.patient = standing;
        } else {
            event.case = asked.case;
            event.discussion = asked.discussion;
        }
        event
    }
}
