//! Verify a Samråd disclosure log. All of it is in [`samrad_ledger::verify`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(samrad_ledger::verify::run())
}
