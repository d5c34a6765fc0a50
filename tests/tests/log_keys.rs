//! The log's key is changed by an entry that the old key vouches for: whoever knows the old key follows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samrad_tests::ledger::{log_key, written};
use samrad_tests::server::{output_of, run};
use samrad_tests::settings::ORIGIN;
use samrad_tests::{Client, Export, Server, Settings, Verdict, chance, on_both};

const REFUSED: Option<i32> = Some(78);

fn new_key() -> String {
    STANDARD.encode(chance::bytes::<32>())
}

#[track_caller]
fn rotates(settings: &Settings, next: &str) {
    let settings = settings.clone().with("SAMRAD_LOG_NEXT_KEY", next);
    let rotated = output_of(&["rotate-log-key"], &settings);
    assert_eq!(rotated.code, Some(0), "{}", rotated.stderr);
}

on_both! {
    fn whoever_knows_the_old_key_follows_to_the_new_one(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let auditor = world.auditor_at(&dps);
        let old = world.log_key();
        drop(world.published());
        let settings = world.server().settings();
        let (second, third) = (new_key(), new_key());

        rotates(settings, &second);
        assert_eq!(world.server().ends(), REFUSED);
        assert!(world.server().log().contains("signed by another key since entry"));
        let ended = run("serve", settings);
        assert_eq!(ended.code, REFUSED, "{}", ended.output);
        assert!(ended.output.contains("SAMRAD_LOG_KEY is not the key"), "{}", ended.output);

        let with_second = settings.clone().with("SAMRAD_LOG_KEY", &second);
        let server = Server::serve(with_second.clone());
        drop(world.published_to(&Client::nobody(server.address())));
        server.stop();
        rotates(&with_second, &third);
        let with_third = settings.clone().with("SAMRAD_LOG_KEY", &third);
        let server = Server::serve(with_third.clone());
        let nobody = Client::nobody(server.address());
        drop(world.published_to(&nobody));
        let new = log_key(&nobody);
        assert_ne!(new, old);

        let stranger = chance::bytes::<32>();
        let stranger = samrad_ledger::note::Signer::from_seed(ORIGIN, &stranger).expect("a key");
        let stranger = stranger.verifier().to_string();
        let export = Export::of(&with_third);
        for key in [&old, &new] {
            export.verified(key, &["--strict"]).passes();
        }
        let refused = export.verified(&stranger, &[]);
        let change = export.entries.iter().rposition(|e| e["columns"]["kind"] == "logKeyChanged");
        refused.fails(change, "keyChange");
        assert!(refused.also("signature"), "{refused:?}");

        let directory = tempfile::tempdir().expect("a directory of our own");
        let token = world.issuers().staff.for_subject(&auditor.subject).signed();
        let token = written(&directory, "token", &token).display().to_string();
        let url = server.address().read().expect("an address").clone();
        let live = |key: &str, more: &[&str]| Verdict::of(&[&["live", &url, "--key", key], more].concat());
        let evidence = ["--token-file", &token, "--evidence"];
        live(&old, &evidence).passes();
        live(&new, &evidence).passes();
        live(&new, &[]).passes();
        live(&stranger, &evidence).fails(None, "signature");
        // The entry that names the new key is seen by those alone who are shown what entries say.
        live(&old, &[]).fails(None, "signature");
    }

    fn a_change_of_key_that_the_old_key_did_not_sign_is_not_followed(world) {
        let old = world.log_key();
        drop(world.published());
        world.server().stop();
        let settings = world.server().settings();
        let second = new_key();
        rotates(settings, &second);
        let mut export = Export::of(&settings.clone().with("SAMRAD_LOG_KEY", &second));
        export.verified(&old, &["--strict"]).passes();
        let last = export.entries.len() - 1;
        let change = export.header["keyChanges"][0].as_str().expect("a note").to_owned();
        let lines: Vec<&str> = change.split_inclusive('\n').collect();
        let (text, signatures) = lines.split_at(lines.len() - 2);
        let by_the_new_alone = [text, &signatures[1..]].concat().concat();
        export.header["keyChanges"][0] = by_the_new_alone.clone().into();
        export.header["checkpoint"] = by_the_new_alone.into();
        export.verified(&old, &[]).fails(last, "keyChange");
        let by_the_old_alone = [text, &signatures[..1]].concat().concat();
        export.header["keyChanges"][0] = by_the_old_alone.into();
        export.verified(&old, &[]).fails(last, "keyChange");
    }

    fn the_same_key_again_is_no_change(world) {
        world.server().stop();
        let settings = world.server().settings();
        let same = settings.get("SAMRAD_LOG_KEY").expect("it is set").to_owned();
        let ended = run("rotate-log-key", &settings.clone().with("SAMRAD_LOG_NEXT_KEY", &same));
        assert_eq!(ended.code, REFUSED, "{}", ended.output);
    }
}
