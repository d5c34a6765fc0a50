//! What may be done with a patient's record, and by whom: the compartment lets somebody register,
//! the patient's team reads and changes (helsepersonelloven § 21 a).

use crate::actor::{PersonKey, Staff};
use crate::code::ReasonCode;
use crate::decision::Objection;
use crate::id::{GuardianshipId, ObjectionId, PatientId, PersonId, UnitId};
use crate::number::{IdentityNumber, IdentityNumberKind};
use crate::patient::{Authority, Contact, Custody, FullName, Guardianship, Patient, Protection};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::time::oslo_day;
use crate::unit::Compartment;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;

/// What is written down of a person. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Particulars {
    /// Name.
    pub name: FullName,
    /// Identity number.
    pub number: IdentityNumber,
    /// Birth date.
    pub birth_date: Date,
    /// Municipality of residence, four digits.
    pub municipality: String,
    /// How to reach them.
    pub contact: Contact,
    /// Whether they are protected.
    pub protection: Protection,
}

impl fmt::Debug for Particulars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Particulars(..)")
    }
}

impl Particulars {
    /// Whether the birth date is the one that the identity number tells, as far as it tells one:
    /// day, month and two digits of the year. The century is not derived.
    #[must_use]
    pub fn agree(&self) -> bool {
        let year = self.birth_date.year().rem_euclid(100);
        let told = (self.birth_date.day(), self.birth_date.month(), year);
        born(&self.number).is_none_or(|born| born == told)
    }
}

/// Day, month and two digits of the year that the number tells.
fn born(number: &IdentityNumber) -> Option<(i8, i8, i16)> {
    if number.kind() == IdentityNumberKind::FhNumber {
        return None;
    }
    let two = |at: usize| number.digits().get(at..at + 2)?.parse::<i8>().ok();
    let day = two(0)?;
    let month = match two(2)? {
        tenor @ 81..=92 => tenor - 80,
        nhn @ 66..=77 => nhn - 65,
        moved @ 41..=52 => moved - 40,
        month => month,
    };
    Some((
        if day > 40 { day - 40 } else { day },
        month,
        i16::from(two(4)?),
    ))
}

/// A record about to be made.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The compartment that will keep it.
    pub compartment: Compartment,
    /// Who makes it.
    pub by: PersonId,
    /// Acting for which unit.
    pub unit: UnitId,
}

/// Whether `staff` may register a patient in the compartment they act in. `known` tells whether
/// they work with a record of this person there already; that others do is nothing to them.
///
/// # Errors
/// R2 where their role is not admitted to the compartment; wrong state where they have a record.
pub fn register(staff: &Staff, known: bool) -> Decision<Registration> {
    if !staff.is_admitted() {
        return Err(Refusal::new(RefusalCode::RoleNotAdmitted));
    }
    if known {
        return Err(Refusal::new(RefusalCode::WrongState));
    }
    Ok(Permit::grant(Registration {
        compartment: staff.compartment.clone(),
        by: staff.person,
        unit: staff.unit,
    }))
}

/// Work with a record that the patient's team may do.
#[derive(Clone, Copy, Debug)]
pub struct Care {
    /// The record.
    pub patient: PatientId,
    /// Who does it.
    pub by: PersonId,
    /// Acting for which unit.
    pub unit: UnitId,
}

/// Lets the patient's team work with the record.
///
/// # Errors
/// Absent for everybody else.
pub fn care(patient: PatientId, staff: &Staff, on_team: bool) -> Decision<Care> {
    if on_team && staff.is_admitted() {
        Ok(Permit::grant(Care {
            patient,
            by: staff.person,
            unit: staff.unit,
        }))
    } else {
        Err(Refusal::absent(ReasonCode::NotOnCaseTeam))
    }
}

/// A record as it is to be after a correction.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The record.
    pub patient: PatientId,
    /// Its version after the correction.
    pub version: u32,
    /// What it says.
    pub particulars: Particulars,
}

