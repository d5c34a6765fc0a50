//! `GET /patients/{id}/consents`, `GET /me/consents`

use actix_web::{Responder, get};
use samrad_domain::actor::{Citizen, PersonKey, Staff};
use samrad_domain::consent::{Asker, Consent, Look};
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::PatientId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::{CaseWorkers, Citizens};
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::PurposeCode;
use crate::http::consents::approach::{naming, without_colleagues};
use crate::http::consents::body::{ConsentBody, ConsentState, Eyes};
use crate::http::extract::{Listed, Paged, PathId};
use crate::http::patients::of_team;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::consents::sources;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::Tx;
use crate::store::{StoreError, consents, patients};

/// Which consents to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConsentFilter {
    /// Only those in this state.
    #[param(inline)]
    state: Option<ConsentState>,
    /// Only those for this purpose.
    #[param(inline)]
    purpose: Option<PurposeCode>,
}

impl ConsentFilter {
    fn takes(&self, consent: &Consent) -> bool {
        self.state
            .is_none_or(|state| state == (&consent.state).into())
            && self
                .purpose
                .is_none_or(|purpose| purpose.0 == consent.purpose)
    }
}

/// What follows `after` in the order of `all`, of those that `filter` takes: one more than a page.
fn turn<T>(
    all: Vec<(Consent, T)>,
    after: Option<Uuid>,
    limit: u32,
    filter: &ConsentFilter,
) -> Vec<(Consent, T)> {
    let seen = after.and_then(|last| all.iter().position(|(c, _)| c.id.uuid() == last));
    let rest = all.into_iter().skip(seen.map_or(0, |at| at + 1));
    rest.filter(|(c, _)| filter.takes(c))
        .take(limit as usize + 1)
        .collect()
}

/// List the consents of a patient.
///
/// For the team of the record: those drafted on it, and, once they were granted, those that speak
/// for the team's unit or organisation wherever they were drafted. Oldest first. No identity.
#[utoipa::path(
    tag = "consents",
    operation_id = "listConsents",
    params(ConsentFilter),
    responses((status = 200, description = "A page of consents", body = Listed<ConsentBody>)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/patients/{id}/consents")]
pub(crate) async fn list_consents(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
    list: Paged<ConsentFilter>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let cursors = list.cursors(&caller.binding());
    let (after, limit, filter) = (list.after(&cursors)?, list.limit, list.filter);
    let listed = work.act(
        &caller,
        "listConsents",
        About::Patient(id),
        Hold::Shared,
        move |tx| {
            let (patient, _, event) = of_team(tx, id, &staff, EventKind::ConsentRead)?;
            let all = of_record(tx, &staff, id, &patient.key)?;
            let shown = turn(all, after, limit, &filter);
            let outcome = Outcome::Accessed;
            let event = naming(Event { outcome, ..event }, shown.iter().map(|(c, _)| c));
            let eyes = |look| Eyes {
                look,
                record: Some(id),
                staff: Some(&staff),
            };
            let items = shown
                .iter()
                .map(|(c, look)| ConsentBody::of(c, &eyes(*look), None, tx.now));
            Ok((items.collect(), event))
        },
    );
    let listed = listed.await?;
    let page = list.page(listed.value, &cursors, ConsentBody::id)?;
    Ok(Answer::ok(page).receipt(&listed.receipt))
}

/// The consents of a person that the team of the record `id` sees, and how much of each.
fn of_record(
    tx: &mut Tx<'_>,
    staff: &Staff,
    id: PatientId,
    key: &PersonKey,
) -> Result<Vec<(Consent, Look)>, StoreError> {
    let asker = Asker::Staff {
        staff,
        record: Some(id),
    };
    let now = tx.now;
    let mut seen = Vec::new();
    for consent in consents::of_person(tx.conn, key)? {
        let look = consent.look(&asker, now);
        match without_colleagues(tx, staff, &consent, look)? {
            Some(Look::Team) => seen.push((consent, Look::Team)),
            // What is drafted elsewhere and nobody has agreed to tells that somebody knows the
            // person.
            Some(Look::Source) if consent.was_granted() => seen.push((consent, Look::Source)),
            Some(Look::Source | Look::Patient | Look::Guardian(_) | Look::Named) | None => {}
        }
    }
    Ok(seen)
}

/// A consent of the caller's own, or of somebody whose guardian they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MyConsent {
    /// The guardianship on which the caller sees it; absent for the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    guardianship_id: Option<Uuid>,
    /// The consent.
    consent: ConsentBody,
}

