use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use p256::SecretKey;
use serde_json::json;

use super::*;

const FLOOR: Duration = Duration::from_secs(60);

fn jwk(seed: u8, id: &str) -> Value {
    let secret = SecretKey::from_slice(&[seed; 32]).unwrap();
    let mut jwk: Value = serde_json::from_str(&secret.public_key().to_jwk_string()).unwrap();
    jwk["kid"] = json!(id);
    jwk
}

fn set(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn ids(text: &str) -> Vec<String> {
    let mut ids: Vec<_> = parse(text, Algorithm::ES256)
        .unwrap_or_default()
        .into_keys()
        .collect();
    ids.sort();
    ids
}

#[test]
fn only_public_signing_keys_of_the_issuers_algorithm_are_used() {
    let with = |field: &str, value: Value| {
        let mut key = jwk(1, "x");
        key[field] = value;
        key
    };
    let unusable = [
        with("use", json!("enc")),
        with("alg", json!("ES384")),
        with("key_ops", json!(["sign"])),
        with("d", json!("AAAA")),
        json!({"kty": "oct", "k": "c2VjcmV0", "kid": "x"}),
        json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "x"}),
        json!({"kty": "new", "kid": "x"}),
        json!("nonsense"),
    ];
    for key in unusable {
        assert_eq!(ids(&set(&[key.clone(), jwk(2, "good")])), ["good"], "{key}");
    }
    assert_eq!(
        ids(&set(&[with("use", json!("sig")), jwk(2, "good")])),
        ["good", "x"]
    );
}

#[test]
fn a_key_id_that_stands_twice_names_neither_key() {
    assert_eq!(ids(&set(&[jwk(1, "a"), jwk(2, "a"), jwk(3, "b")])), ["b"]);
}

#[test]
fn a_short_rsa_key_is_not_used() {
    let key = |bytes: usize| {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(vec![0xC5; bytes]), "e": "AQAB", "kid": "r"})
    };
    assert!(parse(&set(&[key(128)]), Algorithm::RS256).is_err());
    assert!(parse(&set(&[key(256)]), Algorithm::RS256).is_ok());
}

struct Server {
    url: String,
    hits: Arc<AtomicUsize>,
    answers: Arc<RwLock<(u16, String)>>,
}

fn server(text: String) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let hits = Arc::new(AtomicUsize::new(0));
    let answers = Arc::new(RwLock::new((200, text)));
    let (count, said) = (Arc::clone(&hits), Arc::clone(&answers));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 2048];
            std::io::Read::read(&mut stream, &mut head).ok();
            thread::sleep(Duration::from_millis(50));
            let (status, text) = said.read().unwrap().clone();
            write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nLocation: /other\r\nConnection: close\r\n\r\n{text}", text.len()).ok();
        }
    });
    Server { url, hits, answers }
}

fn ring(server: &Server) -> Arc<KeyRing> {
    KeyRing::new(KeySource::Url(server.url.clone()), Algorithm::ES256, FLOOR)
}

#[actix_web::test]
async fn many_who_wait_share_one_fetch() {
    let server = server(set(&[jwk(1, "a")]));
    let ring = ring(&server);
    let waiting = (0..20).map(|_| ring.find("a", at(0)));
    let found = futures_util::future::join_all(waiting).await;
    assert!(found.iter().all(|f| matches!(f, Found::Key(_))));
    assert_eq!(server.hits.load(Ordering::SeqCst), 1);
}

#[actix_web::test]
async fn made_up_key_ids_cause_no_fetch_within_the_floor() {
    let server = server(set(&[jwk(1, "a")]));
    let ring = ring(&server);
    for n in 0..30 {
        assert!(matches!(
            ring.find(&format!("x{n}"), at(n)).await,
            Found::Unknown
        ));
    }
    assert_eq!(server.hits.load(Ordering::SeqCst), 1);
    ring.find("x", at(60)).await;
    assert_eq!(server.hits.load(Ordering::SeqCst), 2);
}

#[actix_web::test]
async fn a_new_key_is_found_and_a_key_taken_back_is_gone() {
    let server = server(set(&[jwk(1, "a")]));
    let ring = ring(&server);
    assert!(matches!(ring.find("a", at(0)).await, Found::Key(_)));
    server.answers.write().unwrap().1 = set(&[jwk(2, "b")]);
    assert!(matches!(ring.find("b", at(61)).await, Found::Key(_)));
    assert!(matches!(ring.find("a", at(62)).await, Found::Unknown));
}

#[actix_web::test]
async fn keys_grown_old_are_read_again_though_they_are_known() {
    let server = server(set(&[jwk(1, "a")]));
    let ring = ring(&server);
    ring.find("a", at(0)).await;
    server.answers.write().unwrap().1 = set(&[jwk(2, "b")]);
    assert!(matches!(ring.find("a", at(899)).await, Found::Key(_)));
    assert!(matches!(ring.find("a", at(900)).await, Found::Unknown));
}

#[actix_web::test]
async fn a_fetch_that_fails_leaves_the_old_keys() {
    let server = server(set(&[jwk(1, "a")]));
    let ring = ring(&server);
    ring.find("a", at(0)).await;
    for answer in [
        (500, String::new()),
        (302, String::new()),
        (200, "{".into()),
        (200, set(&[])),
    ] {
        *server.answers.write().unwrap() = answer;
        let hour = i64::try_from(server.hits.load(Ordering::SeqCst)).unwrap() * 3600;
        assert!(matches!(ring.find("a", at(hour)).await, Found::Key(_)));
    }
    assert_eq!(server.hits.load(Ordering::SeqCst), 5);
}

#[actix_web::test]
async fn keys_never_read_are_not_the_same_as_a_key_unknown() {
    let ring = KeyRing::new(
        KeySource::File("/nowhere/jwks.json".into()),
        Algorithm::ES256,
        FLOOR,
    );
    assert!(matches!(ring.find("a", at(0)).await, Found::Unread));
}
