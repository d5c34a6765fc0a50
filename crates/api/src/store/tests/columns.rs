//! Rows hold the domain's own types, on either database.

use crate::store::conn::Conn;
use crate::store::dialect::{insert_all, insert_if_new};
use crate::store::schema::{affiliation, organisation, person, unit};
use crate::store::sql::Db;
use crate::store::testing::on_each;
use crate::{clock, ids};
use diesel::prelude::*;
use jiff::{Timestamp, civil};
use samrad_domain::code::{Role, UnitKind};
use samrad_domain::id::{AffiliationId, OrganisationId, PersonId, UnitId};

/// Both read and inserted: fields of `Db`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = person)]
struct PersonRow {
    id: Db<PersonId>,
    name: String,
    created_at: Db<Timestamp>,
}

#[derive(Insertable)]
#[diesel(table_name = affiliation, treat_none_as_default_value = false)]
struct NewAffiliation {
    id: Db<AffiliationId>,
    person_id: Db<PersonId>,
    unit_id: Db<UnitId>,
    role: Db<Role>,
    position_percent: i32,
    valid_from: Db<civil::Date>,
    valid_until: Option<Db<civil::Date>>,
    created_at: Db<Timestamp>,
}

/// Only read: the bare types.
#[derive(Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = affiliation)]
struct AffiliationRow {
    person_id: PersonId,
    role: Role,
    valid_from: civil::Date,
    valid_until: Option<civil::Date>,
    created_at: Timestamp,
}

fn people(count: usize) -> Vec<PersonRow> {
    let row = |n| PersonRow {
        id: Db(PersonId::new(ids::new_uuid())),
        name: format!("Person {n}"),
        created_at: Db(clock::now()),
    };
    (0..count).map(row).collect()
}

fn a_unit(conn: &mut Conn) -> UnitId {
    let (organisation_id, unit_id) = (
        OrganisationId::new(ids::new_uuid()),
        UnitId::new(ids::new_uuid()),
    );
    diesel::insert_into(organisation::table)
        .values((
            organisation::id.eq(Db(organisation_id)),
            organisation::number.eq("993467049"),
            organisation::name.eq("Oslo universitetssykehus"),
            organisation::recipients_policy.eq(Db("unit")),
            organisation::oral_policy.eq(Db("singleUse")),
            organisation::retention_years.eq(5),
            organisation::version.eq(1),
            organisation::created_at.eq(Db(clock::now())),
        ))
        .execute(conn)
        .unwrap();
    diesel::insert_into(unit::table)
        .values((
            unit::id.eq(Db(unit_id)),
            unit::organisation_id.eq(Db(organisation_id)),
            unit::name.eq("Søndre Oslo DPS"),
            unit::kind.eq(Db(UnitKind::Dps)),
            unit::compartment_kind.eq(Db("health")),
            unit::compartment_key.eq(organisation_id.to_string()),
            unit::created_at.eq(Db(clock::now())),
        ))
        .execute(conn)
        .unwrap();
    unit_id
}

#[test]
fn a_row_read_equals_the_row_written() {
    on_each(|database| {
        let mut conn = database.conn();
        let rows = people(3);
        diesel::insert_into(person::table)
            .values(&rows[0])
            .execute(&mut conn)
            .unwrap();
        insert_all!(&mut conn, person::table, &rows[1..]).unwrap();
        let ids = rows.iter().map(|row| row.id);
        let mut read = person::table
            .filter(person::id.eq_any(ids))
            .order(person::name)
            .select(PersonRow::as_select())
            .load(&mut conn)
            .unwrap();
        assert_eq!(read, rows);
        let latest: Option<Timestamp> = person::table
            .select(diesel::dsl::max(person::created_at))
            .first(&mut conn)
            .unwrap();
        read.sort_by_key(|row| row.created_at);
        assert_eq!(latest, Some(read[2].created_at.0));
    });
}

#[test]
fn codes_days_and_absent_values_survive() {
    on_each(|database| {
        let mut conn = database.conn();
        let unit_id = a_unit(&mut conn);
        let who = people(1).remove(0);
        diesel::insert_into(person::table)
            .values(&who)
            .execute(&mut conn)
            .unwrap();
        let created_at = "1999-12-31T23:59:59.999999Z".parse::<Timestamp>().unwrap();
        let row = |from, until: Option<civil::Date>| NewAffiliation {
            id: Db(AffiliationId::new(ids::new_uuid())),
            person_id: who.id,
            unit_id: Db(unit_id),
            role: Db(Role::JobSpecialist),
            position_percent: 0,
            valid_from: Db(from),
            valid_until: until.map(Db),
            created_at: Db(created_at),
        };
        let (begin, end) = (civil::date(1999, 2, 28), civil::date(2028, 2, 29));
        insert_all!(
            &mut conn,
            affiliation::table,
            &[row(begin, None), row(end, Some(end))]
        )
        .unwrap();
        let read = affiliation::table
            .filter(affiliation::role.eq(Db(Role::JobSpecialist)))
            .filter(
                affiliation::valid_until
                    .is_null()
                    .or(affiliation::valid_until.ge(Db(begin))),
            )
            .order(affiliation::valid_from)
            .select(AffiliationRow::as_select())
            .load(&mut conn)
            .unwrap();
        let expected = |valid_from, valid_until| AffiliationRow {
            person_id: who.id.0,
            role: Role::JobSpecialist,
            valid_from,
            valid_until,
            created_at,
        };
        assert_eq!(read, [expected(begin, None), expected(end, Some(end))]);
    });
}

#[test]
fn an_unknown_code_is_an_error_and_not_a_default() {
    on_each(|database| {
        let mut conn = database.conn();
        a_unit(&mut conn);
        // `recipients_policy` holds no role, so reading it as one must fail.
        let read = organisation::table
            .select(organisation::recipients_policy)
            .first::<Role>(&mut conn);
        assert!(
            matches!(read, Err(diesel::result::Error::DeserializationError(_))),
            "{read:?}"
        );
    });
}

#[test]
fn a_code_outside_its_list_is_refused_by_the_database() {
    on_each(|database| {
        let mut conn = database.conn();
        a_unit(&mut conn);
        let update =
            diesel::update(organisation::table).set(organisation::oral_policy.eq(Db("maybe")));
        assert!(update.execute(&mut conn).is_err());
    });
}

#[test]
fn a_row_is_inserted_once_and_the_second_time_left_alone() {
    on_each(|database| {
        let mut conn = database.conn();
        let row = people(1).remove(0);
        assert!(insert_if_new!(&mut conn, person::table, &row).unwrap());
        let again = PersonRow {
            name: "Another".to_owned(),
            ..row.clone()
        };
        assert!(!insert_if_new!(&mut conn, person::table, &again).unwrap());
        let read = person::table
            .find(row.id)
            .select(PersonRow::as_select())
            .first(&mut conn)
            .unwrap();
        assert_eq!(read, row);
    });
}

#[test]
fn many_rows_go_in_together() {
    on_each(|database| {
        let mut conn = database.conn();
        insert_all!(&mut conn, person::table, &people(1_201)).unwrap();
        insert_all!(&mut conn, person::table, &people(0)).unwrap();
        assert_eq!(
            person::table.count().get_result::<i64>(&mut conn).unwrap(),
            1_201
        );
    });
}
