//! Who asks more than their share is told to wait, and nobody else is; what browsers are told with each
//! answer.

use samrad_tests::{Backend, Caller as _, Reply, World, clock};
use std::time::Duration;

const HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

fn world() -> World {
    World::with(Backend::Sqlite, |settings| {
        settings
            .with("SAMRAD_RATE_CLIENT", "60/6")
            .with("SAMRAD_RATE_PEER", "300/30")
            .with("SAMRAD_HSTS_SECONDS", "31536000")
    })
}

/// Asks until one is refused.
fn refused(ask: impl Fn() -> Reply) -> Reply {
    for _ in 0..5000 {
        let reply = ask();
        assert!(
            reply.header("RateLimit-Policy").is_some(),
            "{}",
            reply.everything()
        );
        if reply.status == 429 {
            return reply;
        }
    }
    panic!("nobody is ever refused");
}

#[test]
fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let world = world();
    let (one, other) = (
        world.administrator(),
        world.citizen(&world.sheet().identity_number),
    );
    let reply = refused(|| one.get("/units")).refused(429, "tooManyRequests");
    assert_eq!(
        reply.header("RateLimit-Policy"),
        Some("\"client\";q=60;w=6")
    );
    let left = reply.header("RateLimit").expect("a limit").to_owned();
    assert!(left.starts_with("\"client\";r=0;t="), "{left}");
    let wait: u64 = reply
        .header("Retry-After")
        .and_then(|s| s.parse().ok())
        .expect("seconds");
    assert!((1..=6).contains(&wait), "{wait}");
    // Under whatever affiliation they ask, and with whatever token of theirs.
    let again = world
        .administrator()
        .in_affiliation("0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60");
    assert!([429, 403].contains(&again.get("/units").status));
    let served = other.get("/me").expect(200);
    assert!(
        served
            .header("RateLimit")
            .is_some_and(|left| left.starts_with("\"client\";r="))
    );
    clock::until(Duration::from_secs(wait + 2), || {
        (one.get("/units").status == 200).then_some(())
    });
}

/// Without a token that is known the address counts; the platform is not counted.
#[test]
fn an_address_that_asks_too_often_waits_and_the_platform_does_not() {
    let world = world();
    let known = world.citizen(&world.sheet().identity_number);
    known.get("/me").expect(200).done();
    let reply = refused(|| world.nobody().get("/me")).refused(429, "tooManyRequests");
    assert_eq!(
        reply.header("RateLimit-Policy"),
        Some("\"peer\";q=300;w=30")
    );
    let ask = |path: &str| world.nobody().request("GET", path).send();
    let busy = |path: &str| {
        clock::until(Duration::from_secs(5), || {
            (0..50).any(|_| ask(path).status == 429).then_some(())
        });
    };
    ["/log/key", "/openapi.json", "/docs/", "/nowhere"]
        .into_iter()
        .for_each(busy);
    for _ in 0..500 {
        ask("/internal/isAlive").expect(200).done();
    }
    known.get("/me").expect(200).done();
}

#[test]
fn every_answer_has_the_headers_that_keep_browsers_safe() {
    let world = world();
    let ask = |path: &str| world.nobody().request("GET", path).send();
    let replies = [
        "/internal/isAlive",
        "/api/v1/me",
        "/nowhere",
        "/log/key",
        "/openapi.json",
    ]
    .map(ask);
    for reply in replies
        .into_iter()
        .chain([world.administrator().get("/me")])
    {
        for (name, value) in HEADERS {
            assert_eq!(
                reply.header(name),
                Some(value),
                "{name}: {}",
                reply.everything()
            );
        }
        let hsts = reply.header("strict-transport-security");
        assert_eq!(hsts, Some("max-age=31536000; includeSubDomains"));
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

/// No origin may call unless it is named.
#[test]
fn only_named_origins_may_read_answers() {
    let asked = |world: &World, origin: &str| {
        let ask = world.administrator();
        let reply = ask.call("GET", "/me").header("Origin", origin).send();
        reply
            .header("access-control-allow-origin")
            .map(str::to_owned)
    };
    let silent = world();
    assert_eq!(asked(&silent, "https://front.example"), None);
    let open = World::with(Backend::Sqlite, |settings| {
        settings.with("SAMRAD_CORS_ORIGINS", "https://front.example")
    });
    assert_eq!(
        asked(&open, "https://front.example").as_deref(),
        Some("https://front.example")
    );
    assert_eq!(asked(&open, "https://other.example"), None);
}
