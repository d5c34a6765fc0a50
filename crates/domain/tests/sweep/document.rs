//! The matrix as a lawyer reads it: one table a theme.

use crate::axes::{
    ADDS, AGAINST, Axis, Covers, From, Member, Named, Objecting, Owner, Place, Point, Protected,
    ROLE, Seen, Serves, Side, Stage, Stopped, Tainted, WHO,
};
use crate::room::{KINDS, together};
use crate::sweeps::sweeps;
use crate::table::Table;
use samrad_domain::code::{Category, CategorySet, Role};
use std::fmt::Write as _;

const HEAD: &str = "\
# Who sees what

Made by a test from the rules themselves, and compared with this file at every change: what stands
here is what the service does. The same rules, stated a second time and independently, agree with
every combination.

How to read it: a row holds for every combination of the values in its cells, where *any* means
that it makes no difference. What the text above a table does not mention is as it should be: a NAV
adviser of the audience, an active consent that names them, for the purpose of the discussion, from
the owner's unit, about everything.

What somebody gets of a discussion:

| | |
|---|---|
| everything | identity and all statements, as one of the case's own; logged as access |
| identified | identity, and statements of the categories named; logged as disclosure |
| anonymised | the anonymised summary and the anonymised messages |
| label and status | that there is a discussion, what it is called, and whether it goes on |
| nothing | it does not exist: the same answer as for an id that never was |

The reason is for insiders and auditors. Outsiders learn only what kind of view they have. The
summary of the discussion in these tables drew on identity and diagnosis.
";

struct Theme {
    title: &'static str,
    text: &'static str,
    base: Point,
    axes: Vec<Axis>,
}

/// Nobody has said anything, and a clinician of the owner's own unit asks.
fn colleague() -> Point {
    Point {
        stage: Stage::None,
        place: Place::OwnersUnit,
        side: Side::Owners,
        role: Role::Clinician,
        ..Point::default()
    }
}

fn belonging() -> Vec<Theme> {
    vec![
        Theme {
            title: "Who belongs to a case",
            text: "Somebody of the owner's own unit asks, and nobody has consented to anything. \
                   Belonging to the same office gives no access, belonging to the case does \
                   (helsepersonelloven § 21 a); a job specialist is outside health secrecy, \
                   whoever employs them.",
            base: colleague(),
            axes: vec![Member::AXIS, Owner::AXIS, ROLE, Tainted::AXIS],
        },
        Theme {
            title: "Cooperating health personnel",
            text: "Invited into a health case by its team (helsepersonelloven § 25), acting in \
                   another unit; nobody has consented to anything.",
            base: Point {
                member: Member::Invited,
                place: Place::Elsewhere,
                ..colleague()
            },
            axes: vec![Side::AXIS, ROLE, Tainted::AXIS, Objecting::AXIS],
        },
        Theme {
            title: "The audience, and everybody else",
            text: "Nobody has consented to anything. Who acts where, who has seen the discussion \
                   identified before, and whether somebody has recognised the person.",
            base: Point {
                stage: Stage::None,
                ..Point::default()
            },
            axes: vec![Place::AXIS, ROLE, Seen::AXIS, Stopped::AXIS],
        },
    ]
}

fn consenting() -> Vec<Theme> {
    let base = Point::default();
    vec![
        Theme {
            title: "What a consent must be",
            text: "Derived at the moment of reading. Whoever knew who it was, and is no longer \
                   covered, never gets an anonymised view again.",
            base,
            axes: vec![Stage::AXIS, Seen::AXIS],
        },
        Theme {
            title: "Direction, purpose and categories",
            text: "All of them must be covered, and the categories must hold all that the \
                   anonymised summary drew on: else the anonymous showing would give away what \
                   the consent keeps back.",
            base,
            axes: vec![From::AXIS, Serves::AXIS, Covers::AXIS],
        },
        Theme {
            title: "Whom a recipient means",
            text: "A health unit and its health roles do not mean the job specialists who work \
                   there, nor who is one elsewhere: their name does, and so does *job \
                   specialists in the unit*.",
            base,
            axes: vec![Named::AXIS, WHO],
        },
        Theme {
            title: "Protected persons",
            text: "Kode 6, kode 7 and shielded persons: only people named one by one.",
            base,
            axes: vec![Protected::AXIS, Named::AXIS, Covers::AXIS],
        },
        Theme {
            title: "Several consents",
            text: "They add up.",
            base,
            axes: vec![Covers::AXIS, ADDS],
        },
        Theme {
            title: "Exclusions and refusals",
            text: "An exclusion in force, for whatever purpose, and a refusal that is later than \
                   the grant override every consent; both count for the source that they were \
                   said to.",
            base,
            axes: vec![AGAINST],
        },
    ]
}

pub(crate) fn document() -> String {
    let mut text = HEAD.to_owned();
    for theme in belonging().into_iter().chain(consenting()) {
        write!(text, "\n## {}\n\n{}\n\n", theme.title, theme.text).expect("a string");
        let table = Table::of(theme.axes, |at| crate::agreed(&at(&theme.base)));
        markdown(&table, &mut text);
    }
    room(&mut text);
    tail(&mut text);
    text
}

fn markdown(table: &Table, text: &mut String) {
    let titles: Vec<_> = table.titles().collect();
    writeln!(text, "| {} | gets | reason |", titles.join(" | ")).expect("a string");
    writeln!(text, "|{}", "---|".repeat(titles.len() + 2)).expect("a string");
    for row in table.rows() {
        let cells: Vec<_> = row
            .cells
            .iter()
            .map(|cell| cell.replace(" | ", "; "))
            .collect();
        let outcome = row.outcome.replace('\t', " | ");
        writeln!(text, "| {} | {outcome} |", cells.join(" | ")).expect("a string");
    }
}

fn room(text: &mut String) {
    text.push_str(
        "\n## In a meeting\n\nEveryone present must be inside or covered, and nobody is shown more \
         than the one who may see least. The table says what the one on the left gets when the \
         one above is present too.\n\n",
    );
    writeln!(text, "| | {} |", KINDS.join(" | ")).expect("a string");
    writeln!(text, "|{}", "---|".repeat(KINDS.len() + 1)).expect("a string");
    for (one, name) in KINDS.iter().enumerate() {
        let with = (0..KINDS.len()).map(|other| {
            let each = together(&[one, other]);
            each[0].split('\t').next().unwrap_or_default().to_owned()
        });
        writeln!(
            text,
            "| {name} | {} |",
            with.collect::<Vec<_>>().join(" | ")
        )
        .expect("a string");
    }
}

fn tail(text: &mut String) {
    text.push_str(
        "\n## All combinations\n\nThe whole matrix, grouped the same way, is \
         `crates/domain/tests/sweep/matrix.tsv`:\n\n",
    );
    for sweep in sweeps() {
        let combinations: usize = sweep.axes.iter().map(|axis| axis.values.len()).product();
        writeln!(text, "- {}: {combinations} combinations", sweep.name).expect("a string");
    }
}

/// A set of categories in a few words.
pub(crate) fn categories(set: CategorySet) -> String {
    let missing = CategorySet::all().without(set);
    match missing.iter().count() {
        0 => "all".to_owned(),
        1..=4 => format!("all but {}", listed(missing)),
        _ => listed(set),
    }
}

fn listed(set: CategorySet) -> String {
    set.iter()
        .map(Category::code)
        .collect::<Vec<_>>()
        .join(", ")
}
