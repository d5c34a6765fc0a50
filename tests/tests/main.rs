//! The stories, told over HTTP to a running service on both databases: a file for each rule, route
//! or sweep.

mod consents_changes;
mod consents_grants;
mod consents_guardians;
mod consents_sight;
mod kill_9;
mod r2_consent;
mod service_is_alive;
mod story;
mod withdrawal_race;
