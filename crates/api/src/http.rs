//! The HTTP side: what a request may look like, what an answer looks like.
//!
//! Only here are statuses, headers and JSON known. Rules are the domain's.

pub mod answer;
pub mod cases;
pub mod codes;
pub mod consents;
pub mod disclosure_log;
pub mod discussions;
pub mod docs;
pub mod document;
pub mod extract;
pub mod information;
pub mod ips;
pub mod keys;
pub mod language;
pub mod me;
pub mod middleware;
pub mod notes;
pub mod patients;
pub mod problem;
pub mod problems;
pub mod rates;
pub mod registry;
pub mod shapes;
pub mod terms;
pub mod trace;
pub mod transparency;
pub mod work;
