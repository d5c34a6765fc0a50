//! The service: HTTP, a database, a log and a clock around the rules of `samrad_domain`.

pub mod app;
pub mod auth;
pub mod clock;
pub mod command;
pub mod config;
pub mod http;
pub mod ids;
pub mod log;
pub mod logging;
pub mod server;
pub mod store;
pub mod telemetry;
