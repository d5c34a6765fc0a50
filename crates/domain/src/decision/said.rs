//! What the patient has said about one source, as far as it concerns one viewer: the ground of
//! rule 2. An exclusion or a refusal overrides every grant; several grants add up.

use super::{Cover, Matter, Subject, Viewer};
use crate::code::{Category, CategorySet, ReasonCode};
use crate::consent::{ActiveConsent, Consent, Grant, Recipient, State};
use jiff::Timestamp;

/// The consents of the person that speak for the matter's source, sorted by whether they are in
/// force.
pub(super) struct Said<'a> {
    matter: &'a Matter<'a>,
    viewer: &'a Viewer<'a>,
    restricted: bool,
    active: Vec<ActiveConsent<'a>>,
    inactive: Vec<(&'a Consent, ReasonCode)>,
    /// Topics kept out by exclusions in force.
    excluded: CategorySet,
    /// Refusals that mean the viewer: when, and of what.
    refused: Vec<(Timestamp, CategorySet)>,
    /// When an exclusion that is not in force yet begins.
    narrows_at: Timestamp,
}

impl<'a> Said<'a> {
    pub(super) fn of(
        matter: &'a Matter<'a>,
        subject: Subject<'a>,
        viewer: &'a Viewer<'a>,
        now: Timestamp,
    ) -> Self {
        let mut said = Self {
            matter,
            viewer,
            restricted: subject.restricted,
            active: Vec::new(),
            inactive: Vec::new(),
            excluded: CategorySet::NONE,
            refused: Vec::new(),
            narrows_at: Timestamp::MAX,
        };
        let speaking = subject
            .consents
            .iter()
            .filter(|c| c.speaks_for(matter.owner, matter.organisation));
        for consent in speaking {
            match consent.active_at(now, Some(matter.discussion)) {
                Ok(active) => {
                    said.excluded = said.excluded.union(consent.excluded_categories);
                    said.active.push(active);
                }
                Err(reason) => said.not_in_force(consent, reason),
            }
        }
        said
    }

    fn not_in_force(&mut self, consent: &'a Consent, reason: ReasonCode) {
        match consent.state {
            State::Refused { at } => {
                let topics = self
                    .grants_to_anybody_like_viewer(consent)
                    .map(|g| g.categories);
                self.refused
                    .push((at, topics.fold(CategorySet::NONE, CategorySet::union)));
            }
            State::Active(validity)
                if reason == ReasonCode::ConsentNotYetValid && consent.excludes_anything() =>
            {
                self.narrows_at = self.narrows_at.min(validity.from);
            }
            State::Draft
            | State::Active(_)
            | State::Withdrawn { .. }
            | State::Superseded { .. } => {}
        }
        self.inactive.push((consent, reason));
    }

    fn means_viewer(&self, recipient: Recipient, barred: bool) -> bool {
        recipient.means(
            self.viewer.person,
            self.viewer.unit,
            self.viewer.role,
            barred,
        )
    }

    fn speaks_here(&self, grant: &Grant) -> bool {
        grant
            .source
            .speaks_for(self.matter.owner, self.matter.organisation)
    }

    /// The grants of `consent` from this source that let the viewer hear.
    fn heard(&self, consent: &'a Consent) -> impl Iterator<Item = &'a Grant> {
        let barred = self.viewer.barred();
        consent
            .grants
            .iter()
            .filter(move |g| self.speaks_here(g) && self.means_viewer(g.recipient, barred))
    }

    /// The same for a no, which holds even against who is barred as one of a unit.
    fn grants_to_anybody_like_viewer(
        &self,
        consent: &'a Consent,
    ) -> impl Iterator<Item = &'a Grant> {
        consent
            .grants
            .iter()
            .filter(|g| self.speaks_here(g) && self.means_viewer(g.recipient, false))
    }

    /// Protected persons: only grants to people named one by one count.
    fn counts(&self, grant: &Grant) -> bool {
        !self.restricted || grant.recipient.is_named_person()
    }

    pub(super) fn excludes_viewer(&self) -> bool {
        self.active.iter().any(|active| {
            let kept_out = &active.consent().excluded_recipients;
            kept_out
                .iter()
                .any(|recipient| self.means_viewer(*recipient, false))
        })
    }

    pub(super) fn covered(&self) -> Cover {
        let mut cover = Cover {
            categories: CategorySet::NONE,
            consents: Vec::new(),
            until: self.narrows_at,
        };
        for active in self.active.iter().filter(|a| self.is_for_this(a.consent())) {
            let topics = self
                .heard(active.consent())
                .filter(|grant| self.counts(grant))
                .fold(CategorySet::NONE, |all, grant| all.union(grant.categories))
                .without(self.excluded)
                .without(self.refused_since(active.granted_at()));
            if !topics.is_empty() {
                cover.categories = cover.categories.union(topics);
                cover
                    .consents
                    .push((active.consent().id, active.consent().version));
                cover.until = cover.until.min(active.until());
            }
        }
        cover
    }

    fn is_for_this(&self, consent: &Consent) -> bool {
        consent.purpose == self.matter.purpose
    }

    /// A refusal overrides what was granted before it; a later grant is the later word.
    fn refused_since(&self, granted_at: Timestamp) -> CategorySet {
        let later = self.refused.iter().filter(|(at, _)| *at >= granted_at);
        later.fold(CategorySet::NONE, |all, (_, topics)| all.union(*topics))
    }

    /// Why the viewer is not covered for identity: the reason nearest to a yes.
    pub(super) fn why_not(&self) -> ReasonCode {
        let active = || self.active.iter().map(ActiveConsent::consent);
        let grants = || {
            active()
                .filter(|c| self.is_for_this(c))
                .flat_map(|c| self.heard(c))
        };
        let identity = |grant: &&Grant| grant.categories.contains(Category::Identity);
        let counts = |grant: &&Grant| self.counts(grant);
        if grants().filter(counts).any(|grant| identity(&grant)) {
            return ReasonCode::Excluded;
        }
        if grants().any(|grant| identity(&grant)) {
            return ReasonCode::Restricted;
        }
        if grants().any(|grant| counts(&grant)) {
            return ReasonCode::CategoryNotCovered;
        }
        if grants().next().is_some() {
            return ReasonCode::Restricted;
        }
        if let Some(reason) = self.once() {
            return reason;
        }
        if active().any(|consent| self.heard(consent).next().is_some()) {
            return ReasonCode::WrongPurpose;
        }
        if active().any(|consent| self.is_for_this(consent)) {
            return ReasonCode::WrongRecipient;
        }
        ReasonCode::NoConsent
    }

    /// Why the latest consent that would have meant the viewer is not in force.
    fn once(&self) -> Option<ReasonCode> {
        self.inactive
            .iter()
            .filter(|(c, _)| self.is_for_this(c) && self.heard(c).next().is_some())
            .filter_map(|(c, reason)| Some((c.state.granted_at()?, c.id, *reason)))
            .max_by_key(|(granted_at, id, _)| (*granted_at, *id))
            .map(|(_, _, reason)| reason)
    }
}
