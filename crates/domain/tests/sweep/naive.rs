//! The rules once more, as slowly as they are written: one category and one sentence at a time,
//! from the description of the domain and not from the decision.

use crate::world::{World, now};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use samrad_domain::code::{Category, CategorySet, ReasonCode, Role};
use samrad_domain::consent::{Consent, Grant, Recipient, Source, State};
use samrad_domain::decision::{Basis, Matter, Objection, Sight, Subject, Viewer, who_sees};
use samrad_domain::id::ConsentId;
use samrad_domain::unit::Compartment;

/// What somebody gets, without the reason.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Gets {
    Everything(Basis),
    Identity(CategorySet),
    Anonymised,
    LabelAndStatus,
    Nothing,
}

/// Holds a decision against the naive statement: what is got must be the same, and the reason
/// given must be true.
pub(crate) fn must_agree(world: &World, sight: &Sight) -> Result<(), String> {
    let (matter, viewer) = (world.matter(), world.viewer());
    let naive = gets(&matter, &viewer);
    if got(sight) != naive {
        return Err(format!("the naive rules say {naive:?}"));
    }
    if !is_true(sight.reason(), &matter, &viewer, &naive) {
        return Err(format!("it is not true to say {}", sight.reason()));
    }
    if let Sight::Identified(cover) = sight {
        if cover.consents != consents_used(&matter, &viewer) {
            return Err("these are not the consents that cover it".to_owned());
        }
        let last = cover.until - SignedDuration::from_micros(1);
        if who_sees(&matter, &viewer, last) != *sight {
            return Err(format!("the decision does not hold until {}", cover.until));
        }
    }
    Ok(())
}

pub(crate) fn got(sight: &Sight) -> Gets {
    match sight {
        Sight::Inside(insider) => Gets::Everything(insider.basis),
        Sight::Identified(cover) => Gets::Identity(cover.categories),
        Sight::Anonymised(_) => Gets::Anonymised,
        Sight::Sealed(_) => Gets::LabelAndStatus,
        Sight::Absent(_) => Gets::Nothing,
    }
}

pub(crate) fn gets(matter: &Matter<'_>, viewer: &Viewer<'_>) -> Gets {
    // 1. Inside.
    if is_on_the_team(matter, viewer) {
        return Gets::Everything(Basis::Team);
    }
    if is_invited_health_personnel(matter, viewer) {
        return Gets::Everything(Basis::Hpl25);
    }
    let audience = is_in_the_audience(matter, viewer);
    // 2. Covered.
    let covered = covered_categories(matter, viewer);
    let covered_for_all_drawn_on = matter.drawn.iter().all(|c| covered.contains(c));
    if audience && covered.contains(Category::Identity) && covered_for_all_drawn_on {
        return Gets::Identity(covered);
    }
    // 4. Sealed: whoever has seen it identified and is no longer covered.
    if viewer.has_seen {
        return Gets::LabelAndStatus;
    }
    // A discussion in which somebody recognised the person has stopped.
    if audience && matter.stopped {
        return Gets::LabelAndStatus;
    }
    // 5. Audience.
    if audience {
        return Gets::Anonymised;
    }
    // 6. Otherwise it does not exist.
    Gets::Nothing
}

/// A member of the case team whose role the owner's compartment admits.
fn is_on_the_team(matter: &Matter<'_>, viewer: &Viewer<'_>) -> bool {
    if viewer.membership != Some(Basis::Team) || viewer.compartment != matter.compartment {
        return false;
    }
    match matter.compartment {
        Compartment::Health(_) => {
            (viewer.role == Role::Clinician || viewer.role == Role::Gp) && !viewer.tainted
        }
        Compartment::NavState(_) | Compartment::MunicipalSocial(_) => {
            viewer.role == Role::NavAdviser
        }
        Compartment::Ips(_) => {
            viewer.role == Role::JobSpecialist || viewer.role == Role::MethodSupervisor
        }
        Compartment::None => false,
    }
}

/// Health personnel who take part in the patient's care, unless the patient objects; never job
/// specialists, NAV, school or child welfare.
fn is_invited_health_personnel(matter: &Matter<'_>, viewer: &Viewer<'_>) -> bool {
    let Some(patient) = matter.subject else {
        return false;
    };
    for objection in patient.objections {
        let meant = match objection {
            Objection::Everybody => true,
            Objection::Unit(unit) => *unit == viewer.unit,
            Objection::Person(person) => *person == viewer.person,
        };
        if meant {
            return false;
        }
    }
    let health = |compartment: &Compartment| matches!(compartment, Compartment::Health(_));
    viewer.membership == Some(Basis::Hpl25)
        && health(matter.compartment)
        && health(viewer.compartment)
        && (viewer.role == Role::Clinician || viewer.role == Role::Gp)
        && !viewer.tainted
}

