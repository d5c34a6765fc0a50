//! Following changes of key on a live log: the entry that names the new key is proved to be in the
//! checkpoint that the old key signed.

use crate::checkpoint::Checkpoint;
use crate::note::Note;
use crate::proof;
use crate::tile::{TileAt, Tiles, decode_tile};
use crate::tree::Hash;
use crate::verify::Stop;
use crate::verify::entry::{Content, Entry, Source};
use crate::verify::keys::Trust;
use crate::verify::marks::{Mark, Marks};
use crate::verify::report::{Code, Findings};

use super::{Service, evidence};

/// Believe the keys that the believed keys vouch for, as far as this auditor is shown why. Gives
/// the sizes and roots at which the key changed.
pub fn follow(
    service: &impl Service,
    trust: &mut Trust,
    findings: &mut Findings,
) -> Result<Vec<(u64, Hash)>, Stop> {
    let path = "/log/key-changes";
    let notes: Vec<String> = serde_json::from_slice(&service.get(path)?)
        .map_err(|error| Stop::unreadable(path, error))?;
    let mut roots = Vec::new();
    for note in notes {
        let note = Note::parse(&note).map_err(|error| Stop::unreadable(path, error))?;
        let Ok((checkpoint, _)) = Checkpoint::open(&note, trust.active()) else {
            continue;
        };
        let Checkpoint {
            origin, size, root, ..
        } = checkpoint;
        let mut change = Marks::default();
        let followed = match last_entry(service, size, &root)? {
            Ok(entry) => {
                let log_key = named(entry);
                change.reached(size, Mark { root, log_key });
                trust.follow(&note, &origin, &change)
            }
            Err(what) => Err(what),
        };
        if let Err(what) = followed {
            findings.at(size.saturating_sub(1), Code::KeyChange, what);
        }
        roots.push((size, root));
    }
    Ok(roots)
}

/// The last entry under a signed checkpoint, proved to be it.
fn last_entry(
    service: &impl Service,
    size: u64,
    root: &Hash,
) -> Result<Result<Entry, String>, Stop> {
    let Some(index) = size.checked_sub(1) else {
        return Ok(Err("a change of key without entries".to_owned()));
    };
    let line = service.get(&evidence::path(index, 1))?;
    let entry = match Entry::examine(&line, Source::Evidence) {
        Ok(entry) => entry,
        Err((_, what)) => return Ok(Err(what)),
    };
    let proof = proof::inclusion(&Served(service), index, size)
        .map_err(|error| Stop::unreadable("the tiles under a change of key", error))?;
    let verified = proof::verify_inclusion(&entry.hash, index, size, &proof, root);
    Ok(verified.map(|()| entry).map_err(|error| {
        format!("the entry shown for the change of key is not in the log: {error}")
    }))
}

fn named(entry: Entry) -> Option<String> {
    match entry.content {
        Content::Open(open) => open.log_key,
        Content::Erased(_) | Content::KeyDestroyed(_) | Content::Withheld | Content::Spoilt => None,
    }
}

/// Tiles as they are served.
struct Served<'a, S: Service>(&'a S);

impl<S: Service> Tiles for Served<'_, S> {
    type Error = Stop;

    fn tile(&self, at: TileAt) -> Result<Vec<Hash>, Stop> {
        let path = format!("/log/tile/{}", at.path());
        decode_tile(&self.0.get(&path)?, at.width).map_err(|error| Stop::unreadable(path, error))
    }
}
