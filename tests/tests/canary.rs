//! A canary in every identity field: it sings where those inside and those covered look, and in no
//! other place. Not in an anonymised answer, a list, a problem or a header; not in a line that the
//! service logs; not in the database, which keeps identity and texts sealed.

use jiff::civil::date;
use samrad_tests::database::holds;
use samrad_tests::{
    Caller, Case, Discussion, Patient, Person, Reply, Sheet, Unit, World, consents, numbers,
    on_both,
};
use serde_json::json;

/// What stands in the identity fields, and every piece of it that could give the patient away.
const GIVEN: &str = "Kanarine";
const FAMILY: &str = "Fuglesangstad";
const GUARDIAN: &str = "Vergeline";
const SAID: &str = "kanarisetning";
const CANARIES: [&str; 12] = [
    GIVEN,
    "kanarine",
    FAMILY,
    "fuglesangstad",
    GUARDIAN,
    "Trostestad",
    "987 65 432",
    "98765432",
    "Kanarigata",
    "kanarigata",
    "fugl@kanari.example",
    SAID,
];

on_both! {
    fn the_canary_sings_for_those_inside_and_those_covered_alone(world) {
        let cage = Cage::build(world);
        for reply in cage.outside() {
            silent(&reply, &cage);
        }
        for reply in cage.lists() {
            silent(&reply, &cage);
        }
        for reply in cage.problems() {
            assert!(reply.status >= 400, "{}", reply.text());
            silent(&reply, &cage);
        }
        let seen = cage.clinician.get(&format!("/patients/{}", cage.patient.id)).expect(200);
        assert!(seen.text().contains(FAMILY) && seen.text().contains("Kanarigata"), "the canary is dead");
        drop(cage.clinician.obtains_consent(
            &cage.patient, "caseDiscussion", &cage.dps, consents::person(&cage.adviser), &["identity"]));
        let view = cage.adviser.reads(&cage.discussion).expect(200);
        assert!(view.text().contains(FAMILY), "covered, and not told");
        for reply in cage.lists() {
            silent(&reply, &cage);
        }
    }

    fn no_canary_is_in_the_services_log(world) {
        let cage = Cage::build(world);
        drop((cage.outside(), cage.lists(), cage.problems()));
        let lines = world.server().log();
        assert!(lines.contains("POST /api/v1/patients"), "the log tells nothing:\n{lines}");
        for canary in cage.canaries() {
            assert!(!lines.contains(&canary), "{canary} in the service's log");
        }
    }

    fn no_canary_is_in_the_database(world) {
        let cage = Cage::build(world);
        drop((cage.outside(), cage.lists(), cage.problems()));
        let on_disk = |world: &World| {
            let dump = world.database().dump();
            assert!(holds(&dump, "Kanariklinikken"), "the dump holds nothing");
            for canary in cage.canaries() {
                assert!(!holds(&dump, &canary), "{canary} in the database");
            }
        };
        on_disk(world);
        world.server().stop();
        on_disk(world);
    }
}

/// A patient of canaries, discussed before those who may not know.
struct Cage<'w> {
    world: &'w World,
    dps: Unit,
    nav: Unit,
    clinician: Person,
    adviser: Person,
    patient: Patient,
    case: Case,
    discussion: Discussion,
    guardian_number: String,
}

