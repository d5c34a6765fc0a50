//! The world of one story: a service on an empty database, the issuers of its tokens, and the
//! administrator who fills the registry. What stands in it is made over the API, by the modules
//! [`units`](crate::units), [`people`](crate::people) and [`patients`](crate::patients).

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::backend::Backend;
use crate::client::Client;
use crate::database::Database;
use crate::issuer::Issuers;
use crate::server::Server;
use crate::settings::Settings;

/// Token subject of the administrator that `samrad migrate` makes.
pub const FIRST_ADMINISTRATOR: &str = "first-administrator";

/// A running service and all that a story needs around it.
#[derive(Debug)]
pub struct World {
    // The order is the order of ending: the service goes before its database.
    server: Server,
    issuers: Issuers,
    database: Database,
    nobody: Client,
    made: AtomicUsize,
}

impl World {
    /// A service as an operator runs it, on an empty database.
    #[must_use]
    pub fn new(backend: Backend) -> Self {
        Self::with(backend, |settings| settings)
    }

    /// The same with other settings.
    #[must_use]
    pub fn with(backend: Backend, change: impl FnOnce(Settings) -> Settings) -> Self {
        Self::on(Database::create(backend), change)
    }

    /// The same on a database of the story's choosing.
    #[must_use]
    pub fn on(database: Database, change: impl FnOnce(Settings) -> Settings) -> Self {
        let issuers = Issuers::create();
        let server = Server::start(change(Settings::new(&database, &issuers)));
        let nobody = Client::nobody(server.address());
        Self {
            server,
            issuers,
            database,
            nobody,
            made: AtomicUsize::new(0),
        }
    }

    /// The service.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The issuers of tokens.
    #[must_use]
    pub fn issuers(&self) -> &Issuers {
        &self.issuers
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// A caller without a token.
    #[must_use]
    pub fn nobody(&self) -> &Client {
        &self.nobody
    }

    /// Who keeps the registry.
    #[must_use]
    pub fn administrator(&self) -> Client {
        self.staff(FIRST_ADMINISTRATOR)
    }

    /// Someone whose staff token has this subject, known to the registry or not.
    #[must_use]
    pub fn staff(&self, subject: &str) -> Client {
        self.nobody
            .with_token(self.issuers.staff.for_subject(subject).signed())
    }

    /// A citizen with this identity number, at the highest level of assurance.
    #[must_use]
    pub fn citizen(&self, identity_number: &str) -> Client {
        self.nobody
            .with_token(self.issuers.citizen.for_citizen(identity_number).signed())
    }

    /// A number that nothing else in this world was made with.
    pub fn next(&self) -> usize {
        self.made.fetch_add(1, Ordering::Relaxed)
    }
}
