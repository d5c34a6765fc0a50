//! The rules of Samråd as types.
//!
//! This crate knows what a consent covers, who sees what, and what must be recorded. It does no
//! IO, reads no clock, makes no ids and knows no serialisation: time and ids come in as
//! arguments, and every function gives the same answer for the same arguments.

pub mod anonymise;
pub mod code;
pub mod id;
pub mod number;
pub mod summary;
