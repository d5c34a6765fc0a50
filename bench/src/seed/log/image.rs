//! One entry of the model, to be printed about other cases.

use std::collections::HashMap;
use std::error::Error;

use samrad_api::ids;
use samrad_api::log::sealed;
use samrad_api::store::conn::Conn;
use samrad_api::store::keys;
use samrad_api::store::vault::{DataKey, Vault};
use samrad_domain::id::DataKeyId;
use samrad_ledger::entry::{Leaf, commitment, holder};
use samrad_ledger::tree::Hash;
use uuid::Uuid;

use super::Failure;
use super::records::Record;
use super::text::{Fill, Text, hex};
use crate::ground::Ground;
use crate::seed::table::{Cell, Table, read};
use crate::world::Office;

/// Whose an id is.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Patient,
    Case,
    Discussion,
    Consent,
    /// Something of an office, by its place in [`Office::ids`].
    Office(usize),
    /// Anybody's, and the same in all copies.
    Same(Uuid),
}

impl Who {
    /// The id in a copy.
    pub fn id(self, record: &Record, offices: &Offices) -> Uuid {
        match self {
            Self::Patient => record.case.patient,
            Self::Case => record.case.case,
            Self::Discussion => record.case.discussion,
            Self::Consent => record.case.consent,
            Self::Office(place) => offices.ids[record.case.office][place],
            Self::Same(id) => id,
        }
    }
}

/// Ids and names of all offices.
pub struct Offices {
    ids: Vec<Vec<Uuid>>,
    names: Vec<Vec<String>>,
}

impl Offices {
    pub fn of(offices: &[Office]) -> Result<Self, uuid::Error> {
        let ids = offices.iter().map(|office| {
            let ids = office.ids().into_iter();
            ids.map(Uuid::parse_str).collect()
        });
        Ok(Self {
            ids: ids.collect::<Result<_, _>>()?,
            names: offices.iter().map(names).collect(),
        })
    }

    pub fn name(&self, office: usize, place: usize) -> &str {
        &self.names[office][place]
    }
}

fn names(office: &Office) -> Vec<String> {
    let people = [&office.adviser, &office.colleague, &office.clinician];
    people.map(|person| person.name.clone()).to_vec()
}

/// Where and when a copy is put down.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub index: i64,
    pub recorded_ms: i64,
}

/// One entry of the model.
pub struct Image {
    entry: Table,
    recipients: Table,
    text: Text,
    /// The key of bodies that are about no record.
    key_of_none: Option<DataKey>,
    ids: HashMap<Uuid, Who>,
}

/// The model's entries, in their order.
pub fn of_model(
    conn: &mut Conn,
    vault: &Vault,
    ground: &Ground,
) -> Result<Vec<Image>, Box<dyn Error>> {
    let model = &ground.model;
    let which = format!(
        " WHERE discussion_id = '{}' OR case_id = '{}' OR patient_id = '{}' ORDER BY idx",
        model.discussion.id, model.case.id, model.patient.id
    );
    let entries = read(conn, "log_entry", &which)?;
    let images: Result<Vec<_>, _> = (0..entries.rows.len())
        .map(|place| Image::read(conn, vault, ground, &entries, place))
        .collect();
    match images {
        Ok(images) if images.len() < 2 => Err("the model has no history".into()),
        images => images,
    }
}

/// Tables for copies of images, without rows.
pub fn tables(images: &[Image]) -> Vec<Table> {
    let empty = |table: &Table| Table {
        rows: Vec::new(),
        ..table.clone()
    };
    let first = images.iter().take(1);
    first
        .flat_map(|image| [&image.entry, &image.recipients].map(empty))
        .collect()
}

impl Image {
    fn read(
        conn: &mut Conn,
        vault: &Vault,
        ground: &Ground,
        entries: &Table,
        place: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let entry = Table {
            rows: vec![entries.rows[place].clone()],
            ..entries.clone()
        };
        let index: i64 = match entry.cell("idx") {
            Some(Cell::Plain(index)) => index.parse()?,
            _ => return Err("an entry without an index".into()),
        };
        let of = format!(" WHERE idx = {index}");
        let (key, plain) = opened(conn, vault, index, &entry)?;
        let ids = who(ground)?;
        let own = names(&ground.offices[0]);
        let text = Text::read(
            serde_json::from_slice(&plain)?,
            |id| ids.get(&id).copied().unwrap_or(Who::Same(id)),
            |name| own.iter().position(|own| own == name),
        )?;
        let about_none = entry.cell("subject_id").is_none_or(Cell::is_null);
        Ok(Self {
            recipients: read(conn, "log_recipient", &of)?,
            key_of_none: about_none.then_some(key),
            entry,
            text,
            ids,
        })
    }

