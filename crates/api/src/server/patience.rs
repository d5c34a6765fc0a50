//! A connection that waits for no client for ever.
//!
//! The server times the head of a connection's first request, and connections that lie idle. What is
//! left is timed here: the heads of later requests, what came after a request and is none, and answers
//! that nobody fetches. While a request is worked on, nothing is timed here: its body is by who reads it.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::rt::net::{ActixStream, Ready};
use actix_web::rt::time::{Sleep, sleep};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long a head may take, from its first byte. More than the server gives a first one, so that a slow
/// client is told.
const HEAD: Duration = Duration::from_secs(15);
/// How long a connection may be without a request, whatever else comes. More than the server keeps an
/// idle one.
const IDLE: Duration = Duration::from_secs(90);
/// How long an answer may lie before the client takes more of it.
const ANSWER: Duration = Duration::from_secs(30);
/// How often the limits are looked at.
const TICK: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// No request has begun since, nor was any of an answer taken.
    Idle(Instant),
    /// One has begun.
    Head(Instant),
    /// One is worked on.
    Work,
}

/// Where a connection is with its requests. Shared between the connection and who works on a request.
#[derive(Clone, Debug)]
pub struct Pace(Rc<Cell<Phase>>);

impl Pace {
    fn begin() -> Self {
        Self(Rc::new(Cell::new(Phase::Idle(Instant::now()))))
    }

    /// A whole head was read.
    pub fn work(&self) {
        self.0.set(Phase::Work);
    }

    /// The request is answered.
    pub fn rest(&self) {
        self.0.set(Phase::Idle(Instant::now()));
    }

    fn heard(&self) {
        if let Phase::Idle(_) = self.0.get() {
            self.0.set(Phase::Head(Instant::now()));
        }
    }

    fn took(&self) {
        if let Phase::Idle(_) = self.0.get() {
            self.rest();
        }
    }

    fn is_late(&self) -> bool {
        match self.0.get() {
            Phase::Idle(since) => since.elapsed() > IDLE,
            Phase::Head(since) => since.elapsed() > HEAD,
            Phase::Work => false,
        }
    }
}

/// A connection that is given up when its client is too slow.
#[derive(Debug)]
pub struct Patient<T> {
    io: T,
    pace: Pace,
    /// Since when the client has taken nothing of what lies ready.
    unread: Option<Instant>,
    tick: Pin<Box<Sleep>>,
}

impl<T> Patient<T> {
    /// `io`, which has just been opened.
    pub fn new(io: T) -> Self {
        Self {
            io,
            pace: Pace::begin(),
            unread: None,
            tick: Box::pin(sleep(TICK)),
        }
    }

    /// Where it is with its requests.
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    /// Fails if the client is too slow; else sees to it that the question is asked again.
    fn look(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while self.tick.as_mut().poll(context).is_ready() {
            let unread = self.unread.is_some_and(|since| since.elapsed() > ANSWER);
            if unread || self.pace.is_late() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.tick.set(sleep(TICK));
        }
        Ok(())
    }

    fn written(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if polled.is_ready() {
            self.unread = None;
            self.pace.took();
            return polled;
        }
        self.unread.get_or_insert_with(Instant::now);
        match self.look(context) {
            Ok(()) => Poll::Pending,
            Err(late) => Poll::Ready(Err(late)),
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Patient<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(context, buffer);
        if polled.is_pending() {
            self.look(context)?;
        } else if buffer.filled().len() > before {
            self.pace.heard();
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Patient<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(context, bytes);
        self.written(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write_vectored(context, slices);
        self.written(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

impl<T: ActixStream> ActixStream for Patient<T> {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.io.poll_read_ready(context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.io.poll_write_ready(context)
    }
}
