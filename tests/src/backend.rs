//! The two databases that every story runs on, and the macro that runs it on both.

use crate::world::World;

/// Which database a story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded database, a file on disk.
    Sqlite,
    /// A server, at `TEST_POSTGRES_URL`.
    Postgres,
}

impl Backend {
    /// Whether this run can use it. Without `TEST_POSTGRES_URL` there is no PostgreSQL: said
    /// loudly, and on the build server (`CI=true`) a failure.
    ///
    /// # Panics
    /// On the build server, if PostgreSQL is missing.
    #[must_use]
    pub fn is_here(self) -> bool {
        let here = match self {
            Self::Sqlite => true,
            Self::Postgres => std::env::var_os("TEST_POSTGRES_URL").is_some(),
        };
        if !here {
            let ci = std::env::var("CI").unwrap_or_default();
            assert!(
                !matches!(ci.as_str(), "true" | "1"),
                "TEST_POSTGRES_URL is not set: PostgreSQL was not tested"
            );
            eprintln!(
                "SKIPPED: TEST_POSTGRES_URL is not set, so this did NOT run on PostgreSQL (see `make test`)"
            );
        }
        here
    }

    /// Runs one story in a world of its own.
    pub fn run(self, story: fn(&World)) {
        if self.is_here() {
            story(&World::new(self));
        }
    }
}

/// Makes two tests of each story: `sqlite::name` and `postgres::name`. Once a file, as it makes
/// the modules `sqlite` and `postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* fn $name:ident($world:ident) $story:block)*) => {
        $($(#[$doc])* fn $name($world: &$crate::World) $story)*

        mod sqlite {
            $(#[test] fn $name() { $crate::Backend::Sqlite.run(super::$name); })*
        }

        mod postgres {
            $(#[test] fn $name() { $crate::Backend::Postgres.run(super::$name); })*
        }
    };
}
