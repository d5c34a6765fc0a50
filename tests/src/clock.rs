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

/// Waits until it is `moment`: for a thing that ends by itself at a known time.
pub fn reach(moment: Timestamp) {
    while let Ok(left) = moment.duration_since(now()).try_into() {
        let left: std::time::Duration = left;
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(std::time::Duration::from_millis(200)));
    }
}

/// What `look` finds, as soon as it finds something.
///
/// # Panics
/// If it hasn't after `patience`.
pub fn until<T>(patience: std::time::Duration, look: impl Fn() -> Option<T>) -> T {
    let began = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < patience, "nothing after {patience:?}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}
