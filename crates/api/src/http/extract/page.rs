//! Pages of a list: a limit, and an opaque cursor bound to the caller and the question, so that
//! nobody pages on in another's list or under another filter.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::extract::query;
use crate::http::keys::{HttpKeys, TAG};
use crate::http::problem::{FieldFault, Problem};

/// Items on a page, unless told.
const LIMIT: u32 = 50;
/// Items that a page may have.
const MAX_LIMIT: u32 = 200;
/// Characters that a cursor may have.
const MAX_CURSOR: u64 = 1000;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed<T> {
    /// The items, at most as many as the limit.
    #[schema(max_items = 200)]
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000)]
    pub next_cursor: Option<String>,
}

/// Makes and opens the cursors of one caller's one question.
#[derive(Clone)]
pub struct Cursors {
    keys: web::Data<HttpKeys>,
    question: Vec<u8>,
}

impl Cursors {
    /// Cursors for `caller` (see `Caller::binding`), who asks `question` of `path`.
    #[must_use]
    pub fn new(keys: web::Data<HttpKeys>, caller: &[u8], path: &str, question: &[u8]) -> Self {
        let mut bound = Vec::new();
        for part in [caller, path.as_bytes(), question] {
            bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bound.extend_from_slice(part);
        }
        Self {
            keys,
            question: bound,
        }
    }

    /// The cursor that stands for `place`.
    ///
    /// # Errors
    /// `internal` if the place can't be written as JSON.
    pub fn seal(&self, place: &impl Serialize) -> Result<String, Problem> {
        let mut bytes = serde_json::to_vec(place).map_err(Problem::internal)?;
        let tag = self.keys.cursor_tag(&self.question, &bytes);
        bytes.extend_from_slice(&tag);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The place that `cursor` stands for.
    ///
    /// # Errors
    /// `malformed` if it is not a cursor of this caller and question.
    pub fn open<K: DeserializeOwned>(&self, cursor: &str) -> Result<K, Problem> {
        self.opened(cursor)
            .ok_or_else(|| Problem::malformed(vec![FieldFault::new("?cursor", "cursor")]))
    }

    fn opened<K: DeserializeOwned>(&self, cursor: &str) -> Option<K> {
        if cursor.len() as u64 > MAX_CURSOR {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (place, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        self.keys
            .is_cursor_tag(&self.question, place, tag)
            .then(|| serde_json::from_slice(place).ok())
            .flatten()
    }
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cursors(..)")
    }
}

/// The parameters of a list: `limit`, `cursor`, and those of the filter `T`.
#[derive(Debug)]
pub struct Paged<T> {
    /// What is asked for.
    pub filter: T,
    /// Items on the page, 1–200.
    pub limit: u32,
    cursor: Option<String>,
    path: String,
    question: String,
    keys: web::Data<HttpKeys>,
}

/// A list without a filter.
#[derive(Clone, Copy, Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Unfiltered {}

impl<T> Paged<T> {
    /// The cursors of this list for this caller (see `Caller::binding`).
    #[must_use]
    pub fn cursors(&self, caller: &[u8]) -> Cursors {
        Cursors::new(
            self.keys.clone(),
            caller,
            &self.path,
            self.question.as_bytes(),
        )
    }

    /// The place after which the page begins; nothing on the first.
    ///
    /// # Errors
    /// `malformed` if the cursor belongs to another caller or question.
    pub fn after<K: DeserializeOwned>(&self, cursors: &Cursors) -> Result<Option<K>, Problem> {
        self.cursor
            .as_deref()
            .map(|cursor| cursors.open(cursor))
            .transpose()
    }

    /// The page made of `items`, of which one more than `limit` was looked for.
    ///
    /// # Errors
    /// `internal` if a place can't be written as JSON.
    pub fn page<I, K: Serialize>(
        &self,
        mut items: Vec<I>,
        cursors: &Cursors,
        place: impl Fn(&I) -> K,
    ) -> Result<Listed<I>, Problem> {
        let more = items.len() > self.limit as usize;
        items.truncate(self.limit as usize);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|item| cursors.seal(&place(item))).transpose()?;
        Ok(Listed { items, next_cursor })
    }
}

#[derive(Deserialize, Validate)]
struct Turn {
    #[validate(range(min = 1, max = "MAX_LIMIT"))]
    limit: Option<u32>,
    #[validate(length(min = 1, max = "MAX_CURSOR"))]
    cursor: Option<String>,
}

impl<T: DeserializeOwned + Validate> FromRequest for Paged<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

fn read<T: DeserializeOwned + Validate>(request: &HttpRequest) -> Result<Paged<T>, Problem> {
    let keys = request.app_data::<web::Data<HttpKeys>>().cloned();
    let keys = keys.ok_or_else(|| Problem::internal("the application has no keys for HTTP"))?;
    let pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let (mut turning, mut filtering): (Vec<_>, Vec<_>) =
        pairs.partition(|(name, _)| name == "limit" || name == "cursor");
    filtering.sort();
    turning.sort();
    let written = |pairs: &[(_, _)]| {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    };
    let question = written(&filtering);
    let (filter, turn) = (
        query::faults_or::<T>(&question),
        query::faults_or::<Turn>(&written(&turning)),
    );
    let (filter, turn) = match (filter, turn) {
        (Ok(filter), Ok(turn)) => (filter, turn),
        (filter, turn) => {
            let faults = [filter.err(), turn.err()];
            return Err(Problem::malformed(
                faults.into_iter().flatten().flatten().collect(),
            ));
        }
    };
    Ok(Paged {
        filter,
        limit: turn.limit.unwrap_or(LIMIT),
        cursor: turn.cursor,
        path: request.path().to_owned(),
        question,
        keys,
    })
}

#[cfg(test)]
mod tests;
