//! The pages that a problem's `type` opens: what each code means, how it comes about, and what to
//! do. For people; nothing of any request is on them.

use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use actix_web::{HttpResponse, web};
use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use validator::Validate;

use crate::http::extract::Query;
use crate::http::language::{Language, Text};
use crate::http::problem::{Code, Problem};

const STYLE: &str = "body{font:1.05rem/1.55 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;\
color:#1d2126;background:#fff}h1{line-height:1.25}code{background:#eef0f3;padding:.1em .3em;border-radius:.2em}\
nav{display:flex;gap:1rem;flex-wrap:wrap}a{color:#0b4f8a}th,td{text-align:left;vertical-align:top;\
padding:.3em 1em .3em 0}";

/// A page loads nothing, and has no other style than its own.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
});

const INDEX: Text = Text::fixed("Problemer", "Problem", "Problems");
const ALL: Text = Text::fixed("Alle problemer", "Alle problem", "All problems");
const CAUSE: Text = Text::fixed("Årsak", "Årsak", "Cause");
const CURE: Text = Text::fixed("Hva du kan gjøre", "Kva du kan gjere", "What to do");
const STATUS: Text = Text::fixed("HTTP-status", "HTTP-status", "HTTP status");
const CODE: Text = Text::fixed("Kode", "Kode", "Code");
const TITLE: Text = Text::fixed("Tittel", "Tittel", "Title");

/// The language asked for, over that of the headers.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    lang: Option<Language>,
}

/// `GET /problems`: every code.
pub async fn index(asked: Query<Asked>, preferred: Language) -> HttpResponse {
    let language = asked.into_inner().lang.unwrap_or(preferred);
    let content = html! {
        h1 { (INDEX.in_language(language)) }
        table {
            thead { tr {
                @for heading in [CODE, STATUS, TITLE] { th { (heading.in_language(language)) } }
            } }
            tbody { @for code in Code::ALL { tr {
                td { a href=(link(&code.page(), language)) { code { (code.code()) } } }
                td { (code.status().as_u16()) }
                td { (code.title().in_language(language)) }
            } } }
        }
    };
    written("/problems", INDEX.in_language(language), language, &content)
}

/// `GET /problems/{code}`: one code.
///
/// # Errors
/// `unknownRoute` for what is no code.
pub async fn page(
    code: web::Path<String>,
    asked: Query<Asked>,
    preferred: Language,
) -> Result<HttpResponse, Problem> {
    let code = Code::parse(&code).ok_or_else(|| Problem::new(Code::UnknownRoute))?;
    let language = asked.into_inner().lang.unwrap_or(preferred);
    let title = code.title();
    let content = html! {
        h1 { (title.in_language(language)) }
        p { (code.detail().in_language(language)) }
        table { tbody {
            tr { th { (CODE.in_language(language)) } td { code { (code.code()) } } }
            tr { th { (STATUS.in_language(language)) } td {
                (code.status().as_u16()) " " (code.status().canonical_reason().unwrap_or_default())
            } }
        } }
        h2 { (CAUSE.in_language(language)) }
        p { (code.cause().in_language(language)) }
        h2 { (CURE.in_language(language)) }
        p { (code.cure().in_language(language)) }
        p { a href=(link("/problems", language)) { (ALL.in_language(language)) } }
    };
    let title = title.in_language(language);
    Ok(written(&code.page(), title, language, &content))
}

fn link(path: &str, language: Language) -> String {
    format!("{path}?lang={}", language.tag())
}

/// The whole page, which stays as it is for as long as the service does.
fn written(path: &str, title: &str, language: Language, content: &Markup) -> HttpResponse {
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    let whole = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Samråd" }
                @for other in others.clone() {
                    link rel="alternate" hreflang=(other.tag()) href=(link(path, other));
                }
                style { (PreEscaped(STYLE)) }
            }
            body {
                nav { @for other in others {
                    a href=(link(path, other)) lang=(other.tag()) hreflang=(other.tag()) { (other.name()) }
                } }
                main { (content) }
            }
        }
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language.tag()))
        .insert_header((VARY, "Accept-Language"))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(whole.into_string())
}
