//! PostgreSQL is stopped and started under load, gently and as the power goes: no answer is wrong, no
//! receipt that a client holds is lost, and the service is there again without hands.

use samrad_tests::cluster::Stop;
use samrad_tests::consents::{grant, person};
use samrad_tests::promises::{self, Promise};
use samrad_tests::{
    Backend, Caller, Client, Cluster, Database, Discussion, Patient, Person, Reply, Server, Sides,
    World, clock,
};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Readers at once.
const READERS: usize = 16;
/// How it is stopped, one time after the other.
const STOPS: [Stop; 6] = [
    Stop::Fast,
    Stop::Immediate,
    Stop::Immediate,
    Stop::Fast,
    Stop::Immediate,
    Stop::Immediate,
];
/// How long the load runs between two stops.
const LOADED: Duration = Duration::from_millis(700);
/// How long it is away.
const AWAY: Duration = Duration::from_millis(1500);
/// How soon after its return everybody is served again.
const RECOVERY: Duration = Duration::from_secs(5);
/// How long anybody waits for an answer meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

const WHOLE: &str = "no holder of this lock fails";

fn cluster() -> Option<Cluster> {
    Backend::Postgres.is_here().then(Cluster::start)
}

#[test]
fn no_receipt_is_lost_and_no_answer_is_wrong() {
    let Some(cluster) = cluster() else { return };
    let world = World::on(Database::create_on(&cluster), |settings| settings);
    let sides = world.sides();
    let auditor = world.auditor_at(&sides.dps);
    let room = Room::of(&world, &sides);
    let load = Load::default();
    thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| load.repeats(|| load.reads(&room)));
        }
        for _ in 0..2 {
            scope.spawn(|| load.repeats(|| load.writes(&room)));
        }
        scope.spawn(|| load.repeats(|| load.lists(&room)));
        scope.spawn(|| load.repeats(|| load.grants_and_withdraws(&room)));
        for how in STOPS {
            load.runs();
            cluster.stop(how);
            is_away(world.nobody(), &room);
            thread::sleep(AWAY); // as long as a database is away that is started again
            cluster.start_again();
            let took = is_back(&world, &room);
            assert!(took < RECOVERY, "back after {took:?}, {how:?}");
            println!("{how:?}: served again {took:?} after its return");
        }
        load.runs();
        load.over.store(true, Ordering::Relaxed);
    });
    let Load {
        promises,
        refused,
        served,
        ..
    } = load;
    let (held, refused) = (promises.into_inner().expect(WHOLE), refused.into_inner());
    assert!(refused > 0, "nobody noticed");
    let entries = promises::entries(&auditor, 0);
    let lost = held.iter().find(|promise| {
        let place = usize::try_from(promise.index).expect("few entries");
        !entries.get(place).is_some_and(|entry| entry.keeps(promise))
    });
    assert_eq!(lost, None, "of {} receipts", held.len());
    let key = promises::key(world.nobody());
    drop(promises::published_beyond(
        world.nobody(),
        entries.len() as u64 - 1,
    ));
    world.server().stop();
    let found = promises::verify(&promises::export(world.server().settings()), &key, &held);
    assert_eq!(found["size"], entries.len() as u64);
    println!(
        "{} stops, {} answers, {refused} refusals, {} receipts, {} entries",
        STOPS.len(),
        served.into_inner(),
        held.len(),
        entries.len()
    );
}

