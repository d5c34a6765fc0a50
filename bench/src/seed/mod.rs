//! Fills a database with cases, quickly and as the service itself would: one case is made over the
//! API, and its rows are copied with ids, keys, persons and seals of their own.

mod copy;
pub mod log;
mod people;
mod rows;
pub mod table;

use std::error::Error;

use samrad_api::store::conn::{Access, DatabaseUrl, establish};
use samrad_api::store::vault::{LookupKey, MasterKeys, Vault};
use samrad_tests::{Database, Settings};
use uuid::Uuid;

use crate::world::{Model, Office};

/// How many cases are written in one piece.
const PIECE: usize = 5_000;

/// One of the cases that a run reads.
#[derive(Clone, Copy, Debug)]
pub struct Seeded {
    /// Which office's.
    pub office: usize,
    /// Its patient.
    pub patient: Uuid,
    /// The case.
    pub case: Uuid,
    /// Its discussion.
    pub discussion: Uuid,
    /// The consent that covers the adviser.
    pub consent: Uuid,
}

/// The vault of a service with these settings.
///
/// # Errors
/// When they hold no keys.
pub fn vault(settings: &Settings) -> Result<Vault, Box<dyn Error>> {
    let key = |name: &str| settings.get(name).ok_or(format!("{name} is not set"));
    Ok(Vault::new(
        MasterKeys::parse(key("SAMRAD_MASTER_KEY")?)?,
        LookupKey::parse(key("SAMRAD_LOOKUP_KEY")?)?,
    ))
}

/// Makes `count` cases in the image of `model`, spread over `offices`.
///
/// # Errors
/// When the model can't be read, or a row can't be written.
pub fn cases(
    database: &Database,
    vault: &Vault,
    offices: &[Office],
    model: &Model,
    count: usize,
) -> Result<Vec<Seeded>, Box<dyn Error>> {
    let url = DatabaseUrl::parse(database.owner_url().unwrap_or(database.url()))?;
    let mut conn = establish(&url, Access::Migrate)?;
    let tables = table::of_one_case(&mut conn)?;
    let mut copier = copy::Copier::new(vault, tables, offices, model)?;
    let mut writer = rows::Writer::open(database, conn)?;
    let mut seeded = Vec::with_capacity(count);
    while seeded.len() < count {
        let piece = PIECE.min(count - seeded.len());
        for n in seeded.len()..seeded.len() + piece {
            seeded.push(copier.copy(n)?);
        }
        writer.begin()?;
        for table in copier.take() {
            writer.write(&table)?;
        }
        writer.commit()?;
    }
    writer.finish(&table::TABLES)?;
    Ok(seeded)
}
