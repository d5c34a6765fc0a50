//! The application: every route, mounted and documented in one place.

use std::sync::{Arc, LazyLock};

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{Condition, from_fn};
use actix_web::{App, Error, HttpRequest, HttpResponse, Responder, web};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::gate::{AFFILIATION, Gate, authenticate};
use crate::http;
use crate::http::document;
use crate::http::keys::HttpKeys;
use crate::http::middleware::{Edge, FreshIds, envelope};
use crate::http::problem::{Code, Problem};
use crate::telemetry::{self, Operations, telemetry};

/// Mounts every resource of `/api/v1`. A handler that isn't here doesn't exist, and one that is
/// here is in the document. What is asked for most comes first: a path is held against one after the other.
pub fn mount(api: &mut ServiceConfig) {
    http::discussions::mount(api);
    http::cases::mount(api);
    http::me::mount(api);
    http::registry::mount(api);
    http::patients::mount(api);
    http::information::mount(api);
    http::consents::mount(api);
    http::notes::mount(api);
    http::ips::mount(api);
    http::disclosure_log::mount(api);
}

/// Says whether the service can do its work.
pub trait Ready: Send + Sync + 'static {
    /// Whether the database answers. May block.
    ///
    /// # Errors
    /// What is away, for our log.
    fn ready(&self) -> Result<(), String>;
}

/// What the application is made of. Cheap to clone: each worker has its own application.
#[derive(Clone)]
pub struct Parts {
    /// Who may come in.
    pub gate: web::Data<Gate>,
    /// The keys that HTTP uses.
    pub keys: web::Data<HttpKeys>,
    /// The ids of requests that bring none.
    pub fresh_ids: FreshIds,
    /// Whether the service can do its work.
    pub ready: Arc<dyn Ready>,
    /// The origins that browsers may call from.
    pub origins: Vec<String>,
    /// What the outermost middleware asks and tells.
    pub edge: web::Data<Edge>,
    /// Looks at what is told of the moment: queues, connections.
    pub look: Arc<dyn Fn() + Send + Sync>,
    /// Adds what the handlers ask for (`web::Data`).
    pub provide: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parts(..)")
    }
}

/// The application, for one worker.
#[must_use]
pub fn app(
    parts: Parts,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    app_of(parts, mount, Arc::clone(&DOCUMENT))
}

fn app_of(
    parts: Parts,
    mount: Mount,
    published: Arc<Published>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let Parts {
        gate,
        keys,
        fresh_ids,
        ready,
        origins,
        edge,
        look,
        provide,
    } = parts;
    App::new()
        .app_data(gate)
        .app_data(keys)
        .app_data(edge)
        .app_data(web::Data::new(fresh_ids))
        .app_data(web::Data::from(ready))
        .app_data(web::Data::new(Look(look)))
        .app_data(web::Data::from(Arc::clone(&published.operations)))
        .app_data(web::Data::from(published))
        .configure(|cfg| provide(cfg))
        .into_utoipa_app()
        .service(entries())
        .service(log())
        .service(api(mount))
        .map(move |app| {
            app.route("/internal/isAlive", web::get().to(is_alive))
                .route("/internal/isReady", web::get().to(is_ready))
                .route("/internal/prometheus", web::get().to(prometheus))
                .route("/openapi.json", web::get().to(openapi_json))
                .route("/problems", web::get().to(http::problems::index))
                .route("/problems/{code}", web::get().to(http::problems::page))
                .configure(http::docs::mount)
                .default_service(web::to(nowhere))
                .wrap(Condition::new(!origins.is_empty(), cors(&origins)))
                .wrap(from_fn(envelope))
        })
        .into_app()
}

type Mount = fn(&mut ServiceConfig);

/// The scope of all that needs a token.
fn api(
    mount: Mount,
) -> utoipa_actix_web::scope::Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    utoipa_actix_web::scope("/api/v1")
        .configure(mount)
        .default_service(web::to(nowhere))
        .wrap(from_fn(authenticate))
}

/// The public half of the log, which needs no token.
fn log() -> utoipa_actix_web::scope::Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
    >,
> {
    utoipa_actix_web::scope("/log").configure(http::transparency::mount)
}

/// The leaves of the log, which need one.
fn entries() -> utoipa_actix_web::scope::Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    utoipa_actix_web::scope("/log/tile/entries")
        .configure(http::transparency::mount_entries)
        .wrap(from_fn(authenticate))
}

