//! The service's public endpoints.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tlog_tiles::{Hash, Tile};

use crate::Fault;

/// A running service.
pub struct Service {
    agent: ureq::Agent,
    base: String,
    authorization: Option<String>,
}

impl Service {
    /// The service below a URL.
    pub fn new(base: &str, token: Option<&str>) -> Self {
        Self {
            agent: ureq::Agent::new_with_defaults(),
            base: base.trim_end_matches('/').to_owned(),
            authorization: token.map(|token| format!("Bearer {}", token.trim())),
        }
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, ureq::Error> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        request.call()?.into_body().read_to_vec()
    }

    /// An answer as text.
    pub fn text(&self, path: &str) -> Result<String, Fault> {
        let unread = |why: String| Fault::Unread(path.to_owned(), why);
        let bytes = self.get(path).map_err(|error| unread(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| unread(error.to_string()))
    }

    /// The bytes of a tile.
    pub fn tile(&self, tile: Tile) -> Result<Vec<u8>, Fault> {
        // The crate spells paths as Go's checksum database does, with the height first.
        let path = tile.path().replacen("tile/8/", "/log/tile/", 1);
        self.get(&path)
            .map_err(|error| Fault::Unread(path, error.to_string()))
    }

    /// A consistency proof.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Vec<Hash>, Fault> {
        let text = self.text(&format!("/log/consistency?from={from}&to={to}"))?;
        let hashes: Option<_> = text.lines().map(hash).collect();
        hashes.ok_or_else(|| Fault::Consistency("not a hash on each line".to_owned()))
    }
}

/// A hash in base64.
pub fn hash(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok().map(Hash)
}
