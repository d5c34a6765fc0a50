//! Requests out of shape, over every operation of the document: each gets a problem that says
//! where the fault lies, none breaks the service, and none does anything.

use std::collections::BTreeSet;

use samrad_tests::contract::NOTHING;
use samrad_tests::{Caller as _, Client, Operation, Reply, Stock, on_both};
use serde_json::{Value, json};

on_both! {
    fn what_is_no_json_is_refused_whole(world) {
        sweep_bodies(&world.stock(), |call, _| {
            for text in NO_JSON {
                let reply = call.with("application/json", *text);
                call.is_one_of(&reply, &[(400, "malformed"), (422, "invalid")]);
            }
            for nested in ["[".repeat(100_000), "{\"a\":".repeat(50_000), nested(40)] {
                call.is_one_of(&call.with("application/json", nested.as_bytes()), &[(400, "malformed")]);
            }
        });
    }

    fn every_field_is_held_to_its_type_and_bounds(world) {
        let stock = world.stock();
        sweep_bodies(&stock, |call, body| {
            let schema = call.operation.body.as_ref().expect("it takes a body");
            for wrong in stock.contract.wrongs(schema, body) {
                let text = wrong.body.to_string();
                let reply = call.with("application/json", text.as_bytes());
                call.is_one_of(&reply, &[(422, "invalid"), (413, "tooLarge")]);
                let faults = reply.json()["errors"].clone();
                let places = faults.as_array().into_iter().flatten().filter_map(|e| e["pointer"].as_str());
                let there = places.into_iter().any(|place| place.starts_with(&wrong.pointer));
                assert!(there || reply.status == 413, "{}: {} of {text}\n{}", call.operation.name(), wrong.pointer, reply.text());
                assert!(!reply.text().contains("noSuchValue"), "repeats what was sent: {}", reply.text());
            }
        });
    }

    fn a_body_is_json_in_utf_8_and_of_bounded_size(world) {
        sweep_bodies(&world.stock(), |call, body| {
            let text = body.to_string();
            for kind in OTHER_KINDS {
                call.is_one_of(&call.with(kind, text.as_bytes()), &[(415, "unsupportedMediaType")]);
            }
            let bare = call.request().send();
            call.is_one_of(&bare, &[(415, "unsupportedMediaType")]);
            let packed = call.request().header("Content-Encoding", "gzip").json(body).send();
            call.is_one_of(&packed, &[(415, "unsupportedMediaType")]);
            let huge = format!("{}{text}", " ".repeat(300 * 1024));
            call.is_one_of(&call.with("application/json", huge.as_bytes()), &[(413, "tooLarge")]);
        });
    }

    fn an_id_is_a_uuid_in_its_usual_form(world) {
        sweep(&world.stock(), |call| {
            for place in 0..call.operation.ids().len() {
                for bad in BAD_IDS {
                    let mut ids = vec![NOTHING; call.operation.ids().len()];
                    ids[place] = bad;
                    let reply = call.at(&call.operation.at(&ids)).send();
                    call.is_one_of(&reply, &[(400, "malformed"), (404, "unknownRoute"), (405, "methodNotAllowed")]);
                    assert!(bad.len() < 9 || !reply.text().contains(bad), "repeats what was sent: {}", reply.text());
                }
            }
        });
    }

    fn a_list_takes_the_parameters_it_knows(world) {
        let stock = world.stock();
        let paged: BTreeSet<String> = paged(&stock);
        assert!(paged.len() > 5);
        sweep(&stock, |call| {
            if !paged.contains(&call.operation.id) {
                return;
            }
            for query in BAD_QUERIES {
                let path = format!("{}?{query}", call.operation.nowhere());
                let reply = call.at(&path).send();
                call.is_one_of(&reply, &[(400, "malformed"), (415, "unsupportedMediaType")]);
            }
        });
    }

    fn headers_are_held_to_their_form(world) {
        sweep(&world.stock(), |call| {
            for affiliation in ["x", "", "0190a5c47b1e4c3d9f2a1b2c3d4e5f60", "null"] {
                // Instead of the affiliation of their own.
                let client = call.caller.in_affiliation(affiliation);
                let reply = client.call(&call.operation.method, &call.operation.nowhere()).send();
                call.is_one_of(&reply, &[(400, "malformed")]);
            }
            if call.operation.conditional {
                for tag in ["v1", "*, \"v1\"", "\"v1", "", "\"a\"\"b\""] {
                    let reply = call.bare().header("If-Match", tag).json(&json!({})).send();
                    call.is_one_of(&reply, &[(400, "malformed"), (422, "invalid")]);
                }
                let body = call.body.clone().unwrap_or_default();
                call.is_one_of(&call.bare().json(&body).send(), &[(428, "versionRequired")]);
            }
        });
    }

    /// Whatever a text holds, the answer is of ours: none is a fault of the service.
    fn no_text_breaks_the_service(world) {
        let stock = world.stock();
        for operation in stock.contract.operations() {
            let (Some(schema), Some(body)) = (&operation.body, stock.body_of(&operation)) else { continue };
            let call = Call::of(&stock, &operation);
            for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
                for text in HOSTILE {
                    let mut hostile = body.clone();
                    hostile[name] = json!(text);
                    let reply = call.request().json(&hostile).send();
                    assert!(reply.status < 500, "{}: {name}: {text:?}\n{}", operation.name(), reply.text());
                    call.is_a_problem_unless_done(&reply);
                }
            }
        }
        world.nobody().request("GET", "/internal/isReady").send().expect(200).done();
    }
}

