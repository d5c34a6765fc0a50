//! A seeded service that stands until told to end: for profiles and for trying things by hand.

use std::error::Error;
use std::io::stdin;

use samrad_tests::Backend;

use crate::ground::Ground;
use crate::options::Options;
use crate::{machine, seed, usage};

/// Seeds and serves; tells the processes and the commands that make a load.
///
/// # Errors
/// When something can't be seeded.
pub fn stand(
    backend: Backend,
    options: &Options,
    long_log: Option<i64>,
) -> Result<(), Box<dyn Error>> {
    let ground = Ground::seed(backend, options.cases)?;
    if let Some(entries) = long_log {
        seed::log::lengthen(&ground, entries)?;
    }
    let service = ground.world.server().id();
    println!("service\t{service}\t{}", ground.address());
    println!("database\t{}", ground.world.database().url());
    if backend == Backend::Postgres {
        println!("postmaster\t{}", machine::postmaster()?);
    }
    let mut loads = vec![
        ("identified", ground.identified()?),
        ("anonymised", ground.anonymised()?),
        ("list", ground.lists()?),
        ("isAlive", ground.alive()?),
    ];
    if long_log.is_some() {
        loads.push(("logOfPatients", ground.log_of_patients()?));
    }
    for (name, targets) in &loads {
        let command = targets.command(&ground.address(), 64, options.seconds);
        println!("{name}\t{command:?}");
    }
    println!("ends when its input does");
    stdin().lines().for_each(drop);
    println!("peak, now (MB)\t{:?}", usage::resident(service)?);
    Ok(())
}
