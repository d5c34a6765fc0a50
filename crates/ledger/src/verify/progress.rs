//! A bar on stderr, where that is a terminal and the work is long.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const LONG: u64 = 50_000;

/// A bar over so many entries. Hidden where it would be over at once, or nobody looks.
pub fn over(entries: u64) -> ProgressBar {
    if entries < LONG {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(entries);
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:40} {human_pos}/{human_len} entries, {per_sec}, {eta} left",
    ) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
