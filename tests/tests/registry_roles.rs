//! Who keeps the registry: administrators, and nobody else whatever their token. And systems: each
//! of one organisation, allowed what both its registration and its token say.

use samrad_tests::{Caller, World, numbers, on_both};
use serde_json::{Value, json};

const SOME_ID: &str = "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11";

/// Every act of an administrator, with a body of the right shape.
fn acts(world: &World) -> Vec<(&'static str, String, Value)> {
    let issuer = world.issuers().staff.url();
    let affiliation = json!({"unitId": SOME_ID, "role": "clinician", "positionPercent": 100, "validFrom": "2026-01-01"});
    vec![
        (
            "POST",
            "/organisations".into(),
            json!({"number": numbers::organisation_number(5), "name": "X"}),
        ),
        (
            "PUT",
            format!("/organisations/{SOME_ID}/policy"),
            json!({"recipients": "unit", "oral": "no", "retentionYears": 5}),
        ),
        (
            "POST",
            "/units".into(),
            json!({"organisationId": SOME_ID, "name": "X", "kind": "dps", "compartment": {"kind": "health"}}),
        ),
        ("POST", "/persons".into(), json!({"name": "X"})),
        ("GET", format!("/persons/{SOME_ID}"), Value::Null),
        (
            "POST",
            format!("/persons/{SOME_ID}/identities"),
            json!({"kind": "token", "issuer": issuer, "subject": "x"}),
        ),
        (
            "DELETE",
            format!("/persons/{SOME_ID}/identities/{SOME_ID}"),
            Value::Null,
        ),
        (
            "POST",
            format!("/persons/{SOME_ID}/affiliations"),
            affiliation,
        ),
        ("POST", format!("/affiliations/{SOME_ID}/end"), json!({})),
        (
            "POST",
            "/clients".into(),
            json!({"organisationId": SOME_ID, "name": "X", "clientId": "x", "scopes": []}),
        ),
        ("GET", "/clients".into(), Value::Null),
        ("POST", format!("/clients/{SOME_ID}/end"), json!({})),
    ]
}

fn is_kept_out(world: &World, caller: &impl Caller) {
    for (method, path, body) in acts(world) {
        let call = caller.call(method, &path).header("If-Match", "\"v1\"");
        let call = if body.is_null() {
            call
        } else {
            call.json(&body)
        };
        call.send().refused(403, "forbidden").done();
    }
}

on_both! {
    /// The role decides, not the unit: not even privacy officers change what somebody is.
    fn administrators_alone_keep_the_registry(world) {
        let dps = world.dps("Søndre Oslo DPS");
        for role in ["clinician", "gp", "navAdviser", "jobSpecialist", "methodSupervisor", "coordinator",
            "employerContact", "auditor", "privacyOfficer"] {
            is_kept_out(world, &world.person_at(&dps, role));
        }
    }

    /// Patients look in the directory and change nothing.
    fn citizens_keep_no_registry(world) {
        let number = numbers::identity_number(jiff::civil::date(1990, 5, 17), 3);
        is_kept_out(world, &world.citizen(&number));
    }

    /// Nor do systems, whatever scopes they bring.
    fn systems_keep_no_registry(world) {
        let organisation = world.organisation("Helse");
        is_kept_out(world, &world.system_of(&organisation, "samrad:notes samrad:admin"));
    }

    /// Administrators see no case.
    fn administrators_see_no_case(world) {
        let administrator = world.administrator();
        administrator.get("/cases").refused(403, "forbidden").done();
        administrator.post("/cases", json!({"question": "Hva er arbeidsavklaringspenger?"})).refused(403, "forbidden").done();
    }

    /// A scope counts where both the registration and the token have it.
    fn a_system_has_the_scopes_that_both_allow(world) {
        let organisation = world.organisation("Helse");
        let body = json!({"organisationId": organisation.id, "name": "Journal", "clientId": "journal", "scopes": ["samrad:notes", "samrad:b"]});
        let made = world.administrator().post("/clients", body).expect(201).json();
        let asks = |scopes: &str| {
            let token = world.issuers().machine.for_machine("journal", &organisation.number, scopes);
            world.nobody().with_token(token.signed()).get("/me").expect(200).json()
        };
        let me = asks("samrad:notes samrad:a");
        assert_eq!(me["scopes"], json!(["samrad:notes"]));
        assert_eq!((&me["id"], &me["organisationId"]), (&made["id"], &json!(organisation.id)));
        assert_eq!(asks("")["scopes"], json!([]));
    }

    /// One client id, one organisation; a second registration is refused until the first ends.
    fn a_client_is_of_one_organisation(world) {
        let (one, other) = (world.organisation("One"), world.organisation("Other"));
        let administrator = world.administrator();
        let register = |organisation: &str| {
            administrator.post("/clients", json!({"organisationId": organisation, "name": "Journal", "clientId": "journal", "scopes": []}))
        };
        let first = register(&one.id).expect(201).id();
        assert_eq!(register(&other.id).refused(409, "conflict").json()["reason"], "alreadyRegistered");

        let token = world.issuers().machine.for_machine("journal", &one.number, "samrad:notes");
        let system = world.nobody().with_token(token.signed());
        system.get("/units").expect(200).done();
        let end = format!("/clients/{first}/end");
        administrator.post(&end, json!({})).expect(200).done();
        system.get("/units").refused(403, "unknownCaller").done();
        administrator.post(&end, json!({})).refused(409, "conflict").done();

        register(&other.id).expect(201).done();
        assert_eq!(system.get("/me").expect(200).json()["organisationId"], json!(other.id));
        let path = format!("/clients?organisationId={}", one.id);
        let listed = administrator.get(&path).expect(200).json();
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
        assert!(listed["items"][0]["endedAt"].is_string());
    }

    /// Scopes are single words, and organisations known.
    fn a_client_must_make_sense(world) {
        let organisation = world.organisation("Helse");
        let administrator = world.administrator();
        let with = |field: &str, value: Value| {
            let mut body = json!({"organisationId": organisation.id, "name": "Journal", "clientId": "journal", "scopes": ["samrad:notes"]});
            body[field] = value;
            administrator.post("/clients", body).refused(422, "invalid").json()["errors"][0]["pointer"].clone()
        };
        assert_eq!(with("scopes", json!(["a b"])), "/scopes/0");
        assert_eq!(with("organisationId", json!(SOME_ID)), "/organisationId");
        assert_eq!(with("issuer", json!("https://staff.test")), "/issuer");
    }
}
