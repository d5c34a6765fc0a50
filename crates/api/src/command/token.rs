//! `samrad token`: a token of the demo's own issuer, for whoever is asked for.

use std::path::Path;

use crate::auth::demo::{Bearer, DemoIssuer};
use crate::command::Failure;
use crate::{clock, ids};

/// A token for `bearer`, of the issuer that keeps its key in `directory`.
///
/// # Errors
/// When the directory can't be written.
pub fn run(directory: &Path, bearer: &Bearer, minutes: u32) -> Result<String, Failure> {
    let issuer = DemoIssuer::open(directory, &ids::random_bytes()).map_err(Failure::other)?;
    issuer
        .mint(bearer, minutes, clock::now())
        .map_err(Failure::other)
}
