//! From the command line to a verdict and an exit code.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Parser as _;

use super::arguments::{Arguments, Command, Common, Export, Keeping, LeafHash, Live, Receipt};
use super::kept::Kept;
use super::live::{self, Depth, Http};
use super::promise::Promise;
use super::report::Report;
use super::terms::{Terms, Witnesses};
use super::{Stop, clock, export, receipt};

const VERIFIED: u8 = 0;
const NOT_VERIFIED: u8 = 1;
const BAD_USAGE: u8 = 2;
const UNREADABLE: u8 = 3;

/// Do what the command line says. Gives the exit code.
pub fn run() -> u8 {
    // Ends the program with code 2 where the command line makes no sense.
    let arguments = Arguments::parse();
    let (json, report) = match &arguments.command {
        Command::Export(arguments) => (arguments.common.json, verify_export(arguments)),
        Command::Live(arguments) => (arguments.common.json, verify_live(arguments)),
        Command::Receipt(arguments) => (arguments.common.json, verify_receipt(arguments)),
    };
    match report.and_then(|report| print(&report, json).map(|()| report.ok)) {
        Ok(true) => VERIFIED,
        Ok(false) => NOT_VERIFIED,
        Err(stop) => {
            eprintln!("samrad-verify: {stop}");
            match stop {
                Stop::Usage(_) => BAD_USAGE,
                Stop::Unreadable(_) => UNREADABLE,
            }
        }
    }
}

fn print(report: &Report, json: bool) -> Result<(), Stop> {
    let text = if json {
        serde_json::to_string(report).map_err(|error| Stop::unreadable("the report", error))?
    } else {
        report.to_string()
    };
    writeln!(io::stdout(), "{text}").map_err(|error| Stop::unreadable("standard output", error))
}

fn verify_export(arguments: &Export) -> Result<Report, Stop> {
    let terms = terms(&arguments.common, Some(&arguments.keeping))?;
    let input = open(&arguments.file)?;
    let Some(place) = &arguments.keeping.keep else {
        return export::verify(input, &terms, None);
    };
    // Beside the place, so that a run that is cut off leaves the earlier file as it was.
    let new = beside(place);
    let file = File::create(&new).map_err(|error| Stop::unreadable(new.display(), error))?;
    let mut out = BufWriter::new(file);
    let report = export::verify(input, &terms, Some(&mut out));
    let written = out
        .into_inner()
        .map_err(io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all());
    let kept = match &report {
        Ok(report) if report.ok => written.and_then(|()| fs::rename(&new, place)),
        Ok(_) | Err(_) => fs::remove_file(&new),
    };
    kept.map_err(|error| Stop::unreadable(place.display(), error))?;
    report
}

fn verify_live(arguments: &Live) -> Result<Report, Stop> {
    let terms = terms(&arguments.common, Some(&arguments.keeping))?;
    let token = arguments.token_file.as_deref().map(read).transpose()?;
    let depth = match (&token, arguments.evidence) {
        (None, _) => Depth::Tiles,
        (Some(_), false) => Depth::Entries,
        (Some(_), true) => Depth::Evidence,
    };
    let service = Http::new(&arguments.url, token.as_deref());
    let (report, note) = live::verify(&service, depth, &terms)?;
    if let (Some(place), Some(note)) = (&arguments.keeping.keep, note) {
        let new = beside(place);
        let written = fs::write(&new, note.to_string()).and_then(|()| fs::rename(&new, place));
        written.map_err(|error| Stop::unreadable(place.display(), error))?;
    }
    Ok(report)
}

fn verify_receipt(arguments: &Receipt) -> Result<Report, Stop> {
    let terms = terms(&arguments.common, None)?;
    receipt::verify(
        &read(&arguments.file)?,
        arguments.leaf.map(|LeafHash(leaf)| leaf),
        &terms,
    )
}

fn terms(common: &Common, keeping: Option<&Keeping>) -> Result<Terms, Stop> {
    let known = common.witnesses.clone();
    let wanted = common.witnesses_wanted.unwrap_or(known.len());
    if wanted > known.len() {
        return Err(Stop::Usage(format!(
            "{wanted} witnesses are wanted, the keys of {} are given",
            known.len()
        )));
    }
    let within = common
        .witnessed_within
        .map(|hours| hours.saturating_mul(3600));
    let mut terms = Terms {
        keys: common.keys.clone(),
        witnesses: Witnesses {
            known,
            wanted,
            within,
        },
        strict: common.strict,
        now_ms: clock::now_ms(),
        ..Terms::default()
    };
    let Some(keeping) = keeping else {
        return Ok(terms);
    };
    if let Some(since) = &keeping.since {
        terms.since = Some(Kept::read(open(since)?, &since.display().to_string())?);
    }
    for file in &keeping.receipts {
        let promises = Promise::parse_all(&read(file)?);
        terms
            .promises
            .extend(promises.map_err(|error| Stop::unreadable(file.display(), error))?);
    }
    Ok(terms)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Stop> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| Stop::unreadable(path.display(), error))?;
    Ok(Box::new(BufReader::with_capacity(1 << 20, file)))
}

fn read(path: &Path) -> Result<String, Stop> {
    let mut text = String::new();
    open(path)?
        .read_to_string(&mut text)
        .map_err(|error| Stop::unreadable(path.display(), error))?;
    Ok(text)
}

fn beside(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}
