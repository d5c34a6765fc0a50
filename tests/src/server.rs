//! The service as a process: started, killed, started again; every line that it logs is kept.

use std::io::{BufRead as _, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use crate::clock;
use crate::settings::Settings;

const READY: &str = "listening on ";
const PATIENCE: Duration = Duration::from_secs(60);

/// Log lines of all the runs of one service, in order.
pub type Lines = Arc<Mutex<Vec<String>>>;

/// Where the service listens; changes when it is started again.
pub type Address = Arc<RwLock<String>>;

/// A running service; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Mutex<Child>,
    address: Address,
    lines: Lines,
    settings: Settings,
}

/// How a subcommand ended.
#[derive(Debug)]
pub struct Ended {
    /// Exit code, if it was not killed by a signal.
    pub code: Option<i32>,
    /// What it wrote, to either stream.
    pub output: String,
}

/// How a program ended that was asked for something.
#[derive(Debug)]
pub struct Answered {
    /// Exit code, if it was not killed by a signal.
    pub code: Option<i32>,
    /// What it was asked for.
    pub stdout: String,
    /// What it said besides.
    pub stderr: String,
}

impl Server {
    /// Migrates the database and serves it.
    ///
    /// # Panics
    /// With everything the service said, if it does not come up.
    #[must_use]
    pub fn start(settings: Settings) -> Self {
        let lines = Lines::default();
        let migrated = run("migrate", &settings);
        assert_eq!(
            migrated.code,
            Some(0),
            "samrad migrate:\n{}",
            migrated.output
        );
        locked(&lines).extend(migrated.output.lines().map(str::to_owned));
        Self::serving(settings, lines)
    }

    /// Serves the database as it is.
    ///
    /// # Panics
    /// With everything the service said, if it does not come up.
    #[must_use]
    pub fn serve(settings: Settings) -> Self {
        Self::serving(settings, Lines::default())
    }

    fn serving(settings: Settings, lines: Lines) -> Self {
        let (child, address) = serve(&settings, &lines);
        Self {
            child: Mutex::new(child),
            address: Arc::new(RwLock::new(address)),
            lines,
            settings,
        }
    }

    /// Where it listens, as a shared cell that follows restarts.
    #[must_use]
    pub fn address(&self) -> Address {
        Arc::clone(&self.address)
    }

