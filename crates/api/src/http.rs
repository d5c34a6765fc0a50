//! The HTTP side: what a request may look like, what an answer looks like.
//!
//! Only here are statuses, headers and JSON known. Rules are the domain's.

pub mod document;
pub mod extract;
pub mod keys;
pub mod language;
pub mod middleware;
pub mod problem;
pub mod trace;
