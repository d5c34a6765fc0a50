//! Granting a consent: who may record it, on what it rests, from what age, for how long.

use super::{Consent, GivenBy, Recipient, State, Validity};
use crate::actor::Staff;
use crate::code::{Purpose, codes};
use crate::id::{DiscussionId, GuardianshipId};
use crate::information::{Form, InformationRecord};
use crate::patient::{Authority, Custody, Guardianship, Patient};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::time::{birthday, end_of_oslo_day, start_of, twelve_months_after};
use crate::unit::{CompartmentKind, OralPolicy, Policy, RecipientPolicy};
use jiff::Timestamp;

/// From what age somebody consents alone, and where that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgePolicy {
    /// Age in whole years.
    pub alone_from: u8,
    /// Age from which the patient may keep things from the guardians.
    pub may_withhold_from: u8,
    /// The source of the rule.
    pub source: &'static str,
}

/// The age table, by the source's compartment.
#[must_use]
pub const fn age_policy(source: CompartmentKind) -> AgePolicy {
    match source {
        CompartmentKind::Health => AgePolicy {
            alone_from: 16,
            may_withhold_from: 12,
            source: "pasient- og brukerrettighetsloven § 3-4, § 4-3 and § 4-4",
        },
        CompartmentKind::NavState
        | CompartmentKind::MunicipalSocial
        | CompartmentKind::Ips
        | CompartmentKind::None => AgePolicy {
            alone_from: 18,
            may_withhold_from: 15,
            source: "vergemålsloven § 8 and § 9, by default",
        },
    }
}

/// What is agreed at the grant.
#[derive(Clone, Debug)]
pub struct Terms {
    /// In which form.
    pub form: Form,
    /// By whom.
    pub given_by: GivenBy,
    /// On which guardianships' authority, where not by the patient.
    pub guardianships: Vec<GuardianshipId>,
    /// Whether it is for one discussion only.
    pub single_use: bool,
    /// The discussion it is for, where it is single-use and known.
    pub discussion: Option<DiscussionId>,
    /// When it begins; the recording, if nothing is said.
    pub from: Option<Timestamp>,
    /// When it ends; twelve months after it begins, if nothing is said.
    pub until: Option<Timestamp>,
}

/// Who records an agreement.
#[derive(Clone, Copy, Debug)]
pub enum Agreement<'a> {
    /// Somebody of a case team; `of_every_source` tells whether of the case team of each source.
    Team {
        /// Who.
        recorder: &'a Staff,
        /// Whether they are on a case team of this patient for every source the consent names.
        of_every_source: bool,
    },
    /// The patient, with their own token.
    Patient,
    /// A guardian, with their own token.
    Guardian(GuardianshipId),
}

/// What a grant is held against.
#[derive(Clone, Debug)]
pub struct GrantFacts<'a> {
    /// The patient.
    pub patient: &'a Patient,
    /// The information record the consent rests on, if it exists.
    pub information: Option<&'a InformationRecord>,
    /// The compartment kinds of the sources.
    pub sources: &'a [CompartmentKind],
    /// The policies of the source organisations.
    pub policies: &'a [Policy],
    /// The patient's guardians.
    pub guardians: &'a [Guardianship],
    /// Guardianships whose holders have agreed before, each with their own token.
    pub approvals: &'a [GuardianshipId],
}

codes! {
    /// What a grant amounts to.
    GrantOutcome {
        /// The consent is active.
        Active = "active",
        /// One of two guardians has agreed; the other has yet to.
        AwaitsOtherGuardian = "awaitsOtherGuardian",
    }
}

/// A consent granted, or agreed to by one of two guardians.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The consent as it is after the act, its version one higher.
    pub consent: Consent,
    /// The guardianships whose agreement is counted now.
    pub agreed: Vec<GuardianshipId>,
    /// Whether it is active.
    pub outcome: GrantOutcome,
}

