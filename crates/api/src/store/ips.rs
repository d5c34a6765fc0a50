//! The IPS register.
