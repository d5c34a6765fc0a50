//! The public half of the log: whoever holds a receipt and the verifier key needs no word of ours.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::entry::Leaf;
use samrad_ledger::frontier::Frontier;
use samrad_ledger::note::{Note, Verifier};
use samrad_ledger::proof::verify_consistency;
use samrad_ledger::receipt::Receipt;
use samrad_ledger::tile::{BundleAt, TileAt, decode_bundle, decode_tile};
use samrad_tests::{Caller as _, Reply, Stock, World, clock, on_both};
use serde_json::json;
use std::time::Duration;

fn key(world: &World) -> Verifier {
    let key = world.nobody().request("GET", "/log/key").send().expect(200);
    key.text().trim().parse().expect("a verifier key")
}

/// The newest checkpoint, once it has more than `size` entries.
fn checkpoint(world: &World, size: u64) -> Checkpoint {
    let known = [key(world)];
    let patience = Duration::from_secs(30);
    clock::until(patience, || {
        let text = world
            .nobody()
            .request("GET", "/log/checkpoint")
            .send()
            .expect(200);
        let note = Note::parse(&text.text()).expect("a signed note");
        let (checkpoint, _) = Checkpoint::open(&note, &known).expect("signed by the log");
        (checkpoint.size > size).then_some(checkpoint)
    })
}

/// Event, index and leaf hash of a `Disclosure-Receipt`.
fn receipt_of(reply: &Reply) -> (String, u64, [u8; 32]) {
    let header = reply.header("Disclosure-Receipt").expect("a receipt");
    let parts: Vec<_> = header.split(';').collect();
    let leaf = hex::decode(parts[2]).expect("hexadecimal");
    (
        parts[0].to_owned(),
        parts[1].parse().expect("an index"),
        leaf.try_into().expect("32 bytes"),
    )
}

