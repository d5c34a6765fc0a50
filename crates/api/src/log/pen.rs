//! The pen: entries of one transaction, put down one after the other at gap-free indices and written
//! together, with the tree that commits to them.
//!
//! Who *takes* a pen holds the head of the log. A pen may also be held *at* where the log is thought to stand: what it
//! lays down is written only if the log does. What was put down and not written is as if it had
//! never been; nothing fails between the writing and the commit that keeps part of it.

use super::body::{Body, Link};
use super::chain::{self, Chains, OF_THE_LOG};
use super::ends::Ends;
use super::rows::{Ready, Rows};
use super::{Context, Receipt, tree};
use crate::ids;
use crate::store::conn::Conn;
use crate::store::dialect::{self, Head, Stands, Tip};
use crate::store::vault::{DataKey, Vault};
use crate::store::{StoreError, chains, keys};
use jiff::Timestamp;
use samrad_domain::actor::{Actor, PersonKey};
use samrad_domain::code::ReasonCode;
use samrad_domain::event::{Event, Outcome};
use samrad_domain::id::EventId;
use samrad_domain::time::oslo_day;
use samrad_ledger::entry::{Leaf, commitment, holder};
use samrad_ledger::frontier::Frontier;
use samrad_ledger::tree::Hash;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Whether nothing is put down: in a build for measuring what the log costs, and in no other.
pub const LEFT_OUT: bool = cfg!(feature = "bench-no-append");

/// Whose entry it is: the key that seals it, and the person in whose own log it stands.
#[derive(Clone, Debug)]
struct Whose {
    key: DataKey,
    person: Option<PersonKey>,
}

/// What was put down, for those who tell of it once it is committed.
#[derive(Clone, Debug, Default)]
pub struct PutDown {
    /// The last entry.
    pub last: Option<Receipt>,
    /// How each act came out, and why.
    pub verdicts: Vec<(Outcome, Option<ReasonCode>)>,
}

/// The head of the log in one transaction, and what is put down there.
#[derive(Debug)]
pub struct Pen {
    /// Where the log stood when the pen was taken, or is thought to stand.
    tip: Tip,
    last_ms: i64,
    frontier: Frontier,
    /// How many entries there were when the pen was taken.
    began: u64,
    /// The leaves put down since, and the records that they are about.
    fresh: Vec<Hash>,
    fresh_records: Vec<Option<Uuid>>,
    put: PutDown,
    rows: Rows,
    chains: Chains,
    /// What is known of records without asking the database again, in this transaction.
    known: HashMap<Uuid, Whose>,
    of_the_log: Option<DataKey>,
}

impl Pen {
    /// Takes the head of the log, and holds it until the transaction ends. `remembered` is of the same
    /// database, or empty.
    ///
    /// # Errors
    /// When the database does not answer, or the head is none.
    pub fn take(conn: &mut Conn, remembered: &Arc<Ends>) -> Result<Self, StoreError> {
        let tip = if LEFT_OUT {
            dialect::read_tip(conn)?
        } else {
            dialect::lock_head(conn)?
        };
        remembered.follow(conn, &tip.head)?;
        Self::at(tip, remembered)
    }

    /// A pen where the log is thought to stand. What is read for it has to be read after the log came to stand there.
    ///
    /// # Errors
    /// When the head is none.
    pub fn at(tip: Tip, remembered: &Arc<Ends>) -> Result<Self, StoreError> {
        let frontier = tree::frontier(&tip.head)?;
        Ok(Self {
            last_ms: tip.head.last_ms,
            began: frontier.size(),
            frontier,
            fresh: Vec::new(),
            fresh_records: Vec::new(),
            put: PutDown::default(),
            rows: Rows::default(),
            chains: Chains::at(&tip.head, remembered),
            known: HashMap::new(),
            of_the_log: None,
            tip,
        })
    }

    /// Where the log stood when the pen was taken, or is thought to stand.
    #[must_use]
    pub const fn tip(&self) -> &Tip {
        &self.tip
    }

