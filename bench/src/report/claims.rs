//! What was to be reached, and whether it was.

use std::error::Error;
use std::fmt::Write as _;

use super::median::median;
use super::{Figures, Median};
use crate::figures::{Figure, On, What};

/// One thing to reach.
struct Claim {
    what: String,
    goal: String,
    measured: Option<(String, bool)>,
}

/// The claims as a table; those that were not measured say so.
pub fn table(figures: &Figures) -> Result<String, Box<dyn Error>> {
    let mut text = "| | to reach | measured | |\n|---|---|--:|---|\n".to_owned();
    for Claim {
        what,
        goal,
        measured,
    } in claims(figures)
    {
        let (measured, verdict) = match measured {
            Some((measured, true)) => (measured, "yes"),
            Some((measured, false)) => (measured, "**no**"),
            None => ("not measured".to_owned(), ""),
        };
        writeln!(text, "| {what} | {goal} | {measured} | {verdict} |")?;
    }
    Ok(text)
}

fn claims(figures: &Figures) -> Vec<Claim> {
    let mut claims = rates(figures);
    claims.extend(latencies(figures, On::Postgres));
    claims.extend(latencies(figures, On::Sqlite));
    let peaks = figures.0.iter().map(|figure| figure.peak);
    let peak = peaks.fold(0.0, f64::max);
    claims.push(Claim {
        what: "memory of the service throughout".to_owned(),
        goal: "< 150 MB".to_owned(),
        measured: (peak > 0.0).then(|| (format!("{peak:.0} MB"), peak < 150.0)),
    });
    claims
}

fn rates(figures: &Figures) -> Vec<Claim> {
    let (read, rival) = (
        (What::Identified, On::Postgres),
        (What::Rival, On::Postgres),
    );
    let mut claims = Vec::new();
    for (connections, goal) in [(16, 1.0), (64, 2.5), (256, 4.0)] {
        let ratio = figures.ratio(read, rival, connections);
        let what = "identified reads, against the naive rival";
        claims.push(at_least(what, connections, goal, ratio));
    }
    let ratio = figures.ratio((What::Identified, On::Sqlite), rival, 64);
    let what = "the same on SQLite, against the rival on PostgreSQL";
    claims.push(at_least(what, 64, 2.0, ratio));
    for connections in [64, 256] {
        let unlogged = (What::IdentifiedUnlogged, On::Postgres);
        let ratio = figures.ratio(read, unlogged, connections);
        let what = "against the same read without the log append";
        claims.push(at_least(what, connections, 0.6, ratio));
    }
    claims
}

fn latencies(figures: &Figures, on: On) -> [Claim; 3] {
    let p99 = |f: &Figure| f.outcome.p99;
    [
        below(
            figures,
            "p99 of identified reads",
            (What::Identified, on, 64),
            20.0,
            p99,
        ),
        below(
            figures,
            "p99 of withdrawals under read load",
            (What::Withdrawal, on, 1),
            250.0,
            p99,
        ),
        below(
            figures,
            "p99 of the log of a patient, long log",
            (What::LogOfPatient, on, 1),
            10.0,
            p99,
        ),
    ]
}

fn at_least(what: &str, connections: u32, goal: f64, ratio: Option<Median>) -> Claim {
    Claim {
        what: format!("{what}, {connections} connections"),
        goal: format!("≥ {goal} ×"),
        measured: ratio.map(|ratio| {
            let Median {
                middle,
                least,
                most,
            } = ratio;
            (
                format!("{middle:.2} × ({least:.2}–{most:.2})"),
                middle >= goal,
            )
        }),
    }
}

fn below(
    figures: &Figures,
    what: &str,
    (kind, on, connections): (What, On, u32),
    goal: f64,
    value: fn(&Figure) -> f64,
) -> Claim {
    let of = figures.of(kind, on, connections);
    Claim {
        what: format!("{what}, {on:?}"),
        goal: format!("< {goal} ms"),
        measured: median(of.iter().map(|figure| value(figure)))
            .map(|took| (format!("{} ms", took.milliseconds()), took.middle < goal)),
    }
}
