//! The only clock. Microseconds, as both databases keep them, so that a moment read back equals
//! the moment written.

use jiff::Timestamp;

/// The present moment, to the microsecond.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one that may")]
pub fn now() -> Timestamp {
    Timestamp::from_microsecond(Timestamp::now().as_microsecond())
        .expect("a moment cut short is still in range")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_has_no_more_precision_than_the_databases() {
        assert_eq!(super::now().subsec_nanosecond() % 1_000, 0);
    }
}
