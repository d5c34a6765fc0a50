//! The stories, told over HTTP to a running service on both databases: a file for each rule, route
//! or sweep.

mod canary;
mod consents_changes;
mod consents_grants;
mod consents_guardians;
mod consents_sight;
mod demo;
mod inside_and_around;
mod kill_9;
mod log_attacks;
mod log_audit;
mod log_public;
mod malformed;
mod openapi;
mod own_log;
mod patient_privacy;
mod patient_protection;
mod patients;
mod r1_information;
mod r2_consent;
mod r2_consent_gate;
mod r3_anonymity;
mod r4_separation;
mod r5_documentation;
mod readme;
mod refuses_to_start;
mod registry;
mod registry_affiliations;
mod registry_roles;
mod service_is_alive;
mod story;
mod sweep_absent;
mod sweep_log;
mod sweep_roles;
mod tokens;
mod withdrawal_race;
