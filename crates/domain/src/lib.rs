//! The rules of Samråd as types.
//!
//! This crate knows what a consent covers, who sees what, and what must be recorded. It does no
//! IO, reads no clock, makes no ids and knows no serialisation: time and ids come in as
//! arguments, and every function gives the same answer for the same arguments.

pub mod actor;
pub mod anonymise;
pub mod case;
pub mod code;
pub mod consent;
pub mod decision;
pub mod discussion;
pub mod event;
pub mod id;
pub mod information;
pub mod ips;
pub mod journal;
pub mod number;
pub mod oversight;
pub mod patient;
pub mod permit;
pub mod record;
pub mod registry;
pub mod rules;
pub mod summary;
#[cfg(test)]
mod testing;
pub mod time;
pub mod unit;
pub mod view;
