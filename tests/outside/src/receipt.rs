//! A C2SP tlog-proof. No published crate reads it; it is a few lines of text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ct_merkle::InclusionProof;
use tlog_tiles::Hash;

use crate::Fault;
use crate::service::hash;
use crate::tree::{self, Head};

/// A receipt with the leaf that it is of.
pub struct Receipt {
    /// The leaf's bytes, from the extra data.
    leaf: Vec<u8>,
    /// Index of the entry.
    pub index: u64,
    proof: Vec<Hash>,
    /// The signed note.
    pub checkpoint: String,
}

impl Receipt {
    /// Read a receipt that has its leaf along.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        if lines.next()? != "c2sp.org/tlog-proof@v1" {
            return None;
        }
        let leaf = STANDARD
            .decode(lines.next()?.strip_prefix("extra ")?)
            .ok()?;
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let proof = lines.map(hash).collect::<Option<_>>()?;
        Some(Self {
            leaf,
            index,
            proof,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// That the leaf is in the log of this head.
    pub fn verify(&self, (size, root): Head) -> Result<(), Fault> {
        let fault = |error: &dyn std::fmt::Display| Fault::Receipt(error.to_string());
        if self.index >= size {
            return Err(fault(&"of an entry that the log doesn't have"));
        }
        let leaf = tlog_tiles::record_hash(&self.leaf);
        tlog_tiles::check_record(&self.proof, size, root, self.index, leaf)
            .map_err(|error| fault(&error))?;
        let proof = InclusionProof::from_bytes(self.proof.iter().flat_map(|hash| hash.0).collect());
        let head = tree::ct((size, root));
        head.verify_inclusion(&self.leaf, self.index, &proof)
            .map_err(|error| fault(&error))
    }
}
