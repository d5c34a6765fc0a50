//! Measures Samråd over HTTP, beside a naive rival and the ceilings of the machine.
//!
//! `make bench` runs it on a throwaway PostgreSQL. Not part of the service, nor of its tests.

mod audit;
mod figures;
mod ground;
mod load;
mod machine;
mod options;
mod report;
mod rival;
mod run;
mod seed;
mod stand;
mod usage;
mod withdraw;
mod world;

use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use samrad_tests::Backend;

use options::Options;

#[derive(Parser)]
#[command(about = "Measures Samråd over HTTP; how much, by BENCH_* in the environment")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures everything, and keeps the figures.
    Run,
    /// Writes the figures that were kept into a page, between its marks.
    Report {
        /// The page.
        page: PathBuf,
    },
    /// Seeds and serves until its input ends: for profiles.
    Stand {
        /// On SQLite, not PostgreSQL.
        #[arg(long)]
        sqlite: bool,
        /// With the long log.
        #[arg(long)]
        long_log: bool,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_environment()?;
    match Arguments::parse().command {
        Command::Run => run::Run::prepare(options)?.run(),
        Command::Report { page } => report::write(&options.out, &page),
        Command::Stand { sqlite, long_log } => {
            let (backend, entries) = if sqlite {
                (Backend::Sqlite, options.sqlite_entries)
            } else {
                (Backend::Postgres, options.entries)
            };
            stand::stand(backend, &options, long_log.then_some(entries))
        }
    }
}
