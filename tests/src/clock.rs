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
