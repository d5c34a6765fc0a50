//! A log made in memory, true in every way until a test tampers with it.

use std::collections::HashMap;

use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::entry::{Leaf, commitment, holder};
use samrad_ledger::frontier::Frontier;
use samrad_ledger::note::{Note, Signer, Verifier};
use samrad_ledger::tree::Hash;
use samrad_ledger::verify::terms::Terms;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub const ORIGIN: &str = "log.example/samrad";
pub const START_MS: i64 = 1_790_000_000_000;
/// An hour after the first entry: long after the last.
pub const NOW_MS: i64 = START_MS + 3_600_000;

/// The id of the `number`th thing of a kind.
pub fn id(kind: &str, number: u64) -> String {
    let hash = Sha256::digest(format!("{kind} {number}"));
    uuid::Builder::from_random_bytes(hash[..16].try_into().unwrap())
        .into_uuid()
        .to_string()
}

pub fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

pub fn key(number: u8) -> Signer {
    Signer::from_seed(ORIGIN, &[number; 32]).unwrap()
}

#[derive(Clone)]
pub struct Book {
    /// The lines of the export, after the first.
    pub lines: Vec<Value>,
    /// What the log's head claims.
    pub size: u64,
    /// The notes of changes of key.
    pub key_changes: Vec<String>,
    /// The number of the key that signs.
    pub key: u8,
    chains: HashMap<String, (u64, u64)>,
    frontier: Frontier,
}

impl Book {
    pub fn new() -> Self {
        let (lines, key_changes, chains) = Default::default();
        Self {
            lines,
            size: 0,
            key_changes,
            key: 1,
            chains,
            frontier: Frontier::new(),
        }
    }

    /// A log of so many acts on five records, with a consent for each.
    pub fn of(acts: u64) -> Self {
        let mut book = Self::new();
        (0..acts).for_each(|number| book.disclose(number % 5));
        book
    }

    /// A disclosure of a patient's, on the patient's consent.
    pub fn disclose(&mut self, patient: u64) {
        let body = self.about(
            patient,
            "identityRead",
            json!({"outcome": "disclosed", "reason": "CONSENT_ACTIVE"}),
        );
        self.write(body);
    }

    /// The withdrawal of a patient's consent.
    pub fn withdraw(&mut self, patient: u64) {
        let body = self.about(patient, "consentWithdrawn", json!({"outcome": "done"}));
        self.write(body);
    }

    /// The erasure of an entry's body, and the entry that says so.
    pub fn erase(&mut self, index: u64) {
        self.lines[index as usize]["salt"] = Value::Null;
        self.lines[index as usize]["body"] = Value::Null;
        self.say_erased(index, "somebody", "another");
    }

    pub fn say_erased(&mut self, index: u64, requested: &str, approved: &str) {
        let redaction = json!({"index": index, "legalGround": "GDPR art. 17(1)(d)",
            "requestedBy": id(requested, 0), "approvedBy": id(approved, 0)});
        self.write(json!({"kind": "logEntryErased", "outcome": "done", "redaction": redaction}));
    }

    /// A change of key, with the checkpoint that both keys sign.
    pub fn change_key(&mut self, to: u8) {
        self.write(json!({"kind": "logKeyChanged", "outcome": "done", "logKey": key(to).verifier().to_string()}));
        let mut note = self.checkpoint();
        note.sign(&key(to));
        self.key_changes.push(note.to_string());
        self.key = to;
    }

