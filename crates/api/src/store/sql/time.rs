//! Moments and days in columns of [`SqlTimestamp`] and [`SqlDate`].

use super::{MultiBackend, SqlDate, SqlTimestamp, TextOrError};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::pg::data_types::{PgDate, PgTimestamp};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Date, Text, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use jiff::{Timestamp, civil};

/// Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01T00:00:00Z.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;
/// PostgreSQL's epoch as a day.
const PG_EPOCH_DAY: civil::Date = civil::date(2000, 1, 1);

fn time_from_pg(value: PgValue<'_>) -> deserialize::Result<Timestamp> {
    let PgTimestamp(micros) = FromSql::<Timestamptz, Pg>::from_sql(value)?;
    let micros = micros
        .checked_add(PG_EPOCH_MICROS)
        .ok_or("a moment out of range")?;
    Ok(Timestamp::from_microsecond(micros)?)
}

fn time_to_pg(time: &Timestamp, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    let micros = PgTimestamp(time.as_microsecond() - PG_EPOCH_MICROS);
    ToSql::<Timestamptz, Pg>::to_sql(&micros, &mut out.reborrow())
}

fn time_from_text(text: &str) -> deserialize::Result<Timestamp> {
    if text.len() != "2025-01-31T12:00:00.000000Z".len() || !text.ends_with('Z') {
        return Err("a moment not in its one form".into());
    }
    Ok(text.parse()?)
}

fn time_to_text(time: &Timestamp) -> TextOrError {
    let time = Timestamp::from_microsecond(time.as_microsecond())?;
    if time < Timestamp::UNIX_EPOCH {
        return Err("a moment before 1970".into());
    }
    Ok(format!("{time:.6}"))
}

fn date_from_pg(value: PgValue<'_>) -> deserialize::Result<civil::Date> {
    let PgDate(days) = FromSql::<Date, Pg>::from_sql(value)?;
    Ok(PG_EPOCH_DAY.checked_add(jiff::Span::new().try_days(days)?)?)
}

fn date_to_pg(date: &civil::Date, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    let days = PgDate(PG_EPOCH_DAY.until((jiff::Unit::Day, *date))?.get_days());
    ToSql::<Date, Pg>::to_sql(&days, &mut out.reborrow())
}

fn date_from_text(text: &str) -> deserialize::Result<civil::Date> {
    if text.len() != "2025-01-31".len() {
        return Err("a day not in its one form".into());
    }
    Ok(text.parse()?)
}

fn date_to_text(date: &civil::Date) -> TextOrError {
    if date.year() < 0 {
        Err("a day before year 0".into())
    } else {
        Ok(date.to_string())
    }
}

column!(
    SqlTimestamp: Timestamp,
    from_pg: time_from_pg, to_pg: time_to_pg, from_text: time_from_text, to_text: time_to_text,
);
column!(
    SqlDate: civil::Date,
    from_pg: date_from_pg, to_pg: date_to_pg, from_text: date_from_text, to_text: date_to_text,
);
