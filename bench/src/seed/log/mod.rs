//! Lengthens the log. The only module of the benchmark that knows what the log's tables look like.
//!
//! The model's own entries are the images: those of its history once for each case, then the two
//! readings by turns. Each copy has an index, an id, a salt, a seal, a commitment and a place in
//! its record's chain of its own, and the tree commits to it, as if the service had written it.
//! Only the digests of what was shown can't be made, as nothing was shown: they are random.

mod bare;
mod check;
mod image;
mod records;
mod text;
mod tiles;

use std::error::Error;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use diesel::connection::SimpleConnection as _;
use samrad_api::ids;
use samrad_api::log::tree;
use samrad_api::store::conn::{Access, Conn, DatabaseUrl, establish};
use samrad_api::store::dialect::{Head, move_head, read_head};
use samrad_api::store::{chains, postings};
use samrad_ledger::frontier::Frontier;

use super::rows::Writer;
use super::table::Table;
use crate::ground::Ground;
use image::{Image, Moment};
use records::Record;
use tiles::Tiles;

/// How many entries are made in one piece.
const PIECE: i64 = 20_000;
/// How many pieces are committed together.
const TOGETHER: usize = 50;

type Failure = Box<dyn Error + Send + Sync>;

/// Tells whose the entries are that are new.
const WHOSE_POSTGRES: &str = "
    INSERT INTO log_whose (n, records)
    SELECT idx / 256, string_agg(CASE WHEN subject_id IS NULL THEN '\\x00000000'::bytea
        ELSE coalesce(nullif(substring(uuid_send(subject_id) FROM 13), '\\x00000000'), '\\x00000001') END, '' ORDER BY idx)
    FROM log_entry WHERE idx >= (SELECT coalesce(max(n) + 1, 0) * 256 FROM log_whose)
    GROUP BY idx / 256 HAVING count(*) = 256";
const WHOSE_SQLITE: &str = "
    INSERT INTO log_whose (n, records)
    SELECT idx / 256, unhex(group_concat(CASE WHEN subject_id IS NULL THEN '00000000'
        ELSE coalesce(nullif(substr(subject_id, -8), '00000000'), '00000001') END, '' ORDER BY idx))
    FROM log_entry WHERE idx >= (SELECT coalesce(max(n) + 1, 0) * 256 FROM log_whose)
    GROUP BY idx / 256 HAVING count(*) = 256";

/// Lengthens the log of `ground` to so many entries. Its service stands still meanwhile.
///
/// # Errors
/// When something can't be read, sealed or written.
pub fn lengthen(ground: &Ground, entries: i64) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    ground.world.server().stop();
    let mut press = Press::ready(ground)?;
    let mut conn = owner(ground)?;
    let bared = bare::bare(&mut conn)?;
    let mut writer = Writer::open(ground.world.database(), conn)?;
    let (pieces, made) = sync_channel(1);
    let head = thread::scope(|scope| {
        let pressing = scope.spawn(move || press.run(entries, &pieces).map(|()| press));
        write(&mut writer, &made)?;
        drop(made); // or a press whose pieces nobody takes would wait for ever
        let pressed = pressing.join().map_err(|_| "the press broke")?;
        pressed.map_err(|e| e.to_string())?.head()
    })?;
    let written = began.elapsed();
    let mut conn = owner(ground)?;
    move_head(&mut conn, &head)?;
    bared.dress(&mut conn)?;
    conn.batch_execute(match conn {
        Conn::Pg(_) => WHOSE_POSTGRES,
        Conn::Sqlite(_) => WHOSE_SQLITE,
    })?;
    while postings::post(&mut conn, 1)? {}
    while chains::sort(&mut conn)? {}
    writer.finish(&[
        "log_entry",
        "log_recipient",
        "log_tile",
        "log_whose",
        "log_chain",
    ])?;
    let vault = super::vault(ground.world.server().settings())?;
    check::check(&mut owner(ground)?, &vault, &head)?;
    ground.world.server().restart();
    eprintln!(
        "a log of {} entries: written in {written:.0?}, with indices after {:.0?}",
        head.size,
        began.elapsed()
    );
    Ok(())
}

/// How many entries there are.
///
/// # Errors
/// When the database does not answer.
pub fn size(ground: &Ground) -> Result<i64, Box<dyn Error>> {
    Ok(read_head(&mut owner(ground)?)?.size)
}

fn owner(ground: &Ground) -> Result<Conn, Box<dyn Error>> {
    let database = ground.world.database();
    let url = DatabaseUrl::parse(database.owner_url().unwrap_or(database.url()))?;
    Ok(establish(&url, Access::Migrate)?)
}

fn write(writer: &mut Writer, made: &Receiver<Vec<Table>>) -> Result<(), Box<dyn Error>> {
    writer.begin()?;
    for (place, tables) in made.iter().enumerate() {
        for table in &tables {
            writer.write(table)?;
        }
        if place % TOGETHER == TOGETHER - 1 {
            writer.commit()?;
            writer.begin()?;
        }
    }
    writer.commit()
}

/// What makes entries.
struct Press {
    images: Vec<Image>,
    records: Vec<Record>,
    offices: image::Offices,
    frontier: Frontier,
    tiles: Tiles,
    last_ms: i64,
}

impl Press {
    fn ready(ground: &Ground) -> Result<Self, Box<dyn Error>> {
        let mut conn = owner(ground)?;
        let vault = super::vault(ground.world.server().settings())?;
        let head = read_head(&mut conn)?;
        let frontier = tree::frontier(&head)?;
        Ok(Self {
            images: image::of_model(&mut conn, &vault, ground)?,
            records: records::read(&mut conn, &vault, &ground.cases)?,
            offices: image::Offices::of(&ground.offices)?,
            tiles: Tiles::read(&mut conn, head.size)?,
            frontier,
            last_ms: head.last_ms,
        })
    }

    /// Makes entries until there are so many, and hands them over piece by piece.
    fn run(&mut self, entries: i64, pieces: &SyncSender<Vec<Table>>) -> Result<(), Failure> {
        let mut next = i64::try_from(self.frontier.size())?;
        while next < entries {
            let end = entries.min(next + PIECE);
            let mut tables = image::tables(&self.images);
            for index in next..end {
                self.entry(index, &mut tables)?;
            }
            tables.push(self.tiles.take());
            if pieces.send(tables).is_err() {
                return Ok(()); // the writer has failed, and says why
            }
            next = end;
        }
        Ok(())
    }

    fn entry(&mut self, index: i64, tables: &mut [Table]) -> Result<(), Failure> {
        let draw = u64::from_ne_bytes(ids::random_bytes());
        let place = usize::try_from(draw % self.records.len() as u64)?;
        let record = &mut self.records[place];
        let image = &self.images[record.turn(self.images.len())];
        let now = samrad_tests::clock::now().as_millisecond();
        self.last_ms = self.last_ms.max(now);
        let moment = Moment {
            index,
            recorded_ms: self.last_ms,
        };
        let leaf = image.print(moment, record, &self.offices, tables)?;
        self.frontier.append(leaf);
        self.tiles.append(leaf);
        Ok(())
    }

    fn head(&self) -> Result<Head, Box<dyn Error>> {
        Ok(Head {
            size: i64::try_from(self.frontier.size())?,
            last_ms: self.last_ms,
            frontier: self.frontier.hashes().concat(),
        })
    }
}
