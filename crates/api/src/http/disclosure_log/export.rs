//! Export the log of one's own organisation: all that a search would find, in one answer.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, post};
use futures_util::stream::{Stream, try_unfold};
use samrad_domain::event::EventKind;

use super::accept::Format;
use super::body::LogEntry;
use super::csv;
use super::question::LogQuestion;
use crate::auth::allowed::Overseers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::RECEIPT;
use crate::http::extract::Body;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::log_query::{self, Question};

/// Entries that are read and held at a time.
const PAGE: u32 = 500;

/// Export the log.
///
/// All entries that the question asks for, newest first, up to and with the one entry that tells
/// of this export: as NDJSON, a JSON object a line, or as CSV. An answer that ends before its time
/// is cut off, not ended. A question about a patient needs a ground.
#[utoipa::path(
    tag = "log",
    operation_id = "exportLog",
    request_body = LogQuestion,
    responses(
        (status = 200, description = "Entries, newest first", headers(
            ("Disclosure-Receipt" = String, description = "Receipt of the entry that tells of this export")),
            content((LogEntry = "application/x-ndjson"), (String = "text/csv"))),
        (status = 406, description = "Neither NDJSON nor CSV"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())))
)]
#[post("/log/export")]
pub(super) async fn export_log(
    caller: Caller<Overseers>,
    work: Work,
    format: Format,
    body: Body<LogQuestion>,
) -> Result<HttpResponse, Problem> {
    let asked = body.into_inner().parse(caller.staff()?)?;
    let (question, about) = (asked.question.clone(), asked.about());
    let receipt = work
        .look(&caller, "exportLog", about, move |standing| {
            asked.reading(EventKind::LogExported, standing)
        })
        .await?;
    let below = receipt.index + 1;
    let extension = match format {
        Format::Ndjson => "ndjson",
        Format::Csv => "csv",
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"log-{below}.{extension}\""),
        ))
        .insert_header((RECEIPT, receipt.to_string()))
        .streaming(pages(work, question, below, format)))
}

/// Where an export has come to.
struct Progress {
    work: Work,
    question: Question,
    format: Format,
    /// Nothing once the last page is out.
    below: Option<i64>,
    begun: bool,
}

/// The export, in pages of which one is held at a time. Entries are never added below `below`.
fn pages(
    work: Work,
    question: Question,
    below: i64,
    format: Format,
) -> impl Stream<Item = Result<Bytes, Problem>> {
    let start = Progress {
        work,
        question,
        format,
        below: Some(below),
        begun: false,
    };
    try_unfold(start, |mut progress| async move {
        let Some(below) = progress.below else {
            return Ok(None);
        };
        let question = progress.question.clone();
        let found = progress
            .work
            .read(move |conn, vault| log_query::page(conn, vault, &question, below, PAGE))
            .await
            .inspect_err(|problem| {
                log::error!(
                    "an export was cut off: {}",
                    problem.cause().unwrap_or_default()
                );
            })?;
        let full = found.len() == PAGE as usize;
        progress.below = found.last().map(|entry| entry.index).filter(|_| full);
        let entries: Vec<_> = found.into_iter().map(LogEntry::from).collect();
        let bytes = progress.written(&entries)?;
        progress.begun = true;
        Ok(Some((Bytes::from(bytes), progress)))
    })
}

impl Progress {
    fn written(&self, entries: &[LogEntry]) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        match self.format {
            Format::Csv => {
                if !self.begun {
                    bytes = csv::header();
                }
                bytes.extend(csv::rows(entries));
            }
            Format::Ndjson => {
                for entry in entries {
                    serde_json::to_writer(&mut bytes, entry).map_err(Problem::internal)?;
                    bytes.push(b'\n');
                }
            }
        }
        Ok(bytes)
    }
}
