//! The same trees and notes through code that others wrote: ct-merkle, tlog_tiles, signed_note.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::note::{Note, Signer};
use samrad_ledger::proof;
use samrad_ledger::tile::{TileAt, Tiles as _, encode_tile};
use samrad_ledger::tree::Hash;
use sha2::Sha256;

use crate::naive::{self, Tree};

#[test]
fn proofs_verify_with_ct_merkle() {
    let tree = Tree::of(700);
    let mut theirs = MemoryBackedTree::<Sha256, [u8; 8]>::new();
    let mut roots = vec![theirs.root()];
    for index in 0..700_u64 {
        theirs.push(index.to_be_bytes());
        roots.push(theirs.root());
    }
    let mut random = StdRng::seed_from_u64(1);
    for _ in 0..1000 {
        let size = random.random_range(1..=700_u64);
        let (index, from) = (random.random_range(0..size), random.random_range(1..=size));
        let root = &roots[size as usize];
        assert_eq!(root.as_bytes()[..], proof::root(&tree, size).unwrap());
        let inclusion = proof::inclusion(&tree, index, size).unwrap().concat();
        root.verify_inclusion(
            &index.to_be_bytes(),
            index,
            &InclusionProof::from_bytes(inclusion),
        )
        .unwrap();
        let consistency = proof::consistency(&tree, from, size).unwrap().concat();
        let consistency = ConsistencyProof::try_from_bytes(consistency).unwrap();
        root.verify_consistency(&roots[from as usize], &consistency)
            .unwrap();
    }
}

const SIZES: [u64; 10] = [1, 2, 255, 256, 257, 1000, 65_536, 65_537, 69_999, 70_000];

/// Our tiles, for their reader.
struct Reader<'a>(&'a Tree);

impl tlog_tiles::TileReader for Reader<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let ours = |tile: &tlog_tiles::Tile| {
            let at = TileAt {
                level: tile.level(),
                index: tile.level_index(),
                width: tile.width() as u16,
            };
            // Their paths have the height, as Go's do.
            assert_eq!(tile.path(), format!("tile/8/{}", at.path()));
            encode_tile(&self.0.tile(at).unwrap())
        };
        Ok(tiles.iter().map(ours).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

#[test]
fn inclusion_proofs_from_tiles_are_those_of_tlog_tiles() {
    let tree = Tree::of(70_000);
    for size in SIZES {
        let root = tlog_tiles::Hash(naive::root(tree.leaves(size)));
        let reader = Reader(&tree);
        let hashes = tlog_tiles::TileHashReader::new(size, root, &reader);
        assert_eq!(tlog_tiles::tree_hash(size, &hashes).unwrap(), root);
        for index in [0, size / 3, size - 1] {
            let ours = theirs(proof::inclusion(&tree, index, size).unwrap());
            let right = tlog_tiles::prove_record(size, index, &hashes).unwrap();
            assert_eq!(ours, right, "{index} in {size}");
            let leaf = tlog_tiles::Hash(naive::leaf(index));
            tlog_tiles::check_record(&ours, size, root, index, leaf).unwrap();
        }
    }
}

#[test]
fn consistency_proofs_from_tiles_are_those_of_tlog_tiles() {
    let tree = Tree::of(70_000);
    for size in SIZES {
        let root = tlog_tiles::Hash(proof::root(&tree, size).unwrap());
        let reader = Reader(&tree);
        let hashes = tlog_tiles::TileHashReader::new(size, root, &reader);
        for from in [1, size / 2 + 1, size] {
            let older = tlog_tiles::Hash(proof::root(&tree, from).unwrap());
            let ours = theirs(proof::consistency(&tree, from, size).unwrap());
            let right = tlog_tiles::prove_tree(size, from, &hashes).unwrap();
            assert_eq!(ours, right, "{from} to {size}");
            tlog_tiles::check_tree(&ours, size, root, from, older).unwrap();
        }
    }
}

fn theirs(proof: Vec<Hash>) -> Vec<tlog_tiles::Hash> {
    proof.into_iter().map(tlog_tiles::Hash).collect()
}

#[test]
fn checkpoints_open_with_signed_note_and_tlog_tiles() {
    let signer = Signer::from_seed("log.example/samrad", &[1; 32]).unwrap();
    let checkpoint = Checkpoint {
        origin: "log.example/samrad".to_owned(),
        size: 7,
        root: [7; 32],
        extensions: vec![],
    };
    let mut ours = Note::new(&checkpoint.text()).unwrap();
    ours.sign(&signer);
    let theirs = signed_note::Note::from_bytes(ours.to_string().as_bytes()).unwrap();
    let key = signed_note::StandardVerifier::new(&signer.verifier().to_string()).unwrap();
    let (verified, _) = theirs
        .verify(&signed_note::VerifierList::new(vec![Box::new(key)]))
        .unwrap();
    assert_eq!(verified.len(), 1);
    let read = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!(
        (read.origin(), read.size(), read.hash().0),
        ("log.example/samrad", 7, [7; 32])
    );
}

#[test]
fn a_note_that_signed_note_signed_verifies_here() {
    let theirs = signed_note::StandardSigner::new(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
    )
    .unwrap();
    let mut note = signed_note::Note::new(b"one\n\ntwo\n", &[]).unwrap();
    note.add_sigs(&[&theirs]).unwrap();
    let ours = Note::parse(std::str::from_utf8(&note.to_bytes()).unwrap()).unwrap();
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        .parse()
        .unwrap();
    assert_eq!(ours.verify(&[key]).unwrap().len(), 1);
}
