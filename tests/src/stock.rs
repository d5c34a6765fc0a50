//! One of everything: a world in which each kind of thing that a path can name exists, with those
//! who may reach it and those who may not. For the sweeps over every operation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cases::{Case, Discussion};
use crate::client::{Caller, Client};
use crate::consents::{self, Consent, grant};
use crate::contract::{Contract, Operation};
use crate::numbers;
use crate::patients::Patient;
use crate::people::Person;
use crate::units::Unit;
use crate::world::World;

/// The things, and the people around them.
#[derive(Debug)]
pub struct Stock<'w> {
    /// The world they are in.
    pub world: &'w World,
    /// What may be asked.
    pub contract: Contract,
    /// The health side.
    pub dps: Unit,
    /// The NAV side, the audience of the discussion.
    pub nav: Unit,
    /// The job specialists' team.
    pub ips: Unit,
    /// On the team of the case.
    pub clinician: Person,
    /// In the audience.
    pub adviser: Person,
    /// On the team of the participation.
    pub job_specialist: Person,
    /// Leads the job specialist.
    pub supervisor: Person,
    /// The patient of the case.
    pub patient: Patient,
    /// The patient of the NAV side's case.
    pub client: Patient,
    /// The case.
    pub case: Case,
    /// The case put before the NAV side.
    pub discussion: Discussion,
    /// A record system of the health side.
    pub system: Client,
    others: BTreeMap<&'static str, Person>,
    ids: BTreeMap<&'static str, String>,
}

/// The roles that only others than those of the stock's own story hold.
const OTHERS: [&str; 6] = [
    "gp",
    "coordinator",
    "employerContact",
    "auditor",
    "administrator",
    "privacyOfficer",
];

impl World {
    /// One of everything.
    #[must_use]
    pub fn stock(&self) -> Stock<'_> {
        let (dps, nav) = (
            self.dps("Søndre Oslo DPS"),
            self.nav_office("NAV Nordstrand", "0318"),
        );
        let ips = self.ips_team("IPS Oslo sør");
        let clinician = self.clinician_at(&dps);
        let patient = self.patient_of(&clinician);
        let case = clinician.opens_case_for(&patient);
        clinician.summarises(&case);
        let adviser = self.nav_adviser_at(&nav);
        let mut stock = Stock {
            world: self,
            contract: self.contract(),
            discussion: clinician.puts_before(&case, &nav, "caseDiscussion"),
            job_specialist: self.job_specialist_at(&ips),
            supervisor: self.method_supervisor_at(&ips),
            system: self.system_of(&dps.organisation, "samrad:notes"),
            client: self.patient_of(&adviser),
            others: OTHERS
                .iter()
                .map(|role| (*role, self.person_at(&dps, role)))
                .collect(),
            ids: BTreeMap::new(),
            dps,
            nav,
            ips,
            clinician,
            adviser,
            patient,
            case,
        };
        stock.fill();
        stock
    }
}

