//! From what age somebody consents alone: a table by the source's compartment, because the law
//! differs and moves (R2).

use crate::unit::CompartmentKind;

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

/// The age at which the patient decides alone towards every source.
pub(super) fn strictest_age(sources: &[CompartmentKind]) -> u8 {
    sources
        .iter()
        .map(|s| age_policy(*s).alone_from)
        .max()
        .unwrap_or(18)
}

/// The age at which the patient decides alone towards some source.
pub(super) fn earliest_age(sources: &[CompartmentKind]) -> u8 {
    sources
        .iter()
        .map(|s| age_policy(*s).alone_from)
        .min()
        .unwrap_or(16)
}
