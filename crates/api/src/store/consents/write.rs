//! What changes a consent: each takes the permit, leaves one line of history for each version, and
//! puts what must be filed (R5) among the notes, in the same transaction.

use super::columns::{Change, insert};
use super::history::{Act, Approval};
use super::rows::corrupt;
use super::sources::{self, Kept};
use crate::store::dialect::insert_if_new;
use crate::store::schema::{consent, consent_approval, consent_event};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::{StoreError, notes, stored_version};
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::consent::{
    Consent, Drafted, GrantOutcome, Granted, Narrowed, Refused, Renewed, State, Withdrawn,
};
use samrad_domain::id::{ConsentId, DiscussionId, GuardianshipId, PersonId, UnitId};
use samrad_domain::information::Form;
use samrad_domain::journal::{ConsentFacts, JournalNote};
use samrad_domain::permit::Permit;
use uuid::Uuid;

/// Who records what happens to a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorder {
    /// Staff, acting for a unit.
    Person(PersonId, UnitId),
    /// The patient, with their own token.
    Patient,
    /// A guardian, with their own token.
    Guardian(GuardianshipId),
}

impl Recorder {
    pub(super) const fn columns(&self) -> (&'static str, Option<Uuid>) {
        match self {
            Self::Person(id, _) => ("person", Some(id.uuid())),
            Self::Patient => ("patient", None),
            Self::Guardian(id) => ("guardian", Some(id.uuid())),
        }
    }

    const fn unit(&self) -> Option<UnitId> {
        match self {
            Self::Person(_, unit) => Some(*unit),
            Self::Patient | Self::Guardian(_) => None,
        }
    }
}

/// Writes a draft.
///
/// # Errors
/// When the database does not answer.
pub fn draft(
    tx: &mut Tx<'_>,
    permit: &Permit<Drafted>,
    key: &PersonKey,
    by: &Recorder,
    drafter: PersonId,
) -> Result<(), StoreError> {
    insert(tx, &permit.act().consent, key, drafter, by)?;
    remember(tx, &permit.act().consent, Act::Drafted, by, None)
}

/// Writes a grant, or the agreement of one guardian where another has yet to agree. What it renews
/// is superseded in the same act, and given back.
///
/// # Errors
/// When the database does not answer.
pub fn grant(
    tx: &mut Tx<'_>,
    permit: &Permit<Granted>,
    key: &PersonKey,
    by: &Recorder,
    evidence: Option<Vec<u8>>,
) -> Result<Option<Consent>, StoreError> {
    let Granted {
        consent, outcome, ..
    } = permit.act();
    let mut change = Change::to(consent);
    change.evidence_enc = evidence;
    match outcome {
        GrantOutcome::AwaitsOtherGuardian => {
            change.make(tx, consent.id)?;
            remember(tx, consent, Act::Approved, by, consent.form)?;
            Ok(None)
        }
        GrantOutcome::Active => {
            change.granted(by).make(tx, consent.id)?;
            remember(tx, consent, Act::Granted, by, consent.form)?;
            note(tx, consent, key, by, JournalNote::ConsentGranted)?;
            supersede_renewed(tx, consent, by)
        }
    }
}

fn supersede_renewed(
    tx: &mut Tx<'_>,
    new: &Consent,
    by: &Recorder,
) -> Result<Option<Consent>, StoreError> {
    let Some(id) = new.supersedes else {
        return Ok(None);
    };
    let Some((old, _)) = super::find(tx.conn, id)? else {
        return Ok(None);
    };
    let State::Active(was) = old.state else {
        return Ok(None);
    };
    let old = old.superseded_by(new.id, was, tx.now);
    Change::to(&old).make(tx, old.id)?;
    remember(tx, &old, Act::Superseded, by, None)?;
    Ok(Some(old))
}

/// Remembers what a guardian agreed to: the other one's word makes it no wider, nor for another
/// discussion.
///
/// # Errors
/// When the database does not answer.
pub fn approve(
    tx: &mut Tx<'_>,
    permit: &Permit<Granted>,
    approval: &Approval,
    discussion: Option<DiscussionId>,
) -> Result<(), StoreError> {
    let consent = &permit.act().consent;
    insert_if_new!(
        tx.conn,
        consent_approval::table,
        (
            consent_approval::consent_id.eq(Db(consent.id)),
            consent_approval::guardian_key.eq(approval.guardian.bytes().to_vec()),
            consent_approval::at.eq(Db(tx.now)),
            consent_approval::valid_from.eq(approval.from.map(Db)),
            consent_approval::valid_until.eq(approval.until.map(Db)),
        )
    )?;
    match discussion {
        Some(id) if consent.single_use => super::bind(tx.conn, consent.id, id),
        Some(_) | None => Ok(()),
    }
}

