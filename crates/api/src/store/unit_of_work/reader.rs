//! Reading beside the lanes: what holds no identity and needs no entry, or whose entry a lane has just put down.

use super::unit::Does;
use super::{Desk, Failure, Request, Stop, Tx};
use crate::auth::registry::Standing;
use crate::clock;
use crate::log::Receipt;
use crate::store::conn::Conn;
use crate::store::vault::Vault;
use crate::store::{StoreError, registry};
use futures_util::future::join;
use samrad_domain::event::Event;
use std::sync::Arc;
use tokio::sync::oneshot;

impl Desk {
    /// Has it put down that somebody looks at something, as [`Desk::read_together`] does, and has that read as [`Desk::read`] does, given where the entry stands:
    /// once it is committed, while it is put on the disk. It is answered once both are done. Where nothing was put down, nothing is read.
    ///
    /// # Errors
    /// As [`Failure`] says.
    pub async fn look_at<T, L, F>(
        &self,
        request: Request,
        look: L,
        read: F,
    ) -> Result<(T, Receipt), Failure>
    where
        T: Send + 'static,
        L: Fn(&mut Tx<'_>) -> Result<((), Event), Stop> + Send + 'static,
        F: FnOnce(&mut Conn, &Vault, i64) -> Result<T, StoreError> + Send + 'static,
    {
        let standing = request.standing.clone();
        let (goes_on, committed) = oneshot::channel();
        let looked = self.hand_in(request, Does::Reads(None), Some(goes_on), look);
        let found = async {
            let index = committed.await.ok()?;
            let read = move |conn: &mut Conn, vault: &Vault| read(conn, vault, index);
            Some(self.read(standing, read).await)
        };
        let (looked, found) = join(looked, found).await;
        let receipt = looked?.receipt;
        let unread = || Err(Failure::Internal("an entry that nobody told of".to_owned()));
        Ok((found.unwrap_or_else(unread)?, receipt))
    }

    /// Reads what holds no identity and needs no entry, or has one already, on the read pool, for somebody who still is who they were when they
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
        let (tell, told) = oneshot::channel();
        let reads = move || pool.read(|conn| Ok::<_, StoreError>(tell.send(read(conn)?).ok()));
        let done = actix_web::web::block(reads);
        let cut_off = || Failure::Internal("a read was cut off".to_owned());
        // What was read is told before its transaction, which has written nothing, ends.
        let Ok((value, durable)) = told.await else {
            done.await.map_err(|_| cut_off())??;
            return Err(cut_off());
        };
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
    use crate::store::conn::{Access, Backend, Pool, establish};
    use crate::store::dialect::{Hold, registry_version};
    use crate::store::schema::log_entry;
    use crate::store::subject::About;
    use crate::store::testing::{TestDatabase, on_each, vault};
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use samrad_domain::event::EventKind;
    use samrad_domain::time::oslo_day;
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::{Sender, channel};
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

    /// A desk whose lanes' flusher, too, lets nobody go until the test does.
    fn a_desk_with_held_lanes(database: &TestDatabase) -> (Desk, Held) {
        let (flusher, held) = Flusher::held();
        let reads = Pool::open(&database.url, 2, Duration::from_secs(5)).unwrap();
        let (vault, ready) = (Arc::new(vault()), Arc::new(AtomicBool::new(true)));
        let (url, versions) = (&database.url, Arc::default());
        let desk = Desk::open_before(flusher, url, reads, vault, &versions, ready);
        (desk, held)
    }

    /// Looks at the log, and tells `seen` whether its own entry was there when it was read.
    fn look_at(
        desk: &Desk,
        standing: Option<Standing>,
        seen: Sender<bool>,
    ) -> Result<(&'static str, Receipt), Failure> {
        let request = Request {
            context: a_context(),
            standing,
            about: About::Nobody,
            hold: Hold::Shared,
        };
        let look = |_: &mut Tx<'_>| Ok(((), Event::access(EventKind::LogRead)));
        let read = move |conn: &mut Conn, _: &Vault, index| {
            let entry = log_entry::table.find(index).select(log_entry::idx);
            seen.send(entry.first(conn) == Ok(index)).unwrap();
            Ok("what is shown")
        };
        actix_web::rt::System::new().block_on(desk.look_at(request, look, read))
    }

    #[test]
    fn who_looks_reads_what_holds_their_entry_and_is_shown_it_once_both_are_durable() {
        on_each(|database| {
            let (desk, mut held) = a_desk_with_held_lanes(database);
            for lost in [Some(true), Some(false), None] {
                let (seen, sees) = channel();
                let (told, let_go) = std::thread::scope(|scope| {
                    // Where something here fails, who waits is let go with it.
                    let held = held;
                    let told = scope.spawn(|| look_at(&desk, None, seen));
                    let seen = sees.recv_timeout(Duration::from_secs(60));
                    assert!(seen.unwrap(), "what is read holds its own entry");
                    match lost {
                        Some(batch) => held.lose(batch),
                        None => (0..2).for_each(|_| held.let_go_next()),
                    }
                    (told.join().unwrap(), held)
                });
                held = let_go;
                if lost.is_some() {
                    assert!(matches!(told, Err(Failure::Unavailable(_))), "{told:?}");
                } else {
                    let (shown, receipt) = told.unwrap();
                    assert_eq!((shown, receipt.index), ("what is shown", 2));
                }
            }
        });
    }

    #[test]
    fn nothing_is_read_for_who_looks_as_somebody_else_than_they_are() {
        on_each(|database| {
            let desk = a_desk(database);
            let (seen, sees) = channel();
            let told = look_at(&desk, Some(somebody(database, 1)), seen);
            assert!(matches!(told, Err(Failure::Caller(_))), "{told:?}");
            assert!(sees.recv().is_err(), "it was read");
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
