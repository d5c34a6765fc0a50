//! `samrad-verify`, on logs made in memory: an attack is a test.

mod attacks;
mod book;
mod command;
mod erasures;
mod forms;
mod incremental;
mod keys;
mod live;
mod promises;
mod served;
mod speed;
mod witnesses;

use samrad_ledger::verify::export;
use samrad_ledger::verify::report::{Code, Report};
use samrad_ledger::verify::terms::Terms;

/// The report on an export.
fn verify(export: &str, terms: &Terms) -> Report {
    export::verify(export.as_bytes(), terms, None).unwrap()
}

/// Where the report sees the first bad entry, and why.
fn first(report: &Report) -> (Option<u64>, Code) {
    let bad = report
        .first_bad
        .as_ref()
        .unwrap_or_else(|| panic!("nothing bad: {report}"));
    (bad.index, bad.code)
}

/// All reason codes of a report.
fn codes(report: &Report) -> Vec<Code> {
    report
        .first_bad
        .iter()
        .chain(&report.also_bad)
        .map(|bad| bad.code)
        .collect()
}

#[track_caller]
fn assert_verified(report: &Report, size: u64) {
    assert!(report.ok, "{report}");
    assert_eq!((report.size, &report.first_bad), (size, &None));
}
