//! `/docs`: the API in the browser. Swagger UI's own files come out of the program, so that the
//! page needs no network but the service; the page around them is ours, without a script or style
//! written in it, so that its policy can forbid both.
//!
//! In the demo, and there alone, the tokens of its persons are a click away ([`Offered`]). `serve`
//! has none to offer, and knows neither their script nor their list.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa_swagger_ui::Config;

use crate::http::problem::{Code, Problem};

/// The content that the pages may load: their own files, and images written in styles.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE: &str = include_str!("docs/page.html");
const STYLE: &str = include_str!("docs/page.css");
const START: &str = include_str!("docs/start.js");
const PERSONS: &str = include_str!("docs/persons.js");
/// What the page of the demo has besides.
const SCRIPT: &str = r#"<script src="persons.js" type="module"></script>"#;

/// Files of Swagger UI that the page asks for.
const PARTS: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

/// Somebody whose token is a click away.
#[derive(Clone, Serialize)]
pub struct Person {
    /// Who it is.
    pub who: &'static str,
    /// The variable of the same token in the demo's file.
    pub name: &'static str,
    /// The token.
    pub token: String,
}

/// The demo's persons.
#[derive(Clone)]
pub struct Offered(pub Vec<Person>);

/// Mounts the page and its files.
pub fn mount(app: &mut web::ServiceConfig) {
    let moved = || async { web::Redirect::to("/docs/").permanent() };
    app.route("/docs", web::get().to(moved))
        .route("/docs/", web::get().to(page))
        .route("/docs/persons.json", web::get().to(persons))
        .route("/docs/{file}", web::get().to(file));
}

async fn page(offered: Option<web::Data<Offered>>) -> HttpResponse {
    let more = if offered.is_some() { SCRIPT } else { "" };
    answer(
        "text/html; charset=utf-8",
        PAGE.replace("<!-- persons -->", more),
    )
}

async fn persons(offered: Option<web::Data<Offered>>) -> Result<HttpResponse, Problem> {
    let offered = offered.ok_or_else(|| Problem::new(Code::UnknownRoute))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(&offered.0))
}

async fn file(
    name: web::Path<String>,
    offered: Option<web::Data<Offered>>,
) -> Result<HttpResponse, Problem> {
    let script = "text/javascript; charset=utf-8";
    match name.as_str() {
        "page.css" => Ok(answer("text/css; charset=utf-8", STYLE)),
        "start.js" => Ok(answer(script, START)),
        "persons.js" if offered.is_some() => Ok(answer(script, PERSONS)),
        part if PARTS.contains(&part) => of_swagger(part),
        _ => Err(Problem::new(Code::UnknownRoute)),
    }
}

fn of_swagger(name: &str) -> Result<HttpResponse, Problem> {
    let config = Arc::new(Config::from("/openapi.json"));
    let found = utoipa_swagger_ui::serve(name, config).map_err(Problem::internal)?;
    let file = found.ok_or_else(|| Problem::new(Code::UnknownRoute))?;
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type);
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(file.bytes.into_owned()))
}

fn answer(kind: &'static str, body: impl Into<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok().content_type(kind).body(body.into())
}
