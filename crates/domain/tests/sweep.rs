//! Every combination of what the decision depends on, held against an independent statement of
//! the rules and printed as a matrix that is committed and reviewed like code.
//!
//! `SAMRAD_BLESS=1 cargo test -p samrad-domain --test sweep` writes the matrix anew.

#[path = "sweep/axes.rs"]
mod axes;
#[path = "sweep/document.rs"]
mod document;
#[path = "sweep/naive.rs"]
mod naive;
#[path = "sweep/naive_room.rs"]
mod naive_room;
#[path = "sweep/room.rs"]
mod room;
#[path = "sweep/sweeps.rs"]
mod sweeps;
#[path = "sweep/table.rs"]
mod table;
#[path = "sweep/world.rs"]
mod world;

use axes::Point;
use samrad_domain::decision::{Sight, who_sees};
use std::path::Path;
use sweeps::{Sweep, sweeps};
use world::{World, now};

/// What the rules say of one combination, once both statements of them agree.
fn agreed(point: &Point) -> String {
    let world = World::of(point);
    let sight = who_sees(&world.matter(), &world.viewer(), now());
    naive::must_agree(&world, &sight).unwrap_or_else(|why| panic!("{why}\n{point:?}\n{sight:?}"));
    told(&sight)
}

/// A decision in a few words: what is got, and why.
fn told(sight: &Sight) -> String {
    let reason = sight.reason();
    match sight {
        Sight::Inside(_) => format!("everything\t{reason}"),
        Sight::Identified(cover) => {
            format!(
                "identified: {}\t{reason}",
                document::categories(cover.categories)
            )
        }
        Sight::Anonymised(_) => format!("anonymised\t{reason}"),
        Sight::Sealed(_) => format!("label and status\t{reason}"),
        Sight::Absent(_) => format!("nothing\t{reason}"),
    }
}

/// Holds `text` against the committed file, or writes it when told to.
fn committed(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("SAMRAD_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(&path, text).expect("the matrix is written");
        return;
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let line = known
        .lines()
        .zip(text.lines())
        .position(|(old, new)| old != new);
    assert!(
        known == text,
        "{file} is not what the rules say (first difference after line {}); if the change is \
         meant, run with SAMRAD_BLESS=1, and have it reviewed",
        line.unwrap_or_else(|| known.lines().count().min(text.lines().count())),
    );
}

#[test]
fn both_statements_of_the_rules_agree_everywhere_and_the_matrix_is_the_committed_one() {
    let mut matrix = String::new();
    for Sweep { name, base, axes } in sweeps() {
        let table = table::Table::of(axes, |at| agreed(&at(&base)));
        matrix.push_str(&table.tsv(name));
    }
    matrix.push_str(&room::tsv());
    committed("tests/sweep/matrix.tsv", &matrix);
}

#[test]
fn what_a_lawyer_reads_is_what_the_rules_say() {
    committed("../../docs/rules/who-sees-what.md", &document::document());
}

#[test]
fn both_statements_agree_on_combinations_of_everything_at_once() {
    let all = axes::all();
    let mut dice: u64 = 0x5EED;
    for _ in 0..100_000 {
        let mut point = Point::default();
        for axis in &all {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let choices = u64::try_from(axis.values.len()).expect("few");
            let choice = usize::try_from((dice >> 33) % choices).expect("few");
            (axis.set)(&mut point, choice);
        }
        agreed(&point);
    }
}
