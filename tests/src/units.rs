//! Organisations and units of the registry, made by the administrator.

use serde_json::{Value, json};

use crate::client::{Caller as _, Client};
use crate::numbers;
use crate::world::World;

/// An organisation of the registry.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its organisation number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// A unit of the registry.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub organisation: Organisation,
}

impl World {
    /// An organisation.
    #[must_use]
    pub fn organisation(&self, name: &str) -> Organisation {
        let number = numbers::organisation_number(self.next());
        let reply = self
            .administrator()
            .post("/organisations", json!({"number": number, "name": name}))
            .expect(201);
        Organisation {
            id: reply.id(),
            number,
            name: name.to_owned(),
        }
    }

    /// A unit of any kind.
    #[must_use]
    pub fn unit(
        &self,
        organisation: &Organisation,
        name: &str,
        kind: &str,
        compartment: &Value,
    ) -> Unit {
        let body = json!({"organisationId": organisation.id, "name": name, "kind": kind, "compartment": compartment});
        let reply = self.administrator().post("/units", body).expect(201);
        Unit {
            id: reply.id(),
            name: name.to_owned(),
            organisation: organisation.clone(),
        }
    }

    /// A unit of a health organisation: `dps`, `bup`, `rupo`, `rph`, `fact`, `gpOffice`.
    #[must_use]
    pub fn health_unit(&self, organisation: &Organisation, name: &str, kind: &str) -> Unit {
        self.unit(
            organisation,
            name,
            kind,
            &json!({"kind": "health", "key": organisation.id}),
        )
    }

    /// A district psychiatric centre, an organisation of its own.
    #[must_use]
    pub fn dps(&self, name: &str) -> Unit {
        self.health_unit(&self.organisation(name), name, "dps")
    }

    /// Rask psykisk helsehjelp, an organisation of its own.
    #[must_use]
    pub fn rph(&self, name: &str) -> Unit {
        self.health_unit(&self.organisation(name), name, "rph")
    }

    /// The state's half of a NAV office (four digits), an organisation of its own.
    #[must_use]
    pub fn nav_office(&self, name: &str, office: &str) -> Unit {
        let compartment = json!({"kind": "navState", "key": office});
        self.unit(&self.organisation(name), name, "navOffice", &compartment)
    }

    /// The municipality's half of a NAV office (four-digit municipality).
    #[must_use]
    pub fn municipal_social(&self, name: &str, municipality: &str) -> Unit {
        let compartment = json!({"kind": "municipalSocial", "key": municipality});
        self.unit(
            &self.organisation(name),
            name,
            "municipalService",
            &compartment,
        )
    }

    /// A team of job specialists, an organisation of its own.
    #[must_use]
    pub fn ips_team(&self, name: &str) -> Unit {
        self.ips_team_of(&self.organisation(name), name)
    }

    /// A team of job specialists whom this organisation employs: a DPS, perhaps.
    #[must_use]
    pub fn ips_team_of(&self, organisation: &Organisation, name: &str) -> Unit {
        self.unit(
            organisation,
            name,
            "ipsTeam",
            &json!({"kind": "ips", "key": organisation.id}),
        )
    }

    /// A record system of an organisation, registered with these scopes and calling with a token.
    #[must_use]
    pub fn system_of(&self, organisation: &Organisation, scopes: &str) -> Client {
        let client_id = format!("record-system-{}", self.next());
        let body = json!({
            "organisationId": organisation.id,
            "name": format!("Journal of {}", organisation.name),
            "clientId": client_id,
            "scopes": scopes.split_whitespace().collect::<Vec<_>>(),
        });
        self.administrator()
            .post("/clients", body)
            .expect(201)
            .done();
        let token = self
            .issuers()
            .machine
            .for_machine(&client_id, &organisation.number, scopes);
        self.nobody().with_token(token.signed())
    }
}
