//! The service: HTTP, a database and a clock around the rules of `samrad-domain`.

pub mod clock;
pub mod ids;
pub mod store;
