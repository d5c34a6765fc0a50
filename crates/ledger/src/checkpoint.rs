//! C2SP tlog-checkpoint: what a log stands for at a size, as the text of a signed note.

use thiserror::Error;

use crate::line;
use crate::note::{Kind, Note, NoteError, Signed, Verifier};
use crate::tree::Hash;

/// Origin, size and root of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    /// Leaves in the tree.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
    /// Lines after the root. This log writes none; others' must be kept, they are signed.
    pub extensions: Vec<String>,
}

/// Why a note is no checkpoint to rely on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Text in another form.
    #[error("the text is no checkpoint")]
    Form,
    /// The note isn't one, or a known key's signature on it is wrong, or no known key signed it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Signed by known keys, but not by one of the log that it is of.
    #[error("not signed by a known key of the log {0}")]
    Unsigned(String),
}

impl Checkpoint {
    /// The text to be signed.
    pub fn text(&self) -> String {
        let Self {
            origin,
            size,
            root,
            extensions,
        } = self;
        let root = line::base64(root);
        let extensions: String = extensions
            .iter()
            .map(|extension| format!("{extension}\n"))
            .collect();
        format!("{origin}\n{size}\n{root}\n{extensions}")
    }

    /// Read the text of a note.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Form)?;
        let mut lines = lines.split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty());
        let (Some(origin), Some(size), Some(root)) = (next(), next(), next()) else {
            return Err(CheckpointError::Form);
        };
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        let (Some(size), Some(root), false) = (
            line::decimal(size),
            line::hash(root),
            extensions.iter().any(String::is_empty),
        ) else {
            return Err(CheckpointError::Form);
        };
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions,
        })
    }

    /// The checkpoint that a log signed: a known Ed25519 key that bears the origin's name must be
    /// among those that signed the note. Gives the known signatures too, witnesses' included.
    pub fn open<'v>(
        note: &Note,
        known: &'v [Verifier],
    ) -> Result<(Self, Vec<Signed<'v>>), CheckpointError> {
        let signed = note.verify(known)?;
        let checkpoint = Self::parse(note.text())?;
        let own = |signed: &Signed| {
            signed.verifier.kind() == Kind::Ed25519 && signed.verifier.name() == checkpoint.origin
        };
        if signed.iter().any(own) {
            Ok((checkpoint, signed))
        } else {
            Err(CheckpointError::Unsigned(checkpoint.origin))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    #[test]
    fn a_checkpoint_reads_as_it_was_written() {
        for extensions in ["", "one\n", "one\ntwo\n"] {
            let text = format!("example.com/behind-the-sofa\n20852163\n{ROOT}\n{extensions}");
            let checkpoint = Checkpoint::parse(&text).unwrap();
            assert_eq!(checkpoint.size, 20_852_163);
            assert_eq!(checkpoint.text(), text);
        }
    }

    #[test]
    fn another_form_is_no_checkpoint() {
        for wrong in [
            String::new(),
            format!("a\n1\n{ROOT}"),
            format!("\n1\n{ROOT}\n"),
            format!("a\n01\n{ROOT}\n"),
            format!("a\n-1\n{ROOT}\n"),
            "a\n1\n".to_owned(),
            "a\n1\nAAAA\n".to_owned(),
            format!("a\n1\n{ROOT}\n\n"),
            format!("a\n1\n{ROOT}\n\nx\n"),
            format!("a\r\n1\r\n{ROOT}\r\n"),
        ] {
            assert_eq!(
                Checkpoint::parse(&wrong),
                Err(CheckpointError::Form),
                "{wrong:?}"
            );
        }
    }
}