impl Patient {
    /// What is written down.
    #[must_use]
    pub fn particulars(&self) -> Particulars {
        Particulars {
            name: self.name.clone(),
            number: self.number.clone(),
            birth_date: self.birth_date,
            municipality: self.municipality.clone(),
            contact: self.contact.clone(),
            protection: self.protection,
        }
    }

    /// Corrects what is written down. The identity number is what ties a person's consents and
    /// cases together, so it can be corrected only while `nothing_rests` on it.
    ///
    /// # Errors
    /// Wrong state where the number would change under what rests on it.
    pub fn correct(
        &self,
        care: &Permit<Care>,
        particulars: Particulars,
        nothing_rests: bool,
    ) -> Decision<Correction> {
        if particulars.number != self.number && !nothing_rests {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        Ok(Permit::grant(Correction {
            patient: care.act().patient,
            version: self.version + u32::from(particulars != self.particulars()),
            particulars,
        }))
    }
}

/// An objection to sharing among health personnel (helsepersonelloven § 25).
#[derive(Clone, Copy, Debug)]
pub struct RecordedObjection {
    /// Its id.
    pub id: ObjectionId,
    /// The record it stands on.
    pub patient: PatientId,
    /// Whom it keeps out.
    pub against: Objection,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// The withdrawal of an objection.
#[derive(Clone, Copy, Debug)]
pub struct ObjectionWithdrawal {
    /// The objection.
    pub objection: ObjectionId,
}

impl RecordedObjection {
    /// Withdraws it, at the patient's word.
    ///
    /// # Errors
    /// Wrong state where it was withdrawn before.
    pub fn withdraw(&self, _: &Permit<Care>) -> Decision<ObjectionWithdrawal> {
        match self.withdrawn_at {
            None => Ok(Permit::grant(ObjectionWithdrawal { objection: self.id })),
            Some(_) => Err(Refusal::new(RefusalCode::WrongState)),
        }
    }
}

/// A guardian to be recorded.
#[derive(Clone, Debug)]
pub struct Appointment {
    /// Who.
    pub guardian: PersonKey,
    /// Their name.
    pub name: FullName,
    /// What the authority rests on.
    pub authority: Authority,
    /// Whether one decides, or both.
    pub custody: Custody,
    /// First day.
    pub from: Date,
    /// Last day, if known.
    pub until: Option<Date>,
}

/// The end of a guardianship before its time.
#[derive(Clone, Copy, Debug)]
pub struct GuardianshipEnd {
    /// The guardianship.
    pub guardianship: GuardianshipId,
    /// The record it stands on.
    pub patient: PatientId,
}

impl Appointment {
    /// Records a guardian, given those recorded before.
    ///
    /// # Errors
    /// Wrong state where the same person holds the same authority already.
    pub fn record(
        self,
        _: &Permit<Care>,
        recorded: &[Guardianship],
        now: Timestamp,
    ) -> Decision<Self> {
        let today = oslo_day(now);
        let stands =
            |g: &&Guardianship| g.ended_at.is_none() && g.until.is_none_or(|until| today <= until);
        let twice = recorded
            .iter()
            .filter(stands)
            .any(|g| g.guardian == self.guardian && g.authority == self.authority);
        if twice {
            Err(Refusal::new(RefusalCode::WrongState))
        } else {
            Ok(Permit::grant(self))
        }
    }
}

impl Guardianship {
    /// Ends it now. What consents rest on it lapse with it.
    ///
    /// # Errors
    /// Wrong state where it was ended before.
    pub fn end(&self, _: &Permit<Care>) -> Decision<GuardianshipEnd> {
        match self.ended_at {
            None => Ok(Permit::grant(GuardianshipEnd {
                guardianship: self.id,
                patient: self.patient,
            })),
            Some(_) => Err(Refusal::new(RefusalCode::WrongState)),
        }
    }
}

#[cfg(test)]
mod tests;
