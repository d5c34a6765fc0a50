//! The naive rival and the unaudited selects: a database of their own on the same server.

use std::error::Error;
use std::path::{Path, PathBuf};

use postgres::{Client, Config, NoTls};

use crate::load::{Measured, pgbench};

/// What the rival's database is called.
const NAME: &str = "rival";

/// The rival's database, filled as its schema says.
#[derive(Clone, Debug)]
pub struct Rival {
    url: String,
    scripts: PathBuf,
}

impl Rival {
    /// Makes it on the server of `TEST_POSTGRES_URL`.
    pub fn create() -> Result<Self, Box<dyn Error>> {
        let server = std::env::var("TEST_POSTGRES_URL")?;
        let scripts = std::env::var_os("BENCH_RIVAL").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("rival"),
            PathBuf::from,
        );
        let mut maker = Client::connect(&server, NoTls)?;
        maker.batch_execute(&format!("DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"))?;
        maker.batch_execute(&format!("CREATE DATABASE {NAME}"))?;
        let mut config: Config = server.parse()?;
        let mut owner = config.dbname(NAME).connect(NoTls)?;
        owner.batch_execute(&std::fs::read_to_string(scripts.join("schema.sql"))?)?;
        owner.batch_execute("VACUUM ANALYZE")?;
        let (before, _) = server.rsplit_once('/').ok_or("TEST_POSTGRES_URL")?;
        Ok(Self {
            url: format!("{before}/{NAME}"),
            scripts,
        })
    }

    /// The rival itself: select, consent `FOR SHARE`, insert, commit.
    pub fn naive(&self, connections: u32, seconds: u32) -> Measured {
        pgbench(
            &self.url,
            &self.scripts.join("naive.sql"),
            connections,
            seconds,
        )
    }

    /// The selects alone.
    pub fn select(&self, connections: u32, seconds: u32) -> Measured {
        pgbench(
            &self.url,
            &self.scripts.join("select.sql"),
            connections,
            seconds,
        )
    }
}
