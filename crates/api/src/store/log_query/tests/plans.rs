//! How the databases go about it.

use super::World;
use crate::store::conn::Backend;
use crate::store::log_query::Question;
use crate::store::testing::on_each;
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use samrad_domain::code::ReasonCode;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{CaseId, DiscussionId, PatientId};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Asked {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds").next().unwrap().to_owned();
            self.0.lock().unwrap().push(sql);
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[test]
fn sqlite_finds_every_entry_by_the_index_of_the_narrowest_column() {
    on_each(|database| {
        if database.backend() != Backend::Sqlite {
            return;
        }
        let mut world = World::new(database);
        let asked = Asked::default();
        world.conn.set_instrumentation(asked.clone());
        let plan = |world: &mut World, question: &Question| {
            asked.0.lock().unwrap().clear();
            world.page(question, 1000, 50);
            let queries = asked.0.lock().unwrap().clone();
            queries
                .iter()
                .flat_map(|sql| {
                    diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                        .load::<Step>(&mut world.conn)
                        .unwrap()
                })
                .map(|step| step.detail)
                .collect::<Vec<_>>()
        };
        let (organisation, unit) = world.units[0];
        let everything = Question {
            patient: Some(PatientId::new(unit.uuid())),
            actor: Some(unit.uuid()),
            party: Some(organisation),
            unit: Some(unit),
            case: Some(CaseId::new(unit.uuid())),
            discussion: Some(DiscussionId::new(unit.uuid())),
            kind: Some(EventKind::CaseRead),
            reason: Some(ReasonCode::NoConsent),
            outcome: Some(Outcome::Refused),
            ..Question::all_of(organisation)
        };
        let without_patient = Question {
            patient: None,
            ..everything.clone()
        };
        let without_case = Question {
            case: None,
            ..without_patient.clone()
        };
        let without_discussion = Question {
            discussion: None,
            ..without_case.clone()
        };
        let without_subject = Question {
            actor: None,
            ..without_discussion.clone()
        };
        for (question, indexes) in [
            (&everything, BY_CHAINS),
            (&without_patient, &["log_entry_by_case"]),
            (&without_case, &["log_entry_by_discussion"]),
            (&without_discussion, BY_LISTS),
            (&without_subject, BY_LISTS),
            (&Question::all_of(organisation), BY_LISTS),
        ] {
            let steps = plan(&mut world, question);
            for index in indexes {
                let used = |step: &String| step.contains(&format!("{index} ("));
                assert!(steps.iter().any(used), "{index}: {steps:#?}");
            }
            let scans =
                |s: &str| s.starts_with("SCAN") && s != HOW_FAR && !s.starts_with(ONE_OF_SEVERAL);
            assert!(
                !steps.iter().any(|s| scans(s) || s.contains("B-TREE")),
                "{steps:#?}"
            );
        }
    });
}

/// How far the lists of each length have come: three rows.
const HOW_FAR: &str = "SCAN log_chained";
/// What one part of a statement found, handed on to be told with the others.
const ONE_OF_SEVERAL: &str = "SCAN (subquery-";

const BY_CHAINS: &[&str] = &[
    "log_whose USING INTEGER PRIMARY KEY",
    "log_entry USING INTEGER PRIMARY KEY",
    "log_chain USING PRIMARY KEY",
];
const BY_LISTS: &[&str] = &["sqlite_autoindex_log_posting_1"];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
    line: String,
}

/// Only so does it ask the disk for many pages at once.
#[test]
fn postgresql_fetches_rows_that_lie_apart_by_a_bitmap() {
    on_each(|database| {
        if database.backend() != Backend::Pg {
            return;
        }
        let mut world = World::new(database);
        for _ in 0..3 {
            let event = Event::done(EventKind::CaseRead);
            world.log(world.staff(0), &event);
        }
        let asked = Asked::default();
        world.conn.set_instrumentation(asked.clone());
        let everything = Question::all_of(world.units[0].0);
        assert_eq!(world.ask(&everything, 1000, 50).len(), 3);
        let queries = asked.0.lock().unwrap().clone();
        let fetch = queries.iter().find(|sql| sql.contains("body_enc"));
        let fetch = fetch.expect("what the entries say was fetched");
        assert!(!fetch.contains("$3"), "{fetch}");
        world
            .conn
            .batch_execute(&format!(
                "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE apart AS {fetch}"
            ))
            .unwrap();
        let plan: Vec<Line> = diesel::sql_query("EXPLAIN EXECUTE apart (0, '{1,2}')")
            .load(&mut world.conn)
            .unwrap();
        let plan: Vec<String> = plan.into_iter().map(|line| line.line).collect();
        let fetches = |line: &String| line.contains("Bitmap Heap Scan on log_entry");
        assert!(plan.iter().any(fetches), "{plan:#?}");
        assert!(
            !plan.iter().any(|line| line.contains("Seq Scan")),
            "{plan:#?}"
        );
    });
}
