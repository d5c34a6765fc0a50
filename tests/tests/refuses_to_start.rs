//! The service starts where it is safe to, and says what is missing where it isn't (exit code 78). A
//! database that is away is no reason to stop.

use std::path::PathBuf;

use samrad_tests::server::run;
use samrad_tests::{Backend, Caller as _, Client, Database, Issuers, Server, Settings};

const REFUSED: Option<i32> = Some(78);

/// Settings for a database of one's own that nobody has migrated.
fn settings(backend: Backend) -> (Settings, Database, Issuers) {
    let (database, issuers) = (Database::create(backend), Issuers::create());
    (Settings::new(&database, &issuers), database, issuers)
}

/// Settings as in production: nothing that is for development alone.
fn strict(settings: Settings) -> Settings {
    settings
        .without("SAMRAD_DEVELOPMENT")
        .without("SAMRAD_ALLOW_SYNTHETIC")
        .without("SAMRAD_JWKS_FLOOR_SECONDS")
        .with("SAMRAD_BOOTSTRAP_ORGANISATION", "974760673|Drift")
}

fn migrated(settings: &Settings) {
    let ended = run("migrate", settings);
    assert_eq!(ended.code, Some(0), "{}", ended.output);
}

#[test]
fn everything_missing_is_named_at_once() {
    let (settings, _database, _issuers) = settings(Backend::Sqlite);
    let bare = settings
        .without("DATABASE_URL")
        .without("SAMRAD_MASTER_KEY")
        .without("SAMRAD_LOOKUP_KEY")
        .without("SAMRAD_ISSUERS");
    let ended = run("serve", &bare);
    assert_eq!(ended.code, REFUSED, "{}", ended.output);
    for name in [
        "DATABASE_URL",
        "SAMRAD_MASTER_KEY",
        "SAMRAD_LOOKUP_KEY",
        "SAMRAD_ISSUERS",
    ] {
        assert!(ended.output.contains(name), "{name}: {}", ended.output);
    }
}

#[test]
fn what_is_synthetic_needs_a_development_machine() {
    let (settings, _database, _issuers) = settings(Backend::Sqlite);
    let ended = run("serve", &settings.without("SAMRAD_DEVELOPMENT"));
    assert_eq!(ended.code, REFUSED, "{}", ended.output);
    assert!(
        ended.output.contains("SAMRAD_ALLOW_SYNTHETIC"),
        "{}",
        ended.output
    );
}

fn an_unmigrated_database_is_refused(backend: Backend) {
    if backend.is_here() {
        let (settings, _database, _issuers) = settings(backend);
        let ended = run("serve", &settings);
        assert_eq!(ended.code, REFUSED, "{}", ended.output);
        assert!(ended.output.contains("samrad migrate"), "{}", ended.output);
    }
}

#[test]
fn an_unmigrated_sqlite_is_refused() {
    an_unmigrated_database_is_refused(Backend::Sqlite);
}

#[test]
fn an_unmigrated_postgres_is_refused() {
    an_unmigrated_database_is_refused(Backend::Postgres);
}

/// Who owns the log's tables could rewrite them.
#[test]
fn the_owner_of_the_log_does_not_serve() {
    if !Backend::Postgres.is_here() {
        return;
    }
    let (settings, database, _issuers) = settings(Backend::Postgres);
    let settings = strict(settings);
    migrated(&settings);
    let owner = database
        .owner_url()
        .expect("PostgreSQL has an owner")
        .to_owned();
    let ended = run("serve", &settings.clone().with("DATABASE_URL", &owner));
    assert_eq!(ended.code, REFUSED, "{}", ended.output);
    assert!(
        ended.output.contains("owns the log's tables"),
        "{}",
        ended.output
    );
    drop(Server::serve(settings)); // the role that owns nothing serves
}

/// The first administrator works somewhere real, outside a development machine.
#[test]
fn the_first_administrator_needs_an_organisation() {
    let (settings, _database, _issuers) = settings(Backend::Sqlite);
    let ended = run(
        "migrate",
        &strict(settings.clone()).without("SAMRAD_BOOTSTRAP_ORGANISATION"),
    );
    assert_eq!(ended.code, REFUSED, "{}", ended.output);
    assert!(
        ended.output.contains("SAMRAD_BOOTSTRAP_ORGANISATION"),
        "{}",
        ended.output
    );
    let synthetic =
        strict(settings.clone()).with("SAMRAD_BOOTSTRAP_ORGANISATION", "313876144|Drift");
    assert_eq!(run("migrate", &synthetic).code, REFUSED);
    migrated(&strict(settings));
}

/// A second `migrate`, or one for another token, makes no second administrator.
#[test]
fn the_first_administrator_is_made_once() {
    let (settings, _database, issuers) = settings(Backend::Sqlite);
    migrated(&settings);
    let other = settings.clone().with(
        "SAMRAD_BOOTSTRAP_ADMIN",
        &format!("{}|another", issuers.staff.url()),
    );
    migrated(&other);
    let server = Server::serve(settings);
    let nobody = Client::nobody(server.address());
    nobody
        .with_token(issuers.staff.for_subject("another").signed())
        .get("/me")
        .refused(403, "unknownCaller")
        .done();
}

/// It comes up without its database and answers 503; with the database back it is the service.
#[test]
fn a_database_that_is_away_is_waited_for() {
    let (settings, database, issuers) = settings(Backend::Sqlite);
    migrated(&settings);
    let file = PathBuf::from(database.url().strip_prefix("sqlite://").expect("a file"));
    let directory = file.parent().expect("a directory").to_owned();
    let elsewhere = directory.with_extension("away");
    std::fs::rename(&directory, &elsewhere).expect("the directory is ours");

    let server = Server::serve(settings);
    let nobody = Client::nobody(server.address());
    let administrator = nobody.with_token(
        issuers
            .staff
            .for_subject(samrad_tests::world::FIRST_ADMINISTRATOR)
            .signed(),
    );
    nobody
        .request("GET", "/internal/isAlive")
        .send()
        .expect(200)
        .done();
    nobody
        .request("GET", "/internal/isReady")
        .send()
        .expect(503)
        .done();
    let refusal = administrator.get("/units").refused(503, "unavailable");
    assert!(refusal.header("retry-after").is_some());

    std::fs::rename(&elsewhere, &directory).expect("the directory is ours");
    let ready = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        nobody.request("GET", "/internal/isReady").send().status == 200
    });
    assert!(ready, "{}", server.log());
    administrator.get("/units").expect(200).done();
}

/// A platform's SIGTERM ends it with success.
#[test]
fn it_ends_when_told_to() {
    let (settings, _database, _issuers) = settings(Backend::Sqlite);
    Server::start(settings).stop();
}
