REVOKE UPDATE (salt, body_enc) ON log_entry FROM samrad_app;
DROP TRIGGER log_entry_erase ON log_entry;
DROP TRIGGER log_entry_no_delete ON log_entry;
DROP FUNCTION log_entry_is_only_erased();
CREATE TABLE log_body (
    idx BIGINT NOT NULL PRIMARY KEY,
    salt BYTEA CHECK (length(salt) = 32),
    body_enc BYTEA,
    data_key_id UUID,
    CHECK ((salt IS NULL) = (body_enc IS NULL))
);
INSERT INTO log_body SELECT idx, salt, body_enc, data_key_id FROM log_entry;
INSERT INTO log_recipient (idx, ordinal, organisation_id, unit_id, person_id)
    SELECT idx, actor_ordinal, actor_organisation, actor_unit, actor_id FROM log_entry WHERE actor_ordinal IS NOT NULL;
ALTER TABLE log_entry DROP CONSTRAINT log_entry_body;
ALTER TABLE log_entry DROP COLUMN salt;
ALTER TABLE log_entry DROP COLUMN body_enc;
ALTER TABLE log_entry DROP COLUMN data_key_id;
ALTER TABLE log_entry DROP COLUMN actor_ordinal;
ALTER TABLE log_entry
    ALTER COLUMN kind TYPE TEXT, ADD CONSTRAINT log_entry_kind_check CHECK (kind ~ '^[a-z][A-Za-z]*$'),
    ALTER COLUMN reason_code TYPE TEXT, ADD CONSTRAINT log_entry_reason_code_check CHECK (reason_code IN (
        'INSIDE_TEAM', 'INSIDE_HPL25', 'CONSENT_ACTIVE', 'NO_CONSENT', 'CONSENT_NOT_YET_VALID',
        'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED', 'CONSENT_LAPSED', 'CONSENT_USED', 'EXCLUDED',
        'WRONG_RECIPIENT', 'WRONG_PURPOSE', 'CATEGORY_NOT_COVERED', 'SUMMARY_NOT_COVERED',
        'UNCOVERED_PERSON_PRESENT', 'NOT_IN_AUDIENCE', 'NOT_ON_CASE_TEAM', 'RESTRICTED')),
    ALTER COLUMN outcome TYPE TEXT, ADD CONSTRAINT log_entry_outcome_check CHECK (outcome ~ '^[a-z][A-Za-z]*$'),
    ALTER COLUMN actor_kind TYPE TEXT, ADD CONSTRAINT log_entry_actor_kind_check CHECK (actor_kind ~ '^[a-z][A-Za-z]*$'),
    ALTER COLUMN person_key TYPE BYTEA, ADD CONSTRAINT log_entry_person_key_check CHECK (length(person_key) = 32),
    ALTER COLUMN commitment TYPE BYTEA, ADD CONSTRAINT log_entry_leaf_hash_check CHECK (length(commitment) = 32);
DROP DOMAIN log_word, reason_code, log_digest;
CREATE TRIGGER log_entry_append_only BEFORE UPDATE OR DELETE ON log_entry
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE FUNCTION log_body_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.idx = OLD.idx AND NEW.salt IS NULL AND NEW.body_enc IS NULL
        AND NEW.data_key_id IS NOT DISTINCT FROM OLD.data_key_id
        AND EXISTS (SELECT FROM log_erasure WHERE idx = OLD.idx AND approved_by IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_body may only be erased, by two persons' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER log_body_no_delete BEFORE DELETE ON log_body
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_body_erase BEFORE UPDATE ON log_body
    FOR EACH ROW EXECUTE FUNCTION log_body_is_only_erased();
CREATE TRIGGER log_body_no_truncate BEFORE TRUNCATE ON log_body
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
GRANT SELECT, INSERT, UPDATE (salt, body_enc) ON log_body TO samrad_app;