on_both! {
    fn every_receipt_leads_to_a_signed_checkpoint(world) {
        let stock = world.stock();
        let known = [key(world)];
        for path in [format!("/discussions/{}", stock.discussion.id), format!("/cases/{}", stock.case.id)] {
            let read = stock.clinician.get(&path).expect(200);
            let (event, index, leaf) = receipt_of(&read);
            // The adviser who heard may have it as well as the one who told.
            let proof = stock.adviser.get(&format!("/log/entries/{event}/receipt")).expect(200);
            let receipt = Receipt::parse(&proof.text()).expect("a tlog-proof");
            assert_eq!(receipt.index, index);
            receipt.verify(&leaf, &known).expect("it stands in the log");
            let mut other = leaf;
            other[0] ^= 1;
            assert!(receipt.verify(&other, &known).is_err());
        }
    }

    /// Tiles are remembered: each must be that of the tree the receipt speaks of, however it grew since.
    fn receipts_hold_however_the_log_has_grown(world) {
        let stock = world.stock();
        let known = [key(world)];
        let case = format!("/cases/{}", stock.case.id);
        let first = receipt_of(&stock.clinician.get(&case).expect(200));
        for more in [1, 2, 40, 250] {
            for _ in 1..more {
                stock.clinician.get(&case).expect(200).done();
            }
            let newest = receipt_of(&stock.clinician.get(&case).expect(200));
            for (event, _, leaf) in [&newest, &first] {
                let proof = stock.clinician.get(&format!("/log/entries/{event}/receipt")).expect(200);
                let receipt = Receipt::parse(&proof.text()).expect("a tlog-proof");
                let (checkpoint, _) = receipt.verify(leaf, &known).expect("it stands in the log");
                assert!(checkpoint.size > newest.1);
            }
        }
    }

    fn the_tiles_are_the_tree_that_the_checkpoint_signs_and_it_only_grows(world) {
        let stock = world.stock();
        let first = checkpoint(world, 0);
        for _ in 0..300 {
            stock.clinician.get(&format!("/cases/{}", stock.case.id)).expect(200).done();
        }
        let second = checkpoint(world, first.size + 299);
        let mut tree = Frontier::new();
        for leaf in leaves(world, second.size) {
            tree.append(leaf);
        }
        assert_eq!(tree.root(), second.root);
        let path = format!("/log/consistency?from={}&to={}", first.size, second.size);
        let lines = world.nobody().request("GET", &path).send().expect(200);
        let proof: Vec<[u8; 32]> = lines.text().lines().map(unbase64).collect();
        verify_consistency(first.size, second.size, &proof, &first.root, &second.root).expect("it grew");
        for missing in [format!("/log/consistency?from=0&to={}", second.size), "/log/consistency?from=5&to=4".to_owned(),
            "/log/consistency?from=1&to=99999999".to_owned()] {
            world.nobody().request("GET", &missing).send().expect(404).done();
        }
        world.nobody().request("GET", "/log/consistency?from=x&to=2").send().expect(400).done();
    }

    fn leaves_are_for_auditors_and_witnesses_and_hash_to_the_tiles(world) {
        let stock = world.stock();
        let size = checkpoint(world, 10).size.min(256);
        let at = BundleAt { index: 0, width: u16::try_from(size).unwrap() };
        let path = format!("/log/tile/entries/{}", at.path());
        world.nobody().request("GET", &path).send().expect(401).done();
        stock.clinician.client().request("GET", &path).send().expect(403).done();
        stock.system.request("GET", &path).send().expect(403).done();
        let witness = world.system_of(&stock.dps.organisation, "samrad:log");
        for watcher in [stock.in_role("auditor"), witness] {
            let bundle = watcher.request("GET", &path).send().expect(200);
            let hashes = leaves(world, size);
            for (leaf, hash) in decode_bundle(bundle.body.as_slice(), at.width).unwrap().iter().zip(hashes) {
                assert_eq!(Leaf::decode(leaf).unwrap().hash(), hash);
            }
        }
        for path in ["/log/tile/0/999", "/log/tile/9/000", "/log/tile/0/0", "/log/tile/x/000", "/log/tile/0/../0/000",
            "/log/tile/0/x999999999/x999/000", "/log/tile/0/000.p/0", "/log/tile/0/000.p/256"] {
            world.nobody().request("GET", path).send().expect(404).done();
        }
    }

    fn an_auditors_evidence_hashes_to_the_leaves_and_others_are_withheld(world) {
        let stock = world.stock();
        stock.clinician.get(&format!("/discussions/{}", stock.discussion.id)).expect(200).done();
        let auditor = stock.in_role("auditor");
        let evidence = auditor.get("/log/evidence").expect(200);
        let lines: Vec<serde_json::Value> = evidence.text().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let (_, index, _) = receipt_of(&evidence);
        assert_eq!(lines.len() as u64, index + 1);
        let (mut seen, mut withheld) = (0, 0);
        for line in &lines {
            let commitment = line["commitment"].as_str().unwrap();
            if line["withheld"] == true {
                assert!(line["salt"].is_null() && line["body"].is_null());
                withheld += 1;
                continue;
            }
            let salt: [u8; 32] = hex::decode(line["salt"].as_str().unwrap()).unwrap().try_into().unwrap();
            let body = line["body"].as_str().unwrap();
            assert_eq!(hex::encode(samrad_ledger::entry::commitment(&salt, body.as_bytes())), commitment);
            seen += 1;
        }
        assert!(seen > 5 && withheld > 5, "{seen} seen, {withheld} withheld");
        assert!(!evidence.text().contains("personKey") && !evidence.text().contains("columns"));
        stock.clinician.get("/log/evidence").expect(403).done();
        auditor.get("/log/evidence?from=-1").expect(400).done();
        let rest = auditor.get("/log/evidence?from=3").expect(200);
        assert!(rest.text().starts_with("{\"index\":3,"));
    }

    fn what_an_entry_says_is_erased_by_two_persons_and_every_proof_stays(world) {
        let stock = world.stock();
        let read = stock.clinician.get(&format!("/cases/{}", stock.case.id)).expect(200);
        let (event, index, leaf) = receipt_of(&read);
        let (auditor, officer) = (stock.in_role("auditor"), stock.in_role("privacyOfficer"));
        let body = json!({"eventId": event, "legalGround": "healthPersonnelActSection43"});
        stock.clinician.post("/log/erasures", body.clone()).expect(403).done();
        let elsewhere = world.person_at(&stock.nav, "auditor");
        elsewhere.post("/log/erasures", body.clone()).expect(404).done();
        let asked = auditor.post("/log/erasures", body.clone()).expect(201);
        assert_eq!(auditor.post("/log/erasures", body).expect(409).json()["reason"], "wrongState");
        let path = format!("/log/erasures/{}", asked.id());
        let approval = format!("{path}/approval");
        assert_eq!(auditor.post(&approval, json!({})).expect(409).json()["reason"], "secondPersonNeeded");
        elsewhere.post(&approval, json!({})).expect(404).done();
        elsewhere.get(&path).expect(404).done();
        assert!(elsewhere.get("/log/erasures").expect(200).json()["items"].as_array().unwrap().is_empty());
        assert!(said(&stock, index).is_some());
        let erased = officer.post(&approval, json!({})).expect(200);
        assert_ne!(erased.json()["approvedBy"], erased.json()["requestedBy"]);
        officer.post(&approval, json!({})).expect(409).done();
        assert_eq!(said(&stock, index), None);
        assert_eq!(officer.get("/log/erasures").expect(200).json()["items"][0]["index"], index);
        let proof = auditor.get(&format!("/log/entries/{event}/receipt")).expect(200);
        Receipt::parse(&proof.text()).unwrap().verify(&leaf, &[key(world)]).expect("it stands in the log still");
        // What tells of an erasure is not erased itself.
        let (telling, _, _) = receipt_of(&erased);
        let body = json!({"eventId": telling, "legalGround": "courtOrder"});
        auditor.post("/log/erasures", body).expect(409).done();
    }
}

/// What the entry at `index` says, to its organisation's auditor.
fn said(stock: &Stock<'_>, index: u64) -> Option<String> {
    let evidence = stock
        .in_role("auditor")
        .get(&format!("/log/evidence?from={index}"))
        .expect(200);
    let line: serde_json::Value =
        serde_json::from_str(evidence.text().lines().next().expect("a line")).unwrap();
    line["body"].as_str().map(str::to_owned)
}

fn leaves(world: &World, size: u64) -> Vec<[u8; 32]> {
    let mut leaves = Vec::new();
    for n in 0..size.div_ceil(256) {
        let width = u16::try_from((size - n * 256).min(256)).unwrap();
        let at = TileAt {
            level: 0,
            index: n,
            width,
        };
        let tile = world
            .nobody()
            .request("GET", &format!("/log/tile/{}", at.path()))
            .send()
            .expect(200);
        let cached = tile.header("Cache-Control").unwrap_or_default();
        assert_eq!(cached.contains("immutable"), width == 256, "{cached}");
        leaves.extend(decode_tile(tile.body.as_slice(), width).unwrap());
    }
    leaves
}

fn unbase64(line: &str) -> [u8; 32] {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(line);
    bytes.unwrap().try_into().unwrap()
}
