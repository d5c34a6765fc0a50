//! `samrad migrate`: brings the database to the shape that this build knows, lets the service's own
//! role in, and registers the first administrator where there is none.

use crate::command::Failure;
use crate::config::{Fault, Migration};
use crate::store::conn::{Access, Backend, Conn, DatabaseUrl, establish};
use crate::store::migrate::{self, Admission};
use crate::store::registry::{First, first_administrator};
use crate::{clock, config};

/// Migrates the database of the environment.
///
/// # Errors
/// When a setting is missing or unsafe, the database is away, or a migration fails.
pub fn run(lookup: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
    let settings = Migration::from_environment(lookup)?;
    let mut conn = establish(&settings.database, Access::Migrate).map_err(Failure::other)?;
    for name in migrate::run(&mut conn).map_err(Failure::other)? {
        log::info!("ran migration {name}");
    }
    if let Some(service) = &settings.service {
        admit(&mut conn, service)?;
    }
    match settings.first_administrator {
        Some(first) => register(&mut conn, &first),
        None => Ok(()),
    }
}

/// Lets the service's own role, where it is another than the owner, append to the log.
fn admit(conn: &mut Conn, service: &DatabaseUrl) -> Result<(), Failure> {
    if service.backend() != Backend::Pg {
        return Ok(());
    }
    let role = establish(service, Access::Migrate)
        .and_then(|mut conn| migrate::role(&mut conn))
        .map_err(Failure::other)?;
    match migrate::admit(conn, &role) {
        Ok(Admission::Already) => Ok(()),
        Ok(Admission::Now) => {
            log::info!("the role of DATABASE_URL is now a member of samrad_app");
            Ok(())
        }
        Err(_) => Err(Failure::from(Fault {
            setting: "MIGRATION_DATABASE_URL",
            fault: "may not let the role of DATABASE_URL into samrad_app: do it once as a \
                    superuser, with GRANT samrad_app TO that role"
                .to_owned(),
        })),
    }
}

fn register(conn: &mut Conn, first: &config::FirstAdministrator) -> Result<(), Failure> {
    let vault = &first.vault;
    let token = First {
        issuer: &first.issuer,
        subject: &first.subject,
        organisation_number: &first.organisation.number,
        organisation_name: &first.organisation.name,
    };
    if first_administrator(conn, vault, &token, clock::now()).map_err(Failure::other)? {
        log::info!("registered the first administrator");
    }
    Ok(())
}
