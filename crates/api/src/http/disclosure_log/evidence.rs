//! `GET /log/evidence`

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, get};
use samrad_domain::event::{Event, EventKind};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;
use validator::Validate;

use crate::auth::allowed::Overseers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::RECEIPT;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::log_export::{self, Reach};
use crate::store::subject::About;

/// The largest index that the document allows.
const LAST: i64 = 9_007_199_254_740_991;

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The index of the first entry.
    #[serde(default)]
    #[validate(range(min = 0, max = LAST))]
    #[param(minimum = 0, default = 0)]
    from: i64,
    /// How many entries at most.
    #[serde(default = "most")]
    #[validate(range(min = 1, max = log_export::PAGE))]
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    limit: i64,
}

const fn most() -> i64 {
    log_export::PAGE
}

/// Read what the log's leaves commit to.
///
/// Up to 1,000 entries from an index on, in order, as NDJSON: for each its leaf; salt and body too, to be hashed
/// again, where the caller's organisation is the source, or where a change of the log's key is told. Fewer than
/// asked for are all that there were, down to the entry that tells of this reading. For `samrad-verify`.
#[utoipa::path(
    tag = "log",
    operation_id = "getLogEvidence",
    params(From),
    responses((status = 200, description = "Entries, one a line", content_type = "application/x-ndjson", body = String,
        headers(("Disclosure-Receipt" = String, description = "Receipt of the entry that tells of this reading")))),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())))
)]
#[get("/log/evidence")]
pub(super) async fn log_evidence(
    caller: Caller<Overseers>,
    work: Work,
    from: Query<From>,
) -> Result<HttpResponse, Problem> {
    let (staff, From { from, limit }) = (caller.staff()?, from.into_inner());
    let (organisation, unit) = (staff.organisation, staff.unit);
    let (lines, receipt) = work
        .look_at(
            &caller,
            ("getLogEvidence", About::Nobody),
            move |_| Event::access(EventKind::LogExported).from(organisation, unit),
            move |conn, vault, index| {
                let below = from.saturating_add(limit).min(index + 1);
                let reach = Reach::Organisation(organisation);
                log_export::page(conn, vault, reach, (from, below), &mut HashMap::new())
            },
        )
        .await?;
    let mut bytes = Vec::new();
    for line in &lines {
        serde_json::to_writer(&mut bytes, line).map_err(Problem::internal)?;
        bytes.push(b'\n');
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/x-ndjson"))
        .insert_header((RECEIPT, receipt.to_string()))
        .body(bytes))
}