/// Oversight and operations see no case, and an employer is never in a case discussion.
fn is_in_the_audience(matter: &Matter<'_>, viewer: &Viewer<'_>) -> bool {
    let never = [
        Role::Auditor,
        Role::PrivacyOfficer,
        Role::Administrator,
        Role::EmployerContact,
    ];
    viewer.unit == matter.audience && !never.contains(&viewer.role)
}

fn covered_categories(matter: &Matter<'_>, viewer: &Viewer<'_>) -> CategorySet {
    let Some(patient) = matter.subject else {
        return CategorySet::NONE;
    };
    let is_covered = |c: &Category| is_covered(*c, matter, &patient, viewer);
    Category::ALL.iter().copied().filter(is_covered).collect()
}

/// Recipient, category, purpose, time and direction must all be covered, and nothing said against.
fn is_covered(
    category: Category,
    matter: &Matter<'_>,
    patient: &Subject<'_>,
    viewer: &Viewer<'_>,
) -> bool {
    patient
        .consents
        .iter()
        .any(|consent| covers(consent, category, matter, patient, viewer))
}

fn covers(
    consent: &Consent,
    category: Category,
    matter: &Matter<'_>,
    patient: &Subject<'_>,
    viewer: &Viewer<'_>,
) -> bool {
    in_force(consent, matter)
        && consent.purpose == matter.purpose
        && consent.grants.iter().any(|grant| {
            speaks(grant, matter)
                && lets_hear(grant.recipient, viewer)
                && grant.categories.contains(category)
                && (!patient.restricted || matches!(grant.recipient, Recipient::Person(_)))
        })
        && !is_excluded(category, matter, patient, viewer)
        && !is_refused_since(consent, category, matter, patient, viewer)
}

/// The consents that a disclosure names: each that covers something of it.
fn consents_used(matter: &Matter<'_>, viewer: &Viewer<'_>) -> Vec<(ConsentId, u32)> {
    let Some(patient) = matter.subject else {
        return Vec::new();
    };
    let covers_something = |c: &&Consent| {
        Category::ALL
            .iter()
            .any(|cat| covers(c, *cat, matter, &patient, viewer))
    };
    let used = patient.consents.iter().filter(covers_something);
    used.map(|consent| (consent.id, consent.version)).collect()
}

fn speaks(grant: &Grant, matter: &Matter<'_>) -> bool {
    grant.source == Source::Unit(matter.owner)
        || grant.source == Source::Organisation(matter.organisation)
}

fn names(recipient: Recipient, viewer: &Viewer<'_>) -> bool {
    recipient == Recipient::Person(viewer.person)
        || recipient == Recipient::Unit(viewer.unit)
        || recipient == Recipient::RoleInUnit(viewer.unit, viewer.role)
}

/// A health unit, or a health role in it, does not mean the job specialists who work there;
/// their own name does, and so does "job specialists".
fn lets_hear(recipient: Recipient, viewer: &Viewer<'_>) -> bool {
    let outsider_in_health = viewer.tainted && matches!(viewer.compartment, Compartment::Health(_));
    let as_what_they_are = match recipient {
        Recipient::Person(_) => true,
        Recipient::Unit(_) => false,
        Recipient::RoleInUnit(_, role) => role == Role::JobSpecialist,
    };
    names(recipient, viewer) && (!outsider_in_health || as_what_they_are)
}

/// An active exclusion of a topic or recipient overrides all.
fn is_excluded(
    category: Category,
    matter: &Matter<'_>,
    patient: &Subject<'_>,
    viewer: &Viewer<'_>,
) -> bool {
    patient.consents.iter().any(|consent| {
        in_force(consent, matter)
            && consent.grants.iter().any(|grant| speaks(grant, matter))
            && (consent.excluded_categories.contains(category)
                || consent
                    .excluded_recipients
                    .iter()
                    .any(|r| names(*r, viewer)))
    })
}

/// So does a refusal, of all that was granted before it.
fn is_refused_since(
    granted: &Consent,
    category: Category,
    matter: &Matter<'_>,
    patient: &Subject<'_>,
    viewer: &Viewer<'_>,
) -> bool {
    patient.consents.iter().any(|refused| {
        let State::Refused { at } = refused.state else {
            return false;
        };
        let State::Active(validity) = granted.state else {
            return false;
        };
        validity.granted_at <= at
            && refused.grants.iter().any(|grant| {
                speaks(grant, matter)
                    && names(grant.recipient, viewer)
                    && grant.categories.contains(category)
            })
    })
}

