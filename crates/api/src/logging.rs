//! What the service says of itself on stderr: one line an event, for people or for machines.
//!
//! Never holds personal data: nothing here is given any, and as a last guard every run of
//! exactly eleven digits is masked.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::panic;

use env_logger::fmt::Formatter;
use log::Record;
use log::kv::{self, VisitSource};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Digits of an identity number.
const DIGITS: usize = 11;

/// What is told unless `RUST_LOG` says otherwise. Not each connection that a stranger breaks off: that
/// would be for strangers to fill the disk with.
const FILTER: &str = "info,actix_http::h1=off";

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A JSON object, for machines.
    Json,
    /// Words, for people.
    Line,
}

impl LogFormat {
    /// The format that `SAMRAD_LOG_FORMAT` names; without it, words on a terminal and JSON elsewhere.
    #[must_use]
    pub fn choose(setting: Option<&str>, terminal: bool) -> Self {
        match setting {
            Some("json") => Self::Json,
            Some("line") => Self::Line,
            _ if terminal => Self::Line,
            _ => Self::Json,
        }
    }
}

/// Starts the log. Later calls do nothing.
pub fn start() {
    let setting = env::var("SAMRAD_LOG_FORMAT").ok();
    let format = LogFormat::choose(setting.as_deref(), io::stderr().is_terminal());
    let mut builder =
        env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(FILTER));
    builder.format(move |out, record| write_line(out, record, format));
    // A second start, in a test, finds the log running.
    builder.try_init().ok();
    // The words of a panic could hold anything; its place is enough to find it.
    panic::set_hook(Box::new(|info| match info.location() {
        Some(place) => log::error!("panic at {}:{}", place.file(), place.line()),
        None => log::error!("panic"),
    }));
}

fn write_line(out: &mut Formatter, record: &Record<'_>, format: LogFormat) -> io::Result<()> {
    let at = out.timestamp_millis().to_string();
    writeln!(out, "{}", line(&at, record, format))
}

fn line(at: &str, record: &Record<'_>, format: LogFormat) -> String {
    let mut pairs = Pairs(Map::new());
    // Collecting into a map can't fail.
    record.key_values().visit(&mut pairs).ok();
    let message = record.args().to_string();
    let line = match format {
        LogFormat::Json => {
            let mut object = pairs.0;
            object.insert("@timestamp".into(), json!(at));
            object.insert("level".into(), json!(record.level().as_str()));
            object.insert("logger".into(), json!(record.target()));
            object.insert("message".into(), json!(message));
            Value::Object(object).to_string()
        }
        LogFormat::Line => {
            let pairs: Vec<_> = pairs
                .0
                .iter()
                .map(|(key, value)| format!(" {key}={value}"))
                .collect();
            let message = message.replace(['\n', '\r'], " ");
            format!(
                "{at} {:5} {}: {message}{}",
                record.level(),
                record.target(),
                pairs.concat()
            )
        }
    };
    masked(&line)
}

struct Pairs(Map<String, Value>);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        let value = match value.to_u64() {
            Some(number) => json!(number),
            None => json!(value.to_string()),
        };
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}

/// `text` with every run of exactly eleven digits masked, but for those inside a UUID or a trace id.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let in_word = |c: char| c.is_ascii_hexdigit() || c == '-';
        let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        mask_word(word, &mut out);
        let next = after.find(in_word).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// Masks within hexadecimal digits and hyphens.
fn mask_word(word: &str, out: &mut String) {
    if [32, 36].contains(&word.len()) && Uuid::try_parse(word).is_ok() {
        out.push_str(word);
        return;
    }
    let mut rest = word;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        out.push_str(if digits == DIGITS {
            "***********"
        } else {
            &rest[..digits]
        });
        rest = &rest[digits..];
        let others = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        out.push_str(&rest[..others]);
        rest = &rest[others..];
    }
}

#[cfg(test)]
mod tests {
    use log::Level;

    use super::*;

    #[test]
    fn eleven_digits_are_masked_wherever_they_stand() {
        assert_eq!(masked("01019012345"), "***********");
        assert_eq!(masked("fnr=01019012345."), "fnr=***********.");
        assert_eq!(
            masked("/patients/a01019012345-x"),
            "/patients/a***********-x"
        );
        assert_eq!(masked("æ01019012345ø"), "æ***********ø");
    }

    #[test]
    fn ids_and_other_numbers_stay_readable() {
        for text in [
            "0190a5c4-7b1e-4c3d-9f2a-a12345678901",
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "1790000000000",
            "0123456789",
            "",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_line_for_machines_is_one_json_object_whatever_it_says() {
        let args = format_args!("two\nlines of 01019012345");
        let pairs = [("callId", "x\"y")];
        let record = Record::builder()
            .args(args)
            .level(Level::Warn)
            .target("t")
            .key_values(&pairs)
            .build();
        let line = line("2026-01-01T00:00:00.000Z", &record, LogFormat::Json);
        assert!(!line.contains('\n') && !line.contains("01019012345"));
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["callId"], "x\"y");
        assert_eq!(object["level"], "WARN");
    }

    #[test]
    fn the_setting_decides_and_else_the_terminal() {
        assert_eq!(LogFormat::choose(Some("json"), true), LogFormat::Json);
        assert_eq!(LogFormat::choose(None, true), LogFormat::Line);
        assert_eq!(LogFormat::choose(None, false), LogFormat::Json);
    }
}
