//! `GET /log/tile/{level}/{tile}` and `GET /log/tile/entries/{tile}`

use actix_web::{HttpResponse, get, web};
use samrad_ledger::tile::{BundleAt, TileAt, WIDTH};

use super::{FOR_A_MOMENT, FOR_GOOD, answer, read};
use crate::auth::allowed::LogWatchers;
use crate::auth::caller::{Caller, roles};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::log::reader::Reader;

const BYTES: &str = "application/octet-stream";

/// Read a tile of the log's tree.
///
/// Hashes of 32 bytes, up to 256, as C2SP tlog-tiles lays them out. Full tiles never change.
#[utoipa::path(
    tag = "transparency",
    operation_id = "getLogTile",
    security(()),
    params(
        ("level" = String, Path, description = "The level, 0 for leaf hashes", max_length = 2, example = "0"),
        ("tile" = String, Path, description = "The tile's number, `x001/234` for 1234, with `.p/W` for a partial one of W hashes",
            max_length = 60, example = "000.p/7"),
    ),
    responses(
        (status = 200, description = "Hashes, one after the other", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, description = "No checkpoint covers it"),
    ),
    extensions(("x-samrad-roles" = json!(["public"])))
)]
#[get("/tile/{level}/{tile:.*}")]
pub(super) async fn log_tile(
    log: web::Data<Reader>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (level, tile) = path.into_inner();
    let at = TileAt::parse(&format!("{level}/{tile}")).map_err(|_| Problem::not_found())?;
    let bytes = read(log, move |log| log.tile(at)).await?;
    Ok(answer(BYTES, caching(at.width), bytes))
}

/// Read the leaves of a tile.
///
/// For auditors and witnesses: leaves of 57 bytes, each with its length before it. They hold ids of events, times
/// and commitments, and nothing that an entry says.
#[utoipa::path(
    tag = "transparency",
    operation_id = "getLogEntries",
    params(("tile" = String, Path, description = "The bundle's number, as a tile's", max_length = 60, example = "000.p/7")),
    responses(
        (status = 200, description = "Leaves, one after the other", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, description = "No checkpoint covers it"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<LogWatchers>())))
)]
#[get("/{tile:.*}")]
pub(super) async fn log_entries(
    _caller: Caller<LogWatchers>,
    work: Work,
    log: web::Data<Reader>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    work.caller_stands().await?;
    let at = BundleAt::parse(&path).map_err(|_| Problem::not_found())?;
    let bytes = read(log, move |log| log.bundle(at)).await?;
    Ok(answer(BYTES, caching(at.width), bytes))
}

const fn caching(width: u16) -> &'static str {
    if width == WIDTH {
        FOR_GOOD
    } else {
        FOR_A_MOMENT
    }
}