const NO_JSON: &[&[u8]] = &[
    b"",
    b" ",
    b"{",
    b"}",
    b"[",
    b"nonsense",
    b"{'a':1}",
    b"{\"a\":}",
    b"{\"a\" 1}",
    b"{,}",
    b"nul",
    b"NaN",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"{\"\xff\":1}",
    b"{\"a\":\"\\ud800\"}",
    b"{\"a\":\"\\x\"}",
    b"{\"a\":01}",
    b"{\"a\":1e999}",
    b"{\"a\":\"\n\"}",
    b"{\"a\":1,\"a\":1}",
    b"{} x",
    b"{}{}",
    b"null",
    b"true",
    b"7",
    b"\"text\"",
    b"[]",
    b"[{}]",
    b"<a/>",
    b"a=b&c=d",
    b"\x00",
];
const OTHER_KINDS: &[&str] = &[
    "text/plain",
    "text/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    "application/json-patch+json",
    "application/octet-stream",
    "json",
    ";",
];
const BAD_IDS: &[&str] = &[
    "1",
    "x",
    "null",
    "undefined",
    "%00",
    "%2e%2e",
    "%ff",
    "0190a5c47b1e4c3d9f2a1b2c3d4e5f60",
    "%7B0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60%7D",
    "0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f6g",
    "0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f600",
    "%27%20OR%201=1--",
    "urn:uuid:0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60",
    "88859090123",
    "%F0%9F%98%80",
];
const BAD_QUERIES: &[&str] = &[
    "limit=0",
    "limit=201",
    "limit=-1",
    "limit=x",
    "limit=1&limit=2",
    "limit=",
    "limit=1e3",
    "cursor=x",
    "cursor=",
    "cursor=AAAA",
    "noSuchParameter=1",
    "limit=99999999999999999999",
    "limit=%00",
    "cursor=%ff",
];
const HOSTILE: &[&str] = &[
    "\0",
    "a\0b",
    "\u{202e}txet",
    "'); DROP TABLE patient; --",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "<script>x</script>",
    "\u{feff}",
    "\u{1f9d1}\u{200d}\u{1f680}",
    "%s%s%n",
    "../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "a\u{300}\u{300}\u{300}",
    "\\",
    "\"",
    "𝟘𝟙",
    "ı",
    "ß",
    "-1",
    "1e309",
    "NaN",
];

/// Objects within objects.
fn nested(depth: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))
}

/// An operation, called by one who may, about nothing.
struct Call<'s> {
    operation: &'s Operation,
    caller: Client,
    body: Option<Value>,
}

impl<'s> Call<'s> {
    fn of(stock: &Stock<'_>, operation: &'s Operation) -> Self {
        let role = operation.roles.first().expect("somebody may");
        Self {
            operation,
            caller: stock.in_role(role),
            body: stock.body_of(operation),
        }
    }

    fn at(&self, path: &str) -> samrad_tests::client::Request<'_> {
        let request = self.caller.call(&self.operation.method, path);
        if self.operation.conditional {
            request.header("If-Match", "\"v1\"")
        } else {
            request
        }
    }

    fn bare(&self) -> samrad_tests::client::Request<'_> {
        self.caller
            .call(&self.operation.method, &self.operation.nowhere())
    }

    fn request(&self) -> samrad_tests::client::Request<'_> {
        self.at(&self.operation.nowhere())
    }

    fn with(&self, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.request().body(kind, body).send()
    }

    #[track_caller]
    fn is_one_of(&self, reply: &Reply, answers: &[(u16, &str)]) {
        let answer = (reply.status, reply.problem_code());
        let fits = answers
            .iter()
            .any(|(status, code)| answer == (*status, (*code).to_owned()));
        assert!(
            fits,
            "{}: {answers:?}, but\n{}",
            self.operation.name(),
            reply.everything()
        );
        self.is_a_problem_unless_done(reply);
    }

    #[track_caller]
    fn is_a_problem_unless_done(&self, reply: &Reply) {
        let kind = reply.header("Content-Type");
        assert!(
            reply.status < 300 || kind == Some("application/problem+json"),
            "{}:\n{}",
            self.operation.name(),
            reply.everything()
        );
    }
}

/// Over every operation, none of which may leave a trace.
fn sweep(stock: &Stock<'_>, act: impl Fn(&Call<'_>)) {
    let probe = stock.world.probe();
    for operation in stock.contract.operations() {
        let call = Call::of(stock, &operation);
        let (entries, ()) = probe.entries_of(|| act(&call));
        assert_eq!(entries, 0, "{}: something was done", operation.name());
    }
}

/// Over every operation that takes a body.
fn sweep_bodies(stock: &Stock<'_>, act: impl Fn(&Call<'_>, &Value)) {
    sweep(stock, |call| {
        if let Some(body) = &call.body {
            act(call, body);
        }
    });
}

/// The operations that give a page of a list.
fn paged(stock: &Stock<'_>) -> BTreeSet<String> {
    let paths = stock.contract.document["paths"]
        .as_object()
        .into_iter()
        .flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let paged = operations.filter(|(_, operation)| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters
            .into_iter()
            .any(|parameter| parameter["name"] == "cursor")
    });
    paged
        .filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned))
        .collect()
}
