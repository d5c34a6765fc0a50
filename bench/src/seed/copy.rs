//! One case after another in the image of the model: own ids, own data key, own person; every
//! sealed text sealed anew for its place.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use jiff::SignedDuration;
use samrad_api::ids;
use samrad_api::store::vault::{DataKey, Place, Row, Vault, WrappedKey};
use samrad_domain::discussion::Label;
use samrad_domain::id::DataKeyId;
use uuid::Uuid;

use super::table::{Cell, Table};
use super::{Seeded, people};
use crate::world::{Model, Office};

/// How much older each case is than the one before it.
const APART: SignedDuration = SignedDuration::from_secs(20);

/// Makes copies, and keeps their rows until they are taken.
pub struct Copier<'a> {
    vault: &'a Vault,
    model: Vec<Table>,
    made: Vec<Table>,
    offices: Vec<HashMap<Uuid, Uuid>>,
    plain: HashMap<Vec<u8>, Vec<u8>>,
    person_key: Vec<u8>,
    number: String,
    born: String,
    own_ids: Vec<Uuid>,
    data_key: Uuid,
    patient: Uuid,
    case: Uuid,
    discussion: Uuid,
    consent: Uuid,
    labels: HashSet<String>,
}

/// What is new about one copy.
struct Fresh {
    ids: HashMap<Uuid, Uuid>,
    office: usize,
    key: DataKey,
    person_key: Vec<u8>,
    number: String,
    born: String,
    older: SignedDuration,
}

impl<'a> Copier<'a> {
    /// Reads the model's seals with the keys of `vault`.
    pub fn new(
        vault: &'a Vault,
        model: Vec<Table>,
        offices: &[Office],
        of: &Model,
    ) -> Result<Self, Box<dyn Error>> {
        let first = offices.first().ok_or("no office")?;
        let maps = offices.iter().map(|office| {
            let pairs = first.ids().into_iter().zip(office.ids());
            pairs
                .map(|(from, to)| Ok((from.parse()?, to.parse()?)))
                .collect()
        });
        let key = data_key(vault, model.first().ok_or("no model")?)?;
        let number = of.patient.sheet.identity_number.clone();
        let mut made = model.clone();
        made.iter_mut().for_each(|table| table.rows.clear());
        Ok(Self {
            vault,
            made,
            offices: maps.collect::<Result<_, uuid::Error>>()?,
            plain: opened(&key, &model)?,
            data_key: key.id().uuid(),
            person_key: vault.person_key(&number).to_vec(),
            born: of.patient.sheet.birth_date.to_string(),
            number,
            own_ids: own_ids(&model),
            model,
            patient: of.patient.id.parse()?,
            case: of.case.id.parse()?,
            discussion: of.discussion.id.parse()?,
            consent: of.consent.id.parse()?,
            labels: HashSet::new(),
        })
    }

    /// The rows made until now, which are gone from here then.
    pub fn take(&mut self) -> Vec<Table> {
        let taken = self.made.clone();
        self.made.iter_mut().for_each(|table| table.rows.clear());
        taken
    }

    /// Makes the `n`th copy.
    pub fn copy(&mut self, n: usize) -> Result<Seeded, Box<dyn Error>> {
        let fresh = self.fresh(n)?;
        let model = std::mem::take(&mut self.model);
        for (place, table) in model.iter().enumerate() {
            for row in &table.rows {
                let row = self.row(table, row, &fresh)?;
                self.made[place].rows.push(row);
            }
        }
        self.model = model;
        let id = |of: &Uuid| {
            fresh
                .ids
                .get(of)
                .copied()
                .ok_or("an id that was not copied")
        };
        Ok(Seeded {
            office: fresh.office,
            patient: id(&self.patient)?,
            case: id(&self.case)?,
            discussion: id(&self.discussion)?,
            consent: id(&self.consent)?,
        })
    }

    fn fresh(&self, n: usize) -> Result<Fresh, Box<dyn Error>> {
        let office = n % self.offices.len();
        let (born, number) = people::nth(n);
        let mut ids = self.offices[office].clone();
        ids.extend(self.own_ids.iter().map(|id| (*id, ids::new_uuid())));
        let key = ids.get(&self.data_key).ok_or("a data key of no id")?;
        let key = self.vault.new_data_key_named(DataKeyId::new(*key));
        Ok(Fresh {
            ids,
            office,
            key,
            person_key: self.vault.person_key(&number).to_vec(),
            number,
            born: born.to_string(),
            older: APART * i32::try_from(n)?,
        })
    }

