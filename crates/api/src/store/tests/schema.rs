//! `schema.rs` says of each column what the migrated databases say.

use crate::store::conn::{Backend, Conn};
use crate::store::testing::{TestDatabase, on_each};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use samrad_domain::code::{Category, Purpose, ReasonCode, Role, UnitKind};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// Column name, type and whether it may be absent, in order, by table.
pub(super) type Tables = BTreeMap<String, Vec<(String, String, bool)>>;

const OF_POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text, \
    is_nullable = 'YES' AS nullable FROM information_schema.columns \
    WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
const OF_SQLITE: &str = "SELECT m.name AS table_name, c.name AS column_name, c.type AS data_type, \
    c.\"notnull\" = 0 AS nullable FROM sqlite_master m, pragma_table_info(m.name) c \
    WHERE m.type = 'table' ORDER BY m.name, c.cid";

pub(super) fn tables_of(conn: &mut Conn) -> Tables {
    let question = match conn {
        Conn::Pg(_) => OF_POSTGRES,
        Conn::Sqlite(_) => OF_SQLITE,
    };
    let mut tables = Tables::new();
    for column in diesel::sql_query(question).load::<Column>(conn).unwrap() {
        if column.table_name != "__diesel_schema_migrations" {
            let columns = tables.entry(column.table_name).or_default();
            columns.push((column.column_name, column.data_type, column.nullable));
        }
    }
    tables
}

fn declared(backend: Backend) -> Tables {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema");
    let mut tables = Tables::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let mut table = None;
        for line in text.lines().map(str::trim) {
            if let Some((column, kind)) = line.split_once(" -> ") {
                let kind = kind.trim_end_matches(',');
                let bare = kind
                    .strip_prefix("Nullable<")
                    .and_then(|kind| kind.strip_suffix('>'));
                let stored = stored_as(backend, bare.unwrap_or(kind)).to_owned();
                let columns: &mut Vec<_> = tables.entry(table.clone().unwrap()).or_default();
                columns.push((column.to_owned(), stored, bare.is_some()));
            } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {"))
            {
                table = Some(name.to_owned());
            }
        }
    }
    tables
}

fn stored_as(backend: Backend, kind: &str) -> &'static str {
    match (kind, backend) {
        ("SqlUuid", Backend::Pg) => "uuid",
        ("SqlTimestamp", Backend::Pg) => "timestamp with time zone",
        ("SqlDate", Backend::Pg) => "date",
        ("Text" | "Code", Backend::Pg) => "text",
        ("Binary", Backend::Pg) => "bytea",
        ("Integer", Backend::Pg) => "integer",
        ("BigInt", Backend::Pg) => "bigint",
        ("Bool", Backend::Pg) => "boolean",
        ("SqlUuid" | "SqlTimestamp" | "SqlDate" | "Text" | "Code", Backend::Sqlite) => "TEXT",
        ("Binary", Backend::Sqlite) => "BLOB",
        ("Integer" | "BigInt" | "Bool", Backend::Sqlite) => "INTEGER",
        _ => panic!("no column may be {kind}"),
    }
}

#[test]
fn the_schema_is_what_the_migrations_make() {
    on_each(|database: &TestDatabase| {
        let found = tables_of(&mut database.conn());
        let declared = declared(database.backend());
        assert_eq!(declared.len(), 45);
        assert_eq!(declared, found);
    });
}

/// The lists of `CHECK (column IN (…))` in the migrations of one database, with their column; those of a domain
/// with its name, which is the column's.
fn lists(database: &str) -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(database);
    let mut found = Vec::new();
    for migration in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(migration.unwrap().path().join("up.sql")).unwrap();
        let mut before = "";
        for check in text.split("CHECK (") {
            let domain = before.split("CREATE DOMAIN ").last();
            before = check;
            if let Some((column, rest)) = check.split_once(" IN (") {
                let column = match column {
                    "VALUE" => domain.and_then(|name| name.split(' ').next()).unwrap(),
                    column => column,
                };
                let list = rest.split(')').next().unwrap();
                let codes = list
                    .split(',')
                    .map(|code| code.trim().trim_matches('\'').to_owned());
                found.push((column.to_owned(), codes.collect()));
            }
        }
    }
    found
}

#[test]
fn the_databases_admit_the_codes_of_the_domain_and_no_other() {
    fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<String> {
        all.iter().map(|value| code(*value).to_owned()).collect()
    }
    let roles = codes(Role::ALL, Role::code);
    let domain = [
        ("role", roles.clone()),
        ("given_role", roles.clone()),
        ("author_role", roles.clone()),
        ("recipient_role", roles),
        ("kind", codes(UnitKind::ALL, UnitKind::code)),
        ("purpose", codes(Purpose::ALL, Purpose::code)),
        ("category", codes(Category::ALL, Category::code)),
        ("reason_code", codes(ReasonCode::ALL, ReasonCode::code)),
    ];
    for database in ["sqlite", "postgres"] {
        let lists = lists(database);
        for (column, expected) in &domain {
            let of_column = lists
                .iter()
                .filter(|(name, _)| name == column)
                .collect::<Vec<_>>();
            assert!(
                of_column.iter().any(|(_, list)| list == expected),
                "{database} {column}"
            );
            let strays = of_column
                .iter()
                .filter(|(_, list)| *column != "kind" && list != expected);
            assert_eq!(strays.count(), 0, "{database} {column}");
        }
    }
}

#[test]
fn both_databases_admit_the_same_codes() {
    let sorted = |database| {
        let mut lists = lists(database);
        lists.retain(|(column, list)| *list != ["0", "1"] && !column.contains(' '));
        lists.sort();
        lists.dedup();
        lists
    };
    assert_eq!(sorted("sqlite"), sorted("postgres"));
}
