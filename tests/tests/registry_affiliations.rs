//! What somebody is: dated affiliations, one to act in, and an end that takes effect at once.

use jiff::civil::Date;
use jiff::{ToSpan as _, tz};
use samrad_tests::{Caller as _, Client, Unit, World, clock, on_both};
use serde_json::{Value, json};

/// Today in Oslo, and so many days on.
fn day(days: i64) -> Date {
    let oslo = tz::TimeZone::get("Europe/Oslo").expect("the bundled table holds Oslo");
    clock::now().to_zoned(oslo).date() + days.days()
}

/// Somebody whose one affiliation begins and ends on these days.
fn someone(world: &World, unit: &Unit, from: Date, until: Option<Date>) -> Client {
    let subject = format!("someone-{from}-{until:?}");
    let body = json!({
        "name": "Dagfinn Eikehaugen",
        "identities": [{"kind": "token", "issuer": world.issuers().staff.url(), "subject": subject}],
        "affiliations": [{"unitId": unit.id, "role": "clinician", "positionPercent": 100,
            "validFrom": from.to_string(), "validUntil": until.map(|day| day.to_string())}],
    });
    world
        .administrator()
        .post("/persons", body)
        .expect(201)
        .done();
    world.staff(&subject)
}

on_both! {
    /// Not a day before, and from the first hour of the day.
    fn an_affiliation_begins_on_its_day(world) {
        let dps = world.dps("Søndre Oslo DPS");
        someone(world, &dps, day(0), None).get("/units").expect(200).done();
        someone(world, &dps, day(1), None).get("/units").refused(403, "unknownCaller").done();
    }

    /// On the day it ends it holds no more.
    fn an_affiliation_ends_on_its_day(world) {
        let dps = world.dps("Søndre Oslo DPS");
        someone(world, &dps, day(-10), Some(day(1))).get("/units").expect(200).done();
        someone(world, &dps, day(-10), Some(day(0))).get("/units").refused(403, "unknownCaller").done();
    }

    /// Who leaves is out before the next request.
    fn an_ending_takes_effect_at_once(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        clinician.get("/units").expect(200).done();
        world.end_affiliation(&clinician);
        clinician.get("/units").refused(403, "unknownCaller").done();
        clinician.get("/me").refused(403, "unknownCaller").done();
        let unit = world.administrator().get(&format!("/units/{}", dps.id)).expect(200).json();
        assert_eq!(unit["workers"], json!([]));

        let path = format!("/affiliations/{}/end", clinician.affiliation);
        let again = world.administrator().post_over(&path, json!({})).refused(409, "conflict");
        assert_eq!(again.json()["reason"], "wrongState");
    }

    /// A notice period is kept; the past is not rewritten.
    fn an_ending_may_lie_ahead_and_never_behind(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let path = format!("/affiliations/{}/end", clinician.affiliation);
        let end = |until: Date| world.administrator().post_over(&path, json!({"validUntil": until.to_string()}));
        end(day(-1)).refused(422, "invalid").done();
        assert_eq!(end(day(30)).expect(200).json()["validUntil"], json!(day(30).to_string()));
        clinician.get("/units").expect(200).done();
        end(day(0)).expect(200).done();
        clinician.get("/units").refused(403, "unknownCaller").done();
    }

    /// Who holds several says in which they act; `getMe` tells which there are.
    fn who_holds_several_names_one(world) {
        let (dps, office) = (world.dps("Søndre Oslo DPS"), world.nav_office("NAV Østensjø", "0328"));
        let at_dps = world.clinician_at(&dps);
        let at_nav = world.also_at(&at_dps, &office, "navAdviser", 20);
        let unsaid = world.staff(&at_dps.subject);
        unsaid.get("/units").refused(400, "affiliationRequired").done();
        at_dps.get("/units").expect(200).done();
        at_nav.get("/units").expect(200).done();

        let me = unsaid.get("/me").expect(200).json();
        let of = |field: &str| -> Vec<Value> {
            me["affiliations"].as_array().expect("a list").iter().map(|a| a[field].clone()).collect()
        };
        assert_eq!(of("id"), [json!(at_dps.affiliation), json!(at_nav.affiliation)]);
        assert_eq!(of("role"), [json!("clinician"), json!("navAdviser")]);
        assert_eq!(of("unitName"), [json!("Søndre Oslo DPS"), json!("NAV Østensjø")]);
    }

    /// Nobody acts in another's affiliation, nor in one that has ended.
    fn an_affiliation_is_acted_in_by_its_holder(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let (one, other) = (world.clinician_at(&dps), world.clinician_at(&dps));
        world.staff(&one.subject).in_affiliation(&other.affiliation).get("/units").refused(403, "affiliationUnknown").done();
        world.staff(&one.subject).in_affiliation("x").get("/units").refused(400, "malformed").done();

        let second = world.also_at(&one, &dps, "coordinator", 0);
        world.end_affiliation(&second);
        second.get("/units").refused(403, "affiliationUnknown").done();
        one.get("/units").expect(200).done();
        world.staff(&one.subject).get("/units").expect(200).done();
    }

    /// A job specialist works wherever they work: at a DPS with 0 %, in an IPS team, at NAV.
    fn a_job_specialist_can_be_registered_anywhere(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let specialist = world.job_specialist_at(&dps);
        for unit in [
            world.nav_office("NAV Østensjø", "0328"),
            world.ips_team("IPS Oslo Sør"),
            world.rph("RPH Nesodden"),
        ] {
            world.also_at(&specialist, &unit, "jobSpecialist", 0).get("/units").expect(200).done();
        }
    }

    /// Somebody must be left to keep the registry.
    fn the_last_administrator_stays(world) {
        let administrator = world.administrator();
        let me = administrator.get("/me").expect(200).json();
        let own = me["affiliations"][0]["id"].as_str().expect("an affiliation").to_owned();
        let refusal = administrator.post_over(&format!("/affiliations/{own}/end"), json!({})).refused(409, "conflict");
        assert_eq!(refusal.json()["reason"], "lastAdministrator");

        let dps = world.dps("Søndre Oslo DPS");
        let successor = world.person_at(&dps, "administrator");
        administrator.post_over(&format!("/affiliations/{own}/end"), json!({})).expect(200).done();
        administrator.get("/me").refused(403, "unknownCaller").done();
        successor.get("/clients").expect(200).done();
    }

    /// A token that is linked to nobody sees nothing, not even the directory.
    fn a_token_that_links_to_nobody_sees_nothing(world) {
        for path in ["/me", "/units", "/organisations", "/cases"] {
            world.staff("stranger").get(path).refused(403, "unknownCaller").done();
        }
    }
}
