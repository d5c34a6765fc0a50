//! What a handler takes from a request: strict, with a precise problem for everything amiss.

mod body;
mod idempotency;
mod page;
mod path;
mod precondition;
mod query;
mod schema;
mod shape;
mod text;

pub use body::{Body, MAX_BODY};
pub use idempotency::IdempotencyKey;
pub use page::{Cursors, Listed, Paged, Unfiltered};
pub use path::{FromPath, PathId, uuid_of};
pub use precondition::{IfMatch, Tag};
pub use query::Query;
pub use text::one_line;
