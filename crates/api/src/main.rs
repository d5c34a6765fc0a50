//! The binary `samrad`: one program, a subcommand for each thing that can be done with it.

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use samrad_api::auth::demo::{Bearer, DemoIssuer};
use samrad_api::auth::issuers::Kind;
use samrad_api::config::{EXIT_CONFIG, Fault, Migration, Rotation};
use samrad_api::store::conn::{Access, establish};
use samrad_api::store::{keys, migrate};
use samrad_api::{app, clock, ids, logging};

/// Case discussions between health services and NAV, anonymised until the patient consents.
#[derive(Debug, Parser)]
#[command(name = "samrad", version, arg_required_else_help = true)]
struct Command {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Bring the database to the shape that this build knows.
    Migrate,
    /// Wrap every record's key by the current master key.
    RotateKeys,
    /// Print the OpenAPI document.
    Openapi,
    /// Print a token of the demo's own issuer.
    Token(TokenOptions),
}

#[derive(Debug, Args)]
struct TokenOptions {
    /// Who it is for: a subject that the registry knows, or a client id.
    #[arg(long)]
    subject: String,
    /// What kind of caller.
    #[arg(long, value_enum, default_value_t = TokenKind::Staff)]
    kind: TokenKind,
    /// The identity number of a citizen. Synthetic ones only.
    #[arg(long, required_if_eq("kind", "citizen"))]
    identity_number: Option<String>,
    /// A scope of a machine; may be given more than once.
    #[arg(long)]
    scope: Vec<String>,
    /// How long it lasts.
    #[arg(long, default_value_t = 480, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// Where the demo keeps its key.
    #[arg(long, default_value = ".samrad")]
    directory: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TokenKind {
    Staff,
    Citizen,
    Machine,
}

/// Why a subcommand ended without having done its work.
enum Failure {
    /// The settings are missing or unsafe.
    Settings(Vec<Fault>),
    /// Something went wrong on the way.
    Other(String),
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Settings(faults)
    }
}

impl Failure {
    fn other(error: impl Display) -> Self {
        Self::Other(error.to_string())
    }
}

fn main() -> ExitCode {
    let command = Command::parse();
    logging::start();
    let outcome = match command.act {
        Act::Migrate => migrate(),
        Act::RotateKeys => rotate_keys(),
        Act::Openapi => print(app::openapi()),
        Act::Token(options) => token(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Settings(faults)) => {
            for fault in faults {
                log::error!("refusing to start: {fault}");
            }
            ExitCode::from(EXIT_CONFIG)
        }
        Err(Failure::Other(error)) => {
            log::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn environment(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn print(text: &str) -> Result<(), Failure> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(Failure::other)
}

fn migrate() -> Result<(), Failure> {
    let settings = Migration::from_environment(environment)?;
    let mut conn = establish(&settings.database, Access::Migrate).map_err(Failure::other)?;
    for name in migrate::run(&mut conn).map_err(Failure::other)? {
        log::info!("ran migration {name}");
    }
    Ok(())
}

fn rotate_keys() -> Result<(), Failure> {
    let settings = Rotation::from_environment(environment)?;
    let mut conn = establish(&settings.database, Access::Write).map_err(Failure::other)?;
    let wrapped = keys::rewrap(&mut conn, &settings.vault).map_err(Failure::other)?;
    log::info!(
        "wrapped {wrapped} keys by {}",
        settings.vault.current_master()
    );
    Ok(())
}

fn token(options: TokenOptions) -> Result<(), Failure> {
    let issuer =
        DemoIssuer::open(&options.directory, &ids::random_bytes()).map_err(Failure::other)?;
    let kind = match options.kind {
        TokenKind::Staff => Kind::Staff,
        TokenKind::Citizen => Kind::Citizen,
        TokenKind::Machine => Kind::Machine,
    };
    let TokenOptions {
        subject,
        identity_number,
        scope: scopes,
        minutes,
        ..
    } = options;
    let bearer = Bearer {
        kind,
        subject,
        identity_number,
        scopes,
    };
    let token = issuer
        .mint(&bearer, minutes, clock::now())
        .map_err(Failure::other)?;
    print(&format!("{token}\n"))
}