/// The OpenAPI document, as it is served and committed.
#[must_use]
pub fn openapi() -> &'static str {
    &DOCUMENT.text
}

static DOCUMENT: LazyLock<Arc<Published>> = LazyLock::new(|| Arc::new(Published::of(mount)));

/// What the application tells of itself.
struct Published {
    text: String,
    operations: Arc<Operations>,
    routes: Vec<Route>,
}

struct Route {
    steps: Vec<String>,
    methods: Vec<String>,
}

impl Published {
    fn of(mount: Mount) -> Self {
        let app = App::new()
            .into_utoipa_app()
            .openapi(document::Base::openapi())
            .service(api(mount))
            .service(log())
            .service(entries());
        let whole = document::finish(&app.split_for_parts().1);
        let operations = Arc::new(operations(&whole));
        let paths = whole["paths"].as_object().into_iter().flatten();
        let routes = paths.map(|(path, item)| Route {
            steps: path.split('/').map(str::to_owned).collect(),
            methods: item
                .as_object()
                .into_iter()
                .flatten()
                .map(|(method, _)| method.to_uppercase())
                .collect(),
        });
        let routes = routes.collect();
        let mut text = serde_json::to_string_pretty(&whole).expect("a value is always JSON");
        text.push('\n');
        Self {
            text,
            operations,
            routes,
        }
    }
}

fn operations(document: &Value) -> Operations {
    let paths = document["paths"].as_object().into_iter().flatten();
    let methods = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    Operations::of(methods.filter_map(|(path, method, operation)| {
        Some((
            path.as_str(),
            method.as_str(),
            operation["operationId"].as_str()?,
        ))
    }))
}

impl Route {
    /// How many ids it has: of two that fit a path, the one with fewer is meant.
    fn ids(&self) -> usize {
        self.steps.iter().filter(|s| s.starts_with('{')).count()
    }

    fn fits(&self, path: &str) -> bool {
        let steps: Vec<_> = path.split('/').collect();
        steps.len() == self.steps.len()
            && self
                .steps
                .iter()
                .zip(steps)
                .all(|(own, step)| own.starts_with('{') || own == step)
    }
}

/// Answers what no route takes: 405 where the path has other methods, else 404.
async fn nowhere(request: HttpRequest, published: web::Data<Published>) -> Problem {
    let fitting = || {
        published
            .routes
            .iter()
            .filter(|route| route.fits(request.path()))
    };
    let exact = fitting().map(Route::ids).min();
    let fitting = fitting().filter(|route| Some(route.ids()) == exact);
    let methods: Vec<_> = fitting
        .flat_map(|route| route.methods.iter().map(String::as_str))
        .collect();
    if methods.is_empty() {
        Problem::new(Code::UnknownRoute)
    } else {
        Problem::method_not_allowed(methods.join(", "))
    }
}

/// Whether the process runs. Asks nothing of the database: a restart would not help.
async fn is_alive() -> &'static str {
    "alive"
}

/// Whether the service can do its work.
async fn is_ready(ready: web::Data<dyn Ready>) -> Result<impl Responder, Problem> {
    let ready = ready.into_inner();
    match web::block(move || ready.ready()).await {
        Ok(Ok(())) => Ok("ready"),
        Ok(Err(cause)) => Err(Problem::unavailable(cause)),
        Err(cause) => Err(Problem::unavailable(cause)),
    }
}

struct Look(Arc<dyn Fn() + Send + Sync>);

/// What the service counts of itself.
async fn prometheus(look: web::Data<Look>) -> HttpResponse {
    look.0();
    HttpResponse::Ok()
        .content_type(telemetry::MEDIA_TYPE)
        .body(telemetry().text())
}

async fn openapi_json(published: web::Data<Published>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(published.text.clone())
}

/// What browsers are told. (`middleware` adds the headers that a page may read.)
fn cors(origins: &[String]) -> Cors {
    let allowed = origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    allowed
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::IF_MATCH,
        ])
        .allowed_headers([
            AFFILIATION,
            "Idempotency-Key",
            "Nav-Call-Id",
            "X-Correlation-ID",
            "traceparent",
        ])
        .max_age(600)
}

#[cfg(test)]
mod tests;
