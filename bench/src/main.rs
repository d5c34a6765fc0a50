//! Measures Samråd over HTTP, beside a naive rival and the ceilings of the machine.

mod ground;
mod load;
mod rival;
mod seed;
mod usage;
mod world;

use std::error::Error;

use samrad_tests::Backend;

fn main() -> Result<(), Box<dyn Error>> {
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
    };
    let (count, seconds, rounds) = (
        number("BENCH_CASES", 100_000),
        number("BENCH_SECONDS", 5) as u32,
        number("BENCH_ROUNDS", 3),
    );
    let rival = rival::Rival::create()?;
    let grounds = [
        ground::Ground::seed(Backend::Postgres, count)?,
        ground::Ground::seed(Backend::Sqlite, count)?,
    ];
    for round in 0..rounds {
        for c in [16, 64, 256] {
            println!("{round} {c} rival {:?}", rival.naive(c, seconds)?);
            println!("{round} {c} select {:?}", rival.select(c, seconds)?);
            for g in &grounds {
                let b = g.world.database().backend();
                let id = g.world.server().id();
                println!("{round} {c} {b:?} alive {:?}", g.alive()?.ask(&g.address(), c, seconds)?);
                println!("{round} {c} {b:?} identified {:?}", g.identified()?.ask(&g.address(), c, seconds)?);
                println!("{round} {c} {b:?} anonymised {:?}", g.anonymised()?.ask(&g.address(), c, seconds)?);
                println!("{round} {c} {b:?} list {:?}", g.lists()?.ask(&g.address(), c, seconds)?);
                println!("{round} {c} {b:?} rss {:?} cpu {}", usage::resident(id)?, usage::seconds_of(id));
            }
        }
    }
    Ok(())
}
