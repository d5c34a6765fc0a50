//! What the service tells those who run it: figures by operation and reason, and lines that can be followed
//! from system to system. Neither says anything of anybody.

use samrad_tests::consents::person;
use samrad_tests::contract::NOTHING;
use samrad_tests::{Backend, Caller as _, Client, World, clock, on_both};
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The value of the first series whose line begins so.
fn figure(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    let value = line.and_then(|rest| rest.trim().parse().ok());
    value.unwrap_or_else(|| panic!("no {series} in\n{text}"))
}

fn figures(nobody: &Client) -> String {
    let told = nobody
        .request("GET", "/internal/prometheus")
        .send()
        .expect(200);
    assert!(
        told.header("Content-Type")
            .is_some_and(|kind| kind.starts_with("application/openmetrics-text"))
    );
    told.text()
}

on_both! {
    fn what_happens_is_counted_and_nobody_is_named(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        assert_eq!(sides.adviser.sees(&discussion), "anonymised");
        drop(sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, person(&sides.adviser), &["identity"]));
        for _ in 0..3 {
            assert_eq!(sides.adviser.sees(&discussion), "identified");
        }
        sides.adviser.get(&format!("/cases/{NOTHING}")).expect(404).done();
        sides.adviser.get("/nowhere").expect(404).done();
        drop(figures(world.nobody())); // which is counted itself
        let text = figures(world.nobody());
        let reads = "samrad_http_requests_total{operation=\"readDiscussion\",status=\"200\"}";
        assert_eq!(figure(&text, reads), 4.0);
        assert_eq!(figure(&text, "samrad_http_request_seconds_count{operation=\"readDiscussion\"}"), 4.0);
        assert_eq!(figure(&text, "samrad_http_requests_total{operation=\"none\",status=\"404\"}"), 1.0);
        let disclosed = "samrad_decisions_total{outcome=\"disclosed\",reason=\"CONSENT_ACTIVE\"}";
        assert_eq!(figure(&text, disclosed), 3.0);
        for busy in [
            "samrad_log_batch_units_count",
            "samrad_log_commit_seconds_count",
            "samrad_log_queue_seconds_count",
            "samrad_log_flush_seconds_count",
        ] {
            assert!(figure(&text, busy) > 5.0, "{busy}");
        }
        assert_eq!(figure(&text, "samrad_log_batches_lost_total"), 0.0);
        assert_eq!(figure(&text, "samrad_log_queue_units{lane=\"urgent\"}"), 0.0);
        let pool = ["idle", "busy"].map(|state| {
            figure(&text, &format!("samrad_database_connections{{pool=\"reads\",state=\"{state}\"}}"))
        });
        assert!(pool.iter().sum::<f64>() >= 1.0, "{pool:?}");
        assert!(figure(&text, "samrad_process_open_fds") > 3.0);
        let sheet = &sides.patient.sheet;
        for secret in [&sheet.identity_number, &sheet.family, &discussion.id, &sides.patient.id] {
            assert!(!text.contains(secret.as_str()), "{secret} in\n{text}");
        }
        // However many addresses nobody has: labels are of closed lists.
        let series = text.lines().count();
        for n in 0..50 {
            sides.adviser.get(&format!("/nowhere/{n}")).expect(404).done();
        }
        assert!(figures(world.nobody()).lines().count() <= series + 4);
    }
}

/// For machines a line is one JSON object; for people it can be read. Both say whose request it was.
#[test]
fn each_line_can_be_followed_and_names_nobody() {
    let world = World::with(Backend::Sqlite, |settings| {
        settings.with("SAMRAD_LOG_FORMAT", "json")
    });
    let number = world.sheet().identity_number;
    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let citizen = world.citizen(&number);
    let ask = |path: &str, call: &str| {
        let request = citizen.call("GET", path).header("traceparent", &parent);
        request.header("Nav-Call-Id", call).send()
    };
    let reply = ask("/me", "call-1").expect(200);
    assert!(
        reply
            .header("traceparent")
            .is_some_and(|own| own.starts_with(&format!("00-{TRACE}-")))
    );
    ask(&format!("/patients/{number}"), &number).done();
    ask(&format!("/cases?cursor={number}"), &format!("x{number}")).done();
    // A line may be written after its answer.
    let log = clock::until(PATIENCE, || {
        let log = world.server().log();
        (log.matches(TRACE).count() >= 3).then_some(log)
    });
    assert!(!log.contains(&number), "{log}");
    let since = log
        .lines()
        .position(|line| line.contains("call-1"))
        .expect("a line");
    let lines = log.lines().skip(since).map(serde_json::from_str::<Value>);
    let lines: Vec<_> = lines
        .map(|line| line.expect("one JSON object a line"))
        .collect();
    assert_eq!(lines.len(), 3, "{log}");
    for line in &lines {
        assert_eq!(
            (&line["traceId"], &line["logger"]),
            (&TRACE.into(), &"access".into())
        );
        assert!(
            line["@timestamp"].is_string() && line["level"] == "INFO" && line["status"].is_u64()
        );
    }
    assert_eq!(
        (&lines[0]["callId"], &lines[0]["route"]),
        (&"call-1".into(), &"/api/v1/me".into())
    );
}
