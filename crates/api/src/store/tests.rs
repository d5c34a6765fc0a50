//! The store on both databases: what one does, the other must do.

mod columns;
