//! A connection of bytes, for clients that do not keep to HTTP.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use crate::server::Server;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

/// A connection to the service.
#[derive(Debug)]
pub struct Wire(TcpStream);

/// What came back on it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The bytes, as text.
    pub text: String,
    /// Whether the service closed the connection.
    pub closed: bool,
}

impl Wire {
    /// A connection to `server`.
    ///
    /// # Panics
    /// If it takes none.
    #[must_use]
    pub fn to(server: &Server) -> Self {
        let address = server.address();
        let address = address
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let host = address.strip_prefix("http://").expect("plain HTTP");
        let stream = TcpStream::connect(host).expect("the service takes connections");
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .expect("a socket");
        stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
        Self(stream)
    }

    /// Sends what the service takes; whether it took all.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).is_ok()
    }

    /// Says that nothing more comes.
    pub fn half_close(&self) {
        // The service may have closed it before.
        self.0.shutdown(Shutdown::Write).ok();
    }

    /// What comes until the connection is closed, or `enough` was heard, or nothing came for long.
    pub fn hear(&mut self, enough: impl Fn(&str) -> bool) -> Heard {
        let (began, mut bytes, mut closed) = (Instant::now(), Vec::new(), false);
        while began.elapsed() < PATIENCE && !closed && !enough(&String::from_utf8_lossy(&bytes)) {
            let mut chunk = [0; 16 * 1024];
            match self.0.read(&mut chunk) {
                Ok(0) => closed = true,
                Ok(read) => bytes.extend_from_slice(&chunk[..read]),
                Err(error)
                    if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {}
                Err(_) => closed = true,
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Heard { text, closed }
    }

    /// Whether the service has closed it. Fetches what lies there.
    ///
    /// # Panics
    /// If the socket is none.
    #[must_use]
    pub fn is_closed(&mut self) -> bool {
        self.0.set_nonblocking(true).expect("a socket");
        let closed = self.ended();
        self.0.set_nonblocking(false).expect("a socket");
        closed
    }

    fn ended(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        loop {
            match self.0.read(&mut chunk) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => {
                    return ![ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
                }
            }
        }
    }
}

impl Heard {
    /// The statuses of the answers, in order.
    #[must_use]
    pub fn statuses(&self) -> Vec<u16> {
        let answers = self.text.split("HTTP/1.1 ").skip(1);
        let status = |answer: &str| answer.get(..3)?.parse().ok();
        answers.filter_map(status).collect()
    }
}
