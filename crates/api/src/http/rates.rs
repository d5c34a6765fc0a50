//! How often a client may ask: by whom a token proves, and before that by where the request comes from.
//!
//! A client that asks more is answered 429 until its quota fills again, which it does evenly. What is
//! left is told with each answer (draft-ietf-httpapi-ratelimit-headers). Nothing that could name
//! somebody is kept: clients are known by a keyed hash, and no more of them than [`CLIENTS`] apart.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota as Filling, RateLimiter};

use crate::auth::issuers::Kind;
use crate::auth::token::Proof;
use crate::http::problem::Problem;

/// How many clients are told apart; beyond that they share [`SHARED`] quotas between them.
const CLIENTS: usize = 100_000;
/// The quotas of a crowd.
const SHARED: u64 = 1024;
/// One request of so many looks whether clients can be forgotten.
const SWEEP: u32 = 1024;

/// So many requests in so many seconds; that many at once, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests.
    pub requests: NonZeroU32,
    /// Seconds.
    pub seconds: NonZeroU32,
}

impl Quota {
    /// Reads `requests/seconds`, like `6000/60`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (requests, seconds) = text.trim().split_once('/')?;
        Some(Self {
            requests: requests.parse().ok()?,
            seconds: seconds.parse().ok()?,
        })
    }

    fn filling(self) -> Filling {
        let one = Duration::from_secs(self.seconds.get().into()) / self.requests.get();
        Filling::with_period(one.max(Duration::from_nanos(1)))
            .expect("longer than nothing")
            .allow_burst(self.requests)
    }
}

/// What a client is told of its quota.
#[derive(Clone, Debug)]
pub struct Told {
    policy: HeaderValue,
    left: HeaderValue,
}

impl Told {
    /// The headers, added to an answer.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let policy = HeaderName::from_static("ratelimit-policy");
        headers.insert(policy, self.policy.clone());
        headers.insert(HeaderName::from_static("ratelimit"), self.left.clone());
    }
}

/// A request that may go on, or not, and what its client is told in both cases.
#[derive(Debug)]
pub struct Counted {
    /// What the client is told.
    pub told: Told,
    /// Seconds to wait, if it has to.
    pub wait: Option<u32>,
}

impl Counted {
    /// # Errors
    /// `tooManyRequests`, if it has to wait.
    pub fn may_go_on(&self) -> Result<(), Problem> {
        match self.wait {
            None => Ok(()),
            Some(seconds) => Err(Problem::too_many_requests(seconds)),
        }
    }
}

/// The quotas of all clients.
#[derive(Debug, Default)]
pub struct Rates {
    clients: Option<Rate>,
    peers: Option<Rate>,
    hasher: RandomState,
}