impl<'w> Cage<'w> {
    fn build(world: &'w World) -> Self {
        let (dps, nav) = (
            world.dps("Kanariklinikken"),
            world.nav_office("NAV Nordstrand", "0318"),
        );
        let (clinician, adviser) = (world.clinician_at(&dps), world.nav_adviser_at(&nav));
        let contact = json!({"phone": "+47 987 65 432", "email": "fugl@kanari.example", "address": "Kanarigata 77, 0192 Oslo"});
        let sheet = Sheet {
            given: GIVEN.into(),
            family: FAMILY.into(),
            contact,
            ..world.sheet_born(date(1961, 8, 23))
        };
        let patient = world.register(&clinician, sheet);
        let guardian_number = numbers::identity_number(date(1958, 11, 7), 5);
        let guardian = json!({"identityNumber": guardian_number, "authority": "verge",
            "name": {"given": GUARDIAN, "family": "Trostestad"}});
        clinician
            .post(&format!("/patients/{}/guardians", patient.id), guardian)
            .expect(201)
            .done();
        let case = clinician.opens_case_for(&patient);
        clinician.states(
            &case,
            "diagnosis",
            &format!("{GIVEN} {FAMILY} har en {SAID}."),
        );
        clinician.summarises(&case);
        let discussion = clinician.puts_before(&case, &nav, "caseDiscussion");
        let told = json!({"kind": "question", "body": {"class": "identified", "categories": ["diagnosis"],
            "text": format!("{FAMILY} ringte fra 987 65 432 om sin {SAID}.")}});
        clinician
            .post(&format!("/discussions/{}/messages", discussion.id), told)
            .expect(201)
            .done();
        let cage = Self {
            world,
            dps,
            nav,
            clinician,
            adviser,
            patient,
            case,
            discussion,
            guardian_number,
        };
        cage.follow_up();
        cage
    }

    /// A job specialist's notes, and a general question, hold canaries too.
    fn follow_up(&self) {
        let ips = self.world.ips_team("IPS Oslo sør");
        let specialist = self.world.job_specialist_at(&ips);
        let patient = self.world.patient_of(&self.clinician);
        let hearer = consents::person(&specialist);
        drop(self.clinician.obtains_consent(
            &patient,
            "ipsCooperation",
            &self.dps,
            hearer,
            &["identity"],
        ));
        let discussion = self.clinician.discusses(&patient, &ips, "ipsCooperation");
        let opened = specialist
            .post(
                "/ips/participations",
                json!({"discussionId": discussion.id}),
            )
            .expect(201);
        let notes = format!("/ips/participations/{}/notes", opened.id());
        specialist
            .post(&notes, json!({"text": format!("En {SAID} om jobb.")}))
            .expect(201)
            .done();
        drop(
            self.clinician
                .opens_general_question(&format!("Hva er en {SAID}?")),
        );
        for reply in [
            specialist.get("/ips/participations"),
            self.clinician.get("/journal-notes"),
        ] {
            silent(&reply.expect(200), self);
        }
    }

    /// Everything that gives the patient away, in each form that it could take.
    fn canaries(&self) -> Vec<String> {
        let numbers = [&self.patient.sheet.identity_number, &self.guardian_number];
        let spaced = numbers.map(|number| format!("{} {}", &number[..6], &number[6..]));
        let all = CANARIES.iter().map(|canary| (*canary).to_owned());
        all.chain(numbers.map(Clone::clone)).chain(spaced).collect()
    }

    /// What the audience, strangers, overseers and systems get.
    fn outside(&self) -> Vec<Reply> {
        let world = self.world;
        let colleague = world.clinician_at(&self.dps);
        let (auditor, officer) = (
            world.auditor_at(&self.dps),
            world.privacy_officer_at(&self.nav),
        );
        let system = world.system_of(&self.nav.organisation, "samrad:notes");
        let discussion = format!("/discussions/{}", self.discussion.id);
        let mut replies = Vec::new();
        for caller in [&self.adviser, &colleague] {
            for path in [
                &discussion,
                &format!("/cases/{}", self.case.id),
                &format!("/patients/{}", self.patient.id),
                &format!("/patients/{}/consents", self.patient.id),
                &format!("/patients/{}/guardians", self.patient.id),
            ] {
                replies.push(caller.get(path));
            }
            let number = json!({"identityNumber": self.patient.sheet.identity_number});
            replies.push(caller.post("/patients/search", number));
            replies.push(caller.get("/discussions"));
        }
        let message = json!({"kind": "advice", "body": {"class": "anonymised", "categories": [], "text": "Prøv arbeidstrening."}});
        replies.push(
            self.adviser
                .post(&format!("{discussion}/messages"), message),
        );
        let about = json!({"patientId": self.patient.id, "ground": "routineControl"});
        for question in [json!({}), about] {
            for reader in [&auditor, &officer] {
                replies.push(reader.post("/log/search", question.clone()));
                replies.push(reader.post("/log/export", question.clone()));
                replies.push(
                    reader
                        .call("POST", "/log/export")
                        .header("Accept", "text/csv")
                        .json(&question)
                        .send(),
                );
            }
        }
        for path in ["/journal-notes", "/case-file-notes", "/units", "/me"] {
            replies.push(system.get(path));
        }
        replies.push(
            world
                .administrator()
                .get(&format!("/units/{}", self.dps.id)),
        );
        replies.push(self.patient.get("/me/log"));
        replies.push(world.citizen(&self.guardian_number).get("/me/log"));
        replies
    }

