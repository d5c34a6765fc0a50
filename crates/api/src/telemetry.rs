//! What the service counts of itself, for `/internal/prometheus` (OpenMetrics text).
//!
//! Every label is of a closed list: operations, statuses, codes of the domain. Nothing here is personal,
//! and counting costs an atomic or two. There is one of it in a process.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry, Unit};
use samrad_domain::code::ReasonCode;
use samrad_domain::event::Outcome;

/// The media type of what [`Telemetry::text`] gives.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of times, in seconds.
const TIMES: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];
/// Upper bounds of how many did something together.
const COUNTS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decision {
    outcome: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Run {
    way: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lane {
    lane: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

/// The counters of this process.
pub fn telemetry() -> &'static Telemetry {
    static OURS: LazyLock<Telemetry> = LazyLock::new(Telemetry::new);
    &OURS
}

/// Counters, and how they are told.
#[derive(Debug)]
pub struct Telemetry {
    registry: Registry,
    requests: Family<Answered, Counter>,
    request_times: Family<Operation, Histogram, fn() -> Histogram>,
    decisions: Family<Decision, Counter>,
    units: Histogram,
    queued: Histogram,
    commits: Histogram,
    runs: Family<Run, Counter>,
    lost: Counter,
    flushes: Histogram,
    flushed: Histogram,
    waiting: Family<Lane, Gauge>,
    connections: Family<Connections, Gauge>,
    published: Gauge<u64, AtomicU64>,
    files: Gauge<u64, AtomicU64>,
    memory: Gauge<u64, AtomicU64>,
}

fn times() -> Histogram {
    Histogram::new(TIMES)
}

/// Registers what is shared between the registry and us.
struct Register(Registry);

impl Register {
    fn add<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }

    fn time<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0
            .register_with_unit(name, help, Unit::Seconds, metric.clone());
        metric
    }
}

impl Telemetry {
    fn new() -> Self {
        let mut all = Register(Registry::with_prefix("samrad"));
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        all.0.register("build", "What runs", build);
        Self {
            requests: all.add("http_requests", "Requests answered", Family::default()),
            request_times: all.time(
                "http_request",
                "From the head of a request to its answer",
                Family::new_with_constructor(times as fn() -> Histogram),
            ),
            decisions: all.add(
                "decisions",
                "Entries committed, by how the act came out and why",
                Family::default(),
            ),
            units: all.add(
                "log_batch_units",
                "Units in one transaction",
                Histogram::new(COUNTS),
            ),
            queued: all.time(
                "log_queue",
                "How long the oldest unit of a batch had waited for its turn",
                times(),
            ),
            commits: all.time(
                "log_commit",
                "From a batch's beginning to its commit",
                times(),
            ),
            runs: all.add(
                "log_batch_runs",
                "Batches run, by the way they took: without locks or under them; and without locks in vain",
                Family::default(),
            ),
            lost: all.add(
                "log_batches_lost",
                "Batches that were not committed",
                Counter::default(),
            ),
            flushes: all.time("log_flush", "How long a flush to the disk takes", times()),
            flushed: all.add(
                "log_flush_waiters",
                "Batches and readers that one flush answers for",
                Histogram::new(COUNTS),
            ),
            waiting: all.add("log_queue_units", "Units that wait now", Family::default()),
            connections: all.add(
                "database_connections",
                "Connections of the pools that read",
                Family::default(),
            ),
            published: all.add(
                "log_signed_entries",
                "Entries of the newest checkpoint signed here",
                Gauge::default(),
            ),
            files: all.add(
                "process_open_fds",
                "Open file descriptors",
                Gauge::default(),
            ),
            memory: all.add(
                "process_resident_memory_bytes",
                "Resident memory",
                Gauge::default(),
            ),
            registry: all.0,
        }
    }

    /// A request was answered.
    pub fn answered(&self, operation: &'static str, status: u16, took: Duration) {
        let label = Answered { operation, status };
        self.requests.get_or_create(&label).inc();
        let time = self.request_times.get_or_create(&Operation { operation });
        time.observe(took.as_secs_f64());
    }

    /// An entry was committed.
    pub fn decided(&self, outcome: Outcome, reason: Option<ReasonCode>) {
        let label = Decision {
            outcome: outcome.code(),
            reason: reason.map_or("none", |reason| reason.code()),
        };
        self.decisions.get_or_create(&label).inc();
    }

