//! Samråd's HTTP, database, log and clock around the rules of `samrad_domain`.

pub mod app;
pub mod auth;
pub mod config;
pub mod http;
pub mod logging;
pub mod server;
