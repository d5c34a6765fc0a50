//! Withdrawals, one after the other, each from the sending to the answer.

use std::time::{Duration, Instant};

use samrad_tests::consents::withdraw;
use samrad_tests::{Caller as _, Consent};

use crate::ground::Ground;
use crate::load::{Measured, summed};
use crate::seed::Seeded;

/// Withdraws the consents of `cases` until there are no more of them or the time is up, and looks at
/// each whether the very next read obeys.
///
/// # Errors
/// When one doesn't.
pub fn one_by_one(ground: &Ground, cases: &[Seeded], time: Duration) -> Measured {
    let (began, mut took) = (Instant::now(), Vec::new());
    for case in cases {
        if began.elapsed() > time {
            break;
        }
        let office = &ground.offices[case.office];
        let consent = Consent {
            id: case.consent.to_string(),
        };
        let clinician = ground.acting(&office.clinician);
        let asked = Instant::now();
        withdraw(&clinician, &consent).expect(200).done();
        took.push(asked.elapsed().as_secs_f64() * 1000.0);
        let path = format!("/discussions/{}", case.discussion);
        let seen = ground.acting(&office.adviser).get(&path).expect(200).json();
        if seen["view"] != "sealed" {
            return Err(format!("{path} is seen {} after its withdrawal", seen["view"]).into());
        }
    }
    let rate = took.len() as f64 / began.elapsed().as_secs_f64();
    Ok(summed(took, rate, 0))
}