fn in_force(consent: &Consent, matter: &Matter<'_>) -> bool {
    status(consent, matter) == ReasonCode::ConsentActive
}

/// What has become of a consent, as the log would say.
fn status(consent: &Consent, matter: &Matter<'_>) -> ReasonCode {
    let validity = match consent.state {
        State::Draft | State::Refused { .. } => return ReasonCode::NoConsent,
        State::Withdrawn { .. } => return ReasonCode::ConsentWithdrawn,
        State::Superseded { .. } => return ReasonCode::ConsentLapsed,
        State::Active(validity) => validity,
    };
    if validity.from > now() {
        ReasonCode::ConsentNotYetValid
    } else if validity.lapses_at.is_some_and(|lapses| now() >= lapses) {
        ReasonCode::ConsentLapsed
    } else if consent.single_use && is_used_up(consent, validity.from, matter) {
        ReasonCode::ConsentUsed
    } else if now() >= validity.until {
        ReasonCode::ConsentExpired
    } else {
        ReasonCode::ConsentActive
    }
}

/// Single use ends with its discussion or with the Oslo day.
fn is_used_up(consent: &Consent, from: Timestamp, matter: &Matter<'_>) -> bool {
    let by_use = consent
        .used
        .is_some_and(|used| used.discussion != matter.discussion || used.ended_at.is_some());
    by_use || day(now()) > day(from)
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::get("Europe/Oslo").expect("the bundled table holds it"))
        .date()
}

/// Whether it is true to give `reason` for what is got.
fn is_true(reason: ReasonCode, matter: &Matter<'_>, viewer: &Viewer<'_>, gets: &Gets) -> bool {
    let consents = matter.subject.map_or(&[][..], |patient| patient.consents);
    let restricted = matter.subject.is_some_and(|patient| patient.restricted);
    let meant = |c: &&Consent| {
        c.grants
            .iter()
            .any(|g| speaks(g, matter) && lets_hear(g.recipient, viewer))
    };
    let this = |c: &&Consent| c.purpose == matter.purpose;
    let from_here = |c: &&Consent| c.grants.iter().any(|g| speaks(g, matter));
    let active = || {
        consents
            .iter()
            .filter(|c| in_force(c, matter))
            .filter(from_here)
    };
    let covered = covered_categories(matter, viewer);
    let outside = !is_in_the_audience(matter, viewer);
    match reason {
        ReasonCode::InsideTeam => *gets == Gets::Everything(Basis::Team),
        ReasonCode::InsideHpl25 => *gets == Gets::Everything(Basis::Hpl25),
        ReasonCode::ConsentActive => matches!(gets, Gets::Identity(_)),
        ReasonCode::NoConsent => !active().filter(this).any(|c| meant(&c)),
        ReasonCode::ConsentNotYetValid
        | ReasonCode::ConsentWithdrawn
        | ReasonCode::ConsentExpired
        | ReasonCode::ConsentLapsed
        | ReasonCode::ConsentUsed => {
            let ended = |c: &&Consent| status(c, matter) == reason;
            consents
                .iter()
                .filter(this)
                .filter(meant)
                .any(|c| ended(&c))
                && !active().filter(this).any(|c| meant(&c))
        }
        ReasonCode::Excluded => matter.subject.is_some_and(|patient| {
            let against = |c: Category| {
                is_excluded(c, matter, &patient, viewer)
                    || patient
                        .consents
                        .iter()
                        .any(|g| is_refused_since(g, c, matter, &patient, viewer))
            };
            against(Category::Identity)
        }),
        ReasonCode::WrongRecipient => {
            active().any(|c| this(&c)) && !active().filter(this).any(|c| meant(&c))
        }
        ReasonCode::WrongPurpose => {
            active().any(|c| meant(&c)) && !active().filter(this).any(|c| meant(&c))
        }
        ReasonCode::CategoryNotCovered => {
            active().filter(this).any(|c| meant(&c)) && !covered.contains(Category::Identity)
        }
        ReasonCode::SummaryNotCovered => {
            covered.contains(Category::Identity) && !covered.covers(matter.drawn)
        }
        ReasonCode::Restricted => {
            restricted
                && !covered.contains(Category::Identity)
                && active().filter(this).any(|c| meant(&c))
        }
        ReasonCode::NotOnCaseTeam => {
            outside && (viewer.membership.is_some() || viewer.compartment == matter.compartment)
        }
        ReasonCode::NotInAudience => outside,
        ReasonCode::UncoveredPersonPresent => false,
    }
}
