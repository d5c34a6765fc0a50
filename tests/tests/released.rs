//! The contract and its releases: whoever built on the last one can go on, unless the version says
//! that they can't, and the change log tells of it.

use std::fs;
use std::path::{Path, PathBuf};

use samrad_tests::breaking::{breaks, may_break};
use serde_json::Value;

fn openapi() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

fn document(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

fn version(document: &Value) -> Vec<u32> {
    let version = document["info"]["version"].as_str().expect("a version");
    version
        .split('.')
        .map(|n| n.parse().expect("a number"))
        .collect()
}

/// Every release, the last one last.
fn released() -> Vec<Value> {
    let files = fs::read_dir(openapi().join("released")).expect("the releases");
    let mut documents: Vec<_> = files
        .map(|file| document(&file.expect("a file").path()))
        .collect();
    documents.sort_by_key(version);
    documents
}

#[test]
fn nothing_breaks_with_the_last_release_unless_the_version_says_so() {
    let (releases, now) = (released(), document(&openapi().join("openapi.json")));
    let last = releases.last().expect("a release");
    assert!(
        version(&now) >= version(last),
        "older than the last release"
    );
    if !may_break(last, &now) {
        let broken = breaks(last, &now);
        assert!(
            broken.is_empty(),
            "these break with {}; mend them, or raise the version and tell of it in openapi/CHANGELOG.md:\n{}",
            last["info"]["version"],
            broken.join("\n")
        );
    }
}

#[test]
fn the_change_log_tells_of_every_release_and_of_the_present_version() {
    let log = fs::read_to_string(openapi().join("CHANGELOG.md")).expect("the change log");
    let now = document(&openapi().join("openapi.json"));
    for release in released().iter().chain([&now]) {
        let version = release["info"]["version"].as_str().expect("a version");
        assert!(
            log.contains(&format!("## {version}")),
            "openapi/CHANGELOG.md lacks {version}"
        );
    }
}

#[test]
fn a_release_lies_under_its_own_version() {
    for file in fs::read_dir(openapi().join("released")).expect("the releases") {
        let path = file.expect("a file").path();
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .map(str::to_owned);
        assert_eq!(name.as_deref(), document(&path)["info"]["version"].as_str());
    }
}
