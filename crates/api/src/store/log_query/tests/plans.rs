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

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = diesel::sql_types::Text)]
    again: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    parameters: i32,
}

/// The plan that PostgreSQL makes of the one statement that was prepared about this, for whatever it is run with, if it may; and with how many
/// values that is.
fn generic_plan(world: &mut World, about: &str) -> (Vec<String>, i32) {
    let prepared: Vec<Prepared> = diesel::sql_query(format!(
        "SELECT 'PREPARE asked (' || array_to_string(parameter_types, ', ') || ') AS ' || statement AS again,
             cardinality(parameter_types) AS parameters
         FROM pg_prepared_statements WHERE statement LIKE '%{about}%'"
    ))
    .load(&mut world.conn)
    .unwrap();
    let [Prepared { again, parameters }] = &prepared[..] else {
        panic!("one statement about {about}, and not {}", prepared.len());
    };
    let plans_for_all = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    let again = format!("{plans_for_all}; {again}");
    world.conn.batch_execute(&again).unwrap();
    let nulls = vec!["NULL"; usize::try_from(*parameters).unwrap()].join(", ");
    let plan: Vec<Line> = diesel::sql_query(format!("EXPLAIN EXECUTE asked ({nulls})"))
        .load(&mut world.conn)
        .unwrap();
    let plan = plan.into_iter().map(|line| line.line).collect();
    (plan, *parameters)
}

#[derive(QueryableByName)]
struct Runs {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    by_one_plan: i64,
}

/// Where bounds are no parameters, no plan for some is taken for better than the one for all.
#[test]
fn postgresql_finds_out_itself_where_to_look_for_a_record_and_looks_nowhere_else() {
    on_each(|database| {
        if database.backend() != Backend::Pg {
            return;
        }
        let mut world = World::new(database);
        let patient = Some(PatientId::new(world.units[0].1.uuid()));
        let about = Question {
            patient,
            ..Question::all_of(world.units[0].0)
        };
        // As who reads has it. The first five times it makes a plan for each.
        let as_it_likes = "SET plan_cache_mode = auto";
        world.conn.batch_execute(as_it_likes).unwrap();
        for _ in 0..6 {
            world.page(&about, 1000, 50);
        }
        let runs: Runs = diesel::sql_query(
            "SELECT generic_plans AS by_one_plan FROM pg_prepared_statements WHERE statement LIKE '%log_chain%'",
        )
        .get_result(&mut world.conn)
        .unwrap();
        assert_eq!(runs.by_one_plan, 1);
        let (plan, _) = generic_plan(&mut world, "log_chain");
        for (bounds, count) in [
            ("((n >= ", 1),
            ("((idx >= ", 1),
            ("((level = ", 3),
            ("(first >= ", 2),
        ] {
            let step = |line: &&String| line.contains("Index Cond: ") && line.contains(bounds);
            assert_eq!(
                plan.iter().filter(step).count(),
                count,
                "{bounds} {plan:#?}"
            );
        }
        for table in ["log_whose", "log_entry", "log_chain"] {
            let scan = format!("Seq Scan on {table} ");
            assert!(!plan.iter().any(|line| line.contains(&scan)), "{plan:#?}");
        }
    });
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
        let everything = Question::all_of(world.units[0].0);
        assert_eq!(world.ask(&everything, 1000, 50).len(), 3);
        let (plan, parameters) = generic_plan(&mut world, r#""log_entry"."body_enc""#);
        assert_eq!(parameters, 2, "however many entries are fetched");
        let fetches = |line: &String| line.contains("Bitmap Heap Scan on log_entry");
        assert!(plan.iter().any(fetches), "{plan:#?}");
        assert!(
            !plan.iter().any(|line| line.contains("Seq Scan")),
            "{plan:#?}"
        );
    });
}
