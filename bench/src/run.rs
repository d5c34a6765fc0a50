//! The run: rounds in which everything is measured in turn, so that what else the machine does
//! falls on all alike; then the long log.

use std::error::Error;
use std::process::Stdio;
use std::time::{Duration, Instant};

use samrad_tests::{Backend, Server};

use crate::figures::{Book, Cpu, Figure, Line, On, What};
use crate::ground::Ground;
use crate::load::{Measured, Targets, read_wrk};
use crate::options::Options;
use crate::rival::Rival;
use crate::{audit, machine, seed, usage, withdraw};

/// Over how many connections.
const CONNECTIONS: [u32; 3] = [16, 64, 256];
/// Over how many, where one will do.
const MANY: u32 = 64;
/// How many cases can be read for the first time in a second: less than half of what was ever measured.
const FIRST_READINGS_A_SECOND: usize = 1200;

/// Everything that is measured on one database.
struct Subject {
    on: On,
    ground: Ground,
    unlogged: Option<Server>,
    alive: Targets,
    identified: Targets,
    anonymised: Targets,
    lists: Targets,
    receipts: Option<Targets>,
}

/// A run.
pub struct Run {
    options: Options,
    book: Book,
    rival: Rival,
    postmaster: u32,
}

impl Run {
    /// Makes ready for one.
    pub fn prepare(options: Options) -> Result<Self, Box<dyn Error>> {
        let mut book = Book::create(&options.out)?;
        book.keep(&Line::Setting(machine::setting(&options)?))?;
        Ok(Self {
            rival: Rival::create()?,
            postmaster: machine::postmaster()?,
            options,
            book,
        })
    }

    /// Measures everything.
    pub fn run(mut self) -> Result<(), Box<dyn Error>> {
        let subjects = [Backend::Postgres, Backend::Sqlite]
            .into_iter()
            .map(|backend| Subject::make(backend, &self.options))
            .collect::<Result<Vec<_>, _>>()?;
        for subject in &subjects {
            subject.warm_up(self.options.cases)?;
        }
        for round in 0..self.options.rounds {
            eprintln!("--- round {} of {}", round + 1, self.options.rounds);
            self.round(&subjects, round)?;
        }
        for subject in subjects {
            self.long_log(subject)?;
        }
        Ok(())
    }

    fn round(&mut self, subjects: &[Subject], round: u32) -> Result<(), Box<dyn Error>> {
        let seconds = self.options.seconds;
        for connections in CONNECTIONS {
            self.rivals(What::Rival, Rival::naive, connections)?;
            self.rivals(What::Select, Rival::select, connections)?;
            for subject in subjects {
                self.ask(subject, What::Alive, &subject.alive, connections)?;
                self.ask(subject, What::Identified, &subject.identified, connections)?;
                if let Some(server) = &subject.unlogged {
                    self.measure(
                        Some((subject, server)),
                        What::IdentifiedUnlogged,
                        connections,
                        |address| subject.identified.ask(address, connections, seconds),
                    )?;
                }
                self.ask(subject, What::Anonymised, &subject.anonymised, connections)?;
            }
        }
        for subject in subjects {
            self.ask(subject, What::List, &subject.lists, MANY)?;
            if let Some(receipts) = &subject.receipts {
                self.ask(subject, What::Receipt, receipts, MANY)?;
            }
            self.withdrawals(subject, round)?;
        }
        Ok(())
    }

    fn rivals(
        &mut self,
        what: What,
        load: fn(&Rival, u32, u32) -> Measured,
        connections: u32,
    ) -> Result<(), Box<dyn Error>> {
        let (rival, seconds) = (self.rival.clone(), self.options.seconds);
        self.measure(None, what, connections, |_| {
            load(&rival, connections, seconds)
        })
    }

    fn ask(
        &mut self,
        subject: &Subject,
        what: What,
        targets: &Targets,
        connections: u32,
    ) -> Result<(), Box<dyn Error>> {
        let seconds = self.options.seconds;
        let served = (subject, subject.ground.world.server());
        self.measure(Some(served), what, connections, |address| {
            targets.ask(address, connections, seconds)
        })
    }

    /// Measures one thing from a disk at rest: what was measured before has written too, and the system puts it on the disk
    /// long after.
    fn measure(
        &mut self,
        served: Option<(&Subject, &Server)>,
        what: What,
        connections: u32,
        load: impl FnOnce(&str) -> Measured,
    ) -> Result<(), Box<dyn Error>> {
        machine::rest()?;
        self.measure_now(served, what, connections, load)
    }

