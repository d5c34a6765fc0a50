//! A body is gone if, and only if, a later entry says that it was erased.

use std::collections::BTreeMap;

use super::report::{Code, Findings};

/// Erased entries, and the entries that say so.
#[derive(Debug, Default, Clone)]
pub struct Erasures {
    /// Entries without salt and body, ascending as they are met.
    erased: Vec<u64>,
    /// Named entries that were there, with the entry that named them.
    named: BTreeMap<u64, u64>,
}

impl Erasures {
    /// An entry without salt and body.
    pub fn erased(&mut self, index: u64) {
        self.erased.push(index);
    }

    /// An entry that says that `index` was erased.
    pub fn name(&mut self, index: u64, by: u64) {
        self.named.entry(index).or_insert(by);
    }

    /// Erased entries not named so far, for keeping.
    pub fn unnamed(&self) -> impl Iterator<Item = u64> + '_ {
        self.erased
            .iter()
            .copied()
            .filter(|index| !self.named.contains_key(index))
    }

    /// What is wrong, when all entries from `from` on have been seen, but for some withheld ones.
    pub fn judge(&self, from: u64, last_withheld: Option<u64>, findings: &mut Findings) {
        let mut perhaps_withheld = 0_u64;
        for index in self.unnamed() {
            if last_withheld.is_some_and(|withheld| withheld > index) {
                perhaps_withheld += 1;
            } else {
                let what = "the body is gone, and no later entry says that it was erased";
                findings.at(index, Code::ErasedUnnamed, what);
            }
        }
        if perhaps_withheld > 0 {
            let what = format!("{perhaps_withheld} bodies are gone; who erased them is withheld");
            findings.warn(Code::ErasedUnnamed, what);
        }
        self.judge_named(from, findings);
    }

    fn judge_named(&self, from: u64, findings: &mut Findings) {
        let mut before = 0_u64;
        for (index, by) in &self.named {
            if self.erased.binary_search(index).is_ok() {
                continue;
            }
            if *index < from {
                before += 1;
            } else {
                let what = format!("says that entry {index} was erased, whose body is there");
                findings.at(*by, Code::NamedNotErased, what);
            }
        }
        if before > 0 {
            let what = format!("{before} erased entries are before those at hand");
            findings.warn(Code::BeforeExport, what);
        }
    }
}
