//! How long the log is, as a citizen whom nobody knows can tell: their own reading of it is an entry,
//! and the answer says where that stands.

use crate::client::{Caller as _, Client};
use crate::reply::Reply;
use crate::world::World;

/// Somebody who reads their own log and nothing else.
#[derive(Clone, Debug)]
pub struct Probe(Client);

impl World {
    /// A probe into the log.
    #[must_use]
    pub fn probe(&self) -> Probe {
        Probe(self.citizen(&self.sheet().identity_number))
    }
}

impl Probe {
    /// How many entries `act` leaves, while nobody else acts.
    pub fn entries_of<T>(&self, act: impl FnOnce() -> T) -> (u64, T) {
        let before = self.index();
        let done = act();
        (self.index() - before - 1, done)
    }

    fn index(&self) -> u64 {
        self.0.get("/me/log?limit=1").expect(200).index()
    }
}

impl Reply {
    /// Where the entry stands that tells of what was done, from `Disclosure-Receipt`.
    ///
    /// # Panics
    /// If there is no receipt.
    #[track_caller]
    #[must_use]
    pub fn index(&self) -> u64 {
        let receipt = self.header("Disclosure-Receipt").expect("a receipt");
        let index = receipt
            .split(';')
            .nth(1)
            .and_then(|index| index.parse().ok());
        index.unwrap_or_else(|| panic!("no index in {receipt}"))
    }
}
