//! A running service's log, verified by code that was not written here (`tests/outside`): published
//! implementations of RFC 6962 proofs, of C2SP tiles and of signed notes.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::process::Command;

use samrad_tests::{Caller as _, clock, on_both};
use std::time::Duration;

on_both! {
    fn others_code_finds_the_log_as_it_says_that_it_is(world) {
        let stock = world.stock();
        let read = stock.clinician.get(&format!("/cases/{}", stock.case.id)).expect(200);
        let receipt = read.header("Disclosure-Receipt").expect("a receipt").to_owned();
        let mut parts = receipt.split(';');
        let (event, index) = (parts.next().unwrap().to_owned(), parts.next().unwrap().parse::<u64>().unwrap());
        let address = world.server().address().read().unwrap().clone();
        let fetched = |path: &str| world.nobody().request("GET", path).send().expect(200).text();
        let earlier = fetched("/log/checkpoint");
        // More than a tile, so that the tree has two levels.
        for _ in 0..260 {
            stock.clinician.get(&format!("/cases/{}", stock.case.id)).expect(200).done();
        }
        clock::until(Duration::from_secs(30), || {
            let size: u64 = fetched("/log/checkpoint").lines().nth(1)?.parse().ok()?;
            (size > index + 256).then_some(())
        });
        let folder = tempfile::tempdir().unwrap();
        let (since, token) = (folder.path().join("since"), folder.path().join("token"));
        std::fs::write(&since, earlier).unwrap();
        std::fs::write(&token, world.issuers().staff.for_subject(samrad_tests::world::FIRST_ADMINISTRATOR).signed()).unwrap();
        let key = fetched("/log/key");
        let verified = |key: &str| {
            Command::new(samrad_tests::server::program().with_file_name("samrad-outside"))
                .args([&address, key, "--entry", &event, "--since"]).arg(&since).arg("--token-file").arg(&token)
                .output().expect("`make build` makes it")
        };
        let found = verified(key.trim());
        assert!(found.status.success(), "{}{}", String::from_utf8_lossy(&found.stdout), String::from_utf8_lossy(&found.stderr));
        let other = "tests.samrad.invalid/log+c9f5d0a1+AW0n1wrcR5Ep4GMFr1xxmnRt0PBhHVEZnjKXAmFDzYkp";
        assert!(!verified(other).status.success(), "another key");
    }
}