impl Consent {
    /// Grants a draft.
    ///
    /// # Errors
    /// R1 where nothing was told before, or for IPS not by health personnel; R2 where the recorder
    /// may not, the giver can't, the validity is out of bounds or the source's policy says no;
    /// wrong state where it is no draft.
    pub fn grant(
        &self,
        terms: &Terms,
        by: Agreement<'_>,
        facts: &GrantFacts<'_>,
        now: Timestamp,
    ) -> Decision<Granted> {
        if self.state != State::Draft {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        may_record(self, by)?;
        informed(self, facts, now)?;
        accepted(self, terms, facts)?;
        let agreed = authority(terms, by, facts, now)?;
        let single_use = terms.single_use || self.agreed_to_single_use();
        let validity = validity(terms, single_use, facts, &agreed, now)?;
        let complete = terms.given_by == GivenBy::Patient || all_agreed(&agreed, facts, now);
        let mut consent = self.clone();
        consent.version += 1;
        consent.form = Some(terms.form);
        consent.given_by = terms.given_by;
        consent.guardianships.clone_from(&agreed);
        consent.information = facts.information.map(|record| record.id);
        consent.single_use = single_use;
        if complete {
            consent.age_at_grant = Some(facts.patient.age_at(now));
            consent.used = terms
                .discussion
                .filter(|_| consent.single_use)
                .map(|discussion| super::Use {
                    discussion,
                    ended_at: None,
                });
            consent.state = State::Active(validity);
        }
        let outcome = if complete {
            GrantOutcome::Active
        } else {
            GrantOutcome::AwaitsOtherGuardian
        };
        Ok(Permit::grant(Granted {
            consent,
            agreed,
            outcome,
        }))
    }

    /// Whether another guardian has agreed to this draft, for a single use and no more.
    fn agreed_to_single_use(&self) -> bool {
        !self.guardianships.is_empty() && self.single_use
    }

    /// Whether any grant of this consent would let `staff` hear something, in any of the positions
    /// they hold.
    #[must_use]
    pub fn covers_any_position_of(&self, staff: &Staff) -> bool {
        self.grants.iter().any(|g| match g.recipient {
            Recipient::Person(person) => person == staff.person,
            Recipient::Unit(unit) => staff.positions.iter().any(|p| p.unit == unit),
            Recipient::RoleInUnit(unit, role) => staff
                .positions
                .iter()
                .any(|p| p.unit == unit && p.role == role),
        })
    }
}

/// A member of the source's case team, the patient or a guardian; never anyone it covers.
fn may_record(consent: &Consent, by: Agreement<'_>) -> Result<(), Refusal> {
    match by {
        Agreement::Patient | Agreement::Guardian(_) => Ok(()),
        Agreement::Team { recorder, .. } if consent.covers_any_position_of(recorder) => {
            Err(Refusal::new(RefusalCode::RecorderIsCovered))
        }
        Agreement::Team {
            of_every_source: false,
            ..
        } => Err(Refusal::new(RefusalCode::RecorderNotOfSource)),
        Agreement::Team { recorder, .. } if !recorder.is_admitted() => {
            Err(Refusal::new(RefusalCode::RoleNotAdmitted))
        }
        Agreement::Team { .. } => Ok(()),
    }
}

/// R1: every consent rests on information given before, for IPS by health personnel.
fn informed(consent: &Consent, facts: &GrantFacts<'_>, now: Timestamp) -> Result<(), Refusal> {
    let Some(record) = facts.information else {
        return Err(Refusal::new(RefusalCode::InformationMissing));
    };
    let about_this = record.patient == consent.patient && record.purpose == consent.purpose;
    if !about_this || record.given_at > now || record.recorded_at > now {
        return Err(Refusal::new(RefusalCode::InformationMissing));
    }
    if consent.purpose == Purpose::IpsCooperation && !record.by_health_personnel() {
        return Err(Refusal::new(RefusalCode::InformationNotByHealthPersonnel));
    }
    Ok(())
}

/// What the source organisations accept, and what protection demands.
fn accepted(consent: &Consent, terms: &Terms, facts: &GrantFacts<'_>) -> Result<(), Refusal> {
    let named_only = consent.grants.iter().all(|g| g.recipient.is_named_person());
    if consent.grants.iter().all(|g| g.categories.is_empty()) {
        return Err(Refusal::new(RefusalCode::CoversNothing));
    }
    if facts.patient.is_restricted() && !named_only {
        return Err(Refusal::new(RefusalCode::RestrictedToNamedPersons));
    }
    if !named_only
        && facts
            .policies
            .iter()
            .any(|p| p.recipients == RecipientPolicy::Person)
    {
        return Err(Refusal::new(RefusalCode::NamedPersonsOnly));
    }
    let oral = terms.form == Form::Oral;
    let accepts_oral = facts.policies.iter().all(|p| match p.oral {
        OralPolicy::No => false,
        OralPolicy::SingleUse => terms.single_use,
        OralPolicy::Yes => true,
    });
    if oral && !accepts_oral {
        return Err(Refusal::new(RefusalCode::OralNotAccepted));
    }
    Ok(())
}

/// Whose word it rests on; empty when the patient's own.
fn authority(
    terms: &Terms,
    by: Agreement<'_>,
    facts: &GrantFacts<'_>,
    now: Timestamp,
) -> Result<Vec<GuardianshipId>, Refusal> {
    let alone_from = strictest_age(facts.sources);
    let age = facts.patient.age_at(now);
    if terms.given_by == GivenBy::Patient {
        let own_word = !matches!(by, Agreement::Guardian(_)) && terms.guardianships.is_empty();
        return match (own_word, age >= alone_from) {
            (true, true) => Ok(Vec::new()),
            (true, false) => Err(Refusal::new(RefusalCode::TooYoungToConsent)),
            (false, _) => Err(Refusal::new(RefusalCode::GuardiansMissing)),
        };
    }
    let mut agreed = match by {
        Agreement::Team { .. } => terms.guardianships.clone(),
        Agreement::Guardian(own) => {
            let holds = |a: &GuardianshipId| facts.holders(terms, now).any(|g| g.id == *a);
            facts
                .approvals
                .iter()
                .copied()
                .filter(holds)
                .chain([own])
                .collect()
        }
        Agreement::Patient => return Err(Refusal::new(RefusalCode::GuardiansMissing)),
    };
    agreed.sort();
    agreed.dedup();
    let held = facts
        .holders(terms, now)
        .filter(|g| agreed.contains(&g.id))
        .count();
    if agreed.is_empty() || held != agreed.len() {
        return Err(Refusal::new(RefusalCode::GuardiansMissing));
    }
    let parental = terms.given_by == GivenBy::Guardian;
    if parental && age >= earliest_age(facts.sources) {
        return Err(Refusal::new(RefusalCode::PatientDecidesAlone));
    }
    if matches!(by, Agreement::Team { .. }) && !all_agreed(&agreed, facts, now) {
        return Err(Refusal::new(RefusalCode::GuardiansMissing));
    }
    Ok(agreed)
}

impl GrantFacts<'_> {
    /// The guardians who hold the authority that `terms` rest on.
    fn holders<'f>(
        &'f self,
        terms: &Terms,
        now: Timestamp,
    ) -> impl Iterator<Item = &'f Guardianship> + use<'f> {
        let authority = required(terms);
        self.guardians
            .iter()
            .filter(move |g| g.authority == authority && g.holds_at(now))
    }
}

