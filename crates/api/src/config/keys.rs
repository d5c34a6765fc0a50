//! The keys of the configuration: each of its own, and none of them ever printed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::config::reader::Reader;
use crate::http::keys::HttpKeys;
use crate::store::vault::{LookupKey, MasterKeys, Vault};

const MASTER: &str = "SAMRAD_MASTER_KEY";
const LOOKUP: &str = "SAMRAD_LOOKUP_KEY";

/// The keys at rest and the keys of HTTP, if all is well with them.
pub(crate) fn read(reader: &mut Reader<'_>) -> Option<(Vault, HttpKeys)> {
    let (masters, lookup) = (reader.text_or_file(MASTER), reader.text_or_file(LOOKUP));
    let wrapping = masters.as_ref().and_then(|text| {
        MasterKeys::parse(text.trim())
            .map_err(|fault| reader.fault(MASTER, fault.to_string()))
            .ok()
    });
    let finding = lookup.as_ref().and_then(|text| {
        LookupKey::parse(text.trim())
            .map_err(|fault| reader.fault(LOOKUP, fault.to_string()))
            .ok()
    });
    let (masters, lookup) = (masters?, lookup?);
    let keys: Vec<_> = masters
        .split(',')
        .filter_map(|entry| Some(entry.split_once(':')?.1.trim()))
        .collect();
    if keys
        .iter()
        .enumerate()
        .any(|(place, key)| keys[..place].contains(key))
    {
        reader.fault(MASTER, "two master keys are the same");
    }
    if keys.contains(&lookup.trim()) {
        reader.fault(
            LOOKUP,
            "is the same as a master key: each must be of its own",
        );
    }
    let mut root = Zeroizing::new([0; 32]);
    let decoded = Zeroizing::new(STANDARD.decode(lookup.trim()).ok()?);
    root.copy_from_slice(decoded.get(..32)?);
    Some((Vault::new(wrapping?, finding?), HttpKeys::derive(&root)))
}
