//! Links: from what an answer holds to what can be done with it. A generated client can follow
//! them, and whoever tries the service from outside gets deep into it.
//!
//! They follow from the paths: what `POST /cases` makes and `GET /cases` lists is what
//! `/cases/{id}` is about. Only where a thing lives elsewhere than it was made, a line says so.

use serde_json::{Map, Value, json};

use super::{METHODS, schemas};

/// Things that live at another path than where they are made or listed.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/api/v1/cases/{id}/discussions", "/api/v1/discussions"),
    ("/api/v1/patients/search", "/api/v1/patients"),
    ("/api/v1/patients/{id}/consents", "/api/v1/consents"),
    ("/api/v1/patients/{id}/objections", "/api/v1/objections"),
    ("/api/v1/persons/{id}/affiliations", "/api/v1/affiliations"),
    ("/api/v1/ips/participations/{id}/notes", "/api/v1/ips/notes"),
    ("/api/v1/me/ips-notes", "/api/v1/ips/notes"),
    ("/api/v1/consents/{id}/narrowing", "/api/v1/consents"),
    ("/api/v1/consents/{id}/renewal", "/api/v1/consents"),
];

/// Where an answer holds ids.
const PLACES: &[(&[&str], &str)] = &[
    (&["id"], "$response.body#/id"),
    (&["items", "id"], "$response.body#/items/0/id"),
];

/// Adds to each success the links that its body allows.
pub(super) fn add(document: &mut Value) {
    let mut found = Vec::new();
    for (path, method, operation) in operations(document) {
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            if status.starts_with('2') {
                let links = links_of(document, path, response);
                let links = links.into_iter().chain(next_page(operation));
                let links: Map<_, _> = links.collect();
                found.push((path.clone(), *method, status.clone(), links));
            }
        }
    }
    for (path, method, status, links) in found {
        if !links.is_empty() {
            document["paths"][&path][method]["responses"][&status]["links"] = Value::Object(links);
        }
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &'static &'static str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        METHODS
            .iter()
            .filter_map(move |method| Some((path, method, item.get(*method)?)))
    })
}

fn links_of(document: &Value, path: &str, response: &Value) -> Vec<(String, Value)> {
    let schema = &response["content"]["application/json"]["schema"];
    let place = PLACES
        .iter()
        .find(|(steps, _)| schemas::holds(document, schema, steps));
    let Some((_, expression)) = place else {
        return Vec::new();
    };
    let versioned = response["headers"].get("ETag").is_some();
    let leads = homes(path).into_iter().flat_map(|(home, above)| {
        operations(document).filter_map(move |(target, _, operation)| {
            let id = only_id_below(target, &home)?;
            let mut parameters: Map<_, _> = above
                .iter()
                .map(|name| (name.clone(), json!(format!("$request.path.{name}"))))
                .collect();
            parameters.insert(id.to_owned(), json!(expression));
            let conditional = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|p| p["name"] == "If-Match"));
            if conditional && versioned {
                parameters.insert("If-Match".into(), json!("$response.header.ETag"));
            }
            let name = operation["operationId"].as_str()?.to_owned();
            let link = json!({"operationId": name, "parameters": parameters,
                "description": operation["summary"]});
            Some((name, link))
        })
    });
    leads.collect()
}

/// The collections in which what stands at `path` lives, each with the ids above it that the path
/// holds too.
fn homes(path: &str) -> Vec<(String, Vec<String>)> {
    let own = match path.rsplit_once('/') {
        Some((above, last)) if last.starts_with('{') => above,
        _ => path,
    };
    let ids = |path: &str| {
        path.split('/')
            .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let elsewhere = ELSEWHERE.iter().filter(|(made, _)| *made == path);
    std::iter::once(own)
        .chain(elsewhere.map(|(_, home)| *home))
        .map(|home| (home.to_owned(), ids(home)))
        .collect()
}

/// The name of the id, where `target` is `home/{id}` or below it, and takes no further one.
fn only_id_below<'t>(target: &'t str, home: &str) -> Option<&'t str> {
    let below = target.strip_prefix(home)?.strip_prefix("/{")?;
    let (id, rest) = below.split_once('}')?;
    (!rest.contains('{')).then_some(id)
}

/// The link from a page to the next one: the same question, from where the page ended.
fn next_page(operation: &Value) -> Option<(String, Value)> {
    let parameters = operation["parameters"].as_array()?;
    let named = |place: &'static str| {
        let all = parameters.iter().filter(move |p| p["in"] == place);
        all.filter_map(|p| p["name"].as_str())
    };
    named("query").find(|name| *name == "cursor")?;
    let question = named("query").filter(|name| *name != "cursor");
    let question = question.map(|name| (name.to_owned(), json!(format!("$request.query.{name}"))));
    let about = named("path").map(|name| (name.to_owned(), json!(format!("$request.path.{name}"))));
    let mut filled: Map<_, _> = question.chain(about).collect();
    filled.insert("cursor".into(), json!("$response.body#/nextCursor"));
    let mut link = json!({"operationId": operation["operationId"], "parameters": filled,
        "description": "The next page; there is none where the answer has no `nextCursor`."});
    if operation.get("requestBody").is_some() {
        link["requestBody"] = json!("$request.body");
    }
    Some(("nextPage".into(), link))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        let made = json!({"content": {"application/json": {"schema": {"properties": {"id": {}}}}}});
        let listed = json!({"content": {"application/json": {"schema": {"properties": {"items": {"items": {"properties": {"id": {}}}}}}}}});
        json!({"paths": {
            "/cases": {
                "post": {"operationId": "createCase", "responses": {"201": made}},
                "get": {"operationId": "listCases", "responses": {"200": listed},
                    "parameters": [{"name": "cursor", "in": "query"}, {"name": "state", "in": "query"}]},
            },
            "/cases/{id}": {"get": {"operationId": "getCase", "summary": "Read it.", "responses": {}}},
            "/cases/{id}/members/{personId}": {"get": {"operationId": "getMember", "responses": {}}},
        }})
    }

    #[test]
    fn what_is_made_or_listed_leads_to_what_can_be_done_with_it() {
        let mut document = sample();
        add(&mut document);
        let made = &document["paths"]["/cases"]["post"]["responses"]["201"]["links"];
        assert_eq!(
            made["getCase"]["parameters"],
            json!({"id": "$response.body#/id"})
        );
        assert!(made.get("getMember").is_none(), "it needs another id");
        let listed = &document["paths"]["/cases"]["get"]["responses"]["200"]["links"];
        assert_eq!(
            listed["getCase"]["parameters"]["id"],
            "$response.body#/items/0/id"
        );
        let next = &listed["nextPage"]["parameters"];
        assert_eq!(next["cursor"], "$response.body#/nextCursor");
        assert_eq!(next["state"], "$request.query.state");
    }
}
