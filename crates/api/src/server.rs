//! Listening, and stopping: on SIGTERM the service takes no more requests and finishes those it has.

pub mod patience;

use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::time::Duration;

use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use actix_web::rt::signal::unix::{SignalKind, signal};
use futures_util::future::{Either, select};

use crate::app::{Parts, app};
use patience::Patient;

/// How long requests that have begun may go on after a signal to stop, in seconds.
const DRAIN: u64 = 25;
/// How long a client may take over the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(75);
/// How long a connection that is closed waits for the client to close it too.
const PARTING: Duration = Duration::from_secs(1);

/// Serves on `listener` until told to stop; at most so many `connections` at a time.
///
/// # Errors
/// When it can't be listened on.
pub async fn serve(parts: Parts, listener: TcpListener, connections: usize) -> io::Result<()> {
    // Before anybody is told that the service runs, or a signal to stop could come too early.
    let (mut stop, mut stop_at_once) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let address = listener.local_addr()?;
    let server = start(parts, listener, connections)?;
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        let gently = matches!(
            select(pin!(stop.recv()), pin!(stop_at_once.recv())).await,
            Either::Left(_)
        );
        handle.stop(gently).await;
    });
    log::info!("listening on http://{address}");
    server.await?;
    log::info!("stopped");
    Ok(())
}

/// How many threads of a worker wait for the database at most: a few times the connections there are.
const WAITING: usize = 16;

/// Starts to serve on `listener`.
///
/// # Errors
/// When it can't be listened on.
pub fn start(parts: Parts, listener: TcpListener, connections: usize) -> io::Result<Server> {
    let workers = std::thread::available_parallelism().map_or(2, Into::into);
    let builder = Server::build()
        .workers(workers)
        .worker_max_blocking_threads(WAITING)
        .max_concurrent_connections(connections.div_ceil(workers))
        .shutdown_timeout(DRAIN)
        .disable_signals();
    let draining = builder.graceful_shutdown_signal();
    let builder = builder.listen("http", listener, move || {
        let (parts, draining) = (parts.clone(), draining.clone());
        let service = HttpService::build()
            .graceful_shutdown_signal(move || {
                let draining = draining.clone();
                async move { draining.notified().await }
            })
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(PARTING)
            .keep_alive(IDLE)
            .on_connect_ext(|io: &Patient<TcpStream>, data| drop(data.insert(io.pace())))
            .finish(map_config(app(parts).into_factory(), |()| {
                AppConfig::default()
            }));
        fn_service(|io: TcpStream| async {
            // Without it the connection works too.
            io.set_nodelay(true).ok();
            let peer = io.peer_addr().ok();
            Ok((Patient::new(io), Protocol::Http1, peer))
        })
        .and_then(service)
    })?;
    Ok(builder.run())
}
