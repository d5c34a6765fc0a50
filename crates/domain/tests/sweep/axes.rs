//! What a decision depends on: each axis a closed list whose first value is "everything right".

use samrad_domain::code::Role;

/// One combination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) owner: Owner,
    pub(crate) place: Place,
    pub(crate) side: Side,
    pub(crate) role: Role,
    pub(crate) tainted: Tainted,
    pub(crate) member: Member,
    pub(crate) objection: Objecting,
    pub(crate) seen: Seen,
    pub(crate) stopped: Stopped,
    pub(crate) matter: About,
    pub(crate) protection: Protected,
    pub(crate) stage: Stage,
    pub(crate) named: Named,
    pub(crate) covers: Covers,
    pub(crate) purpose: Serves,
    pub(crate) source: From,
    pub(crate) also: Also,
}

/// One thing that varies, and how a combination takes each of its values.
#[derive(Clone, Copy)]
pub(crate) struct Axis {
    pub(crate) title: &'static str,
    pub(crate) values: &'static [&'static str],
    pub(crate) set: fn(&mut Point, usize),
}

macro_rules! axes {
    ($($name:ident $field:ident $title:literal { $($value:ident $label:literal),* $(,)? })*) => {
        $(
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub(crate) enum $name { $($value),* }

            impl $name {
                pub(crate) const AXIS: Axis = Axis {
                    title: $title,
                    values: &[$($label),*],
                    set: |point, n| point.$field = [$(Self::$value),*][n],
                };
            }
        )*
    };
}

axes! {
    Owner owner "case of" {
        Health "health", NavState "NAV, state", Municipal "NAV, municipal", Ips "IPS",
    }
    Place place "acts in" {
        Audience "the audience", OwnersUnit "the owner's unit", Elsewhere "another unit",
    }
    Side side "compartment" {
        NavState "NAV, state", Municipal "NAV, municipal", Health "health", Ips "IPS", None "none",
        Owners "the owner's",
    }
    Tainted tainted "job specialist elsewhere" { No "no", Yes "yes" }
    Member member "place in the case" { None "none", Team "case team", Invited "invited, hpl § 25" }
    Objecting objection "patient's objection" {
        None "none", Everybody "to everybody", Unit "to the unit", Person "to the person",
        Others "to another unit",
    }
    Seen seen "has seen it identified" { No "no", Yes "yes" }
    Stopped stopped "recognised by somebody" { No "no", Yes "yes" }
    About matter "matter" { Patient "a patient", General "a general question" }
    Protected protection "protected person" { No "no", Yes "yes" }
    Stage stage "consent" {
        Active "active", None "none", Draft "draft", Refused "refused",
        NotYet "not valid yet", Withdrawn "withdrawn", Superseded "superseded",
        Expired "expired", Lapsed "lapsed", Once "single use, not used yet",
        OnceHere "single use, of this discussion", OnceElsewhere "single use, of another discussion",
        OnceEnded "single use, discussion over", OnceYesterday "single use, of yesterday",
    }
    Named named "recipient" {
        Person "the person", Unit "the unit", Role "the role in the unit",
        Specialists "job specialists in the unit", AnotherPerson "another person",
        AnotherUnit "another unit", AnotherRole "another role in the unit",
    }
    Covers covers "categories" {
        All "all", Drawn "identity and diagnosis", Identity "identity alone",
        NotIdentity "diagnosis alone", Nothing "plan alone",
    }
    Serves purpose "purpose" { This "the discussion's", Another "another" }
    From source "source" {
        Unit "the owner's unit", Organisation "the owner's organisation",
        Sister "another unit of the organisation", OtherWay "the audience (the other way round)",
    }
    Also also "the patient also" {
        Nothing "says nothing else", ExcludesFamily "excludes a topic not drawn on (family)",
        ExcludesDrawn "excludes a topic drawn on (diagnosis)", ExcludesIdentity "excludes identity",
        ExcludesPerson "excludes the person", ExcludesUnit "excludes the unit",
        ExcludesOthers "excludes another person",
        ExclusionNotYet "excludes the person, not valid yet",
        ExclusionExpired "excludes the person, expired",
        ExclusionWithdrawn "excludes the person, withdrawn",
        ExclusionElsewhere "excludes the person, from another source",
        ExclusionOtherPurpose "excludes the person, for another purpose",
        RefusedAfter "refused the person, after the grant",
        RefusedBefore "refused the person, before the grant",
        RefusedUnit "refused the unit, after the grant",
        RefusedTopic "refused one topic (family), after the grant",
        RefusedOthers "refused another person, after the grant",
        AddsDrawn "consents to diagnosis", AddsIdentity "consents to identity",
    }
}

