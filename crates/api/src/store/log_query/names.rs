//! The names behind the ids of entries, as the registry has them today.

use crate::log::body::Body;
use crate::store::conn::Conn;
use crate::store::schema::{organisation, person, unit};
use crate::store::sql::Db;
use crate::store::{StoreError, load_any};
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Names by id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    organisations: HashMap<Uuid, String>,
    units: HashMap<Uuid, (String, Uuid)>,
    people: HashMap<Uuid, String>,
}

impl Names {
    /// The names of those whom `bodies` speak of.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn of<'a>(
        conn: &mut Conn,
        bodies: impl Iterator<Item = &'a Body>,
    ) -> Result<Self, StoreError> {
        let (mut units, mut people) = (BTreeSet::new(), BTreeSet::new());
        let mut organisations = BTreeSet::new();
        for body in bodies {
            units.extend(body.actor.unit);
            units.extend(body.unit);
            organisations.extend(body.actor.organisation);
            organisations.extend(body.source);
            for heard in &body.recipients {
                match heard.kind.as_str() {
                    "person" => people.insert(heard.id),
                    _ => units.insert(heard.id),
                };
            }
        }
        let units: Vec<(Uuid, String, Uuid)> = load_any!(
            conn,
            unit::table.filter(unit::id.eq_any(listed(units))).select((
                unit::id,
                unit::name,
                unit::organisation_id
            ))
        )?;
        organisations.extend(units.iter().map(|(_, _, organisation)| *organisation));
        let organisations: Vec<(Uuid, String)> = load_any!(
            conn,
            organisation::table
                .filter(organisation::id.eq_any(listed(organisations)))
                .select((organisation::id, organisation::name))
        )?;
        let people: Vec<(Uuid, String)> = load_any!(
            conn,
            person::table
                .filter(person::id.eq_any(listed(people)))
                .select((person::id, person::name))
        )?;
        Ok(Self {
            organisations: organisations.into_iter().collect(),
            units: units
                .into_iter()
                .map(|(id, name, organisation)| (id, (name, organisation)))
                .collect(),
            people: people.into_iter().collect(),
        })
    }

    /// The name of an organisation.
    #[must_use]
    pub fn organisation(&self, id: Uuid) -> Option<&str> {
        self.organisations.get(&id).map(String::as_str)
    }

    /// The name of a unit.
    #[must_use]
    pub fn unit(&self, id: Uuid) -> Option<&str> {
        self.units.get(&id).map(|(name, _)| name.as_str())
    }

    /// The name of the organisation that a unit is of.
    #[must_use]
    pub fn organisation_of(&self, unit: Uuid) -> Option<&str> {
        self.organisation(self.units.get(&unit)?.1)
    }

    /// The name of a person of the registry.
    #[must_use]
    pub fn person(&self, id: Uuid) -> Option<&str> {
        self.people.get(&id).map(String::as_str)
    }
}

fn listed(ids: BTreeSet<Uuid>) -> Vec<Db<Uuid>> {
    ids.into_iter().map(Db).collect()
}
