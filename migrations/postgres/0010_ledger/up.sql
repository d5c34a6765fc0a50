-- The log as a tree that others can verify (docs/log.md): the commitment in place of the leaf hash,
-- the chain of each record, tiles, checkpoints, and erasure by two persons.

-- An entry of the old form says nothing of its place in a chain. No release ever wrote one.
DO $$
BEGIN
    IF (SELECT size FROM log_head) > 0 THEN
        RAISE EXCEPTION 'the log has entries of a form from before the first release: start from an empty database';
    END IF;
END
$$;

ALTER TABLE log_entry RENAME COLUMN leaf_hash TO commitment;
ALTER TABLE log_entry ADD COLUMN subject_id UUID CHECK ((subject_id IS NULL) = (subject_seq IS NULL));
ALTER TABLE log_entry ADD CONSTRAINT log_entry_chain CHECK (subject_seq >= 1 AND (subject_seq = 1) = (subject_prev IS NULL));
DROP INDEX log_entry_by_person;
DROP INDEX log_entry_by_patient;
CREATE INDEX log_entry_by_subject ON log_entry (subject_id, idx) WHERE subject_id IS NOT NULL;
-- No search goes by these: each only made every entry dearer.
DROP INDEX log_entry_by_kind;
DROP INDEX log_entry_by_reason;
DROP INDEX log_entry_by_unit;
DROP INDEX log_recipient_by_unit;
DROP INDEX log_recipient_by_person;

-- An entry, its body and its recipients are written by one transaction and never removed, nor is a data
-- key: there is nothing for these to find, and they cost as much as the rows.
ALTER TABLE log_body DROP CONSTRAINT log_body_idx_fkey;
ALTER TABLE log_body DROP CONSTRAINT log_body_data_key_id_fkey;
ALTER TABLE log_recipient DROP CONSTRAINT log_recipient_idx_fkey;

-- The right edge of the tree: the roots of its full subtrees, the largest first.
ALTER TABLE log_head ADD COLUMN frontier BYTEA NOT NULL DEFAULT '' CHECK (length(frontier) % 32 = 0);

-- Full tiles of 256 hashes; the partial ones at the edge follow from the entries and these.
CREATE TABLE log_tile (
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    n BIGINT NOT NULL CHECK (n >= 0),
    root BYTEA NOT NULL CHECK (length(root) = 32),
    hashes BYTEA NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (level, n)
);
ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- The newest signed checkpoint.
CREATE TABLE log_checkpoint (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0),
    note TEXT NOT NULL
);

-- The checkpoints at which the signing key changed, signed by the old key and the new one.
CREATE TABLE log_key_change (
    size BIGINT NOT NULL PRIMARY KEY CHECK (size > 0),
    verifier_key TEXT NOT NULL,
    previous_key TEXT NOT NULL,
    note TEXT NOT NULL
);

-- Who asked that a body be erased, on what ground, and who agreed.
CREATE TABLE log_erasure (
    id UUID NOT NULL PRIMARY KEY,
    idx BIGINT NOT NULL UNIQUE REFERENCES log_entry (idx),
    organisation_id UUID NOT NULL,
    legal_ground TEXT NOT NULL CHECK (legal_ground IN ('gdprArticle17', 'healthPersonnelActSection43', 'courtOrder', 'supervisoryOrder')),
    requested_by UUID NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    approved_by UUID CHECK (approved_by <> requested_by),
    approved_at TIMESTAMPTZ CHECK (approved_at >= requested_at),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);

CREATE OR REPLACE FUNCTION log_body_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.idx = OLD.idx AND NEW.salt IS NULL AND NEW.body_enc IS NULL
        AND NEW.data_key_id IS NOT DISTINCT FROM OLD.data_key_id
        AND EXISTS (SELECT FROM log_erasure WHERE idx = OLD.idx AND approved_by IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_body may only be erased, by two persons' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION log_erasure_is_only_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_by IS NULL AND (NEW.id, NEW.idx, NEW.organisation_id, NEW.legal_ground, NEW.requested_by, NEW.requested_at)
        = (OLD.id, OLD.idx, OLD.organisation_id, OLD.legal_ground, OLD.requested_by, OLD.requested_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_erasure may only be approved, once' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION log_checkpoint_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = OLD.id AND NEW.size >= OLD.size THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_checkpoint only grows' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER log_tile_append_only BEFORE UPDATE OR DELETE ON log_tile
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_tile_no_truncate BEFORE TRUNCATE ON log_tile
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_key_change_append_only BEFORE UPDATE OR DELETE ON log_key_change
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_key_change_no_truncate BEFORE TRUNCATE ON log_key_change
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_checkpoint_grows BEFORE UPDATE ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION log_checkpoint_only_grows();
CREATE TRIGGER log_checkpoint_no_delete BEFORE DELETE ON log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_checkpoint_no_truncate BEFORE TRUNCATE ON log_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_erasure_approved BEFORE UPDATE ON log_erasure
    FOR EACH ROW EXECUTE FUNCTION log_erasure_is_only_approved();
CREATE TRIGGER log_erasure_no_delete BEFORE DELETE ON log_erasure
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_erasure_no_truncate BEFORE TRUNCATE ON log_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

GRANT SELECT, INSERT ON log_tile TO samrad_app;
GRANT SELECT, INSERT ON log_key_change TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON log_checkpoint TO samrad_app;
GRANT SELECT, INSERT, UPDATE (approved_by, approved_at) ON log_erasure TO samrad_app;
