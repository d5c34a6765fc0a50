//! `samrad serve`: the service as an operator runs it.
//!
//! It refuses to start on anything missing or unsafe, and says what. A database that is away is
//! no reason to stop: requests are answered 503 until it is back, and what it must be is looked
//! at as soon as it answers.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web;

use crate::app::{Parts, Ready};
use crate::auth::gate::Gate;
use crate::auth::registry::Versions;
use crate::command::Failure;
use crate::config::{EXIT_CONFIG, Fault, Settings};
use crate::http::docs::Offered;
use crate::http::middleware::{Edge, FreshIds};
use crate::http::rates::Rates;
use crate::http::terms::Terms;
use crate::log::LEFT_OUT;
use crate::log::guard::{self, GuardFault};
use crate::log::poster;
use crate::log::publisher::Publisher;
use crate::log::reader::Reader;
use crate::store::StoreError;
use crate::store::conn::{Conn, DatabaseUrl, Pool};
use crate::store::dialect;
use crate::store::migrate::{self, Standing};
use crate::store::registry::Resolver;
use crate::store::unit_of_work::Desk;
use crate::telemetry::telemetry;
use crate::{clock, ids, server};

/// How many connections read the public half of the log.
const PUBLIC_READERS: u32 = 2;
/// Connections that read.
const READERS: u32 = 8;
/// How long a request waits for one of them.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a database that is away is asked again.
const RETRY: Duration = Duration::from_secs(1);
/// How far the clock may be behind the last entry of the log.
const CLOCK_LAG_MS: i64 = 60_000;

/// Serves until told to stop.
///
/// # Errors
/// Everything that is missing or unsafe; and when the address can't be listened on.
pub fn run(lookup: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
    serve(Settings::for_serve(lookup)?)
}

/// Serves with these settings until told to stop.
///
/// # Errors
/// As [`run`].
pub fn serve(settings: Settings) -> Result<(), Failure> {
    let listener = TcpListener::bind(settings.listen).map_err(|error| {
        Failure::Other(format!("{} can't be listened on: {error}", settings.listen))
    })?;
    serve_on(settings, listener)
}

/// Serves on an address that is listened on already.
///
/// # Errors
/// As [`run`].
pub fn serve_on(settings: Settings, listener: TcpListener) -> Result<(), Failure> {
    serve_offering(settings, listener, None)
}

/// Serves, with the demo's tokens a click away in `/docs`.
///
/// # Errors
/// As [`run`].
pub(super) fn serve_offering(
    settings: Settings,
    listener: TcpListener,
    offered: Option<Offered>,
) -> Result<(), Failure> {
    let pool = Pool::open_unconnected(&settings.database, READERS, PATIENCE);
    let (database, ledger) = (settings.database.clone(), Arc::clone(&settings.ledger));
    let publisher = Arc::new(Publisher::new(ledger, database.clone(), pool.clone()));
    let fitness = Arc::new(Fitness {
        pool: pool.clone(),
        publisher: Arc::clone(&publisher),
        database,
        development: settings.development,
        found: Arc::default(),
    });
    match fitness.look() {
        Ok(()) => {}
        Err(Unfit::Unsafe(faults)) => return Err(faults.into()),
        Err(Unfit::Away(cause)) => {
            log::error!("{cause}; requests are answered 503 until it is back");
            look_later(Arc::clone(&fitness));
        }
    }
    log::info!("the log's verifier key is {}", publisher.verifier());
    let connections = settings.edge.connections;
    let parts = parts(settings, pool, &fitness, offered);
    actix_web::rt::System::new()
        .block_on(server::serve(parts, listener, connections))
        .map_err(Failure::other)?;
    fitness.publisher.finish();
    Ok(())
}

fn parts(
    settings: Settings,
    pool: Pool,
    fitness: &Arc<Fitness>,
    offered: Option<Offered>,
) -> Parts {
    let offered = offered.map(web::Data::new);
    let terms = web::Data::new(Terms::new(settings.allow_synthetic, &settings.issuers));
    let vault = Arc::new(settings.vault);
    let versions = Arc::new(Versions::default());
    let resolver = Resolver::new(
        pool.clone(),
        Arc::clone(&vault),
        settings.allow_synthetic,
        Arc::clone(&versions),
    );
    let gate = Gate::new(
        settings.issuers,
        settings.key_floor,
        Arc::new(resolver),
        Arc::clone(&versions),
        clock::now,
    );
    gate.read_keys();
    // A few of its own, so that whoever floods the public log keeps nobody else waiting.
    let of_the_log = Pool::open_unconnected(&settings.database, PUBLIC_READERS, PATIENCE);
    let reader = Reader::new(Arc::clone(&fitness.publisher), of_the_log.clone());
    let reader = web::Data::new(reader);
    let edge = Edge::new(
        Rates::new(settings.edge.client_rate, settings.edge.peer_rate),
        settings.edge.hsts,
    );
    let may_write = Arc::clone(&fitness.found);
    let desk = Desk::open(&settings.database, pool, vault, &versions, may_write);
    let desk = web::Data::new(desk);
    Parts {
        gate: web::Data::new(gate),
        keys: web::Data::new(settings.http_keys),
        fresh_ids: FreshIds(ids::new_uuid),
        ready: Arc::clone(fitness) as Arc<dyn Ready>,
        origins: settings.edge.origins,
        edge: web::Data::new(edge),
        look: looking_at(&desk, &fitness.publisher, of_the_log),
        provide: Arc::new(move |cfg| {
            cfg.app_data(desk.clone())
                .app_data(reader.clone())
                .app_data(terms.clone());
            if let Some(offered) = &offered {
                cfg.app_data(offered.clone());
            }
        }),
    }
}

