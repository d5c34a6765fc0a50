//! Faults of a body: all of them at once, each with a JSON pointer (RFC 6901) to its place.

use std::collections::BTreeMap;

use samrad_tests::{Caller as _, Client, Reply, on_both};
use serde_json::{Value, json};

on_both! {
    fn nothing_that_the_caller_wrote_is_repeated(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let secret = "Bjørkehaugen-17912099997";
        let body = json!({"name": {"given": [secret], "family": {"x": secret}}, "identityNumber": secret,
            "birthDate": secret, "municipality": secret, "contact": secret, "protection": secret});
        let reply = clinician.post("/patients", body).refused(422, "invalid");
        assert!(reply.json()["errors"].as_array().is_some_and(|errors| errors.len() > 5), "{}", reply.text());
        assert!(!reply.everything().contains(secret) && !reply.everything().contains("17912099997"));
    }

    fn faults_of_shape_are_told_at_once(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let body = json!({"name": {"given": "", "nick/name~": 1}, "identityNumber": 7, "birthDate": "1955-11-31",
            "contact": {"email": "x".repeat(255), "phone": "ring meg"}, "protection": "code9", "colour": null});
        let expected = [
            ("/birthDate", "date"), ("/colour", "unknownField"), ("/contact/email", "length"), ("/identityNumber", "wrongType"),
            ("/municipality", "missingField"), ("/name/family", "missingField"), ("/name/given", "length"),
            ("/name/nick~1name~0", "unknownField"), ("/protection", "unknownValue"),
        ];
        assert_eq!(faults(&clinician.post("/patients", body)), of(&expected));
    }

    /// What the schema can't tell is told beside what it can, where the body can be read at all.
    fn faults_of_meaning_are_told_beside_them(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let body = json!({"name": {"given": "Ågot\u{202e}", "family": "x".repeat(101)}, "identityNumber": "10915596784",
            "birthDate": "1955-11-10", "municipality": "abcd", "contact": {"phone": "ring meg"}});
        let expected = [("/contact/phone", "phone"), ("/municipality", "municipality"), ("/name/family", "length"),
            ("/name/given", "controlCharacter")];
        assert_eq!(faults(&clinician.post("/patients", body)), of(&expected));
        let both = json!({"name": {"given": "Ågot", "family": "Bjørkehaugen"}, "identityNumber": "10915596785",
            "birthDate": "2199-11-10", "municipality": "0301"});
        let expected = [("/birthDate", "inTheFuture"), ("/identityNumber", "wrongCheckDigit")];
        assert_eq!(faults(&clinician.post("/patients", both)), of(&expected));
    }

    fn every_item_of_a_list_is_looked_at(world) {
        let administrator = world.administrator();
        let body = json!({"name": "Gunvor Lindmoen", "identities": [{"kind": "hpr"}, {"kind": "x", "subject": "1"}, 7],
            "affiliations": [{"unitId": "0190a5c47b1e4c3d9f2a1b2c3d4e5f60", "role": "clinician", "positionPercent": 101,
                "validFrom": "i går"}]});
        let expected = [("/affiliations/0/positionPercent", "range"), ("/affiliations/0/unitId", "notUuid"),
            ("/affiliations/0/validFrom", "date"), ("/identities/0/subject", "missingField"),
            ("/identities/1/kind", "unknownValue"), ("/identities/2", "wrongType")];
        assert_eq!(faults(&administrator.post("/persons", body)), of(&expected));
    }

    /// Over every operation: each field that must be there is named, and the one that must not.
    fn every_field_that_is_missing_is_named_at_once(world) {
        let stock = world.stock();
        for operation in stock.contract.operations() {
            let Some(schema) = &operation.body else { continue };
            let role = operation.roles.first().expect("somebody may");
            let reply = call(&stock.in_role(role), &operation.method, &operation.nowhere());
            let found = faults(&reply);
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut expected: BTreeMap<String, String> =
                required.map(|name| (format!("/{name}"), "missingField".to_owned())).collect();
            expected.insert("/noSuchField".to_owned(), "unknownField".to_owned());
            assert_eq!(found, expected, "{}", operation.name());
        }
    }

    fn every_parameter_that_is_amiss_is_named_at_once(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let reply = clinician.get("/cases?limit=0&state=ajar&mine=1&cursor=").refused(400, "malformed");
        let errors = reply.json()["errors"].as_array().cloned().unwrap_or_default();
        let mut places: Vec<_> = errors.iter().filter_map(|e| e["pointer"].as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["?cursor", "?limit", "?mine", "?state"]);
    }
}

fn call(caller: &Client, method: &str, path: &str) -> Reply {
    let call = caller.call(method, path).header("If-Match", "*");
    call.json(&json!({"noSuchField": 1})).send()
}

/// The faults of a body, by place.
#[track_caller]
fn faults(reply: &Reply) -> BTreeMap<String, String> {
    assert_eq!(
        (reply.status, reply.problem_code().as_str()),
        (422, "invalid"),
        "{}",
        reply.text()
    );
    let json = reply.json();
    let errors = json["errors"].as_array().into_iter().flatten();
    let texts = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    errors
        .map(|error| (texts(error, "pointer"), texts(error, "code")))
        .collect()
}

fn of(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
    let expected = expected.iter();
    expected
        .map(|(place, code)| ((*place).to_owned(), (*code).to_owned()))
        .collect()
}
