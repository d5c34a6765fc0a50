//! Looks settings up and gathers what is wrong with them.

use std::fmt;
use std::fs;
use std::net::SocketAddr;

use zeroize::Zeroizing;

use crate::store::conn::DatabaseUrl;

/// What is wrong with one setting. Never holds its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting.
    pub setting: &'static str,
    /// What is wrong with it.
    pub fault: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.fault)
    }
}

/// The environment, and the faults found in it so far.
pub(crate) struct Reader<'e> {
    lookup: &'e dyn Fn(&str) -> Option<String>,
    faults: Vec<Fault>,
}

impl<'e> Reader<'e> {
    pub(crate) fn new(lookup: &'e dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            lookup,
            faults: Vec::new(),
        }
    }

    pub(crate) fn fault(&mut self, setting: &'static str, fault: impl Into<String>) {
        self.faults.push(Fault {
            setting,
            fault: fault.into(),
        });
    }

    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// A setting that may be left out; an empty one is.
    pub(crate) fn optional(&self, setting: &str) -> Option<String> {
        (self.lookup)(setting).filter(|value| !value.trim().is_empty())
    }

    /// A setting that is `yes` or left out (`no` is the same).
    pub(crate) fn yes(&mut self, setting: &'static str) -> bool {
        self.one_of(setting, &["yes", "no"])
            .is_some_and(|value| value == "yes")
    }

    /// A setting that is one of `choices` or left out.
    pub(crate) fn one_of(&mut self, setting: &'static str, choices: &[&str]) -> Option<String> {
        let value = self.optional(setting)?;
        if choices.contains(&value.as_str()) {
            return Some(value);
        }
        self.fault(setting, format!("must be {}", choices.join(" or ")));
        None
    }

    /// A secret or a long text: `SETTING`, or the contents of the file that `SETTING_FILE` names.
    pub(crate) fn text_or_file(&mut self, setting: &'static str) -> Option<Zeroizing<String>> {
        let file = format!("{setting}_FILE");
        match (self.optional(setting), self.optional(&file)) {
            (Some(_), Some(_)) => self.fault(setting, format!("give this or {file}, not both")),
            (Some(text), None) => return Some(Zeroizing::new(text)),
            (None, Some(path)) => match fs::read_to_string(&path) {
                Ok(text) if text.trim().is_empty() => {
                    self.fault(setting, format!("the file that {file} names is empty"));
                }
                Ok(text) => return Some(Zeroizing::new(text)),
                Err(error) => self.fault(
                    setting,
                    format!("the file that {file} names can't be read: {}", error.kind()),
                ),
            },
            (None, None) => self.fault(setting, format!("is missing ({setting} or {file})")),
        }
        None
    }

    /// Where to listen.
    pub(crate) fn listen(&mut self) -> Option<SocketAddr> {
        let text = self
            .optional("SAMRAD_LISTEN")
            .unwrap_or_else(|| "127.0.0.1:8080".into());
        let address = text.parse().ok();
        if address.is_none() {
            self.fault(
                "SAMRAD_LISTEN",
                "is not an address and port, like 127.0.0.1:8080",
            );
        }
        address
    }

    /// The database: `DATABASE_URL`, else `DB_URL`.
    pub(crate) fn database(&mut self) -> Option<DatabaseUrl> {
        let names = ["DATABASE_URL", "DB_URL"];
        let Some(name) = names.into_iter().find(|name| self.optional(name).is_some()) else {
            self.fault("DATABASE_URL", "is missing");
            return None;
        };
        self.optional_database(name)
    }

    /// A database that may be left out.
    pub(crate) fn optional_database(&mut self, setting: &'static str) -> Option<DatabaseUrl> {
        let text = Zeroizing::new(self.optional(setting)?);
        DatabaseUrl::parse(&text)
            .map_err(|fault| self.fault(setting, fault.to_string()))
            .ok()
    }
}