const fn required(terms: &Terms) -> Authority {
    match terms.given_by {
        GivenBy::Patient | GivenBy::Guardian => Authority::Parent,
        GivenBy::NextOfKin => Authority::NextOfKin,
        GivenBy::Verge => Authority::Verge,
    }
}

/// Both where custody is shared.
fn all_agreed(agreed: &[GuardianshipId], facts: &GrantFacts<'_>, now: Timestamp) -> bool {
    let parents = || {
        facts
            .guardians
            .iter()
            .filter(|g| g.authority == Authority::Parent && g.holds_at(now))
    };
    let shared = parents().any(|g| agreed.contains(&g.id) && g.custody == Custody::Shared);
    let needed = parents().filter(|g| g.custody == Custody::Shared);
    !agreed.is_empty()
        && (!shared
            || (needed.clone().count() >= 2 && needed.clone().all(|g| agreed.contains(&g.id))))
}

fn strictest_age(sources: &[CompartmentKind]) -> u8 {
    sources
        .iter()
        .map(|s| age_policy(*s).alone_from)
        .max()
        .unwrap_or(18)
}

/// Never before the recording, at most twelve months, single use to the end of the Oslo day.
fn validity(
    terms: &Terms,
    single_use: bool,
    facts: &GrantFacts<'_>,
    agreed: &[GuardianshipId],
    now: Timestamp,
) -> Result<Validity, Refusal> {
    let from = terms.from.unwrap_or(now);
    let longest = twelve_months_after(from);
    let latest = if single_use {
        end_of_oslo_day(from)
    } else {
        longest
    };
    let until = terms.until.unwrap_or(latest);
    if from < now || until <= from || until > longest {
        return Err(Refusal::new(RefusalCode::ValidityOutOfBounds));
    }
    let until = until.min(latest);
    Ok(Validity {
        granted_at: now,
        from,
        until,
        lapses_at: lapse(terms, facts, agreed),
    })
}

/// When the giver's authority ends: the birthday from which the patient decides alone, or the day
/// after a guardianship's last.
fn lapse(terms: &Terms, facts: &GrantFacts<'_>, agreed: &[GuardianshipId]) -> Option<Timestamp> {
    if terms.given_by == GivenBy::Patient {
        return None;
    }
    let coming_of_age = (terms.given_by == GivenBy::Guardian)
        .then(|| earliest_age(facts.sources))
        .map(|age| birthday(facts.patient.birth_date, age));
    let ends = facts
        .guardians
        .iter()
        .filter(|g| agreed.contains(&g.id))
        .filter_map(|g| g.until);
    let end_of_authority = ends
        .min()
        .map(|day| day.tomorrow().map_or(Timestamp::MAX, start_of));
    coming_of_age.into_iter().chain(end_of_authority).min()
}

fn earliest_age(sources: &[CompartmentKind]) -> u8 {
    sources
        .iter()
        .map(|s| age_policy(*s).alone_from)
        .min()
        .unwrap_or(16)
}