impl Also {
    /// All but the last two, which add.
    const AGAINST: &'static [&'static str] =
        Self::AXIS.values.split_at(Self::AXIS.values.len() - 2).0;
}

impl Default for Point {
    /// A NAV adviser of the audience, covered for everything in a health case.
    fn default() -> Self {
        Self {
            owner: Owner::Health,
            place: Place::Audience,
            side: Side::NavState,
            role: Role::NavAdviser,
            tainted: Tainted::No,
            member: Member::None,
            objection: Objecting::None,
            seen: Seen::No,
            stopped: Stopped::No,
            matter: About::Patient,
            protection: Protected::No,
            stage: Stage::Active,
            named: Named::Person,
            covers: Covers::All,
            purpose: Serves::This,
            source: From::Unit,
            also: Also::Nothing,
        }
    }
}

/// The roles, in the order of [`Role::ALL`].
pub(crate) const ROLE: Axis = Axis {
    title: "role",
    values: &[
        "clinician",
        "GP",
        "NAV adviser",
        "job specialist",
        "method supervisor",
        "coordinator",
        "employer contact",
        "auditor",
        "administrator",
        "privacy officer",
    ],
    set: |point, n| point.role = Role::ALL[n],
};

/// Whether they are covered for everything, or nobody has said anything.
pub(crate) const SAID: Axis = Axis {
    title: "consent",
    values: &["none", "active, for all"],
    set: |point, n| point.stage = [Stage::None, Stage::Active][n],
};

/// Second words that add to the first.
pub(crate) const ADDS: Axis = Axis {
    title: "and a second consent to",
    values: &["nothing", "diagnosis", "identity"],
    set: |point, n| point.also = [Also::Nothing, Also::AddsDrawn, Also::AddsIdentity][n],
};

/// Second words that take away from the first, or try to.
pub(crate) const AGAINST: Axis = Axis {
    title: "the patient also",
    values: Also::AGAINST,
    set: Also::AXIS.set,
};

/// Who asks, in the audience.
pub(crate) const WHO: Axis = Axis {
    title: "who",
    values: &[
        "NAV adviser",
        "NAV adviser, job specialist elsewhere",
        "coordinator at NAV",
        "job specialist at NAV",
        "job specialist in an IPS unit",
        "job specialist employed by the DPS",
        "clinician at the DPS",
        "clinician at the DPS, job specialist elsewhere",
    ],
    set: |point, n| {
        (point.role, point.side, point.tainted) = [
            (Role::NavAdviser, Side::NavState, Tainted::No),
            (Role::NavAdviser, Side::NavState, Tainted::Yes),
            (Role::Coordinator, Side::NavState, Tainted::No),
            (Role::JobSpecialist, Side::NavState, Tainted::Yes),
            (Role::JobSpecialist, Side::Ips, Tainted::Yes),
            (Role::JobSpecialist, Side::Health, Tainted::Yes),
            (Role::Clinician, Side::Health, Tainted::No),
            (Role::Clinician, Side::Health, Tainted::Yes),
        ][n];
    },
};

/// Every axis.
pub(crate) fn all() -> Vec<Axis> {
    vec![
        Owner::AXIS,
        Place::AXIS,
        Side::AXIS,
        ROLE,
        Tainted::AXIS,
        Member::AXIS,
        Objecting::AXIS,
        Seen::AXIS,
        Stopped::AXIS,
        About::AXIS,
        Protected::AXIS,
        Stage::AXIS,
        Named::AXIS,
        Covers::AXIS,
        Serves::AXIS,
        From::AXIS,
        Also::AXIS,
    ]
}