impl Rates {
    /// `clients` by whom a token proves, `peers` by address; none where there is no limit.
    #[must_use]
    pub fn new(clients: Option<Quota>, peers: Option<Quota>) -> Self {
        Self {
            clients: clients.map(|quota| Rate::new("client", quota)),
            peers: peers.map(|quota| Rate::new("peer", quota)),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request of whom a token proves: a person by themselves, a machine by its client.
    #[must_use]
    pub fn of_client(&self, proof: &Proof) -> Option<Counted> {
        let rate = self.clients.as_ref()?;
        let who = match (proof.kind, &proof.client) {
            (Kind::Machine, Some(client)) => client,
            _ => &proof.subject,
        };
        Some(rate.count(self.hasher.hash_one((&proof.issuer, who))))
    }

    /// Counts a request that nobody is known to have made, from this address. A network of IPv6 counts as
    /// one, as one machine has a whole network of addresses.
    #[must_use]
    pub fn of_peer(&self, address: Option<IpAddr>) -> Option<Counted> {
        let rate = self.peers.as_ref()?;
        let network = address.map(|address| match address.to_canonical() {
            IpAddr::V4(four) => u64::from(four.to_bits()),
            IpAddr::V6(six) => u64::try_from(six.to_bits() >> 64).expect("half of it"),
        });
        Some(rate.count(self.hasher.hash_one(network)))
    }
}

type Limiter = RateLimiter<u64, DashMapStateStore<u64>, DefaultClock, StateInformationMiddleware>;

/// One kind of quota.
#[derive(Debug)]
struct Rate {
    name: &'static str,
    policy: HeaderValue,
    limiter: Limiter,
    clock: DefaultClock,
    counted: AtomicU32,
    crowded: AtomicBool,
}

impl Rate {
    fn new(name: &'static str, quota: Quota) -> Self {
        let Quota { requests, seconds } = quota;
        let limiter = RateLimiter::dashmap(quota.filling());
        Self {
            name,
            policy: value(&format!("\"{name}\";q={requests};w={seconds}")),
            limiter: limiter.with_middleware(),
            clock: DefaultClock::default(),
            counted: AtomicU32::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    fn count(&self, key: u64) -> Counted {
        self.sweep();
        let crowded = self.crowded.load(Ordering::Relaxed);
        let key = if crowded { key % SHARED } else { key };
        let (left, until, wait) = match self.limiter.check_key(&key) {
            Ok(state) => {
                let (left, quota) = (state.remaining_burst_capacity(), state.quota());
                let taken = quota.burst_size().get().saturating_sub(left);
                (left, seconds(quota.replenish_interval() * taken), None)
            }
            Err(not_until) => {
                let wait = seconds(not_until.wait_time_from(self.clock.now())).max(1);
                (0, wait, Some(wait))
            }
        };
        let left = value(&format!("\"{}\";r={left};t={until}", self.name));
        let told = Told {
            policy: self.policy.clone(),
            left,
        };
        Counted { told, wait }
    }

    /// Forgets clients whose quota is whole, now and then.
    fn sweep(&self) {
        if !self
            .counted
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(SWEEP)
            || self.limiter.len() < CLIENTS / 2
        {
            return;
        }
        self.limiter.retain_recent();
        let crowded = self.limiter.len() >= CLIENTS;
        self.crowded.store(crowded, Ordering::Relaxed);
    }
}

/// Whole seconds, rounded up.
fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("words and numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(clients: &str, peers: &str) -> Rates {
        Rates::new(Quota::parse(clients), Quota::parse(peers))
    }

    fn left(counted: &Counted) -> &str {
        counted.told.left.to_str().unwrap()
    }

    #[test]
    fn a_quota_is_requests_and_seconds() {
        let quota = Quota::parse("6000/60").unwrap();
        assert_eq!((quota.requests.get(), quota.seconds.get()), (6000, 60));
        for text in [
            "",
            "6000",
            "0/60",
            "6000/0",
            "-1/60",
            "6000/60/1",
            "x/y",
            "4294967296/1",
        ] {
            assert_eq!(Quota::parse(text), None, "{text}");
        }
    }

    #[test]
    fn who_asks_more_waits_and_others_do_not() {
        let rates = rates("1/1", "3/3600");
        let (one, other) = ("192.0.2.1".parse().ok(), "192.0.2.2".parse().ok());
        for still in [
            "\"peer\";r=2;t=1200",
            "\"peer\";r=1;t=2400",
            "\"peer\";r=0;t=3600",
        ] {
            let counted = rates.of_peer(one).unwrap();
            assert_eq!((left(&counted), counted.wait), (still, None));
        }
        let refused = rates.of_peer(one).unwrap();
        assert!(
            refused
                .wait
                .is_some_and(|wait| (1199..=1200).contains(&wait)),
            "{refused:?}"
        );
        assert_eq!(refused.told.policy, "\"peer\";q=3;w=3600");
        assert!(refused.may_go_on().is_err());
        assert_eq!(rates.of_peer(other).unwrap().wait, None);
    }

    #[test]
    fn a_network_of_ipv6_is_one_peer() {
        let rates = rates("1/1", "1/3600");
        let asks = |address: &str| rates.of_peer(address.parse().ok()).unwrap().wait.is_none();
        assert!(asks("2001:db8::1"));
        assert!(!asks("2001:db8::ffff:2"));
        assert!(asks("2001:db8:0:1::1"));
        assert!(asks("::ffff:192.0.2.7") && !asks("192.0.2.7"));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        assert!(Rates::default().of_peer(None).is_none());
    }

    #[test]
    fn no_more_clients_are_kept_than_there_is_room_for() {
        let rates = rates("1/1", "1/3600");
        let crowd = u32::try_from(CLIENTS * 2).unwrap();
        for address in 0..crowd {
            drop(rates.of_peer(Some(IpAddr::V4(address.into()))));
        }
        let kept = rates.peers.as_ref().unwrap().limiter.len();
        assert!(kept < CLIENTS + SWEEP as usize + SHARED as usize, "{kept}");
    }
}
