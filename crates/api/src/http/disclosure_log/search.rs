//! Search the log of one's own organisation.

use actix_web::{post, web};
use samrad_domain::event::EventKind;

use super::body::LogEntry;
use super::question::LogQuestion;
use crate::auth::allowed::Overseers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, Cursors, Listed, Paged, Unfiltered};
use crate::http::keys::HttpKeys;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::log_query;

/// Search the log.
///
/// Newest first, a page at a time; the cursor goes with the same question of the same caller.
/// Entries that come in meanwhile neither push nor repeat any. Each page read is an entry of its
/// own, which later searches find. A question about a patient needs a ground.
#[utoipa::path(
    tag = "log",
    operation_id = "searchLog",
    request_body = LogQuestion,
    responses((status = 200, description = "Entries, newest first", body = Listed<LogEntry>,
        headers(("Disclosure-Receipt" = String, description = "Receipt of the entry that tells of this reading")))),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())))
)]
#[post("/log/search")]
pub(super) async fn search_log(
    caller: Caller<Overseers>,
    work: Work,
    keys: web::Data<HttpKeys>,
    list: Paged<Unfiltered>,
    body: Body<LogQuestion>,
) -> Result<Answer<Listed<LogEntry>>, Problem> {
    let asked = body.into_inner().parse(caller.staff()?)?;
    let cursors = Cursors::new(keys, &caller.binding(), "/log/search", &asked.written());
    let after: Option<i64> = list.after(&cursors)?;
    let (question, about) = (asked.question.clone(), asked.about());
    let limit = list.limit + 1;
    let (found, receipt) = work
        .look_at(
            &caller,
            ("searchLog", about),
            move |standing| asked.reading(EventKind::LogRead, standing),
            move |conn, vault, index| {
                log_query::page(conn, vault, &question, after.unwrap_or(index), limit)
            },
        )
        .await?;
    let entries = found.into_iter().map(LogEntry::from).collect();
    let page = list.page(entries, &cursors, |entry| entry.index)?;
    Ok(Answer::ok(page).receipt(&receipt))
}
