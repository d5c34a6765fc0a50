//! From the token of a request to who acts.
//!
//! The token proves who; the registry says what they are; the request acts in one affiliation.
//! Nothing here decides what an actor may see of a case: that is the domain's.

pub mod allowed;
pub mod caller;
mod claims;
pub mod demo;
pub mod gate;
pub mod issuers;
pub mod jwks;
pub mod registry;
pub mod token;
