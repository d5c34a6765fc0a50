//! The registry: what administrators write, and what the directory shows everybody.

use samrad_tests::{Caller as _, World, numbers, on_both};
use serde_json::{Value, json};

/// Where a refused field stands.
fn pointer(reply: &samrad_tests::Reply) -> String {
    reply.json()["errors"][0]["pointer"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn unit_body(organisation: &str, kind: &str, compartment: &Value) -> Value {
    json!({"organisationId": organisation, "name": "Enhet", "kind": kind, "compartment": compartment})
}

/// All items of a list, read page by page.
fn pages(world: &World, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world
            .administrator()
            .get(&format!("{path}?limit=2{cursor}"))
            .expect(200)
            .json();
        let found = page["items"].as_array().expect("items").clone();
        assert!(found.len() <= 2);
        items.extend(found);
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

on_both! {
    /// A number stands for one organisation.
    fn an_organisation_is_registered_once(world) {
        let first = world.organisation("Oslo universitetssykehus HF");
        let again = json!({"number": first.number, "name": "Another"});
        let refusal = world.administrator().post("/organisations", again).refused(409, "conflict");
        assert_eq!(refusal.json()["reason"], "alreadyRegistered");
    }

    /// The check digit is one of the number's nine.
    fn an_organisation_number_must_be_one(world) {
        let number = numbers::organisation_number(77);
        let last = if number.ends_with('0') { "1" } else { "0" };
        let wrong = format!("{}{last}", &number[..8]);
        let refusal = world
            .administrator()
            .post("/organisations", json!({"number": wrong, "name": "X"}))
            .refused(422, "invalid");
        assert_eq!(pointer(&refusal), "/number");
    }

    /// Everything that is wrong with a body is told at once, and nothing is kept.
    fn all_faults_of_a_person_are_told_at_once(world) {
        let body = json!({
            "name": "Ågot Nordmoen",
            "identities": [
                {"kind": "token", "issuer": "https://elsewhere.test", "subject": "a"},
                {"kind": "navIdent", "subject": "12345"},
                {"kind": "hpr", "subject": "1234567890"},
            ],
            "affiliations": [{"unitId": "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11", "role": "clinician", "positionPercent": 100,
                "validFrom": "2026-02-01", "validUntil": "2026-01-01"}],
        });
        let refusal = world.administrator().post("/persons", body).refused(422, "invalid");
        let faults = refusal.json();
        let pointers: Vec<_> = faults["errors"].as_array().expect("faults").iter().map(|f| &f["pointer"]).collect();
        assert_eq!(pointers, ["/identities/0/issuer", "/identities/1/subject", "/identities/2/subject", "/affiliations/0/validUntil"]);
    }

    /// The compartment of health and of IPS is the unit's own organisation's.
    fn no_unit_joins_another_organisations_health_compartment(world) {
        let (own, other) = (world.organisation("DPS"), world.organisation("Other"));
        let administrator = world.administrator();
        let foreign = unit_body(&own.id, "dps", &json!({"kind": "health", "key": other.id}));
        let refusal = administrator.post("/units", foreign).refused(422, "invalid");
        assert_eq!(pointer(&refusal), "/compartment/key");

        let unsaid = unit_body(&own.id, "dps", &json!({"kind": "health"}));
        let made = administrator.post("/units", unsaid).expect(201).json();
        assert_eq!(made["compartment"], json!({"kind": "health", "key": own.id}));
    }

    /// A NAV office is no place of treatment, and a DPS is none of NAV's.
    fn a_unit_belongs_to_a_compartment_of_its_kind(world) {
        let organisation = world.organisation("NAV Østensjø");
        for (kind, compartment) in [
            ("navOffice", json!({"kind": "health"})),
            ("dps", json!({"kind": "navState", "key": "0312"})),
            ("ipsTeam", json!({"kind": "health"})),
            ("employer", json!({"kind": "ips"})),
        ] {
            let refusal = world
                .administrator()
                .post("/units", unit_body(&organisation.id, kind, &compartment))
                .refused(422, "invalid");
            assert_eq!(pointer(&refusal), "/compartment/kind", "{kind}");
        }
        for key in [json!(null), json!("312"), json!("03120"), json!("o312")] {
            let compartment = json!({"kind": "navState", "key": key});
            let refusal = world
                .administrator()
                .post("/units", unit_body(&organisation.id, "navOffice", &compartment))
                .refused(422, "invalid");
            assert_eq!(pointer(&refusal), "/compartment/key", "{key}");
        }
    }

    /// A unit belongs to somebody.
    fn a_unit_of_no_organisation_is_refused(world) {
        let body = unit_body("5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11", "dps", &json!({"kind": "health"}));
        let refusal = world.administrator().post("/units", body).refused(422, "invalid");
        assert_eq!(pointer(&refusal), "/organisationId");
    }

    /// Nobody overwrites a policy that they haven't seen.
    fn a_policy_is_changed_by_who_has_seen_it(world) {
        let administrator = world.administrator();
        let organisation = world.organisation("Søndre Oslo DPS");
        let path = format!("/organisations/{}", organisation.id);
        let first = administrator.get(&path).expect(200);
        assert_eq!(first.json()["policy"], json!({"recipients": "unit", "oral": "singleUse", "retentionYears": 5}));

        let strict = json!({"recipients": "person", "oral": "no", "retentionYears": 10});
        let put = format!("{path}/policy");
        administrator.call("PUT", &put).json(&strict).send().refused(428, "versionRequired").done();
        let second = administrator.put(&put, &first.etag(), strict.clone()).expect(200);
        assert_eq!(second.json()["policy"], strict);
        assert_ne!(second.etag(), first.etag());
        administrator.put(&put, &first.etag(), strict.clone()).refused(412, "staleVersion").done();

        let brief = json!({"recipients": "unit", "oral": "no", "retentionYears": 4});
        administrator.put(&put, &second.etag(), brief).refused(422, "invalid").done();
        assert_eq!(administrator.get(&path).expect(200).json()["policy"], strict);
    }

    /// Lists are read page by page, each item once, and a cursor is its caller's own.
    fn the_directory_is_read_page_by_page(world) {
        let organisation = world.organisation("Helse");
        let made: Vec<_> = (0..5).map(|n| world.health_unit(&organisation, &format!("DPS {n}"), "dps").id).collect();
        let path = format!("/units?organisationId={}", organisation.id);
        let of_it = world.administrator().get(&path).expect(200).json();
        let listed: Vec<_> = of_it["items"].as_array().expect("items").iter().map(|unit| unit["id"].clone()).collect();
        assert_eq!(listed, made);
        let all = pages(world, "/units");
        assert_eq!(all.len(), 6, "the administrators' unit, and five");

        let page = world.administrator().get("/units?limit=2").expect(200).json();
        let cursor = page["nextCursor"].as_str().expect("more").to_owned();
        let dps = world.dps("Another");
        let clinician = world.clinician_at(&dps);
        clinician.get(&format!("/units?limit=2&cursor={cursor}")).refused(400, "malformed").done();
        world.administrator().get(&format!("/units?limit=2&kind=dps&cursor={cursor}")).refused(400, "malformed").done();
    }

    /// Colleagues find each other by name and role; what they sign in by is for administrators.
    fn the_directory_shows_no_identities(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let adviser = world.nav_adviser_at(&world.nav_office("NAV Østensjø", "0328"));
        let unit = adviser.get(&format!("/units/{}", dps.id)).expect(200);
        assert_eq!(unit.json()["workers"], json!([{"personId": clinician.id, "name": clinician.name, "role": "clinician"}]));
        assert!(!unit.everything().contains(&clinician.subject));
        adviser.get(&format!("/persons/{}", clinician.id)).refused(403, "forbidden").done();

        let person = world.administrator().get(&format!("/persons/{}", clinician.id)).expect(200);
        assert_eq!(person.json()["identities"][0]["subject"], json!(clinician.subject));
        assert!(person.header("disclosure-receipt").is_some(), "the reading is in the log");
    }

    /// The registry's own list of what an organisation runs, too, is for those who keep it.
    fn a_citizen_finds_units_and_who_works_there(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let patient = world.citizen(&numbers::identity_number(jiff::civil::date(1990, 5, 17), 3));
        patient.get("/organisations").expect(200).done();
        patient.get(&format!("/units/{}", dps.id)).expect(200).done();
        patient.get("/clients").refused(403, "forbidden").done();
    }

    /// An identity stands for one person, until it is unlinked.
    fn an_identity_is_one_persons(world) {
        let administrator = world.administrator();
        let dps = world.dps("Søndre Oslo DPS");
        let (one, other) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let identity = json!({"kind": "token", "issuer": world.issuers().staff.url(), "subject": one.subject});
        let others = format!("/persons/{}/identities", other.id);
        let refusal = administrator.post(&others, identity.clone()).refused(409, "conflict");
        assert_eq!(refusal.json()["reason"], "alreadyRegistered");

        let person = administrator.get(&format!("/persons/{}", one.id)).expect(200).json();
        let linked = person["identities"][0]["id"].as_str().expect("an id").to_owned();
        administrator.delete(&format!("/persons/{}/identities/{linked}", other.id)).refused(404, "notFound").done();
        let path = format!("/persons/{}/identities/{linked}", one.id);
        assert_eq!(administrator.delete(&path).expect(200).json()["identities"], json!([]));
        one.get("/me").refused(403, "unknownCaller").done();
        administrator.delete(&path).refused(404, "notFound").done();

        administrator.post(&others, identity).expect(201).done();
        let me = world.staff(&one.subject).get("/me").expect(200).json();
        assert_eq!(me["id"], json!(other.id));
    }

    /// NAV-idents and HPR numbers are kept in one written form each.
    fn numbers_of_one_person_are_not_anothers(world) {
        let administrator = world.administrator();
        let dps = world.dps("Søndre Oslo DPS");
        let (one, other) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let link = |id: &str, kind: &str, subject: &str| {
            administrator.post(&format!("/persons/{id}/identities"), json!({"kind": kind, "subject": subject}))
        };
        link(&one.id, "hpr", "0012345").expect(201).done();
        link(&other.id, "hpr", "12345").refused(409, "conflict").done();
        link(&one.id, "navIdent", "a123456").expect(201).done();
        link(&other.id, "navIdent", "A123456").refused(409, "conflict").done();
    }

    /// Strings that steer a terminal, or say nothing, are no names.
    fn a_name_says_something(world) {
        for name in ["", "  ", "a\u{1b}[2J", "a\nb"] {
            let body = json!({"number": numbers::organisation_number(88), "name": name});
            world.administrator().post("/organisations", body).refused(422, "invalid").done();
        }
    }

    /// What isn't there isn't there.
    fn what_is_not_registered_is_not_found(world) {
        let nothing = "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11";
        let administrator = world.administrator();
        for path in ["organisations", "units", "persons"] {
            administrator.get(&format!("/{path}/{nothing}")).refused(404, "notFound").done();
        }
        for path in ["affiliations", "clients"] {
            administrator.post_over(&format!("/{path}/{nothing}/end"), json!({})).refused(404, "notFound").done();
        }
        administrator.get("/units/x").refused(400, "malformed").done();
    }
}
