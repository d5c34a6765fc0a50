//! How a caller comes to a consent: who they are to it, how much they see, and what stands in the
//! entry of whatever they do with it. To everybody else it does not exist.

use samrad_domain::actor::{Actor, Citizen, PersonKey, Staff};
use samrad_domain::code::ReasonCode;
use samrad_domain::consent::{Agreement, Asker, Consent, Look};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ConsentId, PatientId, UnitId};
use samrad_domain::permit::Refusal;
use uuid::Uuid;

use crate::http::answer::Answer;
use crate::http::consents::body::{ConsentView, Eyes};
use crate::store::consents::sources::{self, Sources};
use crate::store::consents::{self, Recorder};
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, patients};

/// What somebody comes to a consent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// To read or change it.
    See,
    /// To say yes or no to a draft.
    Answer,
    /// To withdraw it: as easy as giving it, so that anyone it names may (GDPR art. 7(3)).
    Withdraw,
}

/// A consent, before somebody who may see it.
pub(super) struct Approach {
    pub(super) consent: Consent,
    /// Whose it is.
    pub(super) key: PersonKey,
    /// Whose secrets it opens.
    pub(super) sources: Sources,
    /// The entry of the act.
    pub(super) event: Event,
    look: Look,
    record: Option<PatientId>,
    actor: Actor,
}

/// Finds the consent `id` for `actor`, who comes for `aim`; the entry of the act begins as `event`.
pub(super) fn approach(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ConsentId,
    aim: Aim,
    event: Event,
) -> Tried<Approach> {
    let (consent, key) = consents::find(tx.conn, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&event)?;
    let sources = sources::of(tx.conn, &consent, &key, unit_of(actor))?;
    let event = Event {
        patient: Some(consent.patient),
        source: sources.first.map(|first| first.0),
        unit: sources.first.and_then(|first| first.1),
        purpose: Some(consent.purpose),
        ..event
    };
    let (look, record) = match actor {
        Actor::Staff(staff) => staff_look(tx, staff, &consent, &key, aim)?,
        Actor::Citizen(citizen) if citizen.key == key => (Some(Look::Patient), None),
        Actor::Citizen(citizen) => (guardian_look(tx, citizen, &consent, &sources, aim)?, None),
        Actor::System(_) => (None, None),
    };
    let look = look
        .ok_or_else(|| Refusal::absent(ReasonCode::NotOnCaseTeam))
        .or_refuse_as(&event)?;
    let event = naming(event, [&consent]);
    Ok(Approach {
        consent,
        key,
        sources,
        event,
        look,
        record,
        actor: actor.clone(),
    })
}

/// `event`, naming `consents` in their present versions.
pub(super) fn naming<'c>(
    mut event: Event,
    consents: impl IntoIterator<Item = &'c Consent>,
) -> Event {
    event.consents = consents.into_iter().map(|c| (c.id, c.version)).collect();
    event
}

/// `event`, telling whom `consents` name and what of. What nobody has agreed to isn't told this
/// way: the auditors of those whom a draft names would learn of the patient.
pub(super) fn telling<'c>(
    mut event: Event,
    consents: impl IntoIterator<Item = &'c Consent> + Clone,
) -> Event {
    for consent in consents.clone() {
        event.categories = event.categories.union(consent.categories());
        for grant in &consent.grants {
            if !event.recipients.contains(&grant.recipient) {
                event.recipients.push(grant.recipient);
            }
        }
    }
    naming(event, consents)
}

/// A consent as it is answered.
pub(super) struct Shown {
    pub(super) id: ConsentId,
    version: u32,
    view: ConsentView,
}

impl Shown {
    pub(super) const fn new(consent: &Consent, view: ConsentView) -> Self {
        Self {
            id: consent.id,
            version: consent.version,
            view,
        }
    }

    /// 200 with it.
    pub(super) fn ok(self) -> Answer<ConsentView> {
        Answer::ok(self.view).version(self.version)
    }

    /// 201 with it.
    pub(super) fn created(self) -> Answer<ConsentView> {
        let path = format!("/api/v1/consents/{}", self.id);
        Answer::created(self.view, &path).version(self.version)
    }
}

/// What a repeated request made before, through the gate again.
pub(super) fn again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    made: Uuid,
    kind: EventKind,
) -> Tried<(Shown, Event)> {
    let found = approach(
        tx,
        actor,
        ConsentId::new(made),
        Aim::See,
        Event::access(kind),
    )?;
    let shown = found.show(tx, &found.consent)?;
    Ok((shown, found.event))
}

