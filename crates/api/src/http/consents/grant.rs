//! `POST /consents/{id}/grant`

use actix_web::{Responder, post};
use jiff::Timestamp;
use samrad_domain::code::ReasonCode;
use samrad_domain::consent::{GrantFacts, GrantOutcome, Granted, Look, Terms};
use samrad_domain::discussion::DiscussionState;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ConsentId, DiscussionId, GuardianshipId, InformationId};
use samrad_domain::information::InformationRecord;
use samrad_domain::patient::{Guardianship, Patient};
use samrad_domain::permit::{Permit, Place, Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::auth::allowed::ConsentGivers;
use crate::auth::caller::{Caller, roles};
use crate::http::codes::{FormCode, GivenByCode};
use crate::http::consents::approach::{Aim, Approach, Shown, approach, naming, telling};
use crate::http::consents::body::ConsentView;
use crate::http::extract::{Body, PathId};
use crate::http::problem::Problem;
use crate::http::shapes::{Moment, one_line};
use crate::http::work::Work;
use crate::store::consents::{Approval, Evidence};
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, cases, consents, discussions, information, patients};

/// What is agreed.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "discussion_for_single_use"))]
#[schema(as = ConsentGrant, example = json!({"form": "written", "givenBy": "self"}))]
pub(super) struct Grant {
    /// In which form.
    form: FormCode,
    /// By whom.
    given_by: GivenByCode,
    /// On which guardianships' authority, where not by the patient; with a guardian's own token,
    /// theirs is taken.
    #[serde(default)]
    #[validate(length(max = 10))]
    #[schema(max_items = 10)]
    guardianship_ids: Vec<Uuid>,
    /// Whether it is used up by one discussion, or by the day.
    #[serde(default)]
    single_use: bool,
    /// The discussion it is for, where it is for a single use; else the first that uses it.
    discussion_id: Option<Uuid>,
    /// When it begins; the recording, if nothing is said, and never before.
    valid_from: Option<Moment>,
    /// When it ends: at most, and if nothing is said, twelve months after it begins.
    valid_until: Option<Moment>,
    /// Where the evidence lies.
    #[validate(nested)]
    evidence: Option<NewEvidence>,
    /// The record of information given that it rests on, if the draft names none or another.
    information_record_id: Option<Uuid>,
}

fn discussion_for_single_use(grant: &Grant) -> Result<(), ValidationError> {
    if grant.discussion_id.is_some() && !grant.single_use {
        return Err(ValidationError::new("discussionWithoutSingleUse"));
    }
    Ok(())
}

/// Where the evidence of a consent lies, in a system of its own. Never the evidence itself, nor
/// whose it is.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"system": "Journal archive", "reference": "doc-48213"}))]
pub(super) struct NewEvidence {
    /// The system that holds it.
    #[validate(length(min = 1, max = 60), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 60)]
    system: String,
    /// What that system calls it.
    #[validate(length(min = 1, max = 200), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 200)]
    reference: String,
}

impl std::fmt::Debug for NewEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewEvidence(..)")
    }
}

/// Record that a consent is granted.
///
/// By the case team of every source that it names, or by the patient or a guardian with their own
/// token; never by anyone it covers, in whichever affiliation (R2). It rests on information given
/// before, for IPS by health personnel (R1). Where two guardians share custody, the first one's
/// word leaves it a draft.
#[utoipa::path(
    tag = "consents",
    operation_id = "grantConsent",
    request_body = Grant,
    responses(
        (status = 200, description = "Granted, or agreed to by one of two guardians", body = ConsentView),
        (status = 409, description = "Not a draft"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<ConsentGivers>())))
)]
#[post("/consents/{id}/grant")]
pub(crate) async fn grant_consent(
    caller: Caller<ConsentGivers>,
    work: Work,
    id: PathId<ConsentId>,
    body: Body<Grant>,
) -> Result<impl Responder, Problem> {
    let (actor, id, body) = (caller.shared(), id.into_inner(), body.into_inner());
    let granted = work.act(
        &caller,
        "grantConsent",
        About::Consent(id),
        Hold::Exclusive,
        move |tx| {
            let event = Event::done(EventKind::ConsentGranted);
            let found = approach(tx, &actor, id, Aim::Answer, event)?;
            let facts = Facts::load(tx, &found, &body)?;
            let permit = facts.decide(tx, &found, &body)?;
            write(tx, &found, &permit, &body)
        },
    );
    let granted = granted.await?;
    Ok(granted.value.ok().receipt(&granted.receipt))
}

/// What a grant is held against.
struct Facts {
    patient: Patient,
    information: Option<InformationRecord>,
    guardians: Vec<Guardianship>,
    approvals: Vec<Approval>,
}

impl Facts {
    fn load(tx: &mut Tx<'_>, found: &Approach, body: &Grant) -> Tried<Self> {
        let patient = patients::find(tx.conn, tx.vault, found.consent.patient)?
            .ok_or_else(|| Refusal::absent(ReasonCode::NotOnCaseTeam))
            .or_refuse_as(&found.event)?;
        let told = body.information_record_id.map(InformationId::new);
        let information = match told.or(found.consent.information) {
            Some(id) => information::find(tx.conn, id)?,
            None => None,
        };
        Ok(Self {
            patient,
            information,
            guardians: patients::guardians(tx.conn, found.consent.patient)?,
            approvals: consents::approvals(tx.conn, found.consent.id)?,
        })
    }

