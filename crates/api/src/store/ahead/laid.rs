//! A sheet, laid out for readings.

use super::Wanted;
use crate::store::discussions::Seen;
use crate::store::notes::Noted;
use crate::store::sheet::{SeenBy, Sheet};
use samrad_domain::id::PersonId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A sheet, and what is known of how it is kept.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) sheet: Sheet,
    /// Who is on it as it is kept; none where it was made of the tables.
    pub(super) kept: Option<SeenBy>,
    /// Whether it may be kept: nothing on it changes in this transaction.
    pub(super) lasts: bool,
}

impl Laid {
    /// What notes tell of a reader who is on the sheet as it is kept.
    pub(super) fn noted_for(&self, reader: PersonId) -> Option<&Vec<Noted>> {
        let mut on_it = self.kept.iter().flatten();
        on_it
            .find(|(person, _)| *person == reader)
            .map(|(_, noted)| noted)
    }

    /// Who is to stand on the sheet; none where all who are known to have seen it do.
    pub(super) fn seen_by(&self, seen: &Seen, wanted: &BTreeSet<Wanted>) -> Option<SeenBy> {
        let id = self.sheet.loaded.discussion.id;
        let first = Wanted {
            discussion: id,
            reader: PersonId::new(Uuid::nil()),
        };
        let of_this = wanted
            .range(first..)
            .take_while(|wanted| wanted.discussion == id);
        let known = of_this.filter_map(|w| Some((w.reader, seen.get(&(id, w.reader))?)));
        let new: Vec<_> = known
            .filter(|(reader, noted)| self.noted_for(*reader) != Some(noted))
            .collect();
        if new.is_empty() && self.kept.is_some() {
            return None;
        }
        let mut all = self.kept.clone().unwrap_or_default();
        all.retain(|(person, _)| new.iter().all(|(reader, _)| reader != person));
        all.extend(
            new.into_iter()
                .map(|(reader, noted)| (reader, noted.clone())),
        );
        Some(all)
    }
}