fn staff_look(
    tx: &mut Tx<'_>,
    staff: &Staff,
    consent: &Consent,
    key: &PersonKey,
    aim: Aim,
) -> Result<(Option<Look>, Option<PatientId>), StoreError> {
    let own = patients::own_of_person(tx.conn, key, staff, tx.now)?;
    let at_home = own.contains(&consent.patient).then_some(consent.patient);
    let record = at_home.or(own.first().copied());
    let look = consent.look(&Asker::Staff { staff, record }, tx.now);
    let look = without_colleagues(tx, staff, consent, look)?;
    let named = aim == Aim::Withdraw && consent.was_granted() && consent.names(staff);
    Ok((look.or(named.then_some(Look::Named)), record))
}

/// The look, but for what a colleague of the same compartment keeps on a record of their own: to
/// register a person opens nothing that others have of them (helsepersonelloven § 21 a).
pub(super) fn without_colleagues(
    tx: &mut Tx<'_>,
    staff: &Staff,
    consent: &Consent,
    look: Option<Look>,
) -> Result<Option<Look>, StoreError> {
    let colleagues = look == Some(Look::Source)
        && patients::is_kept_in(tx.conn, consent.patient, &staff.compartment)?;
    Ok(look.filter(|_| !colleagues))
}

fn guardian_look(
    tx: &mut Tx<'_>,
    citizen: &Citizen,
    consent: &Consent,
    sources: &Sources,
    aim: Aim,
) -> Result<Option<Look>, StoreError> {
    let all = patients::guardians(tx.conn, consent.patient)?;
    let own: Vec<_> = all
        .into_iter()
        .filter(|g| g.guardian == citizen.key)
        .collect();
    let Some(patient) = patients::find(tx.conn, tx.vault, consent.patient)? else {
        return Ok(None);
    };
    let asker = Asker::Guardian {
        own: &own,
        age: patient.age_at(tx.now),
        sources: &sources.kinds,
    };
    let asked = consent.asks(&asker, tx.now).filter(|_| aim == Aim::Answer);
    Ok(consent.look(&asker, tx.now).or(asked.map(Look::Guardian)))
}

fn unit_of(actor: &Actor) -> Option<UnitId> {
    match actor {
        Actor::Staff(staff) => Some(staff.unit),
        Actor::Citizen(_) | Actor::System(_) => None,
    }
}

impl Approach {
    /// Who records what the caller does.
    pub(super) fn recorder(&self) -> Recorder {
        match (&self.actor, self.look) {
            (Actor::Staff(staff), _) => Recorder::Person(staff.person, staff.unit),
            (_, Look::Guardian(id)) => Recorder::Guardian(id),
            (_, Look::Patient | Look::Team | Look::Source | Look::Named) => Recorder::Patient,
        }
    }

    /// On whose word the caller acts.
    pub(super) fn agreement(&self) -> Agreement<'_> {
        match (&self.actor, self.look) {
            (Actor::Staff(recorder), look) => Agreement::Team {
                recorder,
                of_every_source: matches!(look, Look::Team | Look::Source)
                    && self
                        .consent
                        .grants
                        .iter()
                        .all(|g| g.source.speaks_for(recorder.unit, recorder.organisation)),
            },
            (_, Look::Guardian(id)) => Agreement::Guardian(id),
            (_, Look::Patient | Look::Team | Look::Source | Look::Named) => Agreement::Patient,
        }
    }

    /// The caller, if they are a citizen.
    pub(super) fn citizen(&self) -> Option<&Citizen> {
        match &self.actor {
            Actor::Citizen(citizen) => Some(citizen),
            Actor::Staff(_) | Actor::System(_) => None,
        }
    }

    /// How much the caller sees.
    pub(super) const fn look(&self) -> Look {
        self.look
    }

    /// `consent` as the caller sees it; the evidence with it for the case team and the patient.
    pub(super) fn show(&self, tx: &mut Tx<'_>, consent: &Consent) -> Result<Shown, StoreError> {
        let evidence = match self.look {
            Look::Team | Look::Patient => consents::evidence(tx, consent.id, consent.patient)?,
            Look::Source | Look::Guardian(_) | Look::Named => None,
        };
        let eyes = Eyes {
            look: self.look,
            record: self.record,
            staff: match &self.actor {
                Actor::Staff(staff) => Some(staff),
                Actor::Citizen(_) | Actor::System(_) => None,
            },
        };
        let view = ConsentView::of(consent, &eyes, evidence, tx.now);
        Ok(Shown::new(consent, view))
    }
}
