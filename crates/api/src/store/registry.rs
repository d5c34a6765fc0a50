//! Organisations, units, persons, clients.
