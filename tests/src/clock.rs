//! The clock of the tests' clients. The service has its own.

use jiff::Timestamp;

/// Now, as a client's watch shows it.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a client reads its own clock; the rule is about the service"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The moment so many hours from now, as the API takes it.
///
/// # Panics
/// Beyond the end of time.
#[must_use]
pub fn in_hours(hours: i64) -> String {
    let later = now().checked_add(jiff::SignedDuration::from_hours(hours));
    let micros = later.expect("time goes on").as_microsecond();
    Timestamp::from_microsecond(micros)
        .expect("cut short, still in range")
        .to_string()
}
