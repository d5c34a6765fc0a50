mod sample;

use actix_web::test::{TestRequest, call_service, init_service};
use serde_json::{Value, json};

use super::*;
use crate::auth::issuers::Kind;
use crate::http::document::faults;
use sample::{AFFILIATED, Answer, CASE, mount_samples, world};

#[actix_web::test]
async fn a_good_request_is_answered() {
    let world = world();
    let answer = world.answer(world.put("ola")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["plainText"], "x");
    assert_eq!(answer.header("etag"), "\"v4\"");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn without_a_token_nothing_else_is_looked_at() {
    let world = world();
    let huge = TestRequest::put()
        .uri("/api/v1/cases/x/summary?y")
        .insert_header(("Content-Length", "999999999"))
        .set_payload("{");
    let answer = world.answer(huge).await;
    answer.is(401, "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"samrad\"");
    assert_eq!(answer.json()["errors"][0]["code"], "missing");
    let basic = world
        .answer(
            TestRequest::get()
                .uri("/api/v1/cases")
                .insert_header(("Authorization", "Basic eDp4")),
        )
        .await;
    basic.is(401, "unauthenticated");
    let garbled = world
        .answer(
            TestRequest::get()
                .uri("/api/v1/cases")
                .insert_header(("Authorization", "Bearer x.y.z")),
        )
        .await;
    assert_eq!(garbled.json()["errors"][0]["code"], "malformed");
    assert!(garbled.header("www-authenticate").contains("invalid_token"));
}

#[actix_web::test]
async fn the_wrong_role_is_refused_before_the_rest_is_looked_at() {
    let world = world();
    for (kind, who) in [
        (Kind::Staff, "eva"),
        (Kind::Citizen, "c"),
        (Kind::Machine, "m"),
    ] {
        let request = world
            .put("eva")
            .uri("/api/v1/cases/not-a-uuid/summary")
            .set_payload("{");
        world
            .answer(request.insert_header(("Authorization", world.token(kind, who))))
            .await
            .is(403, "forbidden");
    }
}

#[actix_web::test]
async fn who_acts_is_settled_or_the_request_is_refused() {
    let world = world();
    world
        .answer(world.put("nobody"))
        .await
        .is(403, "unknownCaller");
    world
        .answer(world.put("two"))
        .await
        .is(400, "affiliationRequired");
    world
        .answer(world.put("ola").insert_header(("Samrad-Affiliation", CASE)))
        .await
        .is(403, "affiliationUnknown");
    world
        .answer(world.put("ola").insert_header(("Samrad-Affiliation", "x")))
        .await
        .is(400, "malformed");
    assert_eq!(
        world
            .answer(
                world
                    .put("ola")
                    .insert_header(("Samrad-Affiliation", AFFILIATED))
            )
            .await
            .status,
        200
    );
    let away = world.answer(world.put("away")).await;
    away.is(503, "unavailable");
    assert!(!away.header("retry-after").is_empty());
    assert!(!String::from_utf8_lossy(&away.text).contains("10.0.0.1"));
}

#[actix_web::test]
async fn each_bad_request_has_its_own_problem() {
    let world = world();
    let with = |change: fn(TestRequest) -> TestRequest| world.answer(change(world.put("ola")));
    with(|r| r.uri("/api/v1/cases/1/summary"))
        .await
        .is(400, "malformed");
    with(|r| r.insert_header(("If-Match", "\"v2\"")))
        .await
        .is(412, "staleVersion");
    with(|r| r.insert_header(("Content-Type", "text/plain")))
        .await
        .is(415, "unsupportedMediaType");
    with(|r| r.insert_header(("Content-Encoding", "gzip")))
        .await
        .is(415, "unsupportedMediaType");
    with(|r| r.set_payload("{")).await.is(400, "malformed");
    with(|r| r.set_payload("{}")).await.is(422, "invalid");
    with(|r| r.set_payload("x".repeat(300_000)))
        .await
        .is(413, "tooLarge");
    with(|r| r.set_payload(r#"{"plainText":"a","other":1}"#))
        .await
        .is(422, "invalid");
    let mut bare = world.put("ola").to_request();
    bare.headers_mut().remove("if-match");
    let app = init_service(app_of(
        world.parts.clone(),
        mount_samples,
        Arc::new(Published::of(mount_samples)),
    ))
    .await;
    assert_eq!(call_service(&app, bare).await.status(), 428);
}

#[actix_web::test]
async fn absent_things_are_the_same_bytes() {
    let world = world();
    let ask = |id: &str| {
        let request = world.put("ola").uri(&format!("/api/v1/cases/{id}/summary"));
        request
            .insert_header((
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            ))
            .insert_header(("Nav-Call-Id", "c"))
    };
    let (one, other) = (
        "11111111-7b1e-4c3d-9f2a-1b2c3d4e5f60",
        "22222222-7b1e-4c3d-9f2a-1b2c3d4e5f60",
    );
    let (first, second) = (world.answer(ask(one)).await, world.answer(ask(other)).await);
    first.is(404, "notFound");
    assert_eq!(
        String::from_utf8_lossy(&first.text).replace(one, other),
        String::from_utf8_lossy(&second.text)
    );
    let names = |answer: &Answer| {
        answer
            .headers
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()))
            .filter(|(n, _)| n != "traceparent")
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    assert_eq!(names(&first), names(&second));
    assert_eq!(first.json()["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(first.header("x-correlation-id"), "c");
}

#[actix_web::test]
async fn a_problem_speaks_the_callers_language_and_repeats_no_number() {
    let world = world();
    let request = world
        .put("ola")
        .uri("/api/v1/cases/01019012345/summary")
        .insert_header(("Accept-Language", "nn"));
    let answer = world.answer(request).await;
    answer.is(400, "malformed");
    assert_eq!(answer.json()["title"], "Førespurnaden kan ikkje lesast");
    assert_eq!(answer.header("content-language"), "nn");
    assert_eq!(answer.json()["instance"], "/api/v1/cases/{id}/summary");
    assert!(!String::from_utf8_lossy(&answer.text).contains("01019012345"));
}

#[actix_web::test]
async fn a_panic_is_a_problem_that_tells_nothing() {
    let world = world();
    let request = TestRequest::post()
        .uri("/api/v1/panic")
        .insert_header(("Authorization", world.token(Kind::Staff, "ola")));
    let answer = world
        .answer(request.insert_header(("X-Correlation-ID", "call-1")))
        .await;
    answer.is(500, "internal");
    assert_eq!(answer.header("x-correlation-id"), "call-1");
    assert!(!String::from_utf8_lossy(&answer.text).contains("name"));
}

#[actix_web::test]
async fn unknown_routes_and_methods_are_problems_too() {
    let world = world();
    let ask = |request: TestRequest| {
        world.answer(request.insert_header(("Authorization", world.token(Kind::Staff, "ola"))))
    };
    ask(TestRequest::get().uri("/api/v1/nothing"))
        .await
        .is(404, "unknownRoute");
    ask(TestRequest::get().uri("/nothing"))
        .await
        .is(404, "unknownRoute");
    let answer = ask(TestRequest::delete().uri(&format!("/api/v1/cases/{CASE}/summary"))).await;
    answer.is(405, "methodNotAllowed");
    assert_eq!(answer.header("allow"), "PUT");
    ask(TestRequest::get().uri("/api/v1/cases?x=1"))
        .await
        .is(400, "malformed");
}

#[actix_web::test]
async fn the_docs_need_nothing_from_elsewhere() {
    let world = world();
    let page = world.answer(TestRequest::get().uri("/docs/")).await;
    let text = String::from_utf8_lossy(&page.text).into_owned();
    assert_eq!(page.status, 200);
    assert!(
        !text.contains("http://") && !text.contains("https://"),
        "{text}"
    );
    assert!(
        page.header("content-security-policy")
            .contains("script-src 'self'")
    );
    assert!(page.header("cache-control").is_empty());
    let start = world.answer(TestRequest::get().uri("/docs/start.js")).await;
    assert!(String::from_utf8_lossy(&start.text).contains("/openapi.json"));
    assert_eq!(
        world
            .answer(TestRequest::get().uri("/docs"))
            .await
            .header("location"),
        "/docs/"
    );
    let document = world.answer(TestRequest::get().uri("/openapi.json")).await;
    assert_eq!(document.json()["openapi"], "3.1.0");
    assert!(document.header("cache-control").is_empty());
}

#[actix_web::test]
async fn what_is_mounted_is_documented_whole() {
    let document: Value = serde_json::from_str(&Published::of(mount_samples).text).unwrap();
    assert_eq!(faults(&document), Vec::<String>::new());
    let put = &document["paths"]["/api/v1/cases/{id}/summary"]["put"];
    assert_eq!(
        put["x-samrad-roles"],
        json!(["clinician", "gp", "navAdviser"])
    );
    assert_eq!(put["summary"], "Write the summary of a case.");
    assert_eq!(
        put["responses"]["412"]["x-samrad-codes"],
        json!(["staleVersion"])
    );
    assert_eq!(put["security"], json!([{"bearer": []}]));
    let post = &document["paths"]["/api/v1/panic"]["post"];
    assert!(
        post["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["name"] == "Idempotency-Key")
    );
    assert!(post.get("x-samrad-repeatable").is_none());
}

#[actix_web::test]
async fn the_real_document_is_whole() {
    let document: Value = serde_json::from_str(openapi()).unwrap();
    assert_eq!(faults(&document), Vec::<String>::new());
}

#[actix_web::test]
async fn browsers_are_let_in_from_configured_origins_alone() {
    let world = world();
    let ask = |origin: &'static str| {
        TestRequest::default()
            .method(actix_web::http::Method::OPTIONS)
            .uri("/api/v1/cases")
            .insert_header(("Origin", origin))
            .insert_header(("Access-Control-Request-Method", "GET"))
            .insert_header((
                "Access-Control-Request-Headers",
                "authorization,samrad-affiliation",
            ))
    };
    let answer = world.answer(ask("https://front.example")).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://front.example"
    );
    assert!(
        answer
            .header("access-control-expose-headers")
            .starts_with("ETag, ")
    );
    assert!(
        world
            .answer(ask("https://evil.example"))
            .await
            .header("access-control-allow-origin")
            .is_empty()
    );
}

#[actix_web::test]
async fn the_platform_sees_whether_it_lives_and_works() {
    let world = world();
    assert_eq!(
        world
            .answer(TestRequest::get().uri("/internal/isAlive"))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .answer(TestRequest::get().uri("/internal/isReady"))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn over_a_real_connection_a_stranger_is_answered_before_the_body_is_read() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = crate::server::start(world().parts, listener, 16).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let answer = web::block(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{{"
        )
        .unwrap();
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    handle.stop(true).await;
}
