//! The harness of the black-box tests: a real service, a real database on disk, real tokens over
//! real HTTP. It knows the service by its address, its settings and its log lines alone; it links
//! none of its code, so that what is tested is what an operator runs.
//!
//! A story is written once and runs on both databases:
//!
//! ```no_run
//! # use samrad_tests::{on_both, Caller};
//! on_both! {
//!     /// A clinician finds the patient that they registered.
//!     fn a_clinician_finds_their_own_patient(world) {
//!         let dps = world.dps("Søndre Oslo DPS");
//!         let clinician = world.clinician_at(&dps);
//!         let patient = world.patient_of(&clinician);
//!         clinician.get(&format!("/patients/{}", patient.id)).expect(200);
//!     }
//! }
//! ```

pub mod backend;
pub mod breaking;
pub mod cases;
pub mod chance;
pub mod client;
pub mod clock;
pub mod cluster;
pub mod consents;
pub mod contract;
pub mod database;
pub mod example;
pub mod ips;
pub mod issuer;
pub mod ledger;
pub mod names;
pub mod numbers;
pub mod patients;
pub mod people;
pub mod prepared;
pub mod probe;
pub mod promises;
pub mod reply;
pub mod server;
pub mod settings;
pub mod sides;
pub mod stock;
pub mod token;
pub mod units;
pub mod wire;
pub mod world;
pub mod wrong;

pub use backend::Backend;
pub use cases::{Case, Discussion};
pub use client::{Caller, Client};
pub use cluster::Cluster;
pub use consents::Consent;
pub use contract::{Contract, Operation};
pub use database::Database;
pub use issuer::{Issuer, Issuers};
pub use ledger::{Export, Verdict};
pub use patients::{Patient, Sheet};
pub use people::Person;
pub use prepared::Prepared;
pub use probe::Probe;
pub use reply::Reply;
pub use server::Server;
pub use settings::Settings;
pub use sides::{Guardian, Sides};
pub use stock::Stock;
pub use token::Token;
pub use units::{Organisation, Unit};
pub use world::World;
pub use wrong::Wrong;
