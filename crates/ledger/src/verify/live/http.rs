//! The service over HTTP.

use std::time::Duration;

use ureq::Agent;

use crate::verify::Stop;

use super::Service;

const MOST_BYTES: u64 = 256 << 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// A service at a URL, with an auditor's token or without.
pub struct Http {
    agent: Agent,
    base: String,
    authorization: Option<String>,
}

impl Http {
    /// The service below this URL.
    pub fn new(base: &str, token: Option<&str>) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        let authorization = token.map(|token| format!("Bearer {}", token.trim()));
        Self {
            agent,
            base: base.trim_end_matches('/').to_owned(),
            authorization,
        }
    }
}

impl Service for Http {
    fn get(&self, path: &str) -> Result<Vec<u8>, Stop> {
        let url = format!("{}{path}", self.base);
        let mut request = self.agent.get(&url);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let answer = request
            .call()
            .map_err(|error| Stop::unreadable(&url, error))?;
        let body = answer
            .into_body()
            .into_with_config()
            .limit(MOST_BYTES)
            .read_to_vec();
        body.map_err(|error| Stop::unreadable(&url, error))
    }
}
