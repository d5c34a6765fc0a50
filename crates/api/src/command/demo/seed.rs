//! Registers the demo's world over the service's own API, as its administrator would. What is
//! there already is left as it is.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use super::bearers::ADMINISTRATOR;
use super::world::{
    DROP_IN, DROP_IN_AUDIENCE, OF_THE_RECORD_SYSTEM, ORGANISATIONS, Person, RECORD_SYSTEM, Unit,
    ZERO_PERCENT,
};
use crate::auth::demo::issuer;
use crate::auth::issuers::Kind;
use crate::command::Failure;

/// The first day of everybody's affiliation.
const LONG_AGO: &str = "2020-01-01";
/// The question that somebody brings to the drop-in.
const QUESTION: &str =
    "Hva bør stå i en spesialisterklæring ved søknad om arbeidsavklaringspenger?";

/// What the demo tells of its world: names of variables, and ids.
pub(super) struct Seeded {
    pub(super) ids: Vec<(&'static str, String)>,
}

/// Makes the world at `base`; `token` mints one for the subject of somebody at work.
pub(super) fn seed(
    base: &str,
    token: impl Fn(&str) -> Result<String, Failure>,
) -> Result<Seeded, Failure> {
    let administrator = Api::new(base, token(ADMINISTRATOR)?);
    let mut seeded = Seeded { ids: Vec::new() };
    let organisations = administrator.all("/organisations", "number")?;
    let units = administrator.all("/units", "name")?;
    for organisation in ORGANISATIONS {
        let id = match organisations.get(organisation.number) {
            Some(known) => known.clone(),
            None => administrator.made(
                "/organisations",
                json!({"number": organisation.number, "name": organisation.name}),
            )?,
        };
        for unit in organisation.units {
            let known = units.get(unit.name);
            seed_unit(&administrator, &mut seeded, &id, unit, known)?;
        }
        if organisation.number == OF_THE_RECORD_SYSTEM {
            administrator.post_unless_there("/clients", json!({"organisationId": id,
                "name": "Journalsystemet (demo)", "clientId": RECORD_SYSTEM, "scopes": ["samrad:notes"]}))?;
        }
    }
    zero_percent(&administrator)?;
    let audience = seeded
        .ids
        .iter()
        .find(|(name, _)| *name == DROP_IN_AUDIENCE);
    if let Some((_, audience)) = audience {
        general_question(&Api::new(base, token(DROP_IN)?), audience)?;
    }
    Ok(seeded)
}

fn seed_unit(
    administrator: &Api,
    seeded: &mut Seeded,
    organisation: &str,
    unit: &Unit,
    known: Option<&String>,
) -> Result<(), Failure> {
    let id = match known {
        Some(known) => known.clone(),
        None => {
            let (kind, key) = unit.compartment;
            let mut compartment = json!({"kind": kind});
            if let Some(key) = key {
                compartment["key"] = json!(key);
            }
            let body = json!({"organisationId": organisation, "name": unit.name, "kind": unit.kind, "compartment": compartment});
            administrator.made("/units", body)?
        }
    };
    let there = administrator.get(&format!("/units/{id}"))?;
    for person in unit.people {
        let worker = worker(&there, person.name);
        let person_id = match worker {
            Some(known) => Some(known),
            None => register(administrator, &id, person)?,
        };
        seeded.ids.extend(person.variable.zip(person_id));
    }
    seeded.ids.extend(unit.variable.map(|name| (name, id)));
    Ok(())
}

/// The id of somebody of this name among those who work in a unit.
fn worker(unit: &Value, name: &str) -> Option<String> {
    let workers = unit["workers"].as_array()?;
    let found = workers.iter().find(|worker| worker["name"] == name)?;
    Some(found["personId"].as_str()?.to_owned())
}

fn register(administrator: &Api, unit: &str, person: &Person) -> Result<Option<String>, Failure> {
    administrator.post_unless_there("/persons", json!({
        "name": person.name,
        "identities": [{"kind": "token", "issuer": issuer(Kind::Staff), "subject": person.subject}],
        "affiliations": [{"unitId": unit, "role": person.role, "positionPercent": 100, "validFrom": LONG_AGO}],
    }))
}

/// Gives a job specialist a position of 0 % at the DPS they work with.
fn zero_percent(administrator: &Api) -> Result<(), Failure> {
    let (subject, dps) = ZERO_PERCENT;
    let people = || {
        ORGANISATIONS
            .iter()
            .flat_map(|o| o.units)
            .flat_map(|u| u.people.iter().map(move |p| (u, p)))
    };
    let Some((team, person)) = people().find(|(_, person)| person.subject == subject) else {
        return Ok(());
    };
    let units = administrator.all("/units", "name")?;
    let (Some(team), Some(dps)) = (units.get(team.name), units.get(dps)) else {
        return Ok(());
    };
    let there = administrator.get(&format!("/units/{dps}"))?;
    let at_team = administrator.get(&format!("/units/{team}"))?;
    if let (None, Some(id)) = (worker(&there, person.name), worker(&at_team, person.name)) {
        let body = json!({"unitId": dps, "role": person.role, "positionPercent": 0, "validFrom": LONG_AGO});
        administrator.made(&format!("/persons/{id}/affiliations"), body)?;
    }
    Ok(())
}

/// A general question before the drop-in, about no patient.
fn general_question(clinician: &Api, audience: &str) -> Result<(), Failure> {
    let mine = clinician.get("/cases")?;
    if mine["items"]
        .as_array()
        .is_some_and(|cases| !cases.is_empty())
    {
        return Ok(());
    }
    let case = clinician.made("/cases", json!({"question": QUESTION}))?;
    let summary = json!({"question": QUESTION, "questionDrawsOn": [], "attested": true});
    clinician.call("PUT", &format!("/cases/{case}/summary"), Some(&summary))?;
    let discussion =
        json!({"audienceUnitId": audience, "purpose": "caseDiscussion", "attested": true});
    clinician.made(&format!("/cases/{case}/discussions"), discussion)?;
    Ok(())
}

/// A caller of the service.
struct Api {
    agent: Agent,
    base: String,
    token: String,
}

impl Api {
    fn new(base: &str, token: String) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self {
            agent: config.into(),
            base: format!("{base}/api/v1"),
            token,
        }
    }

