//! Withdrawal against many concurrent reads of the same discussion. After the withdrawal's entry no
//! identified answer is logged, and after the withdrawal was answered none is sent.

use samrad_tests::consents::{Consent, person, withdraw};
use samrad_tests::{Caller, Client, Discussion, on_both};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Readers at once.
const READERS: usize = 200;
/// How many times over.
const ROUNDS: usize = 5;

on_both! {
    fn no_identity_leaves_after_the_withdrawal(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let nav = world.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        for round in 0..ROUNDS {
            let patient = world.patient_of(&clinician);
            let discussion = clinician.discusses(&patient, &nav, "caseDiscussion");
            let consent = clinician.obtains_consent(
                &patient, "caseDiscussion", &dps, person(&adviser), &["identity", "plan"]);
            assert_eq!(adviser.sees(&discussion), "identified", "round {round}");
            let readers = Reader::several(adviser.client(), READERS);
            let took = race(&readers, &patient, &discussion, &consent);
            assert!(took < Duration::from_secs(1), "the withdrawal took {took:?}");
        }
    }
}

/// Who reads while a consent is withdrawn.
#[derive(Clone)]
pub(crate) struct Reader(Client);

impl Reader {
    /// So many with the same token, over the same connections.
    pub(crate) fn several(client: &Client, how_many: usize) -> Vec<Self> {
        vec![Self(client.clone()); how_many]
    }

    fn reads(&self, discussion: &Discussion, withdrawn: &AtomicBool) -> Seen {
        let asked_after_withdrawal = withdrawn.load(Ordering::SeqCst);
        let path = format!("/discussions/{}", discussion.id);
        let reply = self.0.get(&path).expect(200);
        let view = reply.json()["view"].as_str().expect("a view").to_owned();
        Seen {
            view,
            index: index(&reply),
            asked_after_withdrawal,
        }
    }
}

/// What a reader got: the view, the index of its log entry, and when it was asked for.
struct Seen {
    view: String,
    index: u64,
    asked_after_withdrawal: bool,
}

fn index(reply: &samrad_tests::Reply) -> u64 {
    let receipt = reply.header("Disclosure-Receipt").expect("a receipt");
    receipt
        .split(';')
        .nth(1)
        .and_then(|i| i.parse().ok())
        .expect("an index")
}

/// Withdraws the consent while everybody reads the discussion that it covers; how long it took.
pub(crate) fn race(
    readers: &[Reader],
    patient: &impl Caller,
    discussion: &Discussion,
    consent: &Consent,
) -> Duration {
    let (start, withdrawn) = (Barrier::new(readers.len() + 1), AtomicBool::new(false));
    let (start, withdrawn) = (&start, &withdrawn);
    let (seen, withdrawal_index, took) = thread::scope(|scope| {
        let reading: Vec<_> = readers
            .iter()
            .map(|reader| {
                scope.spawn(move || {
                    start.wait();
                    (0..3)
                        .map(|_| reader.reads(discussion, withdrawn))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        start.wait();
        let began = Instant::now();
        let answer = withdraw(patient, consent).expect(200);
        let took = began.elapsed();
        withdrawn.store(true, Ordering::SeqCst);
        let seen: Vec<_> = reading
            .into_iter()
            .flat_map(|r| r.join().expect("a reader reads on"))
            .collect();
        (seen, index(&answer), took)
    });
    let late = seen
        .iter()
        .filter(|s| s.view == "identified" && s.index > withdrawal_index)
        .count();
    assert_eq!(late, 0, "identified answers logged after the withdrawal");
    let sent = seen
        .iter()
        .filter(|s| s.view == "identified" && s.asked_after_withdrawal)
        .count();
    assert_eq!(
        sent, 0,
        "identified answers sent after the withdrawal was answered"
    );
    let odd = seen
        .iter()
        .filter(|s| s.view != "identified" && s.view != "sealed")
        .count();
    assert_eq!(
        odd, 0,
        "somebody who knew was shown something else than a seal"
    );
    for reader in readers {
        assert_eq!(reader.reads(discussion, withdrawn).view, "sealed");
    }
    took
}
