//! What the whole of an export says: its size, its signatures, what was kept and promised before.

use crate::checkpoint::Checkpoint;
use crate::note::Note;

use super::Claims;
use crate::verify::history::Reading;
use crate::verify::keys::Trust;
use crate::verify::promise::{self, Range};
use crate::verify::report::{Code, Report};
use crate::verify::terms::Terms;

/// The verdict, and the keys to believe from now on.
pub fn give(
    claims: &Claims,
    mut reading: Reading,
    lines: u64,
    mut trust: Trust,
    terms: &Terms,
) -> (Report, Trust) {
    let range = Range {
        from: claims.header.from,
        to: claims.header.from + lines,
    };
    length(claims, range, &mut reading);
    let size = match &claims.signed {
        Some((note, checkpoint)) => {
            follow_keys(claims, checkpoint, &mut reading, &mut trust);
            root(checkpoint, range, &mut reading);
            since(checkpoint, &trust, terms, &mut reading);
            signature(note, &claims.header.origin, &trust, terms, &mut reading)
        }
        None => {
            unsigned(claims, range, terms, &mut reading);
            None
        }
    };
    if let Some(size) = size.filter(|size| range.to > *size) {
        let beyond = range.to - size;
        let what = format!("{beyond} entries from {size} on are not yet vouched for");
        reading.findings.warn(Code::NotVouchedFor, what);
    }
    promise::judge(
        &terms.promises,
        range,
        &reading.marks,
        &trust,
        &mut reading.findings,
    );
    let checked = reading.checked();
    let size = size.unwrap_or(0);
    let report = reading.findings.into_report(size, checked, terms.strict);
    (report, trust)
}

/// Only of a log without entries nothing need be signed.
fn unsigned(claims: &Claims, range: Range, terms: &Terms, reading: &mut Reading) {
    if range.to > 0 || claims.header.size > 0 || terms.since.is_some() {
        reading
            .findings
            .of_the_log(Code::NoCheckpoint, "nothing of this log is signed");
    }
}

/// As many entries as the log's head claims.
fn length(claims: &Claims, range: Range, reading: &mut Reading) {
    let claimed = claims.header.size;
    if range.to < claimed {
        let what = format!("the log's head claims {claimed} entries, the export ends here");
        reading.findings.at(range.to, Code::Truncated, what);
    }
    if range.to > claimed {
        let what = format!("the log's head claims {claimed} entries only");
        reading
            .findings
            .at(claimed.max(range.from), Code::Surplus, what);
    }
}

fn follow_keys(claims: &Claims, checkpoint: &Checkpoint, reading: &mut Reading, trust: &mut Trust) {
    // Changes before the export were followed when the state was kept.
    let from = claims.header.from;
    let changes = claims
        .key_changes
        .iter()
        .filter(|(_, change)| change.size <= checkpoint.size && (from == 0 || change.size > from));
    for (note, change) in changes {
        if let Err(what) = trust.follow(note, &claims.header.origin, &reading.marks) {
            reading
                .findings
                .at(change.size.saturating_sub(1), Code::KeyChange, what);
        }
    }
    reading.believe_key(checkpoint.size, trust);
}

/// The entries give the checkpoint's root.
fn root(checkpoint: &Checkpoint, range: Range, reading: &mut Reading) {
    match reading.marks.at_size(checkpoint.size) {
        Some(mark) if mark.root == checkpoint.root => {}
        Some(_) => {
            let what = format!(
                "the entries don't give the root of the checkpoint of {}",
                checkpoint.size
            );
            reading.findings.of_the_log(Code::Root, what);
        }
        None if checkpoint.size > range.to => {
            let what = format!(
                "the checkpoint is of {} entries, the export ends here",
                checkpoint.size
            );
            reading.findings.at(range.to, Code::Truncated, what);
        }
        None => {
            let what = format!(
                "the entries were not read up to the checkpoint's {}",
                checkpoint.size
            );
            reading.findings.of_the_log(Code::Root, what);
        }
    }
}

/// The size that the checkpoint vouches for, if somebody believed signed it.
fn signature(
    note: &Note,
    origin: &str,
    trust: &Trust,
    terms: &Terms,
    reading: &mut Reading,
) -> Option<u64> {
    match terms.open(note, trust.active(), &mut reading.findings) {
        Some(checkpoint) if checkpoint.origin == origin => Some(checkpoint.size),
        Some(checkpoint) => {
            let what = format!(
                "the checkpoint is of {}, the export of {origin}",
                checkpoint.origin
            );
            reading.findings.of_the_log(Code::Signature, what);
            None
        }
        None => None,
    }
}

/// The log still begins with what was kept.
fn since(checkpoint: &Checkpoint, trust: &Trust, terms: &Terms, reading: &mut Reading) {
    let Some(old) = terms.since(checkpoint, trust, &mut reading.findings) else {
        return;
    };
    if reading
        .marks
        .at_size(old.size)
        .is_some_and(|mark| mark.root != old.root)
    {
        let what = format!(
            "the first {} entries are not those of the checkpoint kept before",
            old.size
        );
        reading.findings.of_the_log(Code::Forked, what);
    }
}
