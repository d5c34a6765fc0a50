//! A small world: three handlers, a registry of four people, an issuer of their tokens.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, init_service, read_body};
use actix_web::{get, post, put};
use jiff::Timestamp;
use samrad_domain::code::Role;
use samrad_domain::id::{AffiliationId, CaseId, ClientId, OrganisationId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::super::*;
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::auth::demo::{Bearer, DemoIssuer};
use crate::auth::issuers::{Issuer, Kind};
use crate::auth::registry::{Found, Registry, ResolveFault, Versions};
use crate::auth::token::Proof;
use crate::http::extract::{Body, IdempotencyKey, IfMatch, Listed, Paged, PathId, Tag, Unfiltered};
use samrad_domain::actor::{Actor, Citizen, PersonKey, Staff, System};
use samrad_domain::unit::Compartment;

const NOW: i64 = 1_790_000_000;
pub(super) const CASE: &str = "0190a5c4-7b1e-4c3d-9f2a-1b2c3d4e5f60";
pub(super) const AFFILIATED: &str = "0190a5c4-7b1e-4c3d-9f2a-000000000001";

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn fresh() -> Uuid {
    static MADE: AtomicUsize = AtomicUsize::new(1);
    Uuid::from_u128(MADE.fetch_add(1, Ordering::Relaxed) as u128)
}

const fn found(actor: Actor) -> Found {
    Found {
        actor,
        version: None,
    }
}

/// Knows `ola` the clinician, `eva` the auditor, `two` with two affiliations, a citizen, a system.
struct Book;

impl Registry for Book {
    fn resolve(
        &self,
        proof: &Proof,
        affiliation: Option<AffiliationId>,
        _: Timestamp,
    ) -> Result<Found, ResolveFault> {
        let role = match (proof.kind, proof.subject.as_str()) {
            (Kind::Citizen, _) => {
                return Ok(found(Actor::Citizen(Citizen {
                    key: PersonKey::new([1; 32]),
                    assurance: None,
                })));
            }
            (Kind::Machine, _) => {
                let (client, organisation) =
                    (ClientId::new(Uuid::nil()), OrganisationId::new(Uuid::nil()));
                return Ok(found(Actor::System(System {
                    client,
                    organisation,
                    scopes: proof.scopes.clone(),
                    name: "x".into(),
                })));
            }
            (Kind::Staff, "ola") => Role::Clinician,
            (Kind::Staff, "eva") => Role::Auditor,
            (Kind::Staff, "two") if affiliation.is_none() => {
                return Err(ResolveFault::AffiliationRequired);
            }
            (Kind::Staff, "away") => {
                return Err(ResolveFault::Away("could not connect to 10.0.0.1".into()));
            }
            (Kind::Staff, _) => return Err(ResolveFault::Unknown),
        };
        let uuid: Uuid = AFFILIATED.parse().unwrap();
        if affiliation.is_some_and(|a| a.uuid() != uuid) {
            return Err(ResolveFault::AffiliationUnknown);
        }
        Ok(found(Actor::Staff(Staff {
            person: PersonId::new(uuid),
            name: "Ola".into(),
            affiliation: AffiliationId::new(uuid),
            unit: UnitId::new(uuid),
            organisation: OrganisationId::new(uuid),
            role,
            compartment: Compartment::Health(OrganisationId::new(uuid)),
            positions: Vec::new(),
            assurance: None,
        })))
    }
}

struct Steady;

impl Ready for Steady {
    fn ready(&self) -> Result<(), String> {
        Ok(())
    }
}

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Summary {
    /// What it is about.
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    plain_text: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CaseBody {
    /// The case.
    id: Uuid,
    /// What it is about.
    #[schema(max_length = 20)]
    plain_text: String,
}

/// Write the summary of a case.
#[utoipa::path(tag = "cases", operation_id = "writeSummary", request_body = Summary, responses((status = 200, body = CaseBody)),
    params(("If-Match" = String, Header, max_length = 100)), extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>()))))]
