//! Witnesses cosign what they have seen the log grow into; one that is away, lies or has seen more
//! never keeps the log from being published.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use samrad_ledger::note::{Cosigner, Verifier};
use samrad_ledger::witness::Witness;
use samrad_tests::{Client, Server, Settings, Verdict, World, chance, clock, on_both};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(30);

/// What answers to the body of `add-checkpoint`: status, content type and body.
type Answers = dyn FnMut(&str) -> (u16, String, String) + Send;

/// Lets a witness answer over HTTP, for as long as the test runs; its prefix.
fn listens(mut answers: Box<Answers>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it listens"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a caller"));
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).expect("a header");
                let line = line.trim().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("a body");
            let (status, kind, body) = answers(&String::from_utf8(body).expect("text"));
            let answer = format!(
                "HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            drop(stream.get_mut().write_all(answer.as_bytes()));
        }
    });
    url
}

/// A witness that knows the log: its prefix and its key.
fn honest(log: &str) -> (String, Verifier) {
    let cosigner = cosigner("witness.invalid");
    let key = cosigner.verifier();
    let mut witness = Witness::new(cosigner);
    witness.trust(log.parse().expect("a verifier key"));
    let witness = Arc::new(Mutex::new(witness));
    let url = listens(Box::new(move |body| {
        let now = u64::try_from(clock::now().as_second()).expect("after 1970");
        let answer = witness
            .lock()
            .expect("one at a time")
            .add_checkpoint(body, now);
        (
            answer.status(),
            answer.content_type().to_owned(),
            answer.body(),
        )
    }));
    (url, key)
}

fn cosigner(name: &str) -> Cosigner {
    Cosigner::from_seed(name, &chance::bytes::<32>()).expect("a key")
}

fn asking(settings: &Settings, witnesses: &[(String, &Verifier)]) -> Settings {
    let list: Vec<_> = witnesses
        .iter()
        .map(|(url, key)| json!({"url": url, "key": key.to_string()}))
        .collect();
    let list = serde_json::Value::from(list).to_string();
    settings.clone().with("SAMRAD_LOG_WITNESSES", &list)
}

/// The stopped world's log, served by another service.
fn served(world: &World, witnesses: &[(String, &Verifier)]) -> (Server, Client) {
    let server = Server::serve(asking(world.server().settings(), witnesses));
    let nobody = Client::nobody(server.address());
    (server, nobody)
}

/// A checkpoint with the witness's word. It is published before any witness is asked, and once more then.
fn cosigned(world: &World, nobody: &Client) -> String {
    drop(world.published_to(nobody));
    clock::until(PATIENCE, || {
        let note = nobody.request("GET", "/log/checkpoint").send().expect(200);
        let note = note.text();
        note.contains("\n— witness.invalid ").then_some(note)
    })
}

fn warned(server: &Server, what: &str) {
    clock::until(PATIENCE, || server.log().contains(what).then_some(()));
}

on_both! {
    fn a_checkpoint_carries_the_cosignature_of_its_witness(world) {
        let log = world.log_key();
        world.server().stop();
        let (prefix, key) = honest(&log);
        let (server, nobody) = served(world, &[(prefix, &key)]);
        for _ in 0..2 {
            drop(cosigned(world, &nobody));
        }
        let (url, other) = (server.address().read().expect("an address").clone(), cosigner("other.invalid").verifier().to_string());
        let key = key.to_string();
        let live = |more: &[&str]| Verdict::of(&[&["live", &url, "--key", &log, "--witness", &key], more].concat());
        live(&["--witnesses-wanted", "1", "--witnessed-within", "1"]).passes();
        live(&["--witness", &other, "--witnesses-wanted", "1"]).passes();
        live(&["--witness", &other, "--witnesses-wanted", "2"]).fails(None, "witnesses");
        assert_eq!(live(&["--witnesses-wanted", "2"]).code, Some(2), "more than there are keys of");
    }

    fn a_witness_that_is_away_or_lies_does_not_stop_publishing(world) {
        let log = world.log_key();
        world.server().stop();
        let (_, absent) = honest(&log);
        let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let away = format!("http://{}", closed.local_addr().expect("it listens"));
        drop(closed);
        let garbage = listens(Box::new(|_| (200, "text/plain".to_owned(), "— witness.invalid AAAA\n".to_owned())));
        let refusing = listens(Box::new(|_| (403, "text/plain".to_owned(), String::new())));
        let raving = listens(Box::new(|_| (409, "text/x.tlog.size".to_owned(), "18446744073709551615\n".to_owned())));
        // Cosigns, but by a key that is not its own.
        let (another, _) = honest(&log);
        let (prefix, key) = honest(&log);
        let liars = [away, garbage, refusing, raving, another].map(|url| (url, &absent));
        let (server, nobody) = served(world, &[&liars[..], &[(prefix, &key)]].concat());
        let note = cosigned(world, &nobody);
        assert_eq!(note.matches("\n— ").count(), 2, "the log and one witness: {note}");
        for (url, _) in &liars {
            warned(&server, &format!("the witness {url} did not cosign"));
        }
    }

    fn a_witness_that_has_seen_a_longer_log_is_warned_about(world) {
        let log = world.log_key();
        drop(world.published());
        world.server().stop();
        let early = world.database().copy();
        let (prefix, key) = honest(&log);
        let witnesses = [(prefix, &key)];
        let (server, nobody) = served(world, &witnesses);
        for _ in 0..3 {
            drop(world.published_to(&nobody));
        }
        server.stop();
        // As the early state itself goes on, with nothing kept outside it.
        let settings = asking(world.server().settings(), &witnesses).on(&early)
            .with("SAMRAD_LOG_CHECKPOINT_FILE", &early.checkpoint_file().display().to_string());
        let fork = Server::serve(settings);
        let note = world.published_to(&Client::nobody(fork.address()));
        assert!(!note.contains("witness.invalid"), "{note}");
        warned(&fork, "which this log can't be shown to follow from");
    }
}
