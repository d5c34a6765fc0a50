//! The guard at the start, and while the service runs: a log that was taken back to an earlier state,
//! or exchanged for another, is not extended (exit code 78), and one that was left alone is taken up
//! without hands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samrad_tests::server::run;
use samrad_tests::{Client, Server, Settings, World, chance, on_both};

const REFUSED: Option<i32> = Some(78);

/// Settings as in production: nothing that is for development alone.
fn strict(settings: &Settings) -> Settings {
    settings
        .clone()
        .without("SAMRAD_DEVELOPMENT")
        .without("SAMRAD_ALLOW_SYNTHETIC")
        .without("SAMRAD_JWKS_FLOOR_SECONDS")
}

#[track_caller]
fn refuses(settings: &Settings, why: &str) {
    let ended = run("serve", settings);
    assert_eq!(ended.code, REFUSED, "{}", ended.output);
    assert!(ended.output.contains(why), "{why}: {}", ended.output);
}

/// Something happens, and is published.
fn goes_on(world: &World) {
    drop(world.dps("Søndre Oslo DPS"));
    drop(world.published());
}

on_both! {
    fn a_log_that_was_left_alone_is_taken_up(world) {
        goes_on(world);
        world.server().stop();
        let settings = strict(world.server().settings());
        for _ in 0..2 {
            let server = Server::serve(settings.clone());
            server.stop();
        }
        // After a loss of power as well: what was signed is there.
        world.server().restart();
        goes_on(world);
        world.server().kill9();
        Server::serve(settings).stop();
    }

    fn a_database_taken_back_is_not_extended(world) {
        goes_on(world);
        world.server().stop();
        let early = world.database().copy();
        world.server().restart();
        goes_on(world);
        world.server().stop();
        let settings = world.server().settings();
        refuses(&strict(settings).on(&early), "taken back to an earlier state");
        refuses(&settings.clone().on(&early), "taken back to an earlier state");
        let next = STANDARD.encode(chance::bytes::<32>());
        let rotated = run("rotate-log-key", &settings.clone().on(&early).with("SAMRAD_LOG_NEXT_KEY", &next));
        assert_eq!(rotated.code, Some(1), "{}", rotated.output);
        Server::serve(strict(settings)).stop();
    }

    fn another_history_is_not_extended(world) {
        goes_on(world);
        world.server().stop();
        let other = world.database().copy();
        world.server().restart();
        goes_on(world);
        world.server().stop();
        let settings = world.server().settings();
        let theirs = settings.clone().on(&other)
            .with("SAMRAD_LOG_CHECKPOINT_FILE", &other.checkpoint_file().display().to_string());
        let fork = Server::serve(theirs);
        let nobody = Client::nobody(fork.address());
        // Longer than the one that the kept checkpoint is of.
        for _ in 0..4 {
            drop(world.published_to(&nobody));
        }
        fork.stop();
        refuses(&strict(settings).on(&other), "are not those that");
    }

    fn a_published_log_is_not_taken_up_without_what_was_kept(world) {
        let settings = strict(world.server().settings());
        goes_on(world);
        world.server().stop();
        let file = world.database().checkpoint_file();
        std::fs::rename(&file, file.with_extension("away")).expect("the directory is ours");
        refuses(&settings, "log.checkpoint is not there");
        std::fs::write(&file, "not a checkpoint\n").expect("the directory is ours");
        refuses(&settings, "log.checkpoint can't be read");
        std::fs::rename(file.with_extension("away"), &file).expect("the directory is ours");
        Server::serve(settings).stop();
    }

    fn a_foreign_key_signs_nothing(world) {
        goes_on(world);
        world.server().stop();
        let foreign = STANDARD.encode(chance::bytes::<32>());
        let settings = world.server().settings().clone().with("SAMRAD_LOG_KEY", &foreign);
        refuses(&strict(&settings), "not signed by SAMRAD_LOG_KEY");
        refuses(&settings, "not signed by SAMRAD_LOG_KEY");
        std::fs::remove_file(world.database().checkpoint_file()).expect("it is there");
        refuses(&settings, "not signed by SAMRAD_LOG_KEY");
    }

    fn an_entry_that_was_changed_is_not_built_upon(world) {
        goes_on(world);
        world.server().stop();
        let settings = strict(world.server().settings());
        for change in ["UPDATE log_entry SET recorded_ms = recorded_ms - 1 WHERE idx = 1", "DELETE FROM log_entry WHERE idx = 1",
            "UPDATE log_head SET size = size - 1"] {
            let copy = world.database().copy();
            copy.tamper(&[change]);
            let ended = run("serve", &settings.clone().on(&copy));
            assert_eq!(ended.code, REFUSED, "{change}: {}", ended.output);
        }
    }

    fn a_log_taken_back_under_a_running_service_is_not_signed(world) {
        goes_on(world);
        world.database().tamper(&["CREATE TABLE head_of_before AS SELECT * FROM log_head"]);
        let before = world.published();
        goes_on(world);
        let size = "(SELECT size FROM head_of_before)";
        let removed = ["log_recipient", "log_entry"]
            .map(|table| format!("DELETE FROM {table} WHERE idx >= {size};"));
        let back = format!("BEGIN; {} UPDATE log_head SET size = {size}, frontier = (SELECT frontier FROM head_of_before),
            last_ms = (SELECT last_ms FROM head_of_before); UPDATE log_checkpoint SET size = {size}; COMMIT", removed.concat());
        drop(before);
        world.database().tamper(&[&back]);
        assert_eq!(world.server().ends(), REFUSED);
        let log = world.server().log();
        assert!(log.contains("no longer begins with"), "{log}");
    }
}