    /// What a body says of a patient.
    pub fn about(&mut self, patient: u64, kind: &str, more: Value) -> Value {
        let mut body = json!({
            "kind": kind, "operation": "readIdentity", "requestId": format!("request {}", self.lines.len()),
            "actor": {"kind": "person", "id": id("person", 1), "name": "Kari «K\" Nordmann",
                "organisation": id("organisation", 1), "unit": id("unit", 1)},
            "patient": id("patient", patient), "source": id("organisation", 2), "case": id("case", patient),
            "places": [{"organisation": id("organisation", 1), "unit": id("unit", 1), "person": id("person", 1)},
                {"organisation": id("organisation", 2)}],
            "consents": [{"id": id("consent", patient), "version": 1}],
        });
        body["subject"] = self.link(&id("patient", patient));
        body["personKey"] = json!(format!("person {patient}"));
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    fn link(&mut self, subject: &str) -> Value {
        let index = self.lines.len() as u64;
        let before = self.chains.get(subject).copied();
        let seq = before.map_or(1, |(seq, _)| seq + 1);
        self.chains.insert(subject.to_owned(), (seq, index));
        let mut link = json!({"id": subject, "seq": seq});
        if let Some((_, prev)) = before {
            link["prev"] = json!(prev);
        }
        link
    }

    /// Write an entry with this body a second after the one before.
    pub fn write(&mut self, body: Value) {
        let recorded = START_MS + 1000 * self.lines.len() as i64;
        self.write_at(recorded, body);
    }

    pub fn write_at(&mut self, recorded_ms: i64, body: Value) {
        let line = line(self.lines.len() as u64, recorded_ms, body);
        self.frontier.append(leaf(&line).hash());
        self.lines.push(line);
        self.size += 1;
    }

    /// The checkpoint of all entries written so far, however they were tampered with since.
    pub fn checkpoint(&self) -> Note {
        signed(self.frontier.size(), self.frontier.root(), self.key)
    }

    pub fn export(&self) -> String {
        self.export_with(Some(&self.checkpoint()), 0)
    }

    pub fn export_with(&self, checkpoint: Option<&Note>, from: u64) -> String {
        let header = json!({"format": "samrad-log-export/1", "origin": ORIGIN, "from": from, "size": self.size,
            "checkpoint": checkpoint.map(ToString::to_string), "keyChanges": self.key_changes});
        let lines = self.lines.iter().skip(from as usize);
        std::iter::once(&header)
            .chain(lines)
            .map(|line| format!("{line}\n"))
            .collect()
    }

    /// The leaves as the lines say now.
    pub fn leaves(&self) -> Vec<Leaf> {
        self.lines.iter().map(leaf).collect()
    }

    /// Make the tree anew over what the lines say now, and sign that.
    pub fn sign_again(&mut self) {
        self.frontier = Frontier::new();
        self.leaves()
            .iter()
            .for_each(|leaf| self.frontier.append(leaf.hash()));
        self.size = self.lines.len() as u64;
    }
}

/// A checkpoint signed with a key.
pub fn signed(size: u64, root: Hash, by: u8) -> Note {
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root,
        extensions: vec![],
    };
    let mut note = Note::new(&checkpoint.text()).unwrap();
    note.sign(&key(by));
    note
}

/// The terms of an auditor who knows a key of the log.
pub fn terms(keys: &[u8]) -> Terms {
    let keys: Vec<Verifier> = keys.iter().map(|number| key(*number).verifier()).collect();
    Terms {
        keys,
        now_ms: NOW_MS,
        ..Terms::default()
    }
}

/// Salt, commitment and columns for a body. `personKey` in the body becomes its holder.
pub fn line(index: u64, recorded_ms: i64, mut body: Value) -> Value {
    let salt = hash(&format!("salt {index}"));
    let person = body.as_object_mut().unwrap().remove("personKey");
    let person = person.map(|person| hash(person.as_str().unwrap()));
    if let Some(person) = person {
        body["holder"] = json!(hex::encode(holder(&salt, &person)));
    }
    let text = body.to_string();
    json!({
        "index": index, "eventId": id("event", index), "recordedMs": recorded_ms,
        "commitment": hex::encode(commitment(&salt, text.as_bytes())), "salt": hex::encode(salt), "body": text,
        "columns": {
            "kind": body["kind"], "reason": body["reason"], "outcome": body["outcome"],
            "actorKind": body["actor"]["kind"], "actorId": body["actor"]["id"],
            "actorOrganisation": body["actor"]["organisation"], "actorUnit": body["actor"]["unit"],
            "source": body["source"], "unit": body["unit"], "patient": body["patient"], "case": body["case"],
            "discussion": body["discussion"], "requestId": body["requestId"],
            "subject": body["subject"]["id"], "subjectSeq": body["subject"]["seq"],
            "subjectPrev": body["subject"]["prev"],
        },
        "personKey": person.map(hex::encode),
        "places": body.get("places").cloned().unwrap_or(json!([])),
    })
}

/// The leaf that a line claims.
pub fn leaf(line: &Value) -> Leaf {
    Leaf {
        event: Uuid::parse_str(line["eventId"].as_str().unwrap())
            .unwrap()
            .into_bytes(),
        recorded_ms: line["recordedMs"].as_i64().unwrap(),
        commitment: hex::decode(line["commitment"].as_str().unwrap())
            .unwrap()
            .try_into()
            .unwrap(),
    }
}
