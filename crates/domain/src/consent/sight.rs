//! Who may see a consent, and how much of it. To everybody else it does not exist: that somebody
//! has one tells that they are known (NAV-loven § 7).

use super::{AgePolicy, Consent, GivenBy, Grant, Recipient, State, age_policy};
use crate::actor::Staff;
use crate::id::{GuardianshipId, PatientId};
use crate::patient::{Authority, Guardianship};
use crate::unit::CompartmentKind;
use jiff::Timestamp;

/// Somebody who asks for a consent.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// The patient.
    Patient,
    /// Somebody with guardianships recorded on the patient's record.
    Guardian {
        /// Theirs.
        own: &'a [Guardianship],
        /// The patient's age.
        age: u8,
        /// The kinds of the compartments that the consent speaks for.
        sources: &'a [CompartmentKind],
    },
    /// Staff.
    Staff {
        /// Who.
        staff: &'a Staff,
        /// The record that their compartment keeps of the person, where they are on its team.
        record: Option<PatientId>,
    },
}

/// How much somebody sees of a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// All of it: the team of the record that it was drafted on.
    Team,
    /// The team of another source: what concerns that source.
    Source,
    /// The patient: all of it.
    Patient,
    /// A guardian, on this authority.
    Guardian(GuardianshipId),
    /// Somebody named personally: purpose, validity and what they may hear.
    Named,
}

impl Consent {
    /// How much `asker` sees of it at `now`; nothing where it does not exist for them.
    #[must_use]
    pub fn look(&self, asker: &Asker<'_>, now: Timestamp) -> Option<Look> {
        match asker {
            Asker::Patient => Some(Look::Patient),
            Asker::Guardian { own, age, sources } => {
                let may =
                    |g: &&Guardianship| g.holds_at(now) && self.shows(g.authority, *age, sources);
                own.iter().find(may).map(|g| Look::Guardian(g.id))
            }
            Asker::Staff { staff, record } => self.staff_look(staff, *record),
        }
    }

    fn staff_look(&self, staff: &Staff, record: Option<PatientId>) -> Option<Look> {
        if record == Some(self.patient) {
            return Some(Look::Team);
        }
        if record.is_some() && self.speaks_for(staff.unit, staff.organisation) {
            return Some(Look::Source);
        }
        let by_name = |g: &Grant| g.recipient == Recipient::Person(staff.person);
        (self.was_granted() && self.grants.iter().any(by_name)).then_some(Look::Named)
    }

    /// The guardianship on which somebody may say yes or no to this draft, with what they hold.
    /// They need not have seen it in a list: who asks them for an answer gives them its id.
    #[must_use]
    pub fn asks(&self, asker: &Asker<'_>, now: Timestamp) -> Option<GuardianshipId> {
        let Asker::Guardian { own, age, sources } = asker else {
            return None;
        };
        let may = |g: &&Guardianship| g.holds_at(now) && !decides_alone(g.authority, *age, sources);
        own.iter()
            .find(may)
            .map(|g| g.id)
            .filter(|_| self.state == State::Draft)
    }

    /// Whether it was ever agreed to.
    #[must_use]
    pub const fn was_granted(&self) -> bool {
        match self.state {
            State::Draft | State::Refused { .. } => false,
            State::Active(_) | State::Withdrawn { .. } | State::Superseded { .. } => true,
        }
    }

    /// Whether a guardian of `authority` sees it: what a guardian gave, and of small children all.
    /// From 12 (15 towards NAV) the patient may keep the rest from the parents, who see nothing
    /// more once the patient decides alone.
    fn shows(&self, authority: Authority, age: u8, sources: &[CompartmentKind]) -> bool {
        let given = self.given_by == giver(authority);
        let small = policies(sources).all(|p| age < p.may_withhold_from);
        match authority {
            Authority::Parent => !decides_alone(authority, age, sources) && (given || small),
            Authority::Verge | Authority::NextOfKin => given,
        }
    }
}

const fn giver(authority: Authority) -> GivenBy {
    match authority {
        Authority::Parent => GivenBy::Guardian,
        Authority::Verge => GivenBy::Verge,
        Authority::NextOfKin => GivenBy::NextOfKin,
    }
}

/// Whether the patient is old enough, towards any of the sources, to leave parents out of it.
fn decides_alone(authority: Authority, age: u8, sources: &[CompartmentKind]) -> bool {
    authority == Authority::Parent && policies(sources).any(|p| age >= p.alone_from)
}

