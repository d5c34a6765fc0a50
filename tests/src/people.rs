//! People at work: registered with a token identity and an affiliation, and able to call.

use serde_json::{Value, json};

use crate::client::{Caller, Client};
use crate::names;
use crate::units::Unit;
use crate::world::World;

/// The first day of every affiliation that a story doesn't care about.
const LONG_AGO: &str = "2020-01-01";

/// Someone at work, acting in one affiliation.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id in the registry.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Subject of their token.
    pub subject: String,
    /// The affiliation that they act in.
    pub affiliation: String,
    client: Client,
}

impl Caller for Person {
    fn client(&self) -> &Client {
        &self.client
    }
}

impl World {
    /// A therapist.
    #[must_use]
    pub fn clinician_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "clinician")
    }

    /// A general practitioner.
    #[must_use]
    pub fn gp_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "gp")
    }

    /// A NAV adviser.
    #[must_use]
    pub fn nav_adviser_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "navAdviser")
    }

    /// An IPS job specialist.
    #[must_use]
    pub fn job_specialist_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "jobSpecialist")
    }

    /// Someone who leads job specialists.
    #[must_use]
    pub fn method_supervisor_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "methodSupervisor")
    }

    /// Someone who owns calendar and agenda.
    #[must_use]
    pub fn coordinator_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "coordinator")
    }

    /// Someone who reads the log of an organisation.
    #[must_use]
    pub fn auditor_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "auditor")
    }

    /// The privacy officer of an organisation.
    #[must_use]
    pub fn privacy_officer_at(&self, unit: &Unit) -> Person {
        self.person_at(unit, "privacyOfficer")
    }

    /// Someone new in any role.
    #[must_use]
    pub fn person_at(&self, unit: &Unit, role: &str) -> Person {
        let n = self.next();
        let (given, family) = names::nth(n);
        let (name, subject) = (format!("{given} {family}"), format!("{role}-{n}"));
        let body = json!({
            "name": name,
            "identities": [{"kind": "token", "issuer": self.issuers().staff.url(), "subject": subject}],
            "affiliations": [affiliation(unit, role, 100)],
        });
        let reply = self.administrator().post("/persons", body).expect(201);
        let affiliation = reply.json()["affiliations"][0]["id"]
            .as_str()
            .expect("an affiliation has an id")
            .to_owned();
        let client = self.staff(&subject).in_affiliation(&affiliation);
        Person {
            id: reply.id(),
            name,
            subject,
            affiliation,
            client,
        }
    }

    /// The same person in one more affiliation (a 0 % position, perhaps), acting in it.
    #[must_use]
    pub fn also_at(
        &self,
        person: &Person,
        unit: &Unit,
        role: &str,
        position_percent: u8,
    ) -> Person {
        let path = format!("/persons/{}/affiliations", person.id);
        let id = self
            .administrator()
            .post(&path, affiliation(unit, role, position_percent))
            .expect(201)
            .id();
        Person {
            client: person.client.in_affiliation(&id),
            affiliation: id,
            ..person.clone()
        }
    }

    /// The affiliation that they act in ends now.
    pub fn end_affiliation(&self, person: &Person) {
        let path = format!("/affiliations/{}/end", person.affiliation);
        self.administrator()
            .post_over(&path, json!({}))
            .expect(200)
            .done();
    }
}

fn affiliation(unit: &Unit, role: &str, position_percent: u8) -> Value {
    json!({"unitId": unit.id, "role": role, "positionPercent": position_percent, "validFrom": LONG_AGO})
}