    /// Puts a copy about `record` down, and gives its leaf hash.
    pub fn print(
        &self,
        moment: Moment,
        record: &mut Record,
        offices: &Offices,
        tables: &mut [Table],
    ) -> Result<Hash, Failure> {
        let [entries, recipients] = tables else {
            return Err("two tables have an entry's rows".into());
        };
        let (salt, request) = (ids::random_bytes::<32>(), ids::new_uuid().to_string());
        let fill = Fill {
            holder: hex(&holder(&salt, &record.person_key)),
            request: &request,
        };
        let text = self.text.fill(record, offices, &fill);
        let leaf = Leaf {
            event: *ids::new_event_id(moment.recorded_ms, moment.index.cast_unsigned()).as_bytes(),
            recorded_ms: moment.recorded_ms,
            commitment: commitment(&salt, text.as_bytes()),
        };
        entries.rows.push(self.entry(
            moment.index,
            &leaf,
            (&salt, &text),
            &request,
            record,
            offices,
        ));
        for row in &self.recipients.rows {
            let index = |column: &str| (column == "idx").then_some(Cell::Int(moment.index));
            let columns = &self.recipients.columns;
            recipients
                .rows
                .push(self.copied(columns, row, record, offices, index));
        }
        if self.key_of_none.is_none() {
            record.last = Some((record.next_number(), moment.index));
        }
        Ok(leaf.hash())
    }

    fn entry(
        &self,
        index: i64,
        leaf: &Leaf,
        (salt, text): (&[u8], &str),
        request: &str,
        record: &Record,
        offices: &Offices,
    ) -> Vec<Cell> {
        let chained = self.key_of_none.is_none();
        let key = self.key_of_none.as_ref().unwrap_or(&record.key);
        let before = record
            .last
            .map_or(Cell::Null, |(_, index)| Cell::Int(index));
        self.copied(
            &self.entry.columns,
            &self.entry.rows[0],
            record,
            offices,
            |column| {
                Some(match column {
                    "idx" => Cell::Int(index),
                    "event_id" => Cell::Id(Uuid::from_bytes(leaf.event)),
                    "recorded_ms" => Cell::Int(leaf.recorded_ms),
                    "request_id" => Cell::Plain(request.to_owned()),
                    "commitment" => Cell::Bytes(leaf.commitment.to_vec()),
                    "salt" => Cell::Bytes(salt.to_vec()),
                    "body_enc" => Cell::Bytes(sealed::seal(key, index, text.as_bytes())),
                    "data_key_id" => Cell::Id(key.id().uuid()),
                    "subject_seq" if chained => Cell::Int(record.next_number()),
                    "subject_prev" if chained => before.clone(),
                    _ => return None,
                })
            },
        )
    }

    /// A row of the image with the ids of the copy, and what `new` says of a column.
    fn copied(
        &self,
        columns: &[&'static str],
        row: &[Cell],
        record: &Record,
        offices: &Offices,
        new: impl Fn(&str) -> Option<Cell>,
    ) -> Vec<Cell> {
        let copied = columns.iter().zip(row).map(|(column, cell)| {
            if let Some(new) = new(column) {
                return new;
            }
            if (*column, cell.is_null()) == ("person_key", false) {
                return Cell::Bytes(record.person_key.to_vec());
            }
            let who = cell.id().and_then(|id| self.ids.get(&id));
            who.map_or_else(|| cell.clone(), |who| Cell::Id(who.id(record, offices)))
        });
        copied.collect()
    }
}

/// What a body says, and the key that it is sealed with.
fn opened(
    conn: &mut Conn,
    vault: &Vault,
    index: i64,
    entry: &Table,
) -> Result<(DataKey, Vec<u8>), Box<dyn Error>> {
    let (Some(Cell::Id(id)), Some(Cell::Bytes(body))) =
        (entry.cell("data_key_id"), entry.cell("body_enc"))
    else {
        return Err("an entry without a body".into());
    };
    let key = keys::fetch(conn, vault, DataKeyId::new(*id))?;
    let plain = sealed::open(&key, index, body)?.to_vec();
    Ok((key, plain))
}

/// Whose the model's ids are.
fn who(ground: &Ground) -> Result<HashMap<Uuid, Who>, Box<dyn Error>> {
    let model = &ground.model;
    let mut ids = HashMap::from([
        (model.patient.id.parse()?, Who::Patient),
        (model.case.id.parse()?, Who::Case),
        (model.discussion.id.parse()?, Who::Discussion),
        (model.consent.id.parse()?, Who::Consent),
    ]);
    for (place, id) in ground.offices[0].ids().into_iter().enumerate() {
        ids.insert(id.parse()?, Who::Office(place));
    }
    Ok(ids)
}
