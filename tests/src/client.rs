//! A caller of the API: an address, a token, and the affiliation to act in.

use std::sync::PoisonError;
use std::time::Duration;

use serde_json::Value;
use ureq::{Agent, http};

use crate::reply::Reply;
use crate::server::Address;

/// Where the API begins; paths of [`Caller`] are relative to it.
pub const API: &str = "/api/v1";

/// Calls the service as one person or system, or as nobody. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    address: Address,
    token: Option<String>,
    affiliation: Option<String>,
}

impl Client {
    /// A caller without a token.
    #[must_use]
    pub fn nobody(address: Address) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(60)))
            .max_idle_connections(512)
            .max_idle_connections_per_host(512)
            .build();
        Self {
            agent: config.into(),
            address,
            token: None,
            affiliation: None,
        }
    }

    /// The same caller with a token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self {
            token: Some(token.into()),
            ..self.clone()
        }
    }

    /// The same caller, acting in an affiliation.
    #[must_use]
    pub fn in_affiliation(&self, affiliation: impl Into<String>) -> Self {
        Self {
            affiliation: Some(affiliation.into()),
            ..self.clone()
        }
    }

    /// The same caller with connections of their own.
    #[must_use]
    pub fn apart(&self) -> Self {
        let fresh = Self::nobody(Address::clone(&self.address));
        Self {
            agent: fresh.agent,
            ..self.clone()
        }
    }

    /// The same caller where `another` calls: at another instance of the service.
    #[must_use]
    pub fn at_the_same_as(&self, another: &Self) -> Self {
        Self {
            agent: another.agent.clone(),
            address: Address::clone(&another.address),
            ..self.clone()
        }
    }

    /// A request to a whole path (`/internal/isAlive`, `/api/v1/cases`), to be completed.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let address = self
            .address
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut headers = Vec::new();
        if let Some(token) = &self.token {
            headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
        }
        if let Some(affiliation) = &self.affiliation {
            headers.push(("Samrad-Affiliation".to_owned(), affiliation.clone()));
        }
        let (method, url) = (method.to_owned(), format!("{address}{path}"));
        Request {
            client: self,
            method,
            url,
            headers,
            body: Vec::new(),
        }
    }
}

/// A request in the making.
#[must_use]
#[derive(Debug)]
pub struct Request<'a> {
    client: &'a Client,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request<'_> {
    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With any body.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sends it, and reads the whole answer.
    ///
    /// # Errors
    /// When there is no answer: the service is gone, or went while answering.
    pub fn try_send(self) -> Result<Reply, ureq::Error> {
        let asked = format!("{} {}", self.method, self.url);
        let mut request = http::Request::builder()
            .method(self.method.as_str())
            .uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent = &self.client.agent;
        let mut answer = if self.headers.iter().any(|(name, _)| name == "Content-Type") {
            agent.run(request.body(self.body)?)?
        } else {
            agent.run(request.body(())?)?
        };
        let body = answer
            .body_mut()
            .with_config()
            .limit(256 << 20)
            .read_to_vec()?;
        Ok(Reply::new(asked, &answer, body))
    }

    /// Sends it, and reads the whole answer.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn send(self) -> Reply {
        let asked = format!("{} {}", self.method, self.url);
        self.try_send().unwrap_or_else(|e| panic!("{asked}: {e}"))
    }
}

/// Whoever can call the API: a person, a citizen, a system. Paths are relative to [`API`].
pub trait Caller {
    /// The client that they call with.
    fn client(&self) -> &Client;

    /// Reads.
    #[track_caller]
    fn get(&self, path: &str) -> Reply {
        self.call("GET", path).send()
    }

    /// Does an act, or asks with a body.
    #[track_caller]
    fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path).json(&body).send()
    }

    /// Does an act that changes what it meets, whichever version that has.
    #[track_caller]
    fn post_over(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path)
            .header("If-Match", "*")
            .json(&body)
            .send()
    }

    /// Replaces what has this ETag.
    #[track_caller]
    fn put(&self, path: &str, etag: &str, body: Value) -> Reply {
        self.call("PUT", path)
            .header("If-Match", etag)
            .json(&body)
            .send()
    }

    /// Changes what has this ETag.
    #[track_caller]
    fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        self.call("PATCH", path)
            .header("If-Match", etag)
            .json(&body)
            .send()
    }

    /// Removes, whichever version there is.
    #[track_caller]
    fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path).header("If-Match", "*").send()
    }

    /// A request to be completed.
    fn call(&self, method: &str, path: &str) -> Request<'_> {
        self.client().request(method, &format!("{API}{path}"))
    }
}

impl Caller for Client {
    fn client(&self) -> &Client {
        self
    }
}