    /// The id of its process, of the present run.
    #[must_use]
    pub fn id(&self) -> u32 {
        locked(&self.child).id()
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// All that it has logged until now, over all its runs.
    #[must_use]
    pub fn log(&self) -> String {
        locked(&self.lines).join("\n")
    }

    /// Kills it as the power does: no handler runs, no buffer is written.
    ///
    /// # Panics
    /// If the process can't be killed.
    pub fn kill9(&self) {
        let mut child = locked(&self.child);
        child.kill().expect("our own child");
        child.wait().expect("our own child");
    }

    /// Asks it to end, as a platform does (SIGTERM), and waits until it has.
    ///
    /// # Panics
    /// If it does not end with success.
    pub fn stop(&self) {
        let mut child = locked(&self.child);
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(child.id().to_string())
            .status();
        assert!(
            asked.expect("`kill` is on every Unix").success(),
            "our own child takes a signal"
        );
        let status = child.wait().expect("our own child");
        assert!(
            status.success(),
            "ended with {status}:\n{}",
            locked(&self.lines).join("\n")
        );
    }

    /// Waits until it has ended by itself; its exit code.
    ///
    /// # Panics
    /// If it goes on for a minute.
    pub fn ends(&self) -> Option<i32> {
        let status = clock::until(PATIENCE, || {
            locked(&self.child).try_wait().expect("our own child")
        });
        status.code()
    }

    /// Starts it again on the same database with the same settings, after ending it if it runs.
    pub fn restart(&self) {
        self.kill9();
        let (child, address) = serve(&self.settings, &self.lines);
        *locked(&self.child) = child;
        *self.address.write().unwrap_or_else(PoisonError::into_inner) = address;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(child.kill());
        drop(child.wait());
        if thread::panicking() {
            eprintln!(
                "--- what the service logged ---\n{}",
                locked(&self.lines).join("\n")
            );
        }
    }
}

/// Runs one subcommand until it ends. For `migrate`, and for a `serve` that must refuse to start.
///
/// # Panics
/// If there is no program, or it goes on for a minute.
#[must_use]
pub fn run(subcommand: &str, settings: &Settings) -> Ended {
    let lines = Lines::default();
    let (mut child, lines_end) = spawn(subcommand, settings, &lines);
    let ended = loop {
        match lines_end.recv_timeout(PATIENCE) {
            Ok(_) => {}
            Err(RecvTimeoutError::Disconnected) => break true,
            Err(RecvTimeoutError::Timeout) => break false,
        }
    };
    if !ended {
        child.kill().expect("our own child");
    }
    let code = child.wait().expect("our own child").code();
    let output = locked(&lines).join("\n");
    assert!(ended, "samrad {subcommand} goes on and on:\n{output}");
    Ended { code, output }
}

/// Runs one subcommand until it ends, and tells its two streams apart.
///
/// # Panics
/// If there is no program.
#[must_use]
pub fn output_of(arguments: &[&str], settings: &Settings) -> Answered {
    let mut command = Command::new(program());
    settings.apply(&mut command);
    answered(command.args(arguments))
}

/// Runs the `samrad-verify` built beside `samrad`.
///
/// # Panics
/// If there is no program.
#[must_use]
pub fn verifier(arguments: &[&str]) -> Answered {
    answered(Command::new(program().with_file_name("samrad-verify")).args(arguments))
}

fn answered(command: &mut Command) -> Answered {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|e| panic!("{command:?}: {e}; `make build` makes it"));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Answered {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn serve(settings: &Settings, lines: &Lines) -> (Child, String) {
    let (mut child, spoken) = spawn("serve", settings, lines);
    loop {
        match spoken.recv_timeout(PATIENCE) {
            Ok(line) => {
                if let Some((_, address)) = line.split_once(READY) {
                    return (
                        child,
                        address
                            .split(|c: char| c.is_whitespace() || c == '"')
                            .next()
                            .unwrap_or_default()
                            .to_owned(),
                    );
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = child.wait().expect("our own child");
                panic!(
                    "samrad serve ended with {status}:\n{}",
                    locked(lines).join("\n")
                );
            }
            Err(RecvTimeoutError::Timeout) => {
                child.kill().expect("our own child");
                child.wait().expect("our own child");
                panic!("samrad serve is not ready:\n{}", locked(lines).join("\n"));
            }
        }
    }
}

/// Starts the program; its lines go to `lines` and to the receiver, which ends when it ends.
fn spawn(subcommand: &str, settings: &Settings, lines: &Lines) -> (Child, Receiver<String>) {
    let program = settings
        .get("SAMRAD_BIN")
        .map_or_else(program, PathBuf::from);
    let mut command = Command::new(&program);
    settings.apply(&mut command);
    command
        .arg(subcommand)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .unwrap_or_else(|e| panic!("{}: {e}; `make build` makes it", program.display()));
    let (sender, receiver) = channel();
    listen(
        child.stdout.take().expect("piped"),
        Arc::clone(lines),
        sender.clone(),
    );
    listen(
        child.stderr.take().expect("piped"),
        Arc::clone(lines),
        sender,
    );
    (child, receiver)
}

fn listen(stream: impl Read + Send + 'static, lines: Lines, sender: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            locked(&lines).push(line.clone());
            drop(sender.send(line)); // once it is ready nobody waits for lines
        }
    });
}

/// `SAMRAD_BIN`, else the `samrad` built beside the test that runs.
///
/// # Panics
/// If the test runs from nowhere.
#[must_use]
pub fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("SAMRAD_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a test has a program");
    let target = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/<profile>/deps/<test>");
    target.join("samrad")
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
