//! Races: nobody overwrites a version that they haven't seen.

use std::collections::BTreeSet;
use std::thread;

use samrad_tests::cases::plain_summary;
use samrad_tests::{Caller as _, Case, Operation, Person, Reply, Stock, on_both};
use serde_json::json;

on_both! {
    fn what_names_no_version_is_refused_and_leaves_no_trace(world) {
        let (stock, probe) = (world.stock(), world.probe());
        for operation in conditional(&stock) {
            let prepared = stock.prepared(&operation).having_seen(None);
            let before = world.database().rows();
            let (entries, reply) = probe.entries_of(|| prepared.request().send());
            reply.refused(428, "versionRequired").done();
            assert_eq!(entries, 0, "{}", operation.name());
            assert_eq!(without_log(world.database().rows()), without_log(before), "{}", operation.name());
        }
    }

    fn what_names_another_version_is_refused_and_changes_nothing(world) {
        let stock = world.stock();
        for operation in conditional(&stock) {
            let prepared = stock.prepared(&operation);
            let right = prepared.etag().expect("a version").to_owned();
            let weak = format!("W/{right}");
            for stale in ["\"v0\"", "\"\"", weak.as_str(), "\"v0\", W/\"v1\", \"x,y\""] {
                let stale = if right == "*" && stale == weak { "W/\"*\"" } else { stale };
                let request = prepared.clone().having_seen(Some(stale));
                request.request().send().refused(412, "staleVersion").done();
            }
            // The version is as it was, and so the right one still passes; in a list, too.
            let listed = if right == "*" { right } else { format!("\"v0\",{right}") };
            let reply = prepared.having_seen(Some(&listed)).request().send();
            assert!(reply.status < 300, "{}\n{}", operation.name(), reply.text());
        }
    }

    /// Who may not see a thing learns nothing of its version either.
    fn a_stranger_is_told_of_no_version(world) {
        let stock = world.stock();
        for operation in conditional(&stock).into_iter().filter(|o| o.path.starts_with("/cases") || o.path.starts_with("/ips")) {
            let role = operation.roles.iter().find(|role| ["clinician", "jobSpecialist"].contains(&role.as_str()));
            let stranger = match role.expect("a role").as_str() {
                "clinician" => world.clinician_at(&stock.dps),
                _ => world.job_specialist_at(&stock.ips),
            };
            let prepared = stock.prepared(&operation).by(stranger.client());
            for seen in ["\"v0\"", "*"] {
                let hidden = prepared.clone().having_seen(Some(seen)).request().send();
                let missing = prepared.clone().about_nothing(&operation).having_seen(Some(seen)).request().send();
                assert_eq!(hidden.likeness(), missing.likeness(), "{}", operation.name());
                hidden.refused(404, "notFound").done();
            }
        }
    }

    fn every_put_patch_and_delete_names_a_version(world) {
        let operations = world.contract().operations();
        let changing = operations.iter().filter(|o| ["PUT", "PATCH", "DELETE"].contains(&o.method.as_str()));
        for operation in changing {
            assert!(operation.conditional, "{}", operation.name());
        }
        let named: BTreeSet<&str> = operations.iter().filter(|o| o.conditional).map(|o| o.id.as_str()).collect();
        for id in ["writeSummary", "closeCase", "reopenCase", "endMembership", "correctPatient", "setOrganisationPolicy",
            "endAffiliation", "unlinkIdentity", "endParticipation", "endParticipationMembership"]
        {
            assert!(named.contains(id), "{id}");
        }
        // A right that takes effect at once waits for no version.
        for id in ["withdrawConsent", "withdrawObjection", "withdrawFromDiscussion", "pressRecognised"] {
            assert!(!named.contains(id), "{id}");
        }
    }

    fn a_view_of_a_discussion_has_no_version(world) {
        let stock = world.stock();
        let discussion = format!("/discussions/{}", stock.discussion.id);
        for (who, path) in [(stock.clinician.client(), discussion.as_str()), (stock.adviser.client(), &discussion),
            (stock.adviser.client(), "/discussions"), (stock.clinician.client(), "/cases")]
        {
            let reply = who.get(path).expect(200);
            assert_eq!((reply.header("ETag"), reply.header("Last-Modified")), (None, None), "{path}");
        }
    }

    fn the_version_of_a_case_follows_what_its_team_sees(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let (clinician, colleague) = (world.clinician_at(&dps), world.clinician_at(&dps));
        let patient = world.patient_of(&clinician);
        let made = clinician.post("/cases", json!({"patientId": patient.id})).expect(201);
        let case = Case { id: made.id() };
        let mut seen = vec![made.etag()];
        assert_eq!(tag(&clinician, &case), made.etag());
        let path = |rest: &str| format!("/cases/{}/{rest}", case.id);
        clinician.states(&case, "plan", "Ny samtale om to uker.");
        seen.push(tag(&clinician, &case));
        let written = clinician.put(&path("summary"), &tag(&clinician, &case), plain_summary()).expect(200);
        seen.push(told(&clinician, &case, &written));
        let member = json!({"personId": colleague.id, "unitId": dps.id, "basis": "team"});
        clinician.post(&path("members"), member).expect(201).done();
        seen.push(tag(&clinician, &case));
        let ended = clinician.post_over(&path(&format!("members/{}/end", colleague.id)), json!({})).expect(204);
        seen.push(told(&clinician, &case, &ended));
        for turn in ["closure", "reopening"] {
            let turned = clinician.post_over(&path(turn), json!({})).expect(204);
            seen.push(told(&clinician, &case, &turned));
        }
        assert_eq!(tag(&clinician, &case), tag(&clinician, &case));
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{seen:?}");
        assert!(seen.iter().all(|tag| tag.starts_with('"')), "{seen:?}");
    }

    /// Of many who have seen the same version, one changes it.
    fn of_two_who_saw_the_same_one_writes(world) {
        let dps = world.dps("Søndre Oslo DPS");
        let clinician = world.clinician_at(&dps);
        let case = clinician.opens_case_for(&world.patient_of(&clinician));
        for _ in 0..5 {
            let seen = tag(&clinician, &case);
            let path = format!("/cases/{}/summary", case.id);
            let statuses: Vec<u16> = thread::scope(|scope| {
                let write = || clinician.client().apart().put(&path, &seen, plain_summary()).status;
                let writers: Vec<_> = (0..6).map(|_| scope.spawn(write)).collect();
                writers.into_iter().map(|writer| writer.join().expect("a writer ends")).collect()
            });
            let won = statuses.iter().filter(|status| **status == 200).count();
            let stale = statuses.iter().filter(|status| **status == 412).count();
            assert_eq!((won, stale), (1, 5), "{statuses:?}");
        }
    }

    fn what_is_changed_says_in_which_version_it_is(world) {
        let stock = world.stock();
        let administrator = world.administrator();
        let (person, identity) = stock.registered_person();
        let participation = stock.participation();
        for (who, path) in [
            (stock.clinician.client(), format!("/patients/{}", stock.patient.id)),
            (stock.clinician.client(), format!("/cases/{}", stock.case.id)),
            (&administrator, format!("/organisations/{}", stock.dps.organisation.id)),
            (&administrator, format!("/persons/{person}")),
            (stock.job_specialist.client(), format!("/ips/participations/{participation}")),
        ] {
            let (one, other) = (who.get(&path).expect(200).etag(), who.get(&path).expect(200).etag());
            assert!(one.starts_with('"') && one == other, "{path}: {one} {other}");
        }
        let path = format!("/persons/{person}");
        let before = administrator.get(&path).expect(200).etag();
        let removed = administrator.delete(&format!("{path}/identities/{identity}")).expect(200).etag();
        assert_ne!(removed, before);
        assert_eq!(administrator.get(&path).expect(200).etag(), removed);
    }
}

fn conditional(stock: &Stock<'_>) -> Vec<Operation> {
    let operations = stock.contract.operations();
    let conditional: Vec<_> = operations.into_iter().filter(|o| o.conditional).collect();
    assert!(conditional.len() > 8, "only {}", conditional.len());
    conditional
}

fn tag(reader: &Person, case: &Case) -> String {
    reader
        .get(&format!("/cases/{}", case.id))
        .expect(200)
        .etag()
}

/// The version that an act told of, which is the one that is read.
fn told(reader: &Person, case: &Case, act: &Reply) -> String {
    assert_eq!(act.etag(), tag(reader, case));
    act.etag()
}

fn without_log(
    mut rows: std::collections::BTreeMap<String, i64>,
) -> std::collections::BTreeMap<String, i64> {
    rows.retain(|table, _| !table.starts_with("log_"));
    rows
}
