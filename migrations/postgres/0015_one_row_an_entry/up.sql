-- An entry is one row: a table more, with its index, cost an entry as much as all that it says.

-- What a domain may hold is read once a session; a CHECK of the table at each statement.
CREATE DOMAIN log_word AS TEXT CHECK (VALUE ~ '^[a-z][A-Za-z]*$');
CREATE DOMAIN reason_code AS TEXT CHECK (VALUE IN (
    'INSIDE_TEAM', 'INSIDE_HPL25', 'CONSENT_ACTIVE', 'NO_CONSENT', 'CONSENT_NOT_YET_VALID',
    'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED', 'CONSENT_LAPSED', 'CONSENT_USED', 'EXCLUDED',
    'WRONG_RECIPIENT', 'WRONG_PURPOSE', 'CATEGORY_NOT_COVERED', 'SUMMARY_NOT_COVERED',
    'UNCOVERED_PERSON_PRESENT', 'NOT_IN_AUDIENCE', 'NOT_ON_CASE_TEAM', 'RESTRICTED'));
CREATE DOMAIN log_digest AS BYTEA CHECK (length(VALUE) = 32);

ALTER TABLE log_entry ADD COLUMN salt log_digest;
ALTER TABLE log_entry ADD COLUMN body_enc BYTEA;
ALTER TABLE log_entry ADD COLUMN data_key_id UUID;
ALTER TABLE log_entry ADD CONSTRAINT log_entry_body CHECK ((salt IS NULL) = (body_enc IS NULL));
-- Where who acted stands among those who heard, from 0: they heard it where they act, which is said
-- already. The others are in log_recipient, as was everybody in entries of before.
ALTER TABLE log_entry ADD COLUMN actor_ordinal INTEGER CHECK (actor_ordinal >= 0);
-- Sealed bytes don't compress.
ALTER TABLE log_entry ALTER COLUMN body_enc SET STORAGE EXTERNAL;

DROP TRIGGER log_entry_append_only ON log_entry;
UPDATE log_entry SET salt = body.salt, body_enc = body.body_enc, data_key_id = body.data_key_id
    FROM log_body AS body WHERE body.idx = log_entry.idx;
DROP TABLE log_body;

ALTER TABLE log_entry
    DROP CONSTRAINT log_entry_kind_check, ALTER COLUMN kind TYPE log_word,
    DROP CONSTRAINT log_entry_reason_code_check, ALTER COLUMN reason_code TYPE reason_code,
    DROP CONSTRAINT log_entry_outcome_check, ALTER COLUMN outcome TYPE log_word,
    DROP CONSTRAINT log_entry_actor_kind_check, ALTER COLUMN actor_kind TYPE log_word,
    DROP CONSTRAINT log_entry_person_key_check, ALTER COLUMN person_key TYPE log_digest,
    DROP CONSTRAINT log_entry_leaf_hash_check, ALTER COLUMN commitment TYPE log_digest;
DROP FUNCTION log_body_is_only_erased();

CREATE FUNCTION log_entry_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased log_entry := OLD;
BEGIN
    erased.salt := NULL;
    erased.body_enc := NULL;
    IF NEW IS NOT DISTINCT FROM erased
        AND EXISTS (SELECT FROM log_erasure WHERE idx = OLD.idx AND approved_by IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_entry is append-only; a body may be erased, by two persons'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_entry_erase BEFORE UPDATE ON log_entry
    FOR EACH ROW EXECUTE FUNCTION log_entry_is_only_erased();

GRANT UPDATE (salt, body_enc) ON log_entry TO samrad_app;