    /// Lists never show identity, whoever asks.
    fn lists(&self) -> Vec<Reply> {
        let own = [
            "/cases".to_owned(),
            "/discussions".to_owned(),
            format!("/cases/{}/discussions", self.case.id),
            format!("/patients/{}/consents", self.patient.id),
            format!("/patients/{}/information-records", self.patient.id),
            format!("/patients/{}/objections", self.patient.id),
            "/journal-notes".to_owned(),
            "/units".to_owned(),
        ];
        let own = own.iter().map(|path| self.clinician.get(path).expect(200));
        let theirs = ["/me/consents", "/me/log"]
            .iter()
            .map(|path| self.patient.get(path).expect(200));
        own.chain(theirs)
            .chain([self.adviser.get("/discussions").expect(200)])
            .collect()
    }

    /// Requests that hold canaries and are refused: nothing of them comes back.
    fn problems(&self) -> Vec<Reply> {
        let (clinician, number) = (&self.clinician, &self.patient.sheet.identity_number);
        let sheet = self.patient.sheet.body();
        let with = |field: &str, value| {
            let mut sheet = sheet.clone();
            sheet[field] = value;
            clinician.post("/patients", sheet)
        };
        let summary = |question: String| {
            let body = json!({"question": question, "questionDrawsOn": [], "attested": true});
            clinician.summarises_as(&self.case, body)
        };
        let phone = "Ring 987 65 432 eller skriv til fugl@kanari.example i Kanarigata 77.";
        let anonymous = json!({"kind": "advice", "body": {"class": "anonymised", "categories": [], "text": format!("Spør {FAMILY} på 987 65 432.")}});
        vec![
            clinician.post("/patients", sheet.clone()),
            with("birthDate", json!(format!("{FAMILY} 1961"))),
            with("identityNumber", json!(format!("{}0", &number[..10]))),
            with("identityNumber", json!(number[..10])),
            with("name", json!(format!("{GIVEN} {FAMILY}"))),
            with("protection", json!(FAMILY)),
            summary(format!("Hva kan vi gjøre for {GIVEN}?")),
            summary(format!("Hva med {FAMILY}s jobb?")),
            summary(format!("Personen har nummer {number}.")),
            summary(phone.to_owned()),
            self.adviser.post(
                &format!("/discussions/{}/messages", self.discussion.id),
                anonymous,
            ),
            clinician.get(&format!("/patients/{number}")),
            clinician.get(&format!("/patients/{FAMILY}")),
            clinician.get(&format!("/cases?state={FAMILY}&limit={number}")),
            clinician.get(&format!("/{FAMILY}/{number}")),
            clinician
                .call("GET", "/cases/x")
                .header("Nav-Call-Id", &format!("call-{number}"))
                .send(),
            clinician
                .call("GET", "/cases/x")
                .header("X-Correlation-ID", number)
                .send(),
            clinician
                .call("POST", "/patients")
                .body(
                    "application/json",
                    format!("{{\"name\": \"{FAMILY} {number}"),
                )
                .send(),
            clinician
                .call("POST", "/patients")
                .body(&format!("text/{FAMILY}"), number.as_bytes())
                .send(),
            self.world.citizen(number).get("/cases"),
        ]
    }
}

#[track_caller]
fn silent(reply: &Reply, cage: &Cage<'_>) {
    let everything = reply.everything();
    for canary in cage.canaries() {
        assert!(!everything.contains(&canary), "{canary} in\n{everything}");
    }
}
