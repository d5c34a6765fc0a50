//! What the long log takes on the disk, and what an auditor needs for the whole of it: exported by the
//! operator and verified, one program writing to the other.

use std::error::Error;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use samrad_api::store::conn::{Access, Conn, DatabaseUrl, establish};
use samrad_tests::server::program;
use serde::{Deserialize, Serialize};

use crate::figures::On;
use crate::ground::Ground;
use crate::seed::table::lines;
use crate::usage;

/// How often the verifier's processor time is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What was found.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Audit {
    /// On what.
    pub on: On,
    /// How many entries were verified.
    pub entries: u64,
    /// How long exporting and verifying took, beside each other, in seconds.
    pub took: f64,
    /// How much of that the verifier had of a processor, in seconds.
    pub verifying: f64,
    /// Megabytes that the verifier had resident at most.
    pub peak: f64,
    /// Bytes on the disk for each entry that was added, indexes and tiles with it; none where the log was as long already.
    pub bytes_an_entry: Option<f64>,
    /// Megabytes of the whole database.
    pub megabytes: f64,
}

/// Bytes that a database takes on the disk.
///
/// # Errors
/// When it does not answer.
pub fn disk(ground: &Ground) -> Result<f64, Box<dyn Error>> {
    let database = ground.world.database();
    let mut conn = establish(&DatabaseUrl::parse(database.url())?, Access::Read)?;
    let size = match conn {
        Conn::Pg(_) => "SELECT pg_database_size(current_database())::text AS line",
        Conn::Sqlite(_) => {
            "SELECT CAST(page_count * page_size AS TEXT) AS line FROM pragma_page_count(), pragma_page_size()"
        }
    };
    let size = lines(&mut conn, size)?
        .pop()
        .ok_or("a database without a size")?;
    Ok(size.parse()?)
}

/// Exports and verifies the whole log, which grew to so many entries from a database of `before` bytes by
/// `added` entries.
///
/// # Errors
/// When the log does not verify.
pub fn of(on: On, ground: &Ground, before: f64, added: i64) -> Result<Audit, Box<dyn Error>> {
    let bytes = disk(ground)?;
    let key = ground.world.log_key();
    let mut export = Command::new(program());
    ground.world.server().settings().apply(&mut export);
    let began = Instant::now();
    let mut export = export
        .arg("export-log")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let mut verifier = Command::new(program().with_file_name("samrad-verify"))
        .args(["export", "-", "--json", "--key", &key])
        .stdin(export.stdout.take().ok_or("an export without output")?)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (mut verifying, mut peak) = (0.0, 0.0);
    let verified = loop {
        // The last look before its end is as good as the end.
        let id = verifier.id();
        verifying = usage::seconds_of(id).max(verifying);
        peak = usage::resident(id).map_or(peak, |(most, _)| most);
        if let Some(status) = verifier.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    let took = began.elapsed().as_secs_f64();
    let mut said = String::new();
    if let Some(output) = &mut verifier.stdout {
        output.read_to_string(&mut said)?;
    }
    if !export.wait()?.success() || !verified.success() {
        return Err(format!("the log does not verify: {said}").into());
    }
    let said: Verdict = serde_json::from_str(&said)?;
    Ok(Audit {
        on,
        entries: said.size,
        took,
        verifying,
        peak,
        bytes_an_entry: (added > 0).then(|| (bytes - before) / added as f64),
        megabytes: bytes / 1e6,
    })
}

#[derive(Deserialize)]
struct Verdict {
    size: u64,
}
