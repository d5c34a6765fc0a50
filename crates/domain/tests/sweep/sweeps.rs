//! The sweeps: each the full product of the axes that can make a difference together.

use crate::axes::{
    About, Also, Axis, Covers, From, Member, Named, Objecting, Owner, Place, Point, Protected,
    ROLE, SAID, Seen, Serves, Side, Stage, Stopped, Tainted, WHO,
};

pub(crate) struct Sweep {
    pub(crate) name: &'static str,
    pub(crate) base: Point,
    pub(crate) axes: Vec<Axis>,
}

pub(crate) fn sweeps() -> Vec<Sweep> {
    vec![
        Sweep {
            name: "consent: everything about one consent",
            base: Point::default(),
            axes: vec![
                Stage::AXIS,
                From::AXIS,
                Serves::AXIS,
                Covers::AXIS,
                Named::AXIS,
                WHO,
                Protected::AXIS,
                Seen::AXIS,
            ],
        },
        Sweep {
            name: "two words: a consent and what else the patient has said",
            base: Point::default(),
            axes: vec![
                Also::AXIS,
                Stage::AXIS,
                Covers::AXIS,
                Named::AXIS,
                WHO,
                Protected::AXIS,
            ],
        },
        Sweep {
            name: "inside: who belongs to a case, and who is nobody",
            base: Point::default(),
            axes: vec![
                Member::AXIS,
                About::AXIS,
                Owner::AXIS,
                Place::AXIS,
                ROLE,
                Tainted::AXIS,
                Side::AXIS,
                Objecting::AXIS,
                Seen::AXIS,
                Stopped::AXIS,
                SAID,
            ],
        },
    ]
}
