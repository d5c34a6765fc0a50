//! The store on both databases: what one does, the other must do.

mod columns;
mod constraints;
mod log_tables;
mod migrations;
mod schema;
mod settings;
mod transactions;
mod vault;