fn policies(sources: &[CompartmentKind]) -> impl Iterator<Item = AgePolicy> {
    sources.iter().map(|kind| age_policy(*kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{PersonKey, Position};
    use crate::code::{Category, CategorySet, Purpose, Role};
    use crate::consent::{Source, Validity};
    use crate::id::{AffiliationId, ConsentId, OrganisationId, PersonId, UnitId};
    use crate::patient::Custody;
    use crate::unit::Compartment;
    use jiff::civil::date;
    use uuid::Uuid;

    const HEALTH: &[CompartmentKind] = &[CompartmentKind::Health];

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn active() -> State {
        let until = "2026-09-01T00:00:00Z".parse().unwrap();
        State::Active(Validity {
            granted_at: now(),
            from: now(),
            until,
            lapses_at: None,
        })
    }

    fn consent(state: State, given_by: GivenBy) -> Consent {
        let grant = Grant {
            source: Source::Unit(UnitId::new(id(1))),
            recipient: Recipient::Person(PersonId::new(id(7))),
            categories: CategorySet::NONE.with(Category::Identity),
        };
        Consent {
            id: ConsentId::new(id(3)),
            version: 1,
            patient: PatientId::new(id(4)),
            purpose: Purpose::CaseDiscussion,
            grants: vec![grant],
            excluded_categories: CategorySet::NONE,
            excluded_recipients: Vec::new(),
            information: None,
            given_by,
            guardianships: Vec::new(),
            age_at_grant: None,
            form: None,
            single_use: false,
            used: None,
            state,
            supersedes: None,
        }
    }

    fn staff(person: u128, unit: u128) -> Staff {
        Staff {
            person: PersonId::new(id(person)),
            name: "Gunvor Dalmoen".into(),
            affiliation: AffiliationId::new(id(8)),
            unit: UnitId::new(id(unit)),
            organisation: OrganisationId::new(id(unit + 100)),
            role: Role::Clinician,
            compartment: Compartment::Health(OrganisationId::new(id(unit + 100))),
            positions: vec![Position {
                unit: UnitId::new(id(unit)),
                role: Role::Clinician,
            }],
            assurance: None,
        }
    }

    fn seen_by(staff: &Staff, record: Option<u128>, consent: &Consent) -> Option<Look> {
        let record = record.map(|r| PatientId::new(id(r)));
        consent.look(&Asker::Staff { staff, record }, now())
    }

    fn parent(authority: Authority) -> Guardianship {
        Guardianship {
            id: GuardianshipId::new(id(9)),
            patient: PatientId::new(id(4)),
            guardian: PersonKey::new([5; 32]),
            authority,
            custody: Custody::Sole,
            from: date(2020, 1, 1),
            until: None,
            ended_at: None,
        }
    }

    fn seen_by_guardian(authority: Authority, age: u8, consent: &Consent) -> bool {
        let own = [parent(authority)];
        consent
            .look(
                &Asker::Guardian {
                    own: &own,
                    age,
                    sources: HEALTH,
                },
                now(),
            )
            .is_some()
    }

    #[test]
    fn the_team_of_the_record_sees_all_and_that_of_another_source_its_own() {
        let draft = consent(State::Draft, GivenBy::Patient);
        assert_eq!(seen_by(&staff(2, 5), Some(4), &draft), Some(Look::Team));
        assert_eq!(seen_by(&staff(2, 1), Some(6), &draft), Some(Look::Source));
        assert_eq!(seen_by(&staff(2, 5), Some(6), &draft), None);
    }

    #[test]
    fn belonging_to_the_source_without_its_team_shows_nothing() {
        let granted = consent(active(), GivenBy::Patient);
        assert_eq!(seen_by(&staff(2, 1), None, &granted), None);
    }

    #[test]
    fn who_is_named_sees_it_once_it_was_agreed_to() {
        assert_eq!(
            seen_by(&staff(7, 5), None, &consent(State::Draft, GivenBy::Patient)),
            None
        );
        assert_eq!(
            seen_by(&staff(7, 5), None, &consent(active(), GivenBy::Patient)),
            Some(Look::Named)
        );
    }

    #[test]
    fn parents_see_what_they_gave_until_the_patient_decides_alone() {
        let (theirs, own) = (
            consent(active(), GivenBy::Guardian),
            consent(active(), GivenBy::Patient),
        );
        assert!(seen_by_guardian(Authority::Parent, 11, &own));
        assert!(!seen_by_guardian(Authority::Parent, 12, &own));
        assert!(seen_by_guardian(Authority::Parent, 15, &theirs));
        assert!(!seen_by_guardian(Authority::Parent, 16, &theirs));
        assert!(!seen_by_guardian(Authority::Verge, 40, &own));
        assert!(seen_by_guardian(
            Authority::Verge,
            40,
            &consent(active(), GivenBy::Verge)
        ));
    }

    #[test]
    fn a_guardian_who_is_asked_may_answer_a_draft_until_the_patient_decides_alone() {
        let own = [parent(Authority::Parent)];
        let asked = |state, age| {
            let asker = Asker::Guardian {
                own: &own,
                age,
                sources: HEALTH,
            };
            consent(state, GivenBy::Patient)
                .asks(&asker, now())
                .is_some()
        };
        assert!(asked(State::Draft, 15));
        assert!(!asked(State::Draft, 16));
        assert!(!asked(active(), 15));
    }

    #[test]
    fn a_guardianship_that_ended_shows_nothing() {
        let own = [Guardianship {
            ended_at: Some(now()),
            ..parent(Authority::Parent)
        }];
        let asker = Asker::Guardian {
            own: &own,
            age: 5,
            sources: HEALTH,
        };
        assert_eq!(
            consent(active(), GivenBy::Guardian).look(&asker, now()),
            None
        );
    }
}