impl Stock<'_> {
    fn fill(&mut self) {
        let consent = self.granted("caseDiscussion", &self.adviser);
        let participation = self.participation();
        let note = json!({"text": "Møtte arbeidsgiver. Prøver to dager i uken."});
        let notes = format!("/ips/participations/{participation}/notes");
        let (person, identity) = self.registered_person();
        let ids = [
            ("/organisations", self.dps.organisation.id.clone()),
            ("/units", self.dps.id.clone()),
            ("/persons", person),
            ("/persons/identities", identity),
            ("/affiliations", self.clinician.affiliation.clone()),
            ("/clients", self.registered_client()),
            ("/patients", self.patient.id.clone()),
            ("/patients/guardians", self.guardianship(&self.patient)),
            ("/objections", self.objection()),
            ("/consents", consent.id),
            ("/cases", self.case.id.clone()),
            ("/cases/members", self.clinician.id.clone()),
            ("/discussions", self.discussion.id.clone()),
            (
                "/ips/notes",
                self.job_specialist.post(&notes, note).expect(201).id(),
            ),
            ("/ips/participations", participation),
            (
                "/ips/participations/members",
                self.job_specialist.id.clone(),
            ),
            ("/journal-notes", note_of(&self.clinician, "/journal-notes")),
            ("/case-file-notes", self.case_file_note()),
            ("/log/entries", self.entry()),
            ("/log/erasures", self.erasure()),
        ];
        self.ids.extend(ids);
    }

    /// The ids that stand in the path of this operation, of things that exist.
    ///
    /// # Panics
    /// If the stock has none of a kind: then that kind is new, and wants a line in `fill`.
    #[must_use]
    pub fn ids_of(&self, operation: &Operation) -> Vec<&str> {
        let places = 0..operation.ids().len();
        let found = places.map(|place| {
            let collection = operation.collection(place);
            let id = self.ids.get(collection.as_str());
            id.unwrap_or_else(|| panic!("{}: nothing of {collection} in stock", operation.name()))
        });
        found.map(String::as_str).collect()
    }

    /// Somebody who acts in this role, and belongs to the stock's own story where the role does.
    ///
    /// # Panics
    /// If nobody does.
    #[must_use]
    pub fn in_role(&self, role: &str) -> Client {
        match role {
            "clinician" => self.clinician.client().clone(),
            "navAdviser" => self.adviser.client().clone(),
            "jobSpecialist" => self.job_specialist.client().clone(),
            "methodSupervisor" => self.supervisor.client().clone(),
            "patient" | "guardian" => self.patient.client().clone(),
            "system" => self.system.clone(),
            other => match self.others.get(other) {
                Some(person) => person.client().clone(),
                None => panic!("nobody is a {other}"),
            },
        }
    }

    /// Those who act in this role and have nothing to do with anything in stock.
    #[must_use]
    pub fn strangers(&self, role: &'static str) -> Vec<Client> {
        let world = self.world;
        let elsewhere = |unit: &Unit| world.person_at(unit, role).client().clone();
        match role {
            "clinician" | "gp" | "coordinator" => {
                vec![elsewhere(&self.dps), elsewhere(&world.rph("RPH Nesodden"))]
            }
            "navAdviser" => vec![
                elsewhere(&world.nav_office("NAV Østensjø", "0313")),
                elsewhere(&world.municipal_social("Sosialtjenesten Nordstrand", "0301")),
            ],
            "jobSpecialist" | "methodSupervisor" => {
                vec![
                    elsewhere(&self.ips),
                    elsewhere(&world.ips_team("IPS Agder")),
                ]
            }
            "patient" | "guardian" => vec![world.citizen(&world.sheet().identity_number)],
            "system" => {
                let rph = world.organisation("RPH Lillesand");
                vec![world.system_of(&rph, "samrad:notes")]
            }
            other => vec![world.person_at(&self.dps, other).client().clone()],
        }
    }

    /// A body that the operation takes: the document's example of one, with units and people that
    /// are in stock.
    #[must_use]
    pub fn body_of(&self, operation: &Operation) -> Option<Value> {
        let mut body = self.contract.example(operation.body.as_ref()?);
        self.settle(&mut body);
        Some(body)
    }

    fn settle(&self, value: &mut Value) {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| self.settle(item));
        }
        let Value::Object(fields) = value else { return };
        let kind = fields
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for (name, inner) in fields {
            match (name.as_str(), kind.as_str()) {
                ("id", "person") | ("personId", _) => *inner = json!(self.adviser.id),
                ("id", "organisation") => *inner = json!(self.dps.organisation.id),
                ("id", "unit" | "roleInUnit") | ("unitId" | "audienceUnitId", _) => {
                    *inner = json!(self.nav.id);
                }
                (_, _) => self.settle(inner),
            }
        }
    }

    /// An active consent of the patient that lets one person hear.
    #[must_use]
    pub fn granted(&self, purpose: &str, hearer: &Person) -> Consent {
        let categories = ["identity", "workReadiness"];
        let hearer = consents::person(hearer);
        self.clinician
            .obtains_consent(&self.patient, purpose, &self.dps, hearer, &categories)
    }

    /// A consent of the patient that is still a draft.
    #[must_use]
    pub fn draft(&self) -> Consent {
        let grants = json!([self.grant()]);
        self.clinician
            .drafts(&self.patient, "caseDiscussion", grants)
    }

    /// What a consent could say: the adviser may hear who it is.
    #[must_use]
    pub fn grant(&self) -> Value {
        grant(&self.dps, consents::person(&self.adviser), &["identity"])
    }

    /// An open participation of the job specialist's, of a patient of its own.
    #[must_use]
    pub fn participation(&self) -> String {
        let discussion = self.ips_discussion();
        let body = json!({"discussionId": discussion.id});
        self.job_specialist
            .post("/ips/participations", body)
            .expect(201)
            .id()
    }

    /// A discussion in which the job specialist knows who it is.
    #[must_use]
    pub fn ips_discussion(&self) -> Discussion {
        let patient = self.world.patient_of(&self.clinician);
        let hearer = consents::person(&self.job_specialist);
        let consent = self.clinician.obtains_consent(
            &patient,
            "ipsCooperation",
            &self.dps,
            hearer,
            &["identity", "workReadiness"],
        );
        drop(consent);
        self.clinician
            .discusses(&patient, &self.ips, "ipsCooperation")
    }

    /// A guardianship of the patient.
    #[must_use]
    pub fn guardianship(&self, patient: &Patient) -> String {
        let path = format!("/patients/{}/guardians", patient.id);
        self.clinician.post(&path, self.guardian()).expect(201).id()
    }

    /// Somebody who may become a guardian.
    #[must_use]
    pub fn guardian(&self) -> Value {
        let sheet = self.world.sheet();
        json!({"identityNumber": sheet.identity_number, "authority": "verge",
            "name": {"given": sheet.given, "family": sheet.family}})
    }

    /// An objection of the patient.
    #[must_use]
    pub fn objection(&self) -> String {
        let path = format!("/patients/{}/objections", self.patient.id);
        let body = json!({"scope": "unit", "targetId": self.nav.id});
        self.clinician.post(&path, body).expect(201).id()
    }

    /// A new entry of the health side's log.
    ///
    /// # Panics
    /// If reading a case leaves no receipt.
    #[must_use]
    pub fn entry(&self) -> String {
        let read = self
            .clinician
            .get(&format!("/cases/{}", self.case.id))
            .expect(200);
        let receipt = read.header("Disclosure-Receipt").expect("a receipt");
        let (event, _) = receipt.split_once(';').expect("three parts");
        event.to_owned()
    }

    /// The erasure of what an entry says, asked for by the auditor.
    #[must_use]
    pub fn erasure(&self) -> String {
        let body = json!({"eventId": self.entry(), "legalGround": "courtOrder"});
        self.in_role("auditor")
            .post("/log/erasures", body)
            .expect(201)
            .id()
    }

    /// A note of the NAV side that nobody has filed.
    #[must_use]
    pub fn case_file_note(&self) -> String {
        let case = self.adviser.opens_case_for(&self.client);
        self.adviser.summarises(&case);
        let hearer = consents::unit(&self.dps);
        let purpose = "caseDiscussion";
        let consent =
            self.adviser
                .obtains_consent(&self.client, purpose, &self.nav, hearer, &["identity"]);
        drop(consent);
        note_of(&self.adviser, "/case-file-notes")
    }

    /// Somebody of the registry, and an identity that they are known by besides their token.
    #[must_use]
    pub fn registered_person(&self) -> (String, String) {
        let body = json!({"name": "Gunvor Lindmoen", "affiliations": [], "identities": [
            {"kind": "hpr", "subject": (1_000_000 + self.world.next()).to_string()}]});
        let person = self
            .world
            .administrator()
            .post("/persons", body)
            .expect(201);
        let identity = person.json()["identities"][0]["id"]
            .as_str()
            .map(str::to_owned);
        (person.id(), identity.expect("an identity has an id"))
    }

    /// A registered record system.
    #[must_use]
    pub fn registered_client(&self) -> String {
        self.world
            .administrator()
            .post("/clients", self.new_client())
            .expect(201)
            .id()
    }

    /// A record system to register.
    #[must_use]
    pub fn new_client(&self) -> Value {
        json!({"organisationId": self.dps.organisation.id, "name": "Journal",
            "clientId": format!("journal-{}", self.world.next()), "scopes": ["samrad:notes"]})
    }

    /// An organisation to register.
    #[must_use]
    pub fn new_organisation(&self) -> Value {
        json!({"name": "Øyane DPS", "number": numbers::organisation_number(self.world.next())})
    }
}

/// The first of the notes to file that somebody sees.
fn note_of(reader: &Person, register: &str) -> String {
    let notes = reader
        .get(&format!("{register}?state=pending"))
        .expect(200)
        .json();
    let first = notes["items"][0]["id"].as_str();
    first
        .unwrap_or_else(|| panic!("no note under {register}"))
        .to_owned()
}