/// Tells the telemetry what can only be looked at.
fn looking_at(
    desk: &web::Data<Desk>,
    publisher: &Arc<Publisher>,
    of_the_log: Pool,
) -> Arc<dyn Fn() + Send + Sync> {
    let (desk, publisher) = (desk.clone(), Arc::clone(publisher));
    Arc::new(move || {
        let telemetry = telemetry();
        desk.look();
        let (idle, all) = of_the_log.connections();
        telemetry.connects("log", idle, all);
        telemetry.signed(publisher.known().map_or(0, |known| known.checkpoint.size));
    })
}

/// Whether the database is one that the service may work on.
#[derive(Debug)]
struct Fitness {
    pool: Pool,
    publisher: Arc<Publisher>,
    database: DatabaseUrl,
    development: bool,
    found: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Unfit {
    /// It does not answer; why, for our log.
    Away(String),
    /// It answers, and is not to be worked on.
    Unsafe(Fault),
}

impl From<StoreError> for Unfit {
    fn from(error: StoreError) -> Self {
        Self::Away(error.to_string())
    }
}

impl From<GuardFault> for Unfit {
    fn from(fault: GuardFault) -> Self {
        match fault {
            // Waiting does not mend what can't be.
            GuardFault::Store(error @ StoreError::Corrupt { .. }) => {
                unsafe_database(error.to_string())
            }
            GuardFault::Store(error) => error.into(),
            GuardFault::Unsafe(why) => unsafe_database(why),
        }
    }
}

impl Fitness {
    fn look(&self) -> Result<(), Unfit> {
        self.pool.read(|conn| {
            up_to_date(conn)?;
            if LEFT_OUT && !self.development {
                return Err(unsafe_database(
                    "this build keeps no log: it is for measuring",
                ));
            }
            if !self.development {
                may_not_rewrite(conn)?;
                keeps_its_word(conn)?;
            }
            not_behind(conn)?;
            Ok::<_, Unfit>(guard::hold(conn, &self.publisher, self.development)?)
        })?;
        let is_first = !self.found.swap(true, Ordering::AcqRel);
        // What keeps no log would only do again what the service beside it does.
        if is_first && !LEFT_OUT {
            self.publisher.may_sign();
            self.publisher.start();
            poster::start(self.database.clone());
        }
        Ok(())
    }
}

impl Ready for Fitness {
    fn ready(&self) -> Result<(), String> {
        let looked = if self.found.load(Ordering::Relaxed) {
            self.pool.read(up_to_date)
        } else {
            self.look()
        };
        looked.map_err(|unfit| match unfit {
            Unfit::Away(cause) => cause,
            Unfit::Unsafe(fault) => fault.to_string(),
        })
    }
}

/// Looks at a database that was away as soon as it answers, and stops the service if it is unsafe.
fn look_later(fitness: Arc<Fitness>) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(RETRY);
            match fitness.look() {
                Ok(()) => return log::info!("the database answers"),
                Err(Unfit::Away(_)) => {}
                Err(Unfit::Unsafe(fault)) => {
                    log::error!("refusing to go on: {fault}");
                    std::process::exit(i32::from(EXIT_CONFIG));
                }
            }
        }
    });
}

fn unsafe_database(fault: impl Into<String>) -> Unfit {
    Unfit::Unsafe(Fault {
        setting: "DATABASE_URL",
        fault: fault.into(),
    })
}

fn up_to_date(conn: &mut Conn) -> Result<(), Unfit> {
    let pending = migrate::pending(conn)?;
    if pending.is_empty() {
        return Ok(());
    }
    Err(unsafe_database(format!(
        "the database lacks {} migrations ({}): run `samrad migrate` first",
        pending.len(),
        pending.join(", ")
    )))
}

fn may_not_rewrite(conn: &mut Conn) -> Result<(), Unfit> {
    let fault = match migrate::standing(conn)? {
        Standing::Appends | Standing::NoRoles => return Ok(()),
        Standing::Superuser => "the role is a superuser, who could rewrite the log",
        Standing::Owner => "the role owns the log's tables and could rewrite them",
        Standing::MayRewrite => "the role was granted rights by which it could rewrite the log",
    };
    Err(unsafe_database(format!(
        "{fault}: serve as a member of samrad_app alone, and migrate with MIGRATION_DATABASE_URL \
         (SAMRAD_DEVELOPMENT=yes lets it pass on a development machine)"
    )))
}

/// What was answered must be there after the power is back.
fn keeps_its_word(conn: &mut Conn) -> Result<(), Unfit> {
    if dialect::is_durable(conn)? {
        return Ok(());
    }
    Err(unsafe_database(
        "the server has fsync or full_page_writes off: what was answered could be lost",
    ))
}

/// An entry is never older than the one before it, so a clock behind the log would misdate all.
fn not_behind(conn: &mut Conn) -> Result<(), Unfit> {
    let last = dialect::read_head(conn)?.last_ms;
    let lag = last - clock::now().as_millisecond();
    if lag <= CLOCK_LAG_MS {
        return Ok(());
    }
    Err(Unfit::Unsafe(Fault {
        setting: "clock",
        fault: format!("is {} seconds behind the last entry of the log", lag / 1000),
    }))
}
