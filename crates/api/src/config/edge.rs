//! What is asked of those who call, and told to them, before anything else: origins, rates,
//! connections, transport.

use std::num::NonZeroU32;

use actix_web::http::Uri;

use super::reader::Reader;
use crate::auth::issuers::is_loopback;
use crate::http::rates::Quota;

/// Requests of one client in a minute, unless told.
const RATE: Quota = Quota {
    requests: NonZeroU32::new(6000).expect("not zero"),
    seconds: NonZeroU32::new(60).expect("not zero"),
};
/// Connections at a time, unless told.
const CONNECTIONS: usize = 8192;

/// The settings of the outermost edge.
#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// The origins that browsers may call from.
    pub origins: Vec<String>,
    /// How often one client may ask, by its token; none where there is no limit.
    pub client_rate: Option<Quota>,
    /// How often one address may ask without a token that is known.
    pub peer_rate: Option<Quota>,
    /// How many connections there may be at a time.
    pub connections: usize,
    /// For how many seconds browsers are to insist on TLS.
    pub hsts: Option<u32>,
}

pub(super) fn read(reader: &mut Reader<'_>, development: bool) -> EdgeSettings {
    EdgeSettings {
        origins: origins(reader, development),
        client_rate: rate(reader, "SAMRAD_RATE_CLIENT", development),
        peer_rate: rate(reader, "SAMRAD_RATE_PEER", development),
        connections: number(reader, "SAMRAD_CONNECTIONS", 16).unwrap_or(CONNECTIONS),
        hsts: number(reader, "SAMRAD_HSTS_SECONDS", 1),
    }
}

/// `requests/seconds`, or `no`. On a development machine there is no limit unless told.
fn rate(reader: &mut Reader<'_>, setting: &'static str, development: bool) -> Option<Quota> {
    match reader.optional(setting).as_deref() {
        None => (!development).then_some(RATE),
        Some("no") => None,
        Some(text) => {
            let quota = Quota::parse(text);
            if quota.is_none() {
                reader.fault(setting, "must be requests/seconds, like 6000/60, or no");
            }
            quota
        }
    }
}

/// A whole number, of at least `least`.
fn number<N>(reader: &mut Reader<'_>, setting: &'static str, least: N) -> Option<N>
where
    N: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let text = reader.optional(setting)?;
    let number = text.trim().parse().ok().filter(|number| *number >= least);
    if number.is_none() {
        reader.fault(setting, format!("must be a whole number, from {least}"));
    }
    number
}

fn origins(reader: &mut Reader<'_>, development: bool) -> Vec<String> {
    let text = reader.optional("SAMRAD_CORS_ORIGINS").unwrap_or_default();
    let origins: Vec<_> = text
        .split(',')
        .map(str::trim)
        .filter(|o| !o.is_empty())
        .map(str::to_owned)
        .collect();
    for (place, origin) in origins.iter().enumerate() {
        if let Err(fault) = is_origin(origin, development) {
            reader.fault("SAMRAD_CORS_ORIGINS", format!("no. {}: {fault}", place + 1));
        }
    }
    origins
}

fn is_origin(origin: &str, development: bool) -> Result<(), &'static str> {
    let uri: Uri = origin.parse().map_err(|_| "not an origin")?;
    let host = uri
        .host()
        .ok_or("not an origin: scheme://host, and a port where it has one")?;
    let bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/")
        && !origin.ends_with('/')
        && !origin.contains('@');
    match uri.scheme_str() {
        _ if !bare => Err("an origin has no path"),
        Some("https") => Ok(()),
        Some("http") if development && is_loopback(host) => Ok(()),
        _ => Err("must be https (http on this machine in development)"),
    }
}
