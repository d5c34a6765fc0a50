//! Listening, and stopping: on SIGTERM the service takes no more requests and finishes those it has.

use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::rt::signal::unix::{SignalKind, signal};
use futures_util::future::{Either, select};

use crate::app::{Parts, app};

/// How long requests that have begun may go on after a signal to stop, in seconds.
const DRAIN: u64 = 25;
/// How long a client may take over the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(75);

/// Serves on `listener` until told to stop.
///
/// # Errors
/// When it can't be listened on.
pub async fn serve(parts: Parts, listener: TcpListener) -> io::Result<()> {
    // Before anybody is told that the service runs, or a signal to stop could come too early.
    let (mut stop, mut stop_at_once) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let address = listener.local_addr()?;
    let server = start(parts, listener)?;
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

/// Starts to serve on `listener`.
///
/// # Errors
/// When it can't be listened on.
pub fn start(parts: Parts, listener: TcpListener) -> io::Result<Server> {
    Ok(HttpServer::new(move || app(parts.clone()))
        .client_request_timeout(HEAD)
        .keep_alive(IDLE)
        .shutdown_timeout(DRAIN)
        .disable_signals()
        .listen(listener)?
        .run())
}
