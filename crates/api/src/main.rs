//! The binary `samrad`: one program, a subcommand for each thing that can be done with it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use samrad_api::auth::demo::Bearer;
use samrad_api::auth::issuers::Kind;
use samrad_api::command::{self, Failure, environment};
use samrad_api::config::EXIT_CONFIG;
use samrad_api::{app, logging};

/// Case discussions between health services and NAV, anonymised until the patient consents.
#[derive(Debug, Parser)]
#[command(name = "samrad", version, arg_required_else_help = true)]
struct Command {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Serve, with issuers, database and keys from the environment.
    Serve,
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

fn main() -> ExitCode {
    let command = Command::parse();
    logging::start();
    let outcome = match command.act {
        Act::Serve => command::serve::run(environment),
        Act::Migrate => command::migrate::run(environment),
        Act::RotateKeys => command::rotate_keys::run(environment),
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

fn print(text: &str) -> Result<(), Failure> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(Failure::other)
}

fn token(options: TokenOptions) -> Result<(), Failure> {
    let kind = match options.kind {
        TokenKind::Staff => Kind::Staff,
        TokenKind::Citizen => Kind::Citizen,
        TokenKind::Machine => Kind::Machine,
    };
    let bearer = Bearer {
        kind,
        subject: options.subject,
        identity_number: options.identity_number,
        scopes: options.scope,
    };
    let token = command::token::run(&options.directory, &bearer, options.minutes)?;
    print(&format!("{token}\n"))
}
