//! Clients that mean harm, or know no HTTP: the service answers others as it always does, keeps nothing of
//! theirs, and repeats nothing that they sent.

use samrad_tests::consents::person;
use samrad_tests::wire::Wire;
use samrad_tests::{Caller as _, Person, Server, World, clock, on_both};
use std::cell::RefCell;
use std::thread;
use std::time::{Duration, Instant};

/// What is planted in requests, and must show nowhere.
const PLANTED: [&str; 3] = ["Kanarine", "01019012345", "fuglesangstad"];
/// Slow clients of each sort.
const SLOW: usize = 120;
/// Readings that are timed.
const READINGS: usize = 120;
/// How long until a slow client is given up at the latest: the head's time, the sweep's, and some more.
const GIVEN_UP: Duration = Duration::from_secs(45);
/// How much memory may be held more, in KiB, when they are gone.
const GROWTH: u64 = 48 * 1024;

/// File descriptors that the pools may come to need.
const POOLS: usize = 40;

const HOST: &str = "Host: samrad.example";

on_both! {
    fn what_is_no_http_is_cut_off(world) {
        let server = world.server();
        for garbage in garbage() {
            let mut wire = Wire::to(server);
            wire.send(&garbage);
            wire.half_close();
            let heard = wire.hear(|_| false);
            let shown = String::from_utf8_lossy(&garbage[..garbage.len().min(120)]).into_owned();
            assert!(heard.closed, "left open after {shown:?}");
            assert!(heard.statuses().iter().all(|status| (400..500).contains(status)), "{shown:?}: {heard:?}");
            silent(&heard.text);
        }
        silent(&world.server().log());
        world.administrator().get("/me").expect(200).done();
    }

    /// What comes after a request that is none is not taken for another.
    fn nothing_is_smuggled_behind_garbage(world) {
        let probe = world.probe();
        let token = world.issuers().staff.for_subject("first-administrator").signed();
        let body = r#"{"number":"974760673","name":"Smuglet"}"#;
        let smuggled = format!(
            "POST /api/v1/organisations HTTP/1.1\r\n{HOST}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let ahead = [
            format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\nContent-Length: 0\r\nContent-Length: {}\r\n\r\n", smuggled.len()),
            format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"),
            format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\nTransfer-Encoding: xchunked\r\n\r\n"),
            format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\nX : y\r\n\r\n"),
            format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\n\u{0} x\r\n\r\n"),
            "nonsense\r\n\r\n".to_owned(),
        ];
        let (entries, ()) = probe.entries_of(|| for ahead in &ahead {
            let mut wire = Wire::to(world.server());
            wire.send(format!("{ahead}{smuggled}"));
            wire.half_close();
            let heard = wire.hear(|_| false);
            assert!(!heard.statuses().contains(&201), "{ahead:?} let it through: {heard:?}");
        });
        assert_eq!(entries, 0, "something was done");
    }

    fn a_head_has_bounds(world) {
        let header = |n: usize| format!("X-Header-{n}: {}\r\n", PLANTED[0]);
        let many: String = (0..10_000).map(header).collect();
        let wide = format!("X-Wide: {}\r\n", PLANTED[0].repeat(100_000));
        let long = format!("GET /{} HTTP/1.1\r\n{HOST}\r\n\r\n", PLANTED[2].repeat(20_000));
        let heads = [many, wide].map(|headers| format!("GET /api/v1/me HTTP/1.1\r\n{HOST}\r\n{headers}\r\n"));
        for head in heads.into_iter().chain([long]) {
            let mut wire = Wire::to(world.server());
            wire.send(&head);
            wire.half_close();
            let heard = wire.hear(|_| false);
            assert!(heard.closed && heard.statuses().iter().all(|s| [400, 414, 431].contains(s)), "{heard:?}");
            silent(&heard.text);
        }
        silent(&world.server().log());
        world.administrator().get("/me").expect(200).done();
    }

    /// There is one way to write an address.
    fn tricks_with_paths_lead_nowhere(world) {
        let token = world.issuers().staff.for_subject("first-administrator").signed();
        for path in TRICKS {
            let mut wire = Wire::to(world.server());
            wire.send(format!("GET {path} HTTP/1.1\r\n{HOST}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"));
            let heard = wire.hear(|_| false);
            assert!(matches!(heard.statuses()[..], [400 | 404]), "{path}: {heard:?}");
            // Files of the pages for people are none of the API's.
            let told = heard.text.contains("application/problem+json") || path.starts_with("/docs/");
            assert!(told || heard.statuses() == [400], "{path}: {heard:?}");
            assert!(!heard.text.contains("root:"), "{path}: {heard:?}");
        }
        // The same letters written otherwise are the same address, and the same gate.
        for (headers, status) in [(String::new(), 401), (format!("Authorization: Bearer {token}\r\n"), 200)] {
            let mut wire = Wire::to(world.server());
            wire.send(format!("GET /api/v1/%6de HTTP/1.1\r\n{HOST}\r\n{headers}Connection: close\r\n\r\n"));
            assert_eq!(wire.hear(|_| false).statuses(), [status]);
        }
    }

    fn a_body_costs_no_more_than_it_may(world) {
        let (server, before) = (world.server(), Footprint::of(world.server()));
        let token = world.issuers().staff.for_subject("first-administrator").signed();
        let head = format!("POST /api/v1/organisations HTTP/1.1\r\n{HOST}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nConnection: close\r\n");
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        let bodies: Vec<(String, Vec<u8>, &[u16])> = vec![
            ("Content-Encoding: gzip\r\nContent-Length: 20\r\n".into(), bomb(), &[415]),
            ("Content-Encoding: br\r\nContent-Length: 4\r\n".into(), b"\xff\xff\xff\xff".to_vec(), &[415]),
            ("Content-Length: 99999999999\r\n".into(), b"{".to_vec(), &[413]),
            ("Content-Length: 200000\r\n".into(), "[".repeat(200_000).into(), &[400]),
            ("Content-Length: 200000\r\n".into(), "{\"a\":".repeat(40_000).into(), &[400]),
            ("Transfer-Encoding: chunked\r\n".into(), chunk.repeat(64).into(), &[413]),
            ("Transfer-Encoding: chunked\r\n".into(), b"zz\r\nx\r\n".to_vec(), &[400]),
            ("Content-Length: 12\r\n".into(), b"{\"name\":\"\xc3\x28\"".to_vec(), &[400, 422]),
            ("Content-Length: 9\r\n".into(), b"{\"\xf0\x9f\x98\":1".to_vec(), &[400, 422]),
            ("Content-Length: 100\r\n".into(), b"{\"name\":\"Kanarine".to_vec(), &[400]),
        ];
        for _ in 0..20 {
            for (headers, body, statuses) in &bodies {
                let mut wire = Wire::to(server);
                wire.send(format!("{head}{headers}\r\n"));
                wire.send(body);
                wire.half_close();
                let heard = wire.hear(|_| false);
                // One that goes on sending may be cut off before it hears why.
                let answered = heard.statuses().first().is_none_or(|status| statuses.contains(status));
                assert!(heard.closed && answered, "{headers}: {statuses:?}, but {heard:?}");
                silent(&heard.text);
            }
        }
        silent(&server.log());
        before.is_all_that_is_held(server);
    }

    /// Hundreds who send slowly, or not at all, or do not fetch what they asked for.
    fn the_slow_keep_nobody_waiting_and_are_given_up(world) {
        let sides = world.sides();
        let discussion = sides.clinician.discusses(&sides.patient, &sides.nav, "caseDiscussion");
        drop(sides.clinician.obtains_consent(
            &sides.patient, "caseDiscussion", &sides.dps, person(&sides.adviser), &["identity"]));
        let path = format!("/discussions/{}", discussion.id);
        usual(&sides.adviser, &path); // once for connections and caches
        let (before, alone) = (Footprint::of(world.server()), usual(&sides.adviser, &path));
        let (mut slow, unread) = slow_clients(world);
        let beside = thread::scope(|scope| {
            let drips = scope.spawn(|| for _ in 0..4 {
                slow.iter_mut().for_each(|wire| { wire.send("x"); });
                thread::sleep(Duration::from_millis(500)); // slowly
            });
            let beside = usual(&sides.adviser, &path);
            drips.join().expect("they drip");
            beside
        });
        println!("alone {alone:?}, beside {} slow clients {beside:?}", slow.len() + unread.len());
        assert!(beside < alone * 5 + Duration::from_millis(50), "{alone:?}, then {beside:?}");
        let (began, slow) = (Instant::now(), RefCell::new(slow));
        clock::until(GIVEN_UP, || {
            slow.borrow_mut().retain_mut(|wire| !wire.is_closed());
            slow.borrow().is_empty().then_some(())
        });
        println!("given up after {:?}", began.elapsed());
        before.is_all_that_is_held(world.server());
        drop(unread);
        silent(&world.server().log());
    }

    /// Who says that nothing more comes from them may still hear.
    fn who_half_closes_is_answered(world) {
        for _ in 0..50 {
            let mut wire = Wire::to(world.server());
            wire.send(format!("GET /internal/isReady HTTP/1.1\r\n{HOST}\r\n\r\n"));
            wire.half_close();
            let heard = wire.hear(|_| false);
            assert!(heard.closed && heard.statuses() == [200], "{heard:?}");
        }
    }
}

