//! `samrad demo`: the service with a database, keys and a token issuer of its own, on a world made
//! of the arrangements that the service is for. Every person in it is synthetic.
//!
//! What it keeps lies in one directory, and is taken up again when it is started again. Everything
//! of the world is registered over the service's own API, so that it passes the gate and stands
//! in the log.

mod bearers;
mod keys;
mod seed;
mod world;

pub use bearers::{Known, bearer_of, role_codes};

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use crate::auth::demo::{DemoIssuer, issuer};
use crate::auth::issuers::Kind;
use crate::command::{Failure, migrate, serve};
use crate::config::Settings;
use crate::http::docs::{Offered, Person};
use crate::{clock, ids};

/// How long the demo's tokens last, in minutes: a day.
const MINUTES: u32 = 24 * 60;

/// The name of the demo's log.
const ORIGIN: &str = "demo.samrad.invalid/log";

/// Where `make example` serves its page, which may call the demo.
const EXAMPLE: &str = "http://127.0.0.1:8081";

/// The file of the tokens.
const TOKENS: &str = "tokens.env";

/// Runs the demo in `directory` until told to stop; on `database`, or else on one of its own.
///
/// # Errors
/// When the directory can't be written, the address is taken, or the world can't be made.
pub fn run(
    directory: &Path,
    database: Option<String>,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<(), Failure> {
    let made = DemoIssuer::open(directory, &ids::random_bytes()).map_err(Failure::other)?;
    let environment = environment(directory, database, made.settings(), lookup)?;
    migrate::run(&environment)?;
    let settings = Settings::for_serve(&environment)?;
    let listener = TcpListener::bind(settings.listen).map_err(|error| {
        Failure::Other(format!(
            "{} can't be listened on: {error} (SAMRAD_LISTEN names another address)",
            settings.listen
        ))
    })?;
    let address = listener.local_addr().map_err(Failure::other)?;
    let directory = directory.to_owned();
    let offered = offer(&made).map_err(Failure::other)?;
    let told = offered.clone();
    std::thread::spawn(move || match furnish(&made, &told, &directory, address) {
        Ok(()) => {}
        Err(failure) => {
            log::error!("the demo's world can't be made: {failure:?}");
            std::process::exit(1);
        }
    });
    serve::serve_offering(settings, listener, Some(offered))
}

/// Everybody's token.
fn offer(made: &DemoIssuer) -> io::Result<Offered> {
    let persons = bearers::ALL.iter().map(|known| {
        let token = made.mint(&known.bearer(), MINUTES, clock::now())?;
        let (who, name) = (known.who, known.variable);
        Ok(Person { who, name, token })
    });
    persons.collect::<io::Result<_>>().map(Offered)
}

/// The environment of the demo: its own, but for where it listens, who may call it from a browser
/// and how it logs.
fn environment<L: Fn(&str) -> Option<String>>(
    directory: &Path,
    database: Option<String>,
    issuers: String,
    lookup: L,
) -> Result<impl Fn(&str) -> Option<String> + use<L>, Failure> {
    let directory = std::fs::canonicalize(directory).map_err(Failure::other)?;
    let master = keys::master(&directory).map_err(Failure::other)?;
    let finding = keys::lookup(&directory).map_err(Failure::other)?;
    let signing = keys::log(&directory).map_err(Failure::other)?;
    let path = |path: PathBuf| path.display().to_string();
    let own = [
        (
            "DATABASE_URL",
            database.unwrap_or_else(|| format!("sqlite://{}", path(directory.join("samrad.db")))),
        ),
        ("SAMRAD_MASTER_KEY_FILE", path(master)),
        ("SAMRAD_LOOKUP_KEY_FILE", path(finding)),
        ("SAMRAD_LOG_KEY_FILE", path(signing)),
        ("SAMRAD_LOG_ORIGIN", ORIGIN.to_owned()),
        (
            "SAMRAD_LOG_CHECKPOINT_FILE",
            path(directory.join("log.checkpoint")),
        ),
        ("SAMRAD_CORS_ORIGINS", EXAMPLE.to_owned()),
        ("SAMRAD_ISSUERS", issuers),
        ("SAMRAD_DEVELOPMENT", "yes".to_owned()),
        ("SAMRAD_ALLOW_SYNTHETIC", "yes".to_owned()),
        (
            "SAMRAD_BOOTSTRAP_ADMIN",
            format!("{}|{}", issuer(Kind::Staff), bearers::ADMINISTRATOR),
        ),
    ];
    let taken: Vec<_> = ["SAMRAD_LISTEN", "SAMRAD_LOG_FORMAT", "SAMRAD_CORS_ORIGINS"]
        .into_iter()
        .filter_map(|name| Some((name, lookup(name)?)))
        .collect();
    Ok(move |name: &str| {
        let mut all = taken.iter().chain(&own);
        all.find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    })
}

/// Makes the world, and tells everybody's token.
fn furnish(
    made: &DemoIssuer,
    offered: &Offered,
    directory: &Path,
    address: SocketAddr,
) -> Result<(), Failure> {
    let base = format!("http://{address}");
    let mut lines = format!("SAMRAD={base}/api/v1\n");
    for Person { name, token, .. } in &offered.0 {
        lines.push_str(&format!("{name}={token}\n"));
    }
    let world = seed::seed(&base, |subject| {
        let known = bearers::of_subject(subject);
        made.mint(&known, MINUTES, clock::now())
            .map_err(Failure::other)
    })?;
    for (name, id) in &world.ids {
        lines.push_str(&format!("{name}={id}\n"));
    }
    let path = directory.join(TOKENS);
    keys::write_secret(&path, lines.as_bytes()).map_err(Failure::other)?;
    tell(&base, &path).map_err(Failure::other)
}

fn tell(base: &str, tokens: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "\n  DEMO. Synthetic persons only; keys and tokens lie in plain files. Never for real patients.\n"
    )?;
    writeln!(out, "  The API in the browser   {base}/docs")?;
    writeln!(out, "  The log's verifier key   {base}/log/key")?;
    writeln!(
        out,
        "  Tokens for curl          source {}",
        tokens.display()
    )?;
    writeln!(
        out,
        "                           curl -H \"Authorization: Bearer $CLINICIAN\" $SAMRAD/me\n"
    )?;
    for known in bearers::ALL {
        writeln!(out, "  ${:<20} {}", known.variable, known.who)?;
    }
    writeln!(
        out,
        "\n  One token: samrad token --role clinician. To stop: Ctrl-C. To begin afresh: rm -r .samrad\n"
    )?;
    out.flush()
}