/// It comes up without its database, says so, and is the service as soon as the database is there.
#[test]
fn it_starts_before_its_database() {
    let Some(cluster) = cluster() else { return };
    let world = World::on(Database::create_on(&cluster), |settings| settings);
    let sides = world.sides();
    let room = Room::of(&world, &sides);
    assert_eq!(sides.adviser.sees(&room.discussion), "identified");
    drop(promises::published_beyond(world.nobody(), 0));
    world.server().kill9();
    cluster.stop(Stop::Fast);
    let later = Server::serve(world.server().settings().clone());
    let there = Client::nobody(later.address());
    is_away(&there, &room);
    cluster.start_again();
    let began = Instant::now();
    clock::until(RECOVERY, || {
        let ready = there.request("GET", "/internal/isReady").send();
        (ready.status == 200).then_some(())
    });
    let adviser = sides.adviser.client().at_the_same_as(&there);
    let read = adviser.get(&format!("/discussions/{}", room.discussion.id));
    assert_eq!(read.expect(200).json()["view"], "identified");
    println!("ready {:?} after its return", began.elapsed());
    later.stop();
}

/// Alive and not ready; everything else says when to try again.
fn is_away(there: &Client, room: &Room<'_>) {
    let began = Instant::now();
    there
        .request("GET", "/internal/isAlive")
        .send()
        .expect(200)
        .done();
    let ready = there.request("GET", "/internal/isReady").send();
    assert!(ready.expect(503).header("Retry-After").is_some());
    let adviser = room.sides.adviser.client().at_the_same_as(there);
    for path in [
        format!("/discussions/{}", room.discussion.id),
        "/discussions".to_owned(),
    ] {
        let refusal = adviser.get(&path).refused(503, "unavailable");
        assert!(
            refusal.header("Retry-After").is_some(),
            "{}",
            refusal.everything()
        );
    }
    assert!(began.elapsed() < 4 * PATIENCE, "{:?}", began.elapsed());
}

/// How long it takes until a reader, a writer and the platform are served.
fn is_back(world: &World, room: &Room<'_>) -> Duration {
    let began = Instant::now();
    let paths = [
        format!("/discussions/{}", room.discussion.id),
        "/discussions".to_owned(),
    ];
    for path in paths {
        clock::until(2 * RECOVERY, || {
            (room.sides.adviser.get(&path).status == 200).then_some(())
        });
    }
    clock::until(2 * RECOVERY, || {
        let asked = room
            .sides
            .clinician
            .post(&room.messages(), Room::question());
        (asked.status == 201).then_some(())
    });
    clock::until(2 * RECOVERY, || {
        let ready = world.nobody().request("GET", "/internal/isReady").send();
        (ready.status == 200).then_some(())
    });
    began.elapsed()
}

/// What the load is about: a discussion whose reader is covered all along, and another whose consent
/// comes and goes.
struct Room<'w> {
    sides: &'w Sides,
    discussion: Discussion,
    fickle: Patient,
    fickle_discussion: Discussion,
    information: String,
}

impl<'w> Room<'w> {
    fn of(world: &World, sides: &'w Sides) -> Self {
        let (clinician, adviser) = (&sides.clinician, &sides.adviser);
        let purpose = "caseDiscussion";
        let patient = world.patient_of(clinician);
        let discussion = clinician.discusses(&patient, &sides.nav, purpose);
        drop(clinician.obtains_consent(
            &patient,
            purpose,
            &sides.dps,
            person(adviser),
            &["identity"],
        ));
        let fickle = world.patient_of(clinician);
        Self {
            fickle_discussion: clinician.discusses(&fickle, &sides.nav, purpose),
            information: clinician.informs(&fickle, purpose),
            sides,
            discussion,
            fickle,
        }
    }

    fn messages(&self) -> String {
        format!("/discussions/{}/messages", self.discussion.id)
    }

    fn question() -> Value {
        json!({"kind": "question", "body": {"class": "anonymised", "categories": [], "text": "Hva er mulig?"}})
    }
}

/// What clients came to hold.
#[derive(Default)]
struct Load {
    over: AtomicBool,
    served: AtomicUsize,
    refused: AtomicUsize,
    promises: Mutex<Vec<Promise>>,
}

impl Load {
    fn repeats(&self, act: impl Fn()) {
        while !self.over.load(Ordering::Relaxed) {
            act();
        }
    }