const TRICKS: &[&str] = &[
    "//api/v1/me",
    "/api//v1/me",
    "/api/v1//me",
    "/api/v1/./me",
    "/api/v1/../v1/me",
    "/api/v1/x/../me",
    "/api/v1/%2e%2e/v1/me",
    "/api/v1/%2e/me",
    "/api/v1%2fme",
    "/api%2Fv1%2Fme",
    "/api/v1/me/",
    "/api/v1/me/.",
    "/api/v1/me%00",
    "/api/v1/me%20",
    "/api/v1/me;x=1",
    "/api/v1/me%3b",
    "/API/V1/ME",
    "/api/v1/me%0d%0aX-Smuggled:%20y",
    "/api/v1/%252e%252e/me",
    "/api/v1/%c0%ae%c0%ae/me",
    "/api/v1/%ff",
    "/api/v1\\me",
    "/internal/../api/v1/me",
    "/internal/%2e%2e/api/v1/me",
    "/internal//isReady",
    "/log/tile/../../api/v1/me",
    "/log/%2e%2e/%2e%2e/etc/passwd",
    "/docs/../../../../etc/passwd",
    "/docs/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/docs/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/api/v1/patients/01019012345/..;/",
];

/// Bytes that are no request, or none that is meant well.
fn garbage() -> Vec<Vec<u8>> {
    let get = "GET /Kanarine/01019012345 HTTP/1.1";
    let texts = [
        "\r\n\r\n\r\n\r\nx".to_owned(),
        "GET\r\n\r\n".into(),
        "GET /Kanarine\r\n\r\n".into(),
        "Kanarine 01019012345 fuglesangstad\r\n\r\n".into(),
        format!("{get}\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\n{HOST}\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\nKanarine\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\nKanarine : x\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\n: 01019012345\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\nContent-Length: -1\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\nContent-Length: Kanarine\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        format!("{get}\r\n{HOST}\r\nTransfer-Encoding: Kanarine\r\n\r\n"),
        "GET /Kanarine HTTP/9.9\r\nHost: x\r\n\r\n".into(),
        "GET /Kanarine 01019012345 HTTP/1.1\r\nHost: x\r\n\r\n".into(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
        "CONNECT fuglesangstad:443 HTTP/1.1\r\nHost: x\r\n\r\n".into(),
        "K\u{0}narine / HTTP/1.1\r\nHost: x\r\n\r\n".into(),
        "HELO fuglesangstad\r\nMAIL FROM:<Kanarine>\r\n".into(),
        "SSH-2.0-Kanarine\r\n".into(),
        "x".repeat(300_000),
        "Kanarine ".repeat(50_000),
    ];
    let bytes: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03Kanarine",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\xf0\x9f\x98\x80 / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xff\r\nX: \x01\x02\r\n\r\n",
    ];
    let texts = texts.into_iter().map(String::into_bytes);
    texts.chain(bytes.map(<[u8]>::to_vec)).collect()
}

/// The beginning of a great deal of nothing, packed.
fn bomb() -> Vec<u8> {
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xec\xc1\x01\x01\x00\x00\x00\x80\x90\xfe\xaf".to_vec()
}

/// Clients of each slow sort, begun; and those who do not fetch what they asked for.
fn slow_clients(world: &World) -> (Vec<Wire>, Vec<Wire>) {
    let token = world.issuers().staff.for_subject("first-administrator");
    let whole = format!("GET /internal/isAlive HTTP/1.1\r\n{HOST}\r\n\r\n");
    let sorts = [
        format!("GET /Kanarine HTTP/1.1\r\n{HOST}\r\nX-01019012345: "),
        // A second head, on a connection whose first was good.
        format!("{whole}GET /Kanarine HTTP/1.1\r\n{HOST}\r\nX-01019012345: "),
        format!(
            "POST /api/v1/organisations HTTP/1.1\r\n{HOST}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"name\":\"Kanarine",
            token.signed()
        ),
    ];
    let begun = |text: &String| {
        let mut wire = Wire::to(world.server());
        wire.send(text);
        wire
    };
    let slow = (0..SLOW).flat_map(|_| &sorts).map(begun).collect();
    let much = format!("GET /openapi.json HTTP/1.1\r\n{HOST}\r\n\r\n").repeat(40);
    (slow, (0..SLOW / 4).map(|_| begun(&much)).collect())
}

/// How long all but a few of the readings take.
fn usual(reader: &Person, path: &str) -> Duration {
    let mut times: Vec<_> = (0..READINGS)
        .map(|_| {
            let began = Instant::now();
            reader.get(path).expect(200).done();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[READINGS * 9 / 10]
}

/// What a process holds.
#[derive(Clone, Copy, Debug)]
struct Footprint {
    files: usize,
    memory: u64,
}

impl Footprint {
    fn of(server: &Server) -> Self {
        let process = format!("/proc/{}", server.id());
        let files = std::fs::read_dir(format!("{process}/fd"))
            .expect("our own child")
            .count();
        let status = std::fs::read_to_string(format!("{process}/status")).expect("our own child");
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = memory.and_then(|kib| kib.trim().strip_suffix(" kB")?.trim().parse().ok());
        Self {
            files,
            memory: memory.expect("a size in kB"),
        }
    }

    /// Nothing more is held than was, but for what any load leaves.
    #[track_caller]
    fn is_all_that_is_held(self, server: &Server) {
        let after = clock::until(GIVEN_UP, || {
            let now = Self::of(server);
            (now.files <= self.files + POOLS).then_some(now)
        });
        assert!(
            after.memory < self.memory + GROWTH,
            "{self:?}, then {after:?}"
        );
        println!("{self:?}, then {after:?}");
    }
}

#[track_caller]
fn silent(text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} in {text}");
    }
}
