//! Reading beside the lanes: what holds no identity and needs no entry.

use super::{Desk, Failure};
use crate::auth::registry::Standing;
use crate::clock;
use crate::store::conn::Conn;
use crate::store::vault::Vault;
use crate::store::{StoreError, registry};
use std::sync::Arc;

impl Desk {
    /// Reads what holds no identity and needs no entry, on the read pool, for somebody who still is who they were when they
    /// were let in (`standing`; none where the registry has no say). It is answered, or refused, once all that it may have read
    /// is durable.
    ///
    /// # Errors
    /// As [`Failure`] says.
    pub async fn read<T, F>(&self, standing: Option<Standing>, read: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Vault) -> Result<T, StoreError> + Send + 'static,
    {
        let (pool, vault) = (self.reads.clone(), Arc::clone(&self.vault));
        let (flusher, since) = (self.flusher.clone(), self.flusher.now());
        let read = move |conn: &mut Conn| {
            let Some(standing) = standing else {
                let value = read(conn, &vault)?;
                return Ok((Ok(value), flusher.catch_up(since)));
            };
            let stands = registry::stands(conn, &standing, clock::now())?;
            // The first question has fixed what is seen: that can be put on the disk while the rest is read.
            let durable = flusher.catch_up(since);
            let value = match stands {
                Ok(()) => Ok(read(conn, &vault)?),
                Err(fault) => Err(Failure::Caller(fault)),
            };
            Ok::<_, StoreError>((value, durable))
        };
        let done = actix_web::web::block(move || pool.read(read)).await;
        let done = done.map_err(|_| Failure::Internal("a read was cut off".to_owned()))?;
        let (value, durable) = done?;
        durable.wait().await?;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::super::flusher::{Flusher, Held};
    use super::super::tests::a_desk;
    use super::super::tests::units::a_context;
    use super::*;
    use crate::auth::issuers::Kind;
    use crate::auth::token::Proof;
    use crate::store::conn::{Access, Backend, establish};
    use crate::store::dialect::registry_version;
    use crate::store::testing::{TestDatabase, on_each};
    use diesel::QueryableByName;
    use diesel::RunQueryDsl;
    use diesel::connection::SimpleConnection;
    use samrad_domain::time::oslo_day;
    use std::time::{Duration, Instant};

    /// Somebody who was let in when the registry had changed `later` times more often than it has.
    fn somebody(database: &TestDatabase, later: i64) -> Standing {
        let proof = Proof {
            kind: Kind::Staff,
            issuer: "https://staff.test".to_owned(),
            subject: "nobody".to_owned(),
            identity_number: None,
            client: None,
            scopes: Vec::new(),
            assurance: None,
            expires: clock::now(),
        };
        Standing {
            proof: Arc::new(proof),
            affiliation: None,
            actor: Arc::new(a_context().actor),
            version: registry_version(&mut database.conn()).unwrap() + later,
            day: oslo_day(clock::now()),
        }
    }

    /// A desk whose flusher lets nobody go until the test does.
    fn a_held_desk(database: &TestDatabase) -> (Desk, Held) {
        let (flusher, held) = Flusher::held();
        let desk = Desk {
            flusher,
            ..a_desk(database)
        };
        (desk, held)
    }

    fn read<T: Send + 'static>(
        desk: &Desk,
        standing: Option<Standing>,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let reading = desk.read(standing, move |_, _| Ok(read()));
        actix_web::rt::System::new().block_on(reading)
    }

    #[test]
    fn nobody_is_answered_before_what_was_seen_is_durable() {
        on_each(|database| {
            let callers = [
                None,
                Some(somebody(database, 0)),
                Some(somebody(database, 1)),
            ];
            for caller in callers {
                let (desk, held) = a_held_desk(database);
                drop(held);
                let told = read(&desk, caller, || ());
                assert!(matches!(told, Err(Failure::Internal(_))), "{told:?}");
            }
        });
    }

    #[test]
    fn the_disk_is_asked_while_the_rest_is_read() {
        on_each(|database| {
            let (desk, held) = a_held_desk(database);
            let standing = Some(somebody(database, 0));
            let asked = read(&desk, standing, move || held.let_go());
            assert_eq!(asked.unwrap(), 1);
            let (desk, held) = a_held_desk(database);
            let asked = std::thread::spawn(move || held.let_go_next());
            assert!(read(&desk, None, || ()).is_ok());
            asked.join().unwrap();
        });
    }

    #[test]
    fn who_is_somebody_else_now_is_told_so_and_shown_nothing() {
        on_each(|database| {
            let (desk, held) = a_held_desk(database);
            let asked = std::thread::spawn(move || held.let_go_next());
            let told = read(&desk, Some(somebody(database, 1)), || panic!("shown"));
            assert!(matches!(told, Err::<(), _>(Failure::Caller(_))));
            asked.join().unwrap();
        });
    }

    #[derive(QueryableByName)]
    struct Blocked {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        any: bool,
    }

    /// What is committed until then is seen.
    #[test]
    fn the_disk_is_not_asked_before_the_first_question_is_answered() {
        on_each(|database| {
            if database.backend() == Backend::Sqlite {
                return;
            }
            let (desk, held) = a_held_desk(database);
            let standing = Some(somebody(database, 0));
            let mut holder = establish(&database.url, Access::Migrate).unwrap();
            holder
                .batch_execute("BEGIN; LOCK TABLE registry_version IN ACCESS EXCLUSIVE MODE")
                .unwrap();
            let reader = std::thread::spawn(move || read(&desk, standing, || ()));
            let blocked = "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON oid = database \
                 WHERE datname = current_database() AND NOT granted) AS any";
            let since = Instant::now();
            loop {
                let found = diesel::sql_query(blocked);
                if found.get_result::<Blocked>(&mut holder).unwrap().any {
                    break;
                }
                assert!(since.elapsed() < Duration::from_secs(60));
                std::thread::yield_now();
            }
            assert_eq!(held.let_go(), 0);
            holder.batch_execute("COMMIT").unwrap();
            held.let_go_next();
            assert!(reader.join().unwrap().is_ok());
        });
    }
}
