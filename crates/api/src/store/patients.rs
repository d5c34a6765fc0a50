//! Patients, guardians and objections.