    fn decide(&self, tx: &mut Tx<'_>, found: &Approach, body: &Grant) -> Tried<Permit<Granted>> {
        let approvals: Vec<GuardianshipId> = self.approved().map(|g| g.id).collect();
        let facts = GrantFacts {
            patient: &self.patient,
            information: self.information.as_ref(),
            sources: &found.sources.kinds,
            policies: &found.sources.policies,
            guardians: &self.guardians,
            approvals: &approvals,
        };
        let terms = self.terms(found, body, tx.now);
        let permit = found
            .consent
            .grant(&terms, found.agreement(), &facts, tx.now)
            .or_refuse_as(&found.event)?;
        let again = permit.act().outcome == GrantOutcome::AwaitsOtherGuardian
            && matches!(found.look(), Look::Guardian(id) if approvals.contains(&id));
        let agreed_on = found.consent.used.map(|used| used.discussion);
        let elsewhere = agreed_on.is_some() && agreed_on != terms.discussion;
        if again || elsewhere {
            return Err(Refusal::new(RefusalCode::WrongState)).or_refuse_as(&found.event);
        }
        if let Some(id) = terms.discussion
            && !speaks_in(tx, found, id)?
        {
            return Err(no_such_discussion()).or_refuse_as(&found.event);
        }
        Ok(permit)
    }

    fn approved(&self) -> impl Iterator<Item = &Guardianship> {
        let agreed = |g: &&Guardianship| self.approvals.iter().any(|a| a.guardian == g.guardian);
        self.guardians.iter().filter(agreed)
    }

    /// What is agreed; with a guardian's own token no more than the other guardians agreed to.
    fn terms(&self, found: &Approach, body: &Grant, now: Timestamp) -> Terms {
        let (mut from, mut until) = times(body);
        let agreed_on = found.consent.used.map(|used| used.discussion);
        if matches!(found.look(), Look::Guardian(_)) {
            let not_before = self.approvals.iter().filter_map(|a| a.from);
            from = not_before.filter(|at| *at > now).chain(from).max();
            until = self
                .approvals
                .iter()
                .filter_map(|a| a.until)
                .chain(until)
                .min();
        }
        Terms {
            form: body.form.0,
            given_by: body.given_by.0,
            guardianships: body
                .guardianship_ids
                .iter()
                .copied()
                .map(GuardianshipId::new)
                .collect(),
            single_use: body.single_use,
            discussion: body.discussion_id.map(DiscussionId::new).or(agreed_on),
            from,
            until,
        }
    }
}

fn times(body: &Grant) -> (Option<Timestamp>, Option<Timestamp>) {
    (body.valid_from.map(|m| m.0), body.valid_until.map(|m| m.0))
}

/// Whether the discussion `id` is open, about this person, and of a case that the consent speaks
/// for. Anything else is no discussion to the caller.
fn speaks_in(tx: &mut Tx<'_>, found: &Approach, id: DiscussionId) -> Result<bool, StoreError> {
    let Some(discussion) = discussions::find(tx.conn, id)? else {
        return Ok(false);
    };
    let Some(case) = cases::find(tx.conn, discussion.case)? else {
        return Ok(false);
    };
    let about_them = found
        .sources
        .kept
        .iter()
        .any(|kept| Some(kept.patient) == case.patient);
    let speaks = found.consent.speaks_for(case.owner, case.organisation);
    Ok(about_them && speaks && discussion.state != DiscussionState::Closed)
}

fn no_such_discussion() -> Refusal {
    let place = Place {
        pointer: "/discussionId".to_owned(),
        code: "unknown",
        start: 0,
        end: 0,
    };
    Refusal {
        places: vec![place],
        ..Refusal::new(RefusalCode::CoversNothing)
    }
}

fn write(
    tx: &mut Tx<'_>,
    found: &Approach,
    permit: &Permit<Granted>,
    body: &Grant,
) -> Tried<(Shown, Event)> {
    let Granted {
        consent, outcome, ..
    } = permit.act();
    let evidence = match &body.evidence {
        Some(new) => {
            let (system, reference) = (new.system.clone(), new.reference.clone());
            let pointer = Evidence { system, reference };
            Some(pointer.seal(tx, consent.id, consent.patient)?)
        }
        None => None,
    };
    let replaced = consents::grant(tx, permit, &found.key, &found.recorder(), evidence)?;
    if let Some(guardian) = found.citizen().filter(|c| c.key != found.key) {
        let (from, until) = times(body);
        let approval = Approval {
            guardian: guardian.key,
            from,
            until,
        };
        let discussion = body.discussion_id.map(DiscussionId::new);
        consents::approve(tx, permit, &approval, discussion)?;
    }
    let event = match outcome {
        GrantOutcome::Active => {
            let mut event = telling(found.event.clone(), [consent]);
            event
                .consents
                .extend(replaced.map(|old| (old.id, old.version)));
            event
        }
        GrantOutcome::AwaitsOtherGuardian => Event {
            kind: EventKind::ConsentApproved,
            ..naming(found.event.clone(), [consent])
        },
    };
    Ok((found.show(tx, consent)?, event))
}
