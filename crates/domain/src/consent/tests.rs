//! The rules of consent (R1, R2), one file a theme.

mod change;
mod in_force;
mod withdrawal;
