//! Public vectors: transparency-dev's Merkle proofs, a real log of 961,984,011 leaves, and Go's
//! signed note.
//!
//! They lie in `shared/vectors` beside the checkout, or where `SAMRAD_VECTORS` says.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samrad_ledger::frontier::Frontier;
use samrad_ledger::note::{Note, Verifier};
use samrad_ledger::proof::{verify_consistency, verify_inclusion};
use samrad_ledger::tree::{Hash, leaf_hash};
use serde::Deserialize;

pub fn folder() -> PathBuf {
    std::env::var_os("SAMRAD_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    )
}

fn text(path: &str) -> String {
    let path = folder().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                cases(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// `None` where the vector has another number of bytes, which our types can't say.
fn hash(base64: &str) -> Option<Hash> {
    STANDARD.decode(base64).unwrap().try_into().ok()
}

fn hashes(base64: Option<&[String]>) -> Option<Vec<Hash>> {
    base64
        .unwrap_or_default()
        .iter()
        .map(|one| hash(one))
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

#[test]
fn every_public_inclusion_vector_is_judged_right() {
    let cases = cases(&folder().join("merkle/testdata/inclusion"));
    assert_eq!(cases.len(), 98);
    for path in cases {
        let case: Inclusion = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let judge = || {
            let (leaf, proof) = (hash(&case.leaf_hash)?, hashes(case.proof.as_deref())?);
            verify_inclusion(
                &leaf,
                case.leaf_idx,
                case.tree_size,
                &proof,
                &hash(&case.root)?,
            )
            .ok()
        };
        assert_eq!(judge().is_none(), case.want_err, "{}", path.display());
    }
}

#[test]
fn every_public_consistency_vector_is_judged_right() {
    let cases = cases(&folder().join("merkle/testdata/consistency"));
    assert_eq!(cases.len(), 98);
    for path in cases {
        // Its roots are text of other lengths than a hash, held to be equal.
        if path.ends_with("sizes-are-equal-one-and-proof-is-empty.json") {
            continue;
        }
        let case: Consistency = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let judge = || {
            let (older, newer) = (hash(&case.root1)?, hash(&case.root2)?);
            verify_consistency(
                case.size1,
                case.size2,
                &hashes(case.proof.as_deref())?,
                &older,
                &newer,
            )
            .ok()
        };
        assert_eq!(judge().is_none(), case.want_err, "{}", path.display());
    }
}

#[test]
fn the_standard_leaves_give_the_published_roots() {
    #[derive(Deserialize)]
    struct Roots {
        leaf_inputs_hex: Vec<String>,
        root_hashes_by_size: Vec<String>,
    }
    let roots: Roots = serde_json::from_str(&text("merkle/accumulated-and-roots.json")).unwrap();
    let mut frontier = Frontier::new();
    assert_eq!(hex::encode(frontier.root()), roots.root_hashes_by_size[0]);
    for (leaf, root) in roots
        .leaf_inputs_hex
        .iter()
        .zip(&roots.root_hashes_by_size[1..])
    {
        frontier.append(leaf_hash(&hex::decode(leaf).unwrap()));
        assert_eq!(hex::encode(frontier.root()), *root);
    }
    assert_eq!(frontier.size(), 8);
}

#[derive(Deserialize)]
struct TreeHead {
    tree_size: u64,
    sha256_root_hash: String,
}

fn tree_head() -> (u64, Hash) {
    let head: TreeHead = serde_json::from_str(&text("ct-961m/get-sth")).unwrap();
    (head.tree_size, hash(&head.sha256_root_hash).unwrap())
}

#[test]
fn an_entry_of_a_log_of_a_thousand_million_is_in_it() {
    #[derive(Deserialize)]
    struct Entries {
        entries: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        leaf_input: String,
    }
    #[derive(Deserialize)]
    struct Proof {
        leaf_index: u64,
        audit_path: Vec<String>,
    }
    let entries: Entries =
        serde_json::from_str(&text("ct-961m/get-entries-start-10000-end-10000")).unwrap();
    let leaf = leaf_hash(&STANDARD.decode(&entries.entries[0].leaf_input).unwrap());
    let named = "ct-961m/get-proof-by-hash-tree-size-961984011-hash-nCs3mfIydh9x4CKyQ-2Bu2xtmpxmFggA5MLymHwNQSlLg-3D";
    let proof: Proof = serde_json::from_str(&text(named)).unwrap();
    let (size, root) = tree_head();
    let path = hashes(Some(&proof.audit_path)).unwrap();
    verify_inclusion(&leaf, proof.leaf_index, size, &path, &root).unwrap();
    assert!(verify_inclusion(&leaf, proof.leaf_index + 1, size, &path, &root).is_err());
    assert!(verify_inclusion(&leaf, proof.leaf_index, size + 1, &path[..29], &root).is_err());
}

#[test]
fn a_log_of_a_thousand_million_follows_from_its_beginning() {
    #[derive(Deserialize)]
    struct Proof {
        consistency: Vec<String>,
    }
    let proof: Proof = serde_json::from_str(&text(
        "ct-961m/get-sth-consistency-first-3654490-second-961984011",
    ))
    .unwrap();
    let (size, root) = tree_head();
    let path = hashes(Some(&proof.consistency)).unwrap();
    // The older root is not among the vectors: the proof says what it must be.
    let older = older_root(3_654_490, &path);
    verify_consistency(3_654_490, size, &path, &older, &root).unwrap();
    assert!(verify_consistency(3_654_491, size, &path, &older, &root).is_err());
    assert!(verify_consistency(3_654_490, size, &path, &root, &root).is_err());
}

/// What RFC 9162 § 2.1.4.2 computes for the older tree, which isn't a power of two.
fn older_root(from: u64, proof: &[Hash]) -> Hash {
    let mut node = (from - 1) >> (from - 1).trailing_ones();
    let mut root = proof[0];
    for sibling in &proof[1..] {
        // A left child has its sibling outside the older tree, unless nothing is left of it.
        if node == 0 {
            break;
        }
        if node & 1 == 1 {
            root = samrad_ledger::tree::node_hash(sibling, &root);
        }
        node >>= 1;
    }
    root
}

#[test]
fn a_note_with_two_signatures_is_verified_by_either_key() {
    let note = Note::parse(&text("signed-note/note-two-signatures.txt")).unwrap();
    let keys: Vec<Verifier> = text("signed-note/vkeys.txt")
        .lines()
        .map(|key| key.parse().unwrap())
        .collect();
    let names = |known: &[Verifier]| -> Vec<String> {
        note.verify(known)
            .unwrap()
            .iter()
            .map(|signed| signed.verifier.name().to_owned())
            .collect()
    };
    assert_eq!(names(&keys), ["PeterNeumann", "EnochRoot"]);
    assert_eq!(names(&keys[..1]), ["PeterNeumann"]);
    assert_eq!(names(&keys[1..]), ["EnochRoot"]);
    assert_eq!(
        note.to_string(),
        text("signed-note/note-two-signatures.txt")
    );
    assert_eq!(
        keys.iter()
            .map(|key| format!("{key}\n"))
            .collect::<String>(),
        text("signed-note/vkeys.txt")
    );
}