    fn row(
        &mut self,
        table: &Table,
        row: &[Cell],
        fresh: &Fresh,
    ) -> Result<Vec<Cell>, Box<dyn Error>> {
        let mut copied = Vec::with_capacity(row.len());
        for (column, cell) in table.columns.iter().zip(row) {
            copied.push(match cell {
                Cell::Id(id) => Cell::Id(fresh.ids.get(id).copied().unwrap_or(*id)),
                Cell::Bytes(bytes) if *bytes == self.person_key => {
                    Cell::Bytes(fresh.person_key.clone())
                }
                Cell::Bytes(bytes) => Cell::Bytes(self.sealed(table, row, column, bytes, fresh)?),
                Cell::Moment(moment) => Cell::Moment(moment.checked_sub(fresh.older)?),
                Cell::Plain(_) if *column == "label" => Cell::Plain(self.label()),
                Cell::Null | Cell::Int(_) | Cell::Plain(_) => cell.clone(),
            });
        }
        Ok(copied)
    }

    /// Bytes of the model, sealed for the copy.
    fn sealed(
        &self,
        table: &Table,
        row: &[Cell],
        column: &'static str,
        bytes: &[u8],
        fresh: &Fresh,
    ) -> Result<Vec<u8>, Box<dyn Error>> {
        if (table.name, column) == ("data_key", "wrapped") {
            return Ok(self.vault.wrap(&fresh.key).wrapped);
        }
        let plain = self
            .plain
            .get(bytes)
            .ok_or("bytes that were never opened")?;
        let own: &[u8] = if *plain == self.number.as_bytes() {
            fresh.number.as_bytes()
        } else if *plain == self.born.as_bytes() {
            fresh.born.as_bytes()
        } else {
            plain
        };
        let at = place(table, row, column, |id| {
            fresh.ids.get(&id).copied().unwrap_or(id)
        })?;
        Ok(fresh.key.seal(at, own))
    }

    fn label(&mut self) -> String {
        loop {
            let label = Label::of(ids::random_bytes()).as_str().to_owned();
            if self.labels.insert(label.clone()) {
                return label;
            }
        }
    }
}

/// The ids that the model's own rows are known by.
fn own_ids(model: &[Table]) -> Vec<Uuid> {
    let mut own = Vec::new();
    for table in model {
        let Some(column) = table.column("id") else {
            continue;
        };
        own.extend(table.rows.iter().filter_map(|row| row[column].id()));
    }
    own
}

/// What the model's sealed bytes say, by the bytes.
fn opened(key: &DataKey, model: &[Table]) -> Result<HashMap<Vec<u8>, Vec<u8>>, Box<dyn Error>> {
    let mut plain = HashMap::new();
    for table in model {
        for row in &table.rows {
            for (column, cell) in table.columns.iter().zip(row) {
                if let (Cell::Bytes(bytes), true) = (cell, column.ends_with("_enc")) {
                    let opened = key.open(place(table, row, column, |id| id)?, bytes)?;
                    plain.insert(bytes.clone(), opened.to_vec());
                }
            }
        }
    }
    Ok(plain)
}

fn data_key(vault: &Vault, keys: &Table) -> Result<DataKey, Box<dyn Error>> {
    let row = keys.rows.first().ok_or("the model has no data key")?;
    let of = |name| keys.column(name).map(|column| &row[column]);
    match (of("id"), of("wrapped"), of("master_id")) {
        (Some(Cell::Id(id)), Some(Cell::Bytes(wrapped)), Some(Cell::Plain(master))) => {
            let stored = WrappedKey {
                master_id: master.clone(),
                wrapped: wrapped.clone(),
            };
            Ok(vault.unwrap(DataKeyId::new(*id), &stored)?)
        }
        _ => Err("a data key of another form".into()),
    }
}

/// Where the service seals a column of this row.
fn place(
    table: &Table,
    row: &[Cell],
    column: &'static str,
    new: impl Fn(Uuid) -> Uuid,
) -> Result<Place, Box<dyn Error>> {
    let of = |name| table.column(name).map(|column| &row[column]);
    let row = match (of("id"), of("case_id"), of("version")) {
        (Some(Cell::Id(id)), ..) => Row::Id(new(*id)),
        (None, Some(Cell::Id(case)), Some(Cell::Plain(version))) => {
            Row::Version(new(*case), version.parse()?)
        }
        _ => return Err(format!("no place for {} in {}", column, table.name).into()),
    };
    Ok(Place::new(table.name, row, column))
}
