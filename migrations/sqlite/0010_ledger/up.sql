-- The log as a tree that others can verify (docs/log.md): the commitment in place of the leaf hash,
-- the chain of each record, tiles, checkpoints, and erasure by two persons.

-- An entry of the old form says nothing of its place in a chain. No release ever wrote one.
CREATE TABLE log_of_before_the_first_release (size INTEGER NOT NULL CHECK (size = 0)) STRICT;
INSERT INTO log_of_before_the_first_release SELECT size FROM log_head;
DROP TABLE log_of_before_the_first_release;

ALTER TABLE log_entry RENAME COLUMN leaf_hash TO commitment;
ALTER TABLE log_entry ADD COLUMN subject_id TEXT CHECK (
    (subject_id IS NULL) = (subject_seq IS NULL)
    AND (subject_seq IS NULL OR (subject_seq >= 1 AND (subject_seq = 1) = (subject_prev IS NULL))));
DROP INDEX log_entry_by_person;
DROP INDEX log_entry_by_patient;
CREATE INDEX log_entry_by_subject ON log_entry (subject_id, idx) WHERE subject_id IS NOT NULL;
-- No search goes by these: each only made every entry dearer.
DROP INDEX log_entry_by_kind;
DROP INDEX log_entry_by_reason;
DROP INDEX log_entry_by_unit;
DROP INDEX log_recipient_by_unit;
DROP INDEX log_recipient_by_person;

-- The right edge of the tree: the roots of its full subtrees, the largest first.
ALTER TABLE log_head ADD COLUMN frontier BLOB NOT NULL DEFAULT x'' CHECK (length(frontier) % 32 = 0);

-- Full tiles of 256 hashes; the partial ones at the edge follow from the entries and these.
CREATE TABLE log_tile (
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    n INTEGER NOT NULL CHECK (n >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (level, n)
) STRICT;

-- The newest signed checkpoint.
CREATE TABLE log_checkpoint (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    note TEXT NOT NULL
) STRICT;

-- The checkpoints at which the signing key changed, signed by the old key and the new one.
CREATE TABLE log_key_change (
    size INTEGER NOT NULL PRIMARY KEY CHECK (size > 0),
    verifier_key TEXT NOT NULL,
    previous_key TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- Who asked that a body be erased, on what ground, and who agreed.
CREATE TABLE log_erasure (
    id TEXT NOT NULL PRIMARY KEY,
    idx INTEGER NOT NULL UNIQUE REFERENCES log_entry (idx),
    organisation_id TEXT NOT NULL,
    legal_ground TEXT NOT NULL CHECK (legal_ground IN ('gdprArticle17', 'healthPersonnelActSection43', 'courtOrder', 'supervisoryOrder')),
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    approved_by TEXT CHECK (approved_by <> requested_by),
    approved_at TEXT CHECK (approved_at >= requested_at),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
) STRICT;

DROP TRIGGER log_body_erase;
CREATE TRIGGER log_body_erase BEFORE UPDATE ON log_body
WHEN NEW.idx <> OLD.idx OR NEW.salt IS NOT NULL OR NEW.body_enc IS NOT NULL
    OR NEW.data_key_id IS NOT OLD.data_key_id
    OR NOT EXISTS (SELECT 1 FROM log_erasure WHERE idx = OLD.idx AND approved_by IS NOT NULL) BEGIN
    SELECT RAISE(ABORT, 'log_body may only be erased, by two persons');
END;
CREATE TRIGGER log_tile_no_update BEFORE UPDATE ON log_tile BEGIN
    SELECT RAISE(ABORT, 'log_tile is append-only');
END;
CREATE TRIGGER log_tile_no_delete BEFORE DELETE ON log_tile BEGIN
    SELECT RAISE(ABORT, 'log_tile is append-only');
END;
CREATE TRIGGER log_tile_no_replace BEFORE INSERT ON log_tile
WHEN EXISTS (SELECT 1 FROM log_tile WHERE level = NEW.level AND n = NEW.n) BEGIN
    SELECT RAISE(ABORT, 'log_tile is append-only');
END;
CREATE TRIGGER log_key_change_no_update BEFORE UPDATE ON log_key_change BEGIN
    SELECT RAISE(ABORT, 'log_key_change is append-only');
END;
CREATE TRIGGER log_key_change_no_delete BEFORE DELETE ON log_key_change BEGIN
    SELECT RAISE(ABORT, 'log_key_change is append-only');
END;
CREATE TRIGGER log_key_change_no_replace BEFORE INSERT ON log_key_change
WHEN EXISTS (SELECT 1 FROM log_key_change WHERE size = NEW.size) BEGIN
    SELECT RAISE(ABORT, 'log_key_change is append-only');
END;
CREATE TRIGGER log_checkpoint_grows BEFORE UPDATE ON log_checkpoint
WHEN NEW.id <> OLD.id OR NEW.size < OLD.size BEGIN
    SELECT RAISE(ABORT, 'log_checkpoint only grows');
END;
CREATE TRIGGER log_checkpoint_no_delete BEFORE DELETE ON log_checkpoint BEGIN
    SELECT RAISE(ABORT, 'log_checkpoint only grows');
END;
CREATE TRIGGER log_checkpoint_no_replace BEFORE INSERT ON log_checkpoint
WHEN EXISTS (SELECT 1 FROM log_checkpoint) BEGIN
    SELECT RAISE(ABORT, 'log_checkpoint only grows');
END;
CREATE TRIGGER log_erasure_approved BEFORE UPDATE ON log_erasure
WHEN OLD.approved_by IS NOT NULL
    OR NEW.id <> OLD.id OR NEW.idx <> OLD.idx OR NEW.organisation_id <> OLD.organisation_id
    OR NEW.legal_ground <> OLD.legal_ground OR NEW.requested_by <> OLD.requested_by
    OR NEW.requested_at <> OLD.requested_at BEGIN
    SELECT RAISE(ABORT, 'log_erasure may only be approved, once');
END;
CREATE TRIGGER log_erasure_no_delete BEFORE DELETE ON log_erasure BEGIN
    SELECT RAISE(ABORT, 'log_erasure may only be approved, once');
END;
CREATE TRIGGER log_erasure_no_replace BEFORE INSERT ON log_erasure
WHEN EXISTS (SELECT 1 FROM log_erasure WHERE id = NEW.id OR idx = NEW.idx) BEGIN
    SELECT RAISE(ABORT, 'log_erasure may only be approved, once');
END;
