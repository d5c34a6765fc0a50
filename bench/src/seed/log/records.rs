//! The records that entries are about, with their keys and the ends of their chains.

use std::collections::HashMap;
use std::error::Error;

use diesel::prelude::*;
use samrad_api::store::conn::Conn;
use samrad_api::store::schema::{data_key, patient};
use samrad_api::store::vault::{DataKey, Vault, WrappedKey};
use samrad_domain::id::{DataKeyId, PatientId};
use uuid::Uuid;

use crate::seed::Seeded;
use crate::seed::table::lines;

/// A case, and the record of its patient.
pub struct Record {
    /// The case.
    pub case: Seeded,
    /// The record's key.
    pub key: DataKey,
    /// Whose record it is.
    pub person_key: [u8; 32],
    /// The end of its chain: number and index of the last entry.
    pub last: Option<(i64, i64)>,
    /// How many entries were made about it.
    made: usize,
}

impl Record {
    /// The number of its next entry.
    pub fn next_number(&self) -> i64 {
        self.last.map_or(1, |(number, _)| number + 1)
    }

    /// Which of so many images is next: each once, then the last two, the readings, by turns.
    pub fn turn(&mut self, images: usize) -> usize {
        let turn = self.made;
        self.made += 1;
        match turn.checked_sub(images) {
            None => turn,
            Some(over) => images - 2 + over % 2,
        }
    }
}

/// The records of these cases.
pub fn read(
    conn: &mut Conn,
    vault: &Vault,
    cases: &[Seeded],
) -> Result<Vec<Record>, Box<dyn Error>> {
    type Row = (PatientId, Vec<u8>, DataKeyId, Option<Vec<u8>>, String);
    let rows: Vec<Row> = patient::table
        .inner_join(data_key::table)
        .select((
            patient::id,
            patient::person_key,
            data_key::id,
            data_key::wrapped,
            data_key::master_id,
        ))
        .load(conn)?;
    let mut keys: HashMap<Uuid, Row> = rows.into_iter().map(|row| (row.0.uuid(), row)).collect();
    let ends = ends(conn)?;
    let records = cases.iter().map(|case| {
        let row = keys
            .remove(&case.patient)
            .ok_or("a case without its patient")?;
        let (_, person_key, id, wrapped, master_id) = row;
        let wrapped = wrapped.ok_or("a data key that was destroyed")?;
        Ok(Record {
            case: *case,
            key: vault.unwrap(id, &WrappedKey { master_id, wrapped })?,
            person_key: person_key.as_slice().try_into()?,
            last: ends.get(&case.patient).copied(),
            made: 0,
        })
    });
    records.collect()
}

/// Where the chains of records end.
fn ends(conn: &mut Conn) -> Result<HashMap<Uuid, (i64, i64)>, Box<dyn Error>> {
    let sql = "SELECT CAST(subject_id AS TEXT) || ' ' || CAST(max(subject_seq) AS TEXT) || ' ' || \
               CAST(max(idx) AS TEXT) AS line \
               FROM log_entry WHERE subject_id IS NOT NULL GROUP BY subject_id";
    let ends = lines(conn, sql)?.into_iter().map(|line| {
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or("an end without its number");
        Ok((word()?.parse()?, (word()?.parse()?, word()?.parse()?)))
    });
    ends.collect()
}
