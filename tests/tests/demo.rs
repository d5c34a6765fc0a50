//! `make run` on a fresh machine: a world, a token for every role, the docs; and the same world when
//! it is started again.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, RwLock};

use samrad_tests::server::program;
use samrad_tests::{Caller as _, Client};

/// A running demo; killed when dropped.
pub(crate) struct Demo {
    child: Child,
    said: String,
    told: BTreeMap<String, String>,
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Demo {
    /// Starts it in `directory` and waits until it has told everything.
    pub(crate) fn start(directory: &Path) -> Self {
        let mut child = Command::new(program())
            .arg("demo")
            .current_dir(directory)
            .env("SAMRAD_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`make build` makes it");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut said = String::new();
        for line in lines.map_while(Result::ok) {
            said.push_str(&line);
            said.push('\n');
            if line.contains("To stop:") {
                break;
            }
        }
        let told =
            std::fs::read_to_string(directory.join(".samrad/tokens.env")).expect("the tokens");
        let told = told.lines().filter_map(|line| line.split_once('='));
        let told = told
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { child, said, told }
    }

    pub(crate) fn caller(&self, name: &str) -> Client {
        let base = self.told["SAMRAD"]
            .strip_suffix("/api/v1")
            .expect("the API")
            .to_owned();
        Client::nobody(Arc::new(RwLock::new(base))).with_token(&self.told[name])
    }

    /// How many units the directory shows.
    fn units(&self) -> usize {
        let page = self
            .caller("ADMINISTRATOR")
            .get("/units?limit=200")
            .expect(200)
            .json();
        page["items"].as_array().expect("units").len()
    }
}

const ROLES: [(&str, &str); 10] = [
    ("ADMINISTRATOR", "administrator"),
    ("CLINICIAN", "clinician"),
    ("GP", "gp"),
    ("NAV_ADVISER", "navAdviser"),
    ("JOB_SPECIALIST", "jobSpecialist"),
    ("METHOD_SUPERVISOR", "methodSupervisor"),
    ("COORDINATOR", "coordinator"),
    ("EMPLOYER_CONTACT", "employerContact"),
    ("AUDITOR", "auditor"),
    ("PRIVACY_OFFICER", "privacyOfficer"),
];

#[test]
fn the_demo_has_a_world_and_a_token_for_every_role() {
    let directory = tempfile::tempdir().expect("a directory");
    let demo = Demo::start(directory.path());
    assert!(
        demo.said.contains("DEMO. Synthetic persons only"),
        "{}",
        demo.said
    );
    for (name, role) in ROLES {
        let me = demo.caller(name).get("/me").expect(200).json();
        assert_eq!(me["affiliations"][0]["role"], role);
        assert_eq!(
            me["affiliations"].as_array().map(Vec::len),
            Some(1),
            "no header is needed"
        );
    }
    for (name, kind) in [
        ("PATIENT", "citizen"),
        ("GUARDIAN", "citizen"),
        ("SYSTEM", "system"),
    ] {
        assert_eq!(
            demo.caller(name).get("/me").expect(200).json()["kind"],
            kind
        );
    }
    demo.caller("CLINICIAN")
        .request("GET", "/docs/")
        .send()
        .expect(200)
        .done();
    demo.caller("CLINICIAN")
        .get(&format!("/units/{}", demo.told["NAV_ID"]))
        .expect(200)
        .done();
}

#[test]
fn the_demo_finds_its_world_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let first = Demo::start(directory.path());
    let (units, dps, token) = (
        first.units(),
        first.told["DPS_ID"].clone(),
        first.told["CLINICIAN"].clone(),
    );
    drop(first);
    let again = Demo::start(directory.path());
    assert_eq!((again.units(), &again.told["DPS_ID"]), (units, &dps));
    let old = again.caller("CLINICIAN").with_token(token);
    old.get("/me").expect(200).done();
}

#[test]
fn the_demos_secrets_are_for_its_owner_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    drop(Demo::start(directory.path()));
    for secret in [
        "",
        "issuer-key.pem",
        "master.key",
        "lookup.key",
        "tokens.env",
    ] {
        let path = directory.path().join(".samrad").join(secret);
        let mode = std::fs::metadata(&path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{secret}");
    }
}

#[test]
fn a_single_token_can_be_had() {
    let directory = tempfile::tempdir().expect("a directory");
    let demo = Demo::start(directory.path());
    let minted = Command::new(program())
        .args(["token", "--role", "navAdviser"])
        .current_dir(directory.path())
        .output()
        .expect("it runs");
    assert!(minted.status.success());
    let token = String::from_utf8(minted.stdout).expect("text");
    let me = demo
        .caller("NAV_ADVISER")
        .with_token(token.trim())
        .get("/me")
        .expect(200)
        .json();
    assert_eq!(me["id"], demo.told["NAV_ADVISER_ID"].as_str());
}
