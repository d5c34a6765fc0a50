//! The binary `samrad`: one program, a subcommand for each thing that can be done with it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use samrad_api::auth::demo::Bearer;
use samrad_api::auth::issuers::Kind;
use samrad_api::command::{self, Failure, demo, environment};
use samrad_api::config::EXIT_CONFIG;
use samrad_api::{app, logging};
use tikv_jemallocator::Jemalloc;

/// A reading asks for memory some hundred times.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Where the demo keeps what it makes.
const DIRECTORY: &str = ".samrad";

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
    /// The demo: a database, keys, tokens and a world of synthetic persons, on 127.0.0.1:8080.
    Demo {
        /// Where it keeps what it makes.
        #[arg(long, default_value = DIRECTORY)]
        directory: PathBuf,
        /// A database of its own elsewhere, empty or of an earlier demo: a URL as DATABASE_URL has it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Bring the database to the shape that this build knows.
    Migrate,
    /// Wrap every record's key by the current master key.
    RotateKeys,
    /// Write the whole log to standard output, for `samrad-verify`.
    ExportLog {
        /// The index to begin at.
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
        from: i64,
    },
    /// Sign the log by SAMRAD_LOG_NEXT_KEY from here on.
    RotateLogKey,
    /// Print the OpenAPI document.
    Openapi,
    /// Print a token of the demo's own issuer.
    Token(TokenOptions),
}

#[derive(Debug, Args)]
struct TokenOptions {
    /// The role of the demo's world whose holder it is for: clinician, navAdviser, patient, …
    #[arg(long, value_parser = PossibleValuesParser::new(demo::role_codes()))]
    role: Option<String>,
    /// Who it is for: a subject that the registry knows, or a client id.
    #[arg(long, required_unless_present = "role", conflicts_with = "role")]
    subject: Option<String>,
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
    #[arg(long, default_value = DIRECTORY)]
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
    // Before libpq does: so that OpenSSL isn't torn down at the end while a thread of a pool still connects.
    openssl_sys::init();
    logging::start();
    let outcome = match command.act {
        Act::Serve => command::serve::run(environment),
        Act::Demo {
            directory,
            database,
        } => demo::run(&directory, database, environment),
        Act::Migrate => command::migrate::run(environment),
        Act::RotateKeys => command::rotate_keys::run(environment),
        Act::ExportLog { from } => command::export_log::run(environment, from),
        Act::RotateLogKey => command::rotate_log_key::run(environment),
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
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::other),
    }
}

fn token(options: TokenOptions) -> Result<(), Failure> {
    let kind = match options.kind {
        TokenKind::Staff => Kind::Staff,
        TokenKind::Citizen => Kind::Citizen,
        TokenKind::Machine => Kind::Machine,
    };
    let bearer = match options.role.as_deref().and_then(demo::bearer_of) {
        Some(known) => known,
        None => Bearer {
            kind,
            subject: options.subject.unwrap_or_default(),
            identity_number: options.identity_number,
            scopes: options.scope,
        },
    };
    let token = command::token::run(&options.directory, &bearer, options.minutes)?;
    print(&format!("{token}\n"))
}