    /// Lets clients call for a while.
    fn runs(&self) {
        let before = self.served.load(Ordering::Relaxed);
        thread::sleep(LOADED); // the load is what happens meanwhile
        assert!(
            self.served.load(Ordering::Relaxed) > before,
            "nobody is served"
        );
    }

    /// The answer, if the database was there to give it: else it says when to try again.
    fn calls(
        &self,
        caller: &Person,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Reply> {
        let request = caller.call(method, path);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let reply = request.send();
        if reply.status == 503 {
            assert!(
                reply.header("Retry-After").is_some(),
                "{}",
                reply.everything()
            );
            assert_eq!(Promise::of(&reply), None, "{}", reply.everything());
            self.refused.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(50)); // a client that tries again, sooner than it was told
            return None;
        }
        self.served.fetch_add(1, Ordering::Relaxed);
        self.promises
            .lock()
            .expect(WHOLE)
            .extend(Promise::of(&reply));
        Some(reply)
    }

    fn sees(&self, room: &Room<'_>, discussion: &Discussion) -> Option<String> {
        let path = format!("/discussions/{}", discussion.id);
        let seen = self
            .calls(&room.sides.adviser, "GET", &path, None)?
            .expect(200);
        assert!(Promise::of(&seen).is_some(), "{}", seen.everything());
        Some(seen.json()["view"].as_str().expect("a view").to_owned())
    }

    fn reads(&self, room: &Room<'_>) {
        if let Some(view) = self.sees(room, &room.discussion) {
            assert_eq!(view, "identified");
        }
    }

    fn lists(&self, room: &Room<'_>) {
        if let Some(list) = self.calls(&room.sides.adviser, "GET", "/discussions", None) {
            assert_eq!(list.expect(200).items().len(), 2);
        }
    }

    fn writes(&self, room: &Room<'_>) {
        let question = Room::question();
        if let Some(said) = self.calls(
            &room.sides.clinician,
            "POST",
            &room.messages(),
            Some(&question),
        ) {
            said.expect(201).done();
        }
    }

    /// What was answered holds: nobody sees what is withdrawn, and who is covered sees it.
    fn grants_and_withdraws(&self, room: &Room<'_>) {
        let Some(consent) = self.grants(room) else {
            return;
        };
        if let Some(view) = self.sees(room, &room.fickle_discussion) {
            assert_eq!(view, "identified", "a grant that was answered");
        }
        let path = format!("/consents/{consent}/withdrawal");
        let withdrawal = json!({"form": "oral"});
        let withdrawn = || self.calls(&room.sides.clinician, "POST", &path, Some(&withdrawal));
        // One that was not answered may stand all the same.
        let answered = std::iter::repeat_with(withdrawn)
            .flatten()
            .next()
            .expect("again and again");
        assert!(
            [200, 409].contains(&answered.status),
            "{}",
            answered.everything()
        );
        if let Some(view) = self.sees(room, &room.fickle_discussion) {
            assert_ne!(view, "identified", "a withdrawal that was answered");
        }
    }

    fn grants(&self, room: &Room<'_>) -> Option<String> {
        let (sides, clinician) = (room.sides, &room.sides.clinician);
        let draft = json!({"purpose": "caseDiscussion",
            "grants": [grant(&sides.dps, person(&sides.adviser), &["identity"])]});
        let drafts = format!("/patients/{}/consents", room.fickle.id);
        let drafted = self
            .calls(clinician, "POST", &drafts, Some(&draft))?
            .expect(201);
        let given = json!({"form": "written", "givenBy": "self", "singleUse": false,
            "informationRecordId": room.information});
        let path = format!("/consents/{}/grant", drafted.id());
        let granted = || self.calls(clinician, "POST", &path, Some(&given));
        let answered = std::iter::repeat_with(granted)
            .flatten()
            .next()
            .expect("again and again");
        assert!(
            [200, 409].contains(&answered.status),
            "{}",
            answered.everything()
        );
        Some(drafted.id())
    }
}
