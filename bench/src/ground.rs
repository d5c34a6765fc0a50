//! A seeded service on one database, and the requests that are made of it.

use std::error::Error;
use std::time::Instant;

use samrad_tests::{Backend, Caller as _, Client, Person, World};
use serde_json::json;

use crate::load::{Target, Targets};
use crate::seed::{self, Seeded};
use crate::world::{self, Model, Office};

/// How many pairs of offices the cases are spread over.
const OFFICES: usize = 50;
/// One case of so many is withdrawn in a run, and left out of the reads.
const WITHDRAWN: usize = 50;

/// Of how many entries receipts are asked.
const RECEIPTS: usize = 1_000;

/// A seeded service.
#[derive(Debug)]
pub struct Ground {
    /// The service, its database and its issuers.
    pub world: World,
    /// The case that all others are copies of.
    pub model: Model,
    /// Who reads.
    pub offices: Vec<Office>,
    /// What is read.
    pub cases: Vec<Seeded>,
    /// What is withdrawn.
    pub withdrawn: Vec<Seeded>,
}

impl Ground {
    /// Fills a new database with so many cases.
    pub fn seed(backend: Backend, count: usize) -> Result<Self, Box<dyn Error>> {
        let began = Instant::now();
        let world = World::with(backend, |settings| {
            settings.with("RUST_LOG", "warn,samrad_api::server=info")
        });
        let offices: Vec<_> = (0..OFFICES.min(count))
            .map(|n| Office::open(&world, n))
            .collect();
        let model = world::model(&world, &offices[0])?;
        let vault = seed::vault(world.server().settings())?;
        let mut cases = seed::cases(world.database(), &vault, &offices, &model, count)?;
        let withdrawn = cases.split_off(count - count / WITHDRAWN);
        let ground = Self {
            world,
            model,
            offices,
            cases,
            withdrawn,
        };
        ground.is_as_meant()?;
        eprintln!("{backend:?}: {count} cases in {:.0?}", began.elapsed());
        Ok(ground)
    }

    /// Where the service listens.
    pub fn address(&self) -> String {
        let address = self.world.server().address();
        let address = address.read();
        address.map_or_else(|held| held.into_inner().clone(), |address| address.clone())
    }

    /// Looks at some of the cases as their readers do.
    fn is_as_meant(&self) -> Result<(), Box<dyn Error>> {
        for case in self.cases.iter().step_by(self.cases.len().div_ceil(100)) {
            let office = &self.offices[case.office];
            let path = format!("/discussions/{}", case.discussion);
            for (reader, view) in [
                (&office.adviser, "identified"),
                (&office.colleague, "anonymised"),
            ] {
                let seen = self.acting(reader).get(&path).expect(200).json();
                if seen["view"] != view {
                    return Err(format!("{path} is not seen {view}: {seen}").into());
                }
            }
        }
        Ok(())
    }

    /// Somebody with a token that holds for the whole run.
    pub fn acting(&self, person: &Person) -> Client {
        let token = world::token(&self.world.issuers().staff, person);
        self.world.nobody().with_token(token)
    }

    fn tokens(&self, of: impl Fn(&Office) -> &Person) -> Vec<String> {
        let issuer = &self.world.issuers().staff;
        let people = self.offices.iter().map(of);
        people.map(|person| world::token(issuer, person)).collect()
    }

    fn reads(&self, of: impl Fn(&Office) -> &Person) -> Result<Targets, Box<dyn Error>> {
        let targets = self.cases.iter().map(|case| Target {
            method: "GET",
            path: format!("/api/v1/discussions/{}", case.discussion),
            token: Some(case.office),
            body: String::new(),
        });
        Targets::write(targets, &self.tokens(of))
    }

    /// Each discussion, by whom a consent covers.
    pub fn identified(&self) -> Result<Targets, Box<dyn Error>> {
        self.reads(|office| &office.adviser)
    }

    /// Each discussion, by a colleague whom none covers.
    pub fn anonymised(&self) -> Result<Targets, Box<dyn Error>> {
        self.reads(|office| &office.colleague)
    }

    /// What has been put before each office.
    pub fn lists(&self) -> Result<Targets, Box<dyn Error>> {
        let targets = (0..self.offices.len()).map(|office| Target {
            method: "GET",
            path: "/api/v1/discussions".to_owned(),
            token: Some(office),
            body: String::new(),
        });
        Targets::write(targets, &self.tokens(|office| &office.adviser))
    }

    /// Receipts of entries of the log, each with its inclusion proof; none where the service gives none.
    pub fn receipts(&self) -> Result<Option<Targets>, Box<dyn Error>> {
        let mut targets = Vec::new();
        for case in self.cases.iter().take(RECEIPTS) {
            let adviser = self.acting(&self.offices[case.office].adviser);
            let read = adviser
                .get(&format!("/discussions/{}", case.discussion))
                .expect(200);
            let receipt = read.header("Disclosure-Receipt").unwrap_or_default();
            let event = receipt.split(';').next().unwrap_or_default();
            targets.push(Target {
                method: "GET",
                path: format!("/api/v1/log/entries/{event}/receipt"),
                token: Some(case.office),
                body: String::new(),
            });
        }
        let Some((first, case)) = targets.first().zip(self.cases.first()) else {
            return Ok(None);
        };
        let auditor = self.acting(&self.offices[case.office].auditor);
        if auditor.request("GET", &first.path).send().status != 200 {
            eprintln!("no receipts: they are not measured");
            return Ok(None);
        }
        Targets::write(targets, &self.tokens(|office| &office.auditor)).map(Some)
    }

    /// The log about random patients, asked for by the auditor of the organisation that keeps them.
    pub fn log_of_patients(&self) -> Result<Targets, Box<dyn Error>> {
        let targets = self.cases.iter().map(|case| Target {
            method: "POST",
            path: "/api/v1/log/search".to_owned(),
            token: Some(case.office),
            body: format!(
                r#"{{"patientId":"{}","ground":"routineControl"}}"#,
                case.patient
            ),
        });
        for case in self.cases.iter().step_by(self.cases.len().div_ceil(20)) {
            let question = json!({"patientId": case.patient, "ground": "routineControl"});
            let auditor = self.acting(&self.offices[case.office].auditor);
            let found = auditor.post("/log/search", question).expect(200).items();
            if found.len() < 2 {
                return Err(format!("the log about {} is empty", case.patient).into());
            }
        }
        Targets::write(targets, &self.tokens(|office| &office.auditor))
    }

    /// Whether the service is alive.
    pub fn alive(&self) -> Result<Targets, Box<dyn Error>> {
        let target = Target {
            method: "GET",
            path: "/internal/isAlive".to_owned(),
            token: None,
            body: String::new(),
        };
        Targets::write([target], &[])
    }
}
