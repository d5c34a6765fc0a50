//! Who sees what, case by case. All combinations are swept in `tests/sweep.rs`.

mod covered;
mod inside;
mod reasons;
mod refusals;
mod together;
