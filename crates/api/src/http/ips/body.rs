//! What the team of a participation sees of it: no identity. Who it is stands in the discussion,
//! behind its gate.

use samrad_domain::ips::{IpsNote, Participation, ParticipationMember};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::codes::{Coded, IpsFunctionCode};
use crate::store::ips::{IpsNoteLine, ParticipationLine};

/// A participation, for its team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Participation)]
pub struct ParticipationBody {
    /// Its id.
    id: Uuid,
    /// What it is called.
    #[schema(max_length = 40)]
    label: String,
    /// The unit of the job specialist.
    unit_id: Uuid,
    /// The discussion it was opened from: there, whoever is covered sees who it is.
    discussion_id: Uuid,
    /// The consent it was opened on.
    consent_id: Uuid,
    /// When it was opened.
    #[schema(format = DateTime, max_length = 40)]
    opened_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, max_length = 40)]
    ended_at: Option<String>,
    /// Those on its team now.
    #[schema(max_items = 200)]
    members: Vec<ParticipationMemberBody>,
}

impl From<&Participation> for ParticipationBody {
    fn from(participation: &Participation) -> Self {
        let current = participation
            .members
            .iter()
            .filter(|m| m.ended_at.is_none());
        Self {
            id: participation.id.uuid(),
            label: participation.label.as_str().to_owned(),
            unit_id: participation.unit.uuid(),
            discussion_id: participation.discussion.uuid(),
            consent_id: participation.consent.uuid(),
            opened_at: participation.opened_at.to_string(),
            ended_at: participation.ended_at.map(|at| at.to_string()),
            members: current.map(ParticipationMemberBody::from).collect(),
        }
    }
}

/// Somebody on a participation's team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ParticipationMember)]
pub struct ParticipationMemberBody {
    /// Who.
    person_id: Uuid,
    /// Acting for which unit.
    unit_id: Uuid,
    /// As what.
    function: IpsFunctionCode,
    /// Since when.
    #[schema(format = DateTime, max_length = 40)]
    added_at: String,
}

impl From<&ParticipationMember> for ParticipationMemberBody {
    fn from(member: &ParticipationMember) -> Self {
        Self {
            person_id: member.person.uuid(),
            unit_id: member.unit.uuid(),
            function: Coded(member.function),
            added_at: member.added_at.to_string(),
        }
    }
}

/// A line of the caller's participations: no identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipationItem {
    /// The participation.
    id: Uuid,
    /// What it is called.
    #[schema(max_length = 40)]
    label: String,
    /// The unit of the job specialist.
    unit_id: Uuid,
    /// As what the caller is on its team.
    function: IpsFunctionCode,
    /// When it was opened.
    #[schema(format = DateTime, max_length = 40)]
    opened_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, max_length = 40)]
    ended_at: Option<String>,
}

impl From<&ParticipationLine> for ParticipationItem {
    fn from(line: &ParticipationLine) -> Self {
        Self {
            id: line.id.uuid(),
            label: line.label.clone(),
            unit_id: line.unit.uuid(),
            function: Coded(line.function),
            opened_at: line.opened_at.to_string(),
            ended_at: line.ended_at.map(|at| at.to_string()),
        }
    }
}

/// A line of a participation's notes: no text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IpsNoteItem {
    /// The note.
    id: Uuid,
    /// Who wrote it.
    author_id: Uuid,
    /// When.
    #[schema(format = DateTime, max_length = 40)]
    written_at: String,
}

impl From<&IpsNoteLine> for IpsNoteItem {
    fn from(line: &IpsNoteLine) -> Self {
        Self {
            id: line.id.uuid(),
            author_id: line.author.uuid(),
            written_at: line.written_at.to_string(),
        }
    }
}

/// A follow-up note.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IpsNote)]
pub struct IpsNoteBody {
    /// The note.
    id: Uuid,
    /// Its participation.
    participation_id: Uuid,
    /// Who wrote it.
    author_id: Uuid,
    /// What it says.
    #[schema(max_length = 20000)]
    text: String,
    /// When it was written.
    #[schema(format = DateTime, max_length = 40)]
    written_at: String,
}

impl From<IpsNote> for IpsNoteBody {
    fn from(note: IpsNote) -> Self {
        Self {
            id: note.id.uuid(),
            participation_id: note.participation.uuid(),
            author_id: note.author.uuid(),
            text: note.text.as_str().to_owned(),
            written_at: note.written_at.to_string(),
        }
    }
}