    /// A batch was begun, whose oldest unit had waited so long.
    pub fn began(&self, waited: Duration) {
        self.queued.observe(waited.as_secs_f64());
    }

    /// A batch of so many units was committed.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
    pub fn committed(&self, units: usize, took: Duration) {
        self.units.observe(units as f64);
        self.commits.observe(took.as_secs_f64());
    }

    /// A batch took this way: `withoutLocks`, `underLocks`; or `missed` or `leftOff`, after which it takes another.
    pub fn ran(&self, way: &'static str) {
        self.runs.get_or_create(&Run { way }).inc();
    }

    /// A batch was not committed.
    pub fn lost(&self) {
        self.lost.inc();
    }

    /// What so many waited for is on disk.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
    pub fn flushed(&self, waiters: usize, took: Duration) {
        self.flushed.observe(waiters as f64);
        self.flushes.observe(took.as_secs_f64());
    }

    /// So many units wait now.
    pub fn waits(&self, lane: &'static str, units: usize) {
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        self.waiting.get_or_create(&Lane { lane }).set(units);
    }

    /// So many connections a pool has now.
    pub fn connects(&self, pool: &'static str, idle: u32, all: u32) {
        for (state, count) in [("idle", idle), ("busy", all.saturating_sub(idle))] {
            let gauge = self.connections.get_or_create(&Connections { pool, state });
            gauge.set(count.into());
        }
    }

    /// So many entries were signed.
    pub fn signed(&self, entries: u64) {
        self.published.set(entries);
    }

    /// All of it, as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.look_at_the_process();
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a text takes text");
        text
    }

    /// Where there is `/proc`, what it says of us.
    fn look_at_the_process(&self) {
        if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
            self.files.set(open.count() as u64);
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|size| size.trim().strip_suffix(" kB")?.trim().parse().ok());
        self.memory.set(kib.unwrap_or(0_u64) * 1024);
    }
}

/// The names of operations by method and route.
#[derive(Debug)]
pub struct Operations(HashMap<String, Vec<(String, &'static str)>>);

impl Operations {
    /// Of `(route, method, operation id)`.
    pub fn of<'o>(all: impl Iterator<Item = (&'o str, &'o str, &'o str)>) -> Self {
        let mut by_route: HashMap<_, Vec<_>> = HashMap::new();
        for (route, method, id) in all {
            // Once in a process: the document is made once.
            let named = (method.to_uppercase(), &*id.to_owned().leak());
            by_route.entry(route.to_owned()).or_default().push(named);
        }
        Self(by_route)
    }

    /// The operation that a request was answered by; `other` where it has no id, `none` where no route
    /// took it.
    #[must_use]
    pub fn name(&self, method: &str, route: Option<&str>) -> &'static str {
        let Some(route) = route else {
            return "none";
        };
        let mut named = self.0.get(route).into_iter().flatten();
        let found = named.find(|(own, _)| own == method);
        found.map_or("other", |(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_goes_by_its_id_and_all_else_by_one_name() {
        let all = [
            ("/cases/{id}", "get", "getCase"),
            ("/cases/{id}", "delete", "dropCase"),
        ];
        let operations = Operations::of(all.into_iter());
        assert_eq!(operations.name("GET", Some("/cases/{id}")), "getCase");
        assert_eq!(operations.name("DELETE", Some("/cases/{id}")), "dropCase");
        assert_eq!(operations.name("GET", Some("/docs/{file:.*}")), "other");
        assert_eq!(operations.name("GET", None), "none");
    }

    #[test]
    fn what_was_counted_is_told() {
        let counted = Telemetry::new();
        counted.answered("getCase", 200, Duration::from_millis(3));
        counted.committed(7, Duration::from_millis(2));
        counted.waits("urgent", 3);
        let text = counted.text();
        for line in [
            "samrad_http_requests_total{operation=\"getCase\",status=\"200\"} 1",
            "samrad_http_request_seconds_bucket{le=\"0.005\",operation=\"getCase\"} 1",
            "samrad_log_batch_units_bucket{le=\"8.0\"} 1",
            "samrad_log_queue_units{lane=\"urgent\"} 3",
            "# EOF",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
