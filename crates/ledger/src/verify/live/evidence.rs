//! What an auditor is shown of the bodies: lines as in an export, others' withheld.

use crate::verify::Stop;
use crate::verify::entry::Source;
use crate::verify::export::each_entry;
use crate::verify::history::Reading;
use crate::verify::progress;

use super::Service;

/// As many as the service gives at a time.
const PAGE: u64 = 1000;

/// Read the evidence of the first `size` entries.
pub fn read(service: &impl Service, size: u64, reading: &mut Reading) -> Result<(), Stop> {
    let bar = progress::over(size);
    let mut from = 0;
    while from < size {
        let limit = PAGE.min(size - from);
        let page = service.get(&path(from, limit))?;
        let mut lines = 0;
        each_entry(page.as_slice(), Source::Evidence, |entry| {
            lines += 1;
            reading.take(entry);
            Ok(())
        })?;
        if lines == 0 {
            // The missing entries are missed in the tree.
            break;
        }
        from += lines;
        bar.set_position(from);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Where the lines from an index on are.
pub fn path(from: u64, limit: u64) -> String {
    format!("/api/v1/log/evidence?from={from}&limit={limit}")
}