    /// How many entries there are with those put down.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.began + self.fresh.len() as u64
    }

    /// The root of the tree with the entries put down.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The time of a decision made now: never before the last entry.
    #[must_use]
    pub fn decision_time(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millisecond(self.last_ms).map_or(now, |last| now.max(last))
    }

    /// What was put down.
    #[must_use]
    pub const fn put_down(&self) -> &PutDown {
        &self.put
    }

    /// Tells the key and the person of a record that was loaded already.
    pub fn know(&mut self, record: Uuid, key: DataKey, person: PersonKey) {
        let person = Some(person);
        self.known.insert(record, Whose { key, person });
    }

    /// Looks up where the chains of `records` end, together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn look_up(&mut self, conn: &mut Conn, records: &[Uuid]) -> Result<(), StoreError> {
        if LEFT_OUT {
            return Ok(());
        }
        self.chains.look_up(conn, records)
    }

    /// Puts down the entry of one act. After an error nothing was put down.
    ///
    /// # Errors
    /// When the database does not answer, or the record's data key can't be opened: then the act
    /// did not happen.
    pub fn put(
        &mut self,
        conn: &mut Conn,
        vault: &Vault,
        context: &Context,
        event: &Event,
        at: Timestamp,
    ) -> Result<Receipt, StoreError> {
        if LEFT_OUT {
            return Ok(Receipt {
                event: EventId::new(Uuid::nil()),
                index: 0,
                leaf: [0; 32],
            });
        }
        let whose = self.whose(conn, vault, context, event)?;
        let link = self.link(conn, event)?;
        let recorded_ms = at.as_millisecond().max(self.last_ms);
        let id = EventId::new(ids::new_event_id(recorded_ms, self.size()));
        let salt = ids::random_bytes::<32>();
        let mut body = Body::of(event, &context.actor, &context.request, &salt);
        body.places = chain::places(conn, event, &context.actor, oslo_day(at))?;
        body.subject = link;
        body.holder = whose
            .person
            .map(|key| hex::encode(holder(&salt, key.bytes())));
        let bytes = body.canonical().map_err(|_| StoreError::Corrupt {
            table: "log_entry",
            what: "a body that is no JSON",
        })?;
        let leaf = Leaf {
            event: *id.uuid().as_bytes(),
            recorded_ms,
            commitment: commitment(&salt, &bytes),
        };
        let receipt = Receipt {
            event: id,
            index: index(self.size())?,
            leaf: leaf.hash(),
        };
        self.rows.put(&Ready {
            receipt: receipt.clone(),
            recorded_ms: leaf.recorded_ms,
            commitment: leaf.commitment,
            salt,
            body: &body,
            bytes: &bytes,
            key: &whose.key,
            person: whose.person,
            context,
            event,
        });
        self.grow(&receipt, leaf.recorded_ms, link);
        self.put.verdicts.push((event.outcome, event.reason));
        Ok(receipt)
    }

    fn grow(&mut self, receipt: &Receipt, recorded_ms: i64, link: Option<Link>) {
        self.last_ms = recorded_ms;
        self.frontier.append(receipt.leaf);
        self.fresh.push(receipt.leaf);
        self.fresh_records.push(link.map(|link| link.id));
        self.put.last = Some(receipt.clone());
        if let Some(link) = link {
            self.chains.extend(link, receipt.index);
        }
    }

    fn link(&mut self, conn: &mut Conn, event: &Event) -> Result<Option<Link>, StoreError> {
        let Some(record) = chain::record_of(event) else {
            return Ok(None);
        };
        self.chains.look_up(conn, &[record])?;
        Ok(Some(self.chains.next(record)))
    }

    fn whose(
        &mut self,
        conn: &mut Conn,
        vault: &Vault,
        context: &Context,
        event: &Event,
    ) -> Result<Whose, StoreError> {
        let record = chain::record_of(event);
        if let Some(known) = record.and_then(|id| self.known.get(&id)) {
            return Ok(known.clone());
        }
        if let Some((key, person)) = chain::whose(conn, vault, event)? {
            let person = Some(person);
            let whose = Whose { key, person };
            if let Some(id) = record {
                self.known.insert(id, whose.clone());
            }
            return Ok(whose);
        }
        let key = match &self.of_the_log {
            Some(key) => key.clone(),
            None => keys::fetch_or_create(conn, vault, OF_THE_LOG)?,
        };
        self.of_the_log = Some(key.clone());
        // A citizen's own acts are about themselves.
        let person = match &context.actor {
            Actor::Citizen(citizen) => Some(citizen.key),
            Actor::Staff(_) | Actor::System(_) => None,
        };
        Ok(Whose { key, person })
    }

    /// Writes the entries put down so far, so that what follows in the transaction can read them.
    ///
    /// # Errors
    /// When the database does not answer: then the transaction is lost.
    pub fn write(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        self.rows.write(conn)
    }

    /// Writes what was put down, the tiles that it filled, and the head of the log, which it gives.
    ///
    /// # Errors
    /// When the database does not answer: then the transaction is lost.
    pub fn lay_down(self, conn: &mut Conn) -> Result<Head, StoreError> {
        if self.fresh.is_empty() {
            dialect::refuse_if_aborted(conn)?;
            return Ok(self.tip.head);
        }
        self.write_at(conn, Stands::Held)?
            .ok_or(StoreError::Corrupt {
                table: "log_head",
                what: "a head that moved while it was held",
            })
    }

    /// The same for a pen [`at`](Pen::at) where the log was thought to stand, in no transaction but its own: none, and
    /// nothing written, if it does not.
    ///
    /// # Errors
    /// When the database does not answer: then nobody knows.
    pub fn lay_down_if_there(self, conn: &mut Conn) -> Result<Option<Head>, StoreError> {
        let tip = self.tip.clone();
        if self.fresh.is_empty() {
            return Ok((dialect::read_tip(conn)? == tip).then_some(tip.head));
        }
        self.write_at(conn, Stands::Here(&tip))
    }

    fn write_at(self, conn: &mut Conn, from: Stands<'_>) -> Result<Option<Head>, StoreError> {
        let tiles = tree::filled(conn, self.began, &self.fresh)?;
        let head = Head {
            size: index(self.size())?,
            last_ms: self.last_ms,
            frontier: self.frontier.hashes().concat(),
        };
        let whose = chains::filled(conn, self.tip.head.size, &self.fresh_records)?;
        if !self.rows.lay_down(conn, (tiles, whose), from, &head)? {
            return Ok(None);
        }
        self.chains.expect(&head);
        Ok(Some(head))
    }
}

fn index(size: u64) -> Result<i64, StoreError> {
    i64::try_from(size).map_err(|_| StoreError::Corrupt {
        table: "log_head",
        what: "more entries than can be counted",
    })
}