#[put("/cases/{id}/summary")]
async fn write_summary(
    caller: Caller<CaseWorkers>,
    id: PathId<CaseId>,
    seen: IfMatch,
    body: Body<Summary>,
) -> Result<impl Responder, Problem> {
    if !seen.matches(&Tag::version(3)) {
        return Err(Problem::new(Code::StaleVersion));
    }
    let id = id.into_inner();
    if id.to_string() != CASE || caller.staff()?.role == Role::Gp {
        return Err(Problem::not_found());
    }
    let body = CaseBody {
        id: id.uuid(),
        plain_text: body.into_inner().plain_text,
    };
    Ok(HttpResponse::Ok()
        .insert_header(Tag::version(4).header())
        .json(body))
}

/// List cases.
#[utoipa::path(tag = "cases", operation_id = "listCases", responses((status = 200, body = Listed<CaseBody>)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>()))))]
#[get("/cases")]
async fn list_cases(
    caller: Caller<CaseWorkers>,
    list: Paged<Unfiltered>,
) -> Result<impl Responder, Problem> {
    let cursors = list.cursors(&caller.binding());
    Ok(web::Json(list.page(
        Vec::<CaseBody>::new(),
        &cursors,
        |case| case.id,
    )?))
}

/// Panic.
#[utoipa::path(tag = "cases", operation_id = "panic", responses((status = 200)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true))))]
#[post("/panic")]
async fn panic_now(
    _caller: Caller<CaseWorkers>,
    _key: IdempotencyKey,
) -> Result<HttpResponse, Problem> {
    panic!("a name that nobody may see")
}

pub(super) fn mount_samples(api: &mut ServiceConfig) {
    api.service(write_summary)
        .service(list_cases)
        .service(panic_now);
}

pub(super) struct World {
    _directory: tempfile::TempDir,
    pub(super) issuer: DemoIssuer,
    pub(super) parts: Parts,
}

pub(super) fn world() -> World {
    let directory = tempfile::tempdir().unwrap();
    let issuer = DemoIssuer::open(directory.path(), &[7; 32]).unwrap();
    let issuers = Issuer::parse_all(&issuer.settings()).unwrap();
    let gate = Gate::new(
        issuers,
        Duration::from_secs(60),
        Arc::new(Book),
        Arc::new(Versions::default()),
        now,
    );
    let parts = Parts {
        gate: web::Data::new(gate),
        keys: web::Data::new(HttpKeys::derive(&[9; 32])),
        fresh_ids: FreshIds(fresh),
        ready: Arc::new(Steady),
        origins: vec!["https://front.example".into()],
        edge: web::Data::default(),
        look: Arc::new(|| ()),
        provide: Arc::new(|_| ()),
    };
    World {
        _directory: directory,
        issuer,
        parts,
    }
}

impl World {
    pub(super) fn token(&self, kind: Kind, subject: &str) -> String {
        let number = (kind == Kind::Citizen).then(|| "01019012345".to_owned());
        let bearer = Bearer {
            kind,
            subject: subject.into(),
            identity_number: number,
            scopes: vec!["samrad:notes".into()],
        };
        format!("Bearer {}", self.issuer.mint(&bearer, 10, now()).unwrap())
    }

    pub(super) async fn answer(&self, request: TestRequest) -> Answer {
        let app = init_service(app_of(
            self.parts.clone(),
            mount_samples,
            Arc::new(Published::of(mount_samples)),
        ))
        .await;
        match actix_web::test::try_call_service(&app, request.to_request()).await {
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                Answer {
                    status,
                    headers,
                    text: read_body(response).await.to_vec(),
                }
            }
            Err(error) => {
                let response = error.error_response();
                let (status, headers) = (response.status(), response.headers().clone());
                Answer {
                    status,
                    headers,
                    text: actix_web::body::to_bytes(response.into_body())
                        .await
                        .unwrap()
                        .to_vec(),
                }
            }
        }
    }

    pub(super) fn put(&self, who: &str) -> TestRequest {
        TestRequest::put()
            .uri(&format!("/api/v1/cases/{CASE}/summary"))
            .insert_header(("Authorization", self.token(Kind::Staff, who)))
            .insert_header(("Content-Type", "application/json"))
            .insert_header(("If-Match", "\"v3\""))
            .set_payload(r#"{"plainText":"x"}"#)
    }
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: actix_web::http::header::HeaderMap,
    pub(super) text: Vec<u8>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.text).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(super) fn is(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.json()["code"].as_str()),
            (status, Some(code))
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
    }
}
