//! Everybody present, together: rooms of up to three, of every composition.

use crate::naive::got;
use crate::naive_room;
use crate::world::{AUDIENCE, HERE, OWNER, TALK, consent, drawn, now};
use samrad_domain::code::{Category, CategorySet, Purpose, Role};
use samrad_domain::consent::{Consent, Recipient};
use samrad_domain::decision::{Basis, Matter, Subject, Viewer, who_sees, who_sees_together};
use samrad_domain::id::{PersonId, UnitId};
use samrad_domain::unit::Compartment;
use std::fmt::Write as _;
use uuid::Uuid;

/// Who may be present, and what they get alone.
pub(crate) const KINDS: [&str; 7] = [
    "case team",
    "invited, hpl § 25",
    "covered for all",
    "covered for less",
    "not covered",
    "no longer covered",
    "not in the audience",
];

/// What each of `present` gets, both statements of the rules agreeing.
pub(crate) fn together(present: &[usize]) -> Vec<String> {
    let here = Compartment::Health(HERE);
    let there = Compartment::NavState("0315".to_owned());
    let consents = consents();
    let matter = Matter {
        discussion: TALK,
        owner: OWNER,
        organisation: HERE,
        compartment: &here,
        audience: AUDIENCE,
        purpose: Purpose::CaseDiscussion,
        drawn: drawn(),
        stopped: false,
        subject: Some(Subject {
            consents: &consents,
            objections: &[],
            restricted: false,
        }),
    };
    let room: Vec<_> = present
        .iter()
        .map(|kind| viewer(*kind, &here, &there))
        .collect();
    let sights = who_sees_together(&matter, &room, now());
    let decided: Vec<_> = sights.iter().map(got).collect();
    assert_eq!(decided, naive_room::gets(&matter, &room), "{present:?}");
    if let [alone] = room.as_slice() {
        assert_eq!(
            sights,
            [who_sees(&matter, alone, now())],
            "alone in a room is alone"
        );
    }
    sights.iter().map(crate::told).collect()
}

fn person(kind: usize) -> PersonId {
    PersonId::new(Uuid::from_u128(0x100 + u128::try_from(kind).expect("few")))
}

fn consents() -> Vec<Consent> {
    let less = drawn().with(Category::Plan);
    vec![
        consent(1, Recipient::Person(person(2)), CategorySet::all()),
        consent(2, Recipient::Person(person(3)), less),
    ]
}

fn viewer<'a>(kind: usize, here: &'a Compartment, there: &'a Compartment) -> Viewer<'a> {
    let health = kind < 2;
    Viewer {
        person: person(kind),
        unit: match kind {
            0 | 1 => OWNER,
            6 => UnitId::new(Uuid::from_u128(0x66)),
            _ => AUDIENCE,
        },
        role: if health {
            Role::Clinician
        } else {
            Role::NavAdviser
        },
        compartment: if health { here } else { there },
        tainted: false,
        membership: [Some(Basis::Team), Some(Basis::Hpl25)]
            .get(kind)
            .copied()
            .flatten(),
        has_seen: kind == 5,
    }
}

pub(crate) fn tsv() -> String {
    let mut rows = Vec::new();
    for a in 0..KINDS.len() {
        rows.push(vec![a]);
        for b in a..KINDS.len() {
            rows.push(vec![a, b]);
            rows.extend((b..KINDS.len()).map(|c| vec![a, b, c]));
        }
    }
    rows.sort_by_key(Vec::len);
    let mut text = format!("# together: {} rooms\npresent\teach gets\n", rows.len());
    for room in rows {
        let present: Vec<_> = room.iter().map(|kind| KINDS[*kind]).collect();
        let each: Vec<_> = together(&room)
            .iter()
            .map(|told| told.replace('\t', ", "))
            .collect();
        writeln!(text, "{}\t{}", present.join(" | "), each.join(" | ")).expect("a string");
    }
    text
}