    /// Every item of a list, as its `field` and its id.
    fn all(&self, path: &str, field: &str) -> Result<HashMap<String, String>, Failure> {
        let (mut found, mut cursor) = (HashMap::new(), String::new());
        loop {
            let page = self.get(&format!("{path}?limit=200{cursor}"))?;
            for item in page["items"].as_array().into_iter().flatten() {
                if let (Some(name), Some(id)) = (item[field].as_str(), item["id"].as_str()) {
                    found.insert(name.to_owned(), id.to_owned());
                }
            }
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(found),
            }
        }
    }

    fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call("GET", path, None)
    }

    /// Makes something, and gives its id.
    fn made(&self, path: &str, body: Value) -> Result<String, Failure> {
        let made = self.call("POST", path, Some(&body))?;
        let id = made["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| Failure::Other(format!("POST {path} gave no id")))
    }

    /// The same, for what may be there already.
    fn post_unless_there(&self, path: &str, body: Value) -> Result<Option<String>, Failure> {
        let (status, answer) = self.send("POST", path, Some(&body))?;
        match status {
            201 => Ok(answer["id"].as_str().map(str::to_owned)),
            409 => Ok(None),
            _ => Err(refusal("POST", path, status, &answer)),
        }
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let (status, answer) = self.send(method, path, body)?;
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(refusal(method, path, status, &answer))
        }
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), Failure> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {}", self.token));
        // Nobody else changes what was made a moment ago.
        let request = match method {
            "PUT" => request.header("If-Match", "*"),
            _ => request,
        };
        let answer = match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json");
                let request = request.body(body.to_string()).map_err(Failure::other)?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(()).map_err(Failure::other)?),
        };
        let mut answer = answer.map_err(Failure::other)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_json().map_err(Failure::other)?;
        Ok((status, body))
    }
}

fn refusal(method: &str, path: &str, status: u16, answer: &Value) -> Failure {
    Failure::Other(format!("{method} {path} was answered {status}: {answer}"))
}