    /// Measures one thing, and who used the processors meanwhile.
    fn measure_now(
        &mut self,
        served: Option<(&Subject, &Server)>,
        what: What,
        connections: u32,
        load: impl FnOnce(&str) -> Measured,
    ) -> Result<(), Box<dyn Error>> {
        let address = served
            .map(|(_, server)| address_of(server))
            .unwrap_or_default();
        let spent = |postmaster| {
            [
                served.map_or(0.0, |(_, server)| usage::seconds_of(server.id())),
                usage::seconds_with_children(postmaster),
                usage::seconds_of(std::process::id()),
            ]
        };
        let (before, began) = (spent(self.postmaster), Instant::now());
        let outcome = load(&address)?;
        let (after, seconds) = (spent(self.postmaster), began.elapsed().as_secs_f64());
        let part = |place: usize| (after[place] - before[place]) / seconds;
        let figure = Figure {
            what,
            on: served.map_or(On::Postgres, |(subject, _)| subject.on),
            connections,
            outcome,
            cpu: Cpu {
                service: part(0),
                database: part(1),
                load: part(2),
            },
            peak: match served {
                Some((_, server)) => usage::resident(server.id())?.0,
                None => 0.0,
            },
        };
        self.book.keep(&Line::Figure(figure))
    }

    /// Withdraws while others read as fast as they can.
    fn withdrawals(&mut self, subject: &Subject, round: u32) -> Result<(), Box<dyn Error>> {
        let seconds = 2 * self.options.seconds;
        let ground = &subject.ground;
        // Each round has consents of its own, as none can be withdrawn twice.
        let share = ground.withdrawn.len() / self.options.rounds.max(1) as usize;
        let cases = ground.withdrawn.chunks(share.max(1)).nth(round as usize);
        machine::rest()?;
        let mut reads = subject
            .identified
            .command(&ground.address(), MANY, seconds + 2);
        let reads = reads.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        std::thread::sleep(Duration::from_secs(1)); // until all connections read
        let served = (subject, ground.world.server());
        self.measure_now(Some(served), What::Withdrawal, 1, |_| {
            let time = Duration::from_secs(seconds.into());
            withdraw::one_by_one(ground, cases.unwrap_or_default(), time)
        })?;
        self.measure_now(Some(served), What::ReadsMeanwhile, MANY, |_| {
            let output = reads.wait_with_output()?;
            read_wrk(&String::from_utf8_lossy(&output.stdout))
        })
    }

    /// Lengthens the log, and asks it about patients.
    fn long_log(&mut self, mut subject: Subject) -> Result<(), Box<dyn Error>> {
        let entries = match subject.on {
            On::Postgres => self.options.entries,
            On::Sqlite => self.options.sqlite_entries,
        };
        subject.unlogged = None;
        if entries == 0 {
            return Ok(());
        }
        let (before, had) = (
            audit::disk(&subject.ground)?,
            seed::log::size(&subject.ground)?,
        );
        seed::log::lengthen(&subject.ground, entries)?;
        subject.warm_up(self.options.cases)?;
        let questions = subject.ground.log_of_patients()?;
        for _ in 0..self.options.rounds.max(1) {
            for connections in [1, 16] {
                self.ask(&subject, What::LogOfPatient, &questions, connections)?;
            }
            self.ask(&subject, What::IdentifiedLongLog, &subject.identified, MANY)?;
            if let Some(receipts) = &subject.receipts {
                self.ask(&subject, What::ReceiptLongLog, receipts, MANY)?;
            }
        }
        let audit = audit::of(subject.on, &subject.ground, before, entries - had)?;
        self.book.keep(&Line::Audit(audit))
    }
}

impl Subject {
    fn make(backend: Backend, options: &Options) -> Result<Self, Box<dyn Error>> {
        let ground = Ground::seed(backend, options.cases)?;
        let settings = ground.world.server().settings();
        let unlogged = options.no_append.as_ref();
        Ok(Self {
            on: match backend {
                Backend::Postgres => On::Postgres,
                Backend::Sqlite => On::Sqlite,
            },
            unlogged: unlogged
                .map(|program| Server::serve(settings.clone().with("SAMRAD_BIN", program))),
            alive: ground.alive()?,
            identified: ground.identified()?,
            anonymised: ground.anonymised()?,
            lists: ground.lists()?,
            receipts: ground.receipts()?,
            ground,
        })
    }

    /// Reads each case once, and all for a while, and forgets it: connections, caches and statements are as in a
    /// day's work, and each discussion has its sheet.
    fn warm_up(&self, cases: usize) -> Result<(), Box<dyn Error>> {
        let seconds = u32::try_from(cases / FIRST_READINGS_A_SECOND)? + 2;
        let address = self.ground.address();
        self.identified.ask_each(&address, 4 * MANY, seconds)?;
        let servers = std::iter::once(self.ground.world.server()).chain(&self.unlogged);
        for server in servers {
            self.identified.ask(&address_of(server), MANY, 2)?;
        }
        Ok(())
    }
}

fn address_of(server: &Server) -> String {
    let address = server.address();
    let address = address.read();
    address.map_or_else(|held| held.into_inner().clone(), |address| address.clone())
}