/// List my consents.
///
/// The caller's own in every state, whoever drafted them, and those of persons whose guardian the
/// caller is, as far as these keep nothing from them. No identity.
#[utoipa::path(
    tag = "consents",
    operation_id = "listMyConsents",
    params(ConsentFilter),
    responses((status = 200, description = "A page of consents", body = Listed<MyConsent>)),
    extensions(("x-samrad-roles" = json!(roles::<Citizens>())))
)]
#[get("/me/consents")]
pub(crate) async fn list_my_consents(
    caller: Caller<Citizens>,
    work: Work,
    list: Paged<ConsentFilter>,
) -> Result<impl Responder, Problem> {
    let citizen = caller.citizen()?.clone();
    let cursors = list.cursors(&caller.binding());
    let (after, limit, filter) = (list.after(&cursors)?, list.limit, list.filter);
    let about = About::Person(citizen.key);
    let listed = work.act(&caller, "listMyConsents", about, Hold::Shared, move |tx| {
        let shown = turn(own(tx, &citizen)?, after, limit, &filter);
        let event = Event::access(EventKind::ConsentRead);
        let event = naming(event, shown.iter().map(|(c, _)| c));
        let items = shown
            .iter()
            .map(|(c, look)| MyConsent::of(c, *look, tx.now));
        Ok((items.collect(), event))
    });
    let listed = listed.await?;
    let page = list.page(listed.value, &cursors, |mine: &MyConsent| mine.consent.id())?;
    Ok(Answer::ok(page).receipt(&listed.receipt))
}

impl MyConsent {
    fn of(consent: &Consent, look: Look, now: jiff::Timestamp) -> Self {
        let eyes = Eyes {
            look,
            record: None,
            staff: None,
        };
        Self {
            guardianship_id: match look {
                Look::Guardian(id) => Some(id.uuid()),
                Look::Patient | Look::Team | Look::Source | Look::Named => None,
            },
            consent: ConsentBody::of(consent, &eyes, None, now),
        }
    }
}

/// The consents that a citizen sees: their own, then those of each dependant.
fn own(tx: &mut Tx<'_>, citizen: &Citizen) -> Result<Vec<(Consent, Look)>, StoreError> {
    let mut seen: Vec<(Consent, Look)> = consents::of_person(tx.conn, &citizen.key)?
        .into_iter()
        .map(|consent| (consent, Look::Patient))
        .collect();
    for record in consents::dependants(tx.conn, &citizen.key)? {
        seen.extend(of_dependant(tx, &citizen.key, record)?);
    }
    Ok(seen)
}

/// The consents drafted on `record` that a guardian of `key` sees.
fn of_dependant(
    tx: &mut Tx<'_>,
    key: &PersonKey,
    record: PatientId,
) -> Result<Vec<(Consent, Look)>, StoreError> {
    let Some(patient) = patients::find(tx.conn, tx.vault, record)? else {
        return Ok(Vec::new());
    };
    let mut own = patients::guardians(tx.conn, record)?;
    own.retain(|g| g.guardian == *key);
    let mut seen = Vec::new();
    for consent in consents::of_person(tx.conn, &patient.key)? {
        if consent.patient != record {
            continue;
        }
        let sources = sources::of(tx.conn, &consent, &patient.key, None)?;
        let asker = Asker::Guardian {
            own: &own,
            age: patient.age_at(tx.now),
            sources: &sources.kinds,
        };
        seen.extend(consent.look(&asker, tx.now).map(|look| (consent, look)));
    }
    Ok(seen)
}
