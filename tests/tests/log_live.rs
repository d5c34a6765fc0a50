//! `samrad-verify live` and `receipt` against a running service: without a token, with an auditor's,
//! and with what the auditor is shown.

use samrad_tests::ledger::written;
use samrad_tests::{Caller as _, Verdict, World, on_both};

fn url(world: &World) -> String {
    world.server().address().read().expect("an address").clone()
}

on_both! {
    fn a_running_log_is_verified_as_far_as_one_may_see(world) {
        let stock = world.stock();
        let path = format!("/cases/{}", stock.case.id);
        let read = stock.clinician.get(&path).expect(200);
        let promised = read.header("Disclosure-Receipt").expect("a receipt").to_owned();
        let auditor = world.auditor_at(&stock.dps);
        drop(world.published());
        let (key, url) = (world.log_key(), url(world));
        let directory = tempfile::tempdir().expect("a directory of our own");
        let token = world.issuers().staff.for_subject(&auditor.subject).signed();
        let token = written(&directory, "token", &token).display().to_string();
        let receipts = written(&directory, "receipts", &promised).display().to_string();
        let kept = directory.path().join("kept").display().to_string();
        let live = |more: &[&str]| Verdict::of(&[&["live", &url, "--key", &key], more].concat());
        live(&["--receipts", &receipts]).passes();
        live(&["--token-file", &token, "--receipts", &receipts]).passes();
        live(&["--token-file", &token, "--evidence", "--keep", &kept]).passes();
        drop(world.published());
        live(&["--since", &kept]).passes();
        live(&["--token-file", &token, "--evidence", "--since", &kept]).passes();

        let leaf = promised.rsplit(';').next().expect("a leaf");
        let other = promised.replace(leaf, &"0".repeat(64));
        let other = written(&directory, "other", &other).display().to_string();
        live(&["--receipts", &other]).fails(stock_index(&promised), "receiptMismatch");
        let nobodys = written(&directory, "nobodys", "not a token").display().to_string();
        assert_eq!(live(&["--token-file", &nobodys]).code, Some(3));
    }

    /// docs/log.md: a receipt is enough to verify it.
    fn a_receipt_needs_nothing_beside_it(world) {
        let stock = world.stock();
        let read = stock.clinician.get(&format!("/cases/{}", stock.case.id)).expect(200);
        let promised = read.header("Disclosure-Receipt").expect("a receipt").to_owned();
        let event = promised.split(';').next().expect("an event");
        let proof = stock.clinician.get(&format!("/log/entries/{event}/receipt")).expect(200);
        let directory = tempfile::tempdir().expect("a directory of our own");
        let file = written(&directory, "receipt", &proof.text()).display().to_string();
        let key = world.log_key();
        let verdict = Verdict::of(&["receipt", &file, "--key", &key]);
        verdict.passes();
        let leaf = promised.rsplit(';').next().expect("a leaf");
        Verdict::of(&["receipt", &file, "--key", &key, "--leaf", leaf]).passes();
        let wrong = Verdict::of(&["receipt", &file, "--key", &key, "--leaf", &"0".repeat(64)]);
        assert_eq!(wrong.code, Some(1), "{wrong:?}");
    }

    fn evidence_is_given_by_the_page(world) {
        let stock = world.stock();
        let auditor = stock.in_role("auditor");
        let page = auditor.get("/log/evidence?from=2&limit=3").expect(200);
        let indices: Vec<u64> = page.text().lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["index"].as_u64().expect("an index"))
            .collect();
        assert_eq!(indices, [2, 3, 4]);
        for limit in ["0", "1001", "-1", "x"] {
            auditor.get(&format!("/log/evidence?limit={limit}")).expect(400).done();
        }
    }
}

fn stock_index(receipt: &str) -> Option<usize> {
    receipt.split(';').nth(1)?.parse().ok()
}
