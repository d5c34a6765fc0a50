//! The log read from left to right: order, time, tree, chains, consents and erasures.

use std::collections::HashSet;

use crate::frontier::Frontier;

use super::Id;
use super::chains::{Chains, Link};
use super::consents::Withdrawn;
use super::entry::{Consents, Content, Entry, Fault, Open};
use super::erasures::Erasures;
use super::keys::Trust;
use super::marks::{Mark, Marks, Place};
use super::report::{Code, Findings};
use super::terms::SKEW_MS;

/// What must be remembered of the entries so far.
#[derive(Debug, Default, Clone)]
pub struct History {
    /// The tree.
    pub frontier: Frontier,
    /// When the newest entry was recorded.
    pub last_ms: Option<i64>,
    /// The records' chains.
    pub chains: Chains,
    /// Consents that must not be used any more.
    pub withdrawn: Withdrawn,
    /// Erased entries.
    pub erasures: Erasures,
}

/// A reading of the log, entry by entry.
#[derive(Debug)]
pub struct Reading {
    /// What is remembered.
    pub history: History,
    /// What is wrong so far.
    pub findings: Findings,
    /// Places asked for.
    pub marks: Marks,
    from: u64,
    now_ms: i64,
    /// Ids of this reading's events; those before are not known.
    events: HashSet<Id>,
    next: u64,
    keys_destroyed: u64,
    last_withheld: Option<u64>,
    /// The newest change of key, and the key that it names.
    key_change: Option<(u64, String)>,
}

impl Reading {
    /// Read on from a history.
    pub fn from(history: History, marks: Marks, now_ms: i64) -> Self {
        let from = history.frontier.size();
        let mut reading = Self {
            history,
            findings: Findings::default(),
            marks,
            from,
            now_ms,
            events: HashSet::new(),
            next: from,
            keys_destroyed: 0,
            last_withheld: None,
            key_change: None,
        };
        reading.mark(None);
        reading
    }

    /// Entries behind, in this reading and before.
    pub fn size(&self) -> u64 {
        self.history.frontier.size()
    }

    /// Entries of this reading.
    pub fn checked(&self) -> u64 {
        self.size() - self.from
    }

    /// Whether the newest key that an entry before `size` names is one to believe.
    pub fn believe_key(&mut self, size: u64, trust: &Trust) {
        if let Some((index, key)) = self.key_change.as_ref().filter(|(index, _)| *index < size)
            && !trust.believes(key)
        {
            let what =
                format!("the log changed its key to {key}, which no believed key vouches for");
            self.findings.at(*index, Code::KeyChange, what);
        }
    }

    /// Take the next entry, or what stood in its place.
    pub fn take(&mut self, entry: Result<Entry, Fault>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err((code, what)) => {
                self.findings.at(self.next, code, what);
                self.next += 1;
                return;
            }
        };
        self.order(&entry);
        let index = entry.index;
        self.time(index, entry.leaf.recorded_ms);
        let event = Id::from_bytes(entry.leaf.event);
        if !self.events.insert(event) {
            self.findings.at(
                index,
                Code::EventTwice,
                format!("the event {event} stands in the log already"),
            );
        }
        for (code, what) in entry.faults {
            self.findings.at(index, code, what);
        }
        let log_key = self.content(index, entry.content);
        self.history.frontier.append(entry.hash);
        self.marks.passed(
            index,
            Place {
                event: Some(event),
                leaf: entry.hash,
            },
        );
        self.mark(log_key);
    }

    fn order(&mut self, entry: &Entry) {
        if entry.index != self.next {
            let at = self.next.min(entry.index);
            self.findings.at(
                at,
                Code::Order,
                format!(
                    "entry {} stands where entry {} should",
                    entry.index, self.next
                ),
            );
        }
        self.next = self.next.max(entry.index.saturating_add(1));
    }

    fn time(&mut self, index: u64, recorded_ms: i64) {
        if self.history.last_ms.is_some_and(|last| recorded_ms < last) {
            self.findings.at(
                index,
                Code::TimeBackwards,
                "recorded before the entry ahead of it",
            );
        }
        if recorded_ms > self.now_ms.saturating_add(SKEW_MS) {
            self.findings
                .at(index, Code::TimeInFuture, "recorded after now");
        }
        self.history.last_ms = self.history.last_ms.max(Some(recorded_ms));
    }

    /// Gives the new key of the log, if the entry names one.
    fn content(&mut self, index: u64, content: Content) -> Option<String> {
        match content {
            Content::Open(open) => return self.open(index, open),
            Content::Erased(link) => {
                self.history.erasures.erased(index);
                self.hidden(index, link);
            }
            Content::KeyDestroyed(link) => {
                self.keys_destroyed += 1;
                self.hidden(index, link);
            }
            Content::Withheld => {
                self.last_withheld = Some(index);
                self.history.chains.unseen(index);
            }
            Content::Spoilt => self.history.chains.unseen(index),
        }
        None
    }

    fn open(&mut self, index: u64, open: Open) -> Option<String> {
        if let Some(link) = open.link {
            self.link(index, link);
        }
        match open.consents {
            Consents::Untouched => {}
            Consents::Withdraws(consents) => self.history.withdrawn.withdraw(consents),
            Consents::Uses(consents) => {
                if let Some(consent) = self.history.withdrawn.among(&consents) {
                    let what = format!("a disclosure on the consent {consent}, withdrawn before");
                    self.findings
                        .at(index, Code::DisclosureAfterWithdrawal, what);
                }
            }
        }
        if let Some(erased) = open.erases {
            self.history.erasures.name(erased, index);
        }
        if let Some(key) = &open.log_key {
            self.key_change = Some((index, key.clone()));
        }
        open.log_key
    }

    /// An entry without its body: what its columns say, if anything, must fit its neighbours.
    fn hidden(&mut self, index: u64, link: Option<Link>) {
        match link {
            Some(link) => self.link(index, link),
            None => self.history.chains.unseen(index),
        }
    }

    fn link(&mut self, index: u64, link: Link) {
        if let Err(what) = self.history.chains.follow(index, link) {
            self.findings.at(index, Code::Chain, what);
        }
    }

    fn mark(&mut self, log_key: Option<String>) {
        let size = self.size();
        if self.marks.wants_root(size) {
            self.marks.reached(
                size,
                Mark {
                    root: self.history.frontier.root(),
                    log_key,
                },
            );
        }
    }

    /// What shows only at the end.
    pub fn finish(&mut self) {
        self.history
            .erasures
            .judge(self.from, self.last_withheld, &mut self.findings);
        if self.keys_destroyed > 0 {
            let what = format!(
                "the data keys of {} bodies were destroyed",
                self.keys_destroyed
            );
            self.findings.warn(Code::KeyDestroyed, what);
        }
    }
}