/// Writes a refusal.
///
/// # Errors
/// When the database does not answer.
pub fn refuse(
    tx: &mut Tx<'_>,
    permit: &Permit<Refused>,
    key: &PersonKey,
    by: &Recorder,
    form: Option<Form>,
) -> Result<(), StoreError> {
    let consent = &permit.act().consent;
    Change::to(consent).make(tx, consent.id)?;
    remember(tx, consent, Act::Refused, by, form)?;
    note(tx, consent, key, by, JournalNote::ConsentRefused)
}

/// Writes a withdrawal.
///
/// # Errors
/// When the database does not answer.
pub fn withdraw(
    tx: &mut Tx<'_>,
    permit: &Permit<Withdrawn>,
    key: &PersonKey,
    by: &Recorder,
    form: Form,
) -> Result<(), StoreError> {
    let consent = &permit.act().consent;
    Change::to(consent).make(tx, consent.id)?;
    remember(tx, consent, Act::Withdrawn, by, Some(form))?;
    note(tx, consent, key, by, JournalNote::ConsentWithdrawn)
}

/// Writes a narrower consent in the place of an old one. It rests on the same evidence, which
/// `evidence` holds, sealed for the new one.
///
/// # Errors
/// When the database does not answer.
pub fn narrow(
    tx: &mut Tx<'_>,
    permit: &Permit<Narrowed>,
    key: &PersonKey,
    by: &Recorder,
    evidence: Option<Vec<u8>>,
) -> Result<(), StoreError> {
    let Narrowed { old, new } = permit.act();
    let drafter = drafter(tx, old.id, by)?;
    insert(tx, new, key, drafter, by)?;
    diesel::update(consent::table.find(Db(new.id)))
        .set(consent::evidence_enc.eq(evidence))
        .execute(tx.conn)?;
    remember(tx, new, Act::Narrowed, by, None)?;
    Change::to(old).make(tx, old.id)?;
    remember(tx, old, Act::Superseded, by, None)?;
    note(tx, new, key, by, JournalNote::ConsentGranted)
}

/// Writes the draft of a renewal.
///
/// # Errors
/// When the database does not answer.
pub fn renew(
    tx: &mut Tx<'_>,
    permit: &Permit<Renewed>,
    key: &PersonKey,
    by: &Recorder,
) -> Result<(), StoreError> {
    let draft = &permit.act().draft;
    let drafter = match draft.supersedes {
        Some(old) => drafter(tx, old, by)?,
        None => return Err(corrupt("a renewal of nothing")),
    };
    insert(tx, draft, key, drafter, by)?;
    remember(tx, draft, Act::Renewed, by, None)
}

/// Who drafts what replaces `old`: the staff who records it, else who drafted the old one.
fn drafter(tx: &mut Tx<'_>, old: ConsentId, by: &Recorder) -> Result<PersonId, StoreError> {
    match by {
        Recorder::Person(id, _) => Ok(*id),
        Recorder::Patient | Recorder::Guardian(_) => Ok(consent::table
            .find(Db(old))
            .select(consent::drafted_by)
            .first(tx.conn)?),
    }
}

/// One line of history for the present version.
fn remember(
    tx: &mut Tx<'_>,
    now: &Consent,
    act: Act,
    by: &Recorder,
    form: Option<Form>,
) -> Result<(), StoreError> {
    let (kind, id) = by.columns();
    diesel::insert_into(consent_event::table)
        .values((
            consent_event::consent_id.eq(Db(now.id)),
            consent_event::version.eq(stored_version(now.version)),
            consent_event::act.eq(Db(act.code())),
            consent_event::at.eq(Db(tx.now)),
            consent_event::by_kind.eq(Db(kind)),
            consent_event::by_id.eq(id.map(Db)),
            consent_event::form.eq(form.map(Db)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Has every source whose compartment keeps a record of the person file a note (R5).
fn note(
    tx: &mut Tx<'_>,
    about: &Consent,
    key: &PersonKey,
    by: &Recorder,
    kind: fn(ConsentFacts) -> JournalNote,
) -> Result<(), StoreError> {
    let sources = sources::of(tx.conn, about, key, by.unit())?;
    for kept in sources.to_note() {
        let note = kind(ConsentFacts {
            consent: about.id,
            version: about.version,
            purpose: about.purpose,
            categories: kept.categories,
        });
        let Kept {
            unit, compartment, ..
        } = &kept;
        notes::add(
            tx,
            *unit,
            compartment,
            kept.organisation,
            kept.patient,
            &note,
        );
    }
    Ok(())
}
