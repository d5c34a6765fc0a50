//! No disclosure follows the withdrawal of a consent that it used. GDPR art. 7(3).

use std::collections::HashSet;

use super::Id;

/// The consents withdrawn so far.
#[derive(Debug, Default, Clone)]
pub struct Withdrawn(HashSet<Id>);

impl Withdrawn {
    /// From here on these must not be used.
    pub fn withdraw(&mut self, consents: impl IntoIterator<Item = Id>) {
        self.0.extend(consents);
    }

    /// The first of these that must not be used any more.
    pub fn among(&self, used: &[Id]) -> Option<Id> {
        used.iter()
            .copied()
            .find(|consent| self.0.contains(consent))
    }

    /// All of them, for keeping.
    pub fn all(&self) -> impl Iterator<Item = Id> + '_ {
        self.0.iter().copied()
    }
}
