-- The log. Append-only: triggers refuse to change or remove an entry.
-- An entry may name ids that never existed (a refusal), so it refers to no other table.

CREATE TABLE log_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0),
    last_ms BIGINT NOT NULL
);
INSERT INTO log_head (id, size, last_ms) VALUES (1, 0, 0);

CREATE TABLE log_entry (
    idx BIGINT NOT NULL PRIMARY KEY CHECK (idx >= 0),
    event_id UUID NOT NULL UNIQUE,
    recorded_ms BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind ~ '^[a-z][A-Za-z]*$'),
    reason_code TEXT CHECK (reason_code IN (
        'INSIDE_TEAM', 'INSIDE_HPL25', 'CONSENT_ACTIVE', 'NO_CONSENT', 'CONSENT_NOT_YET_VALID',
        'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED', 'CONSENT_LAPSED', 'CONSENT_USED', 'EXCLUDED',
        'WRONG_RECIPIENT', 'WRONG_PURPOSE', 'CATEGORY_NOT_COVERED', 'SUMMARY_NOT_COVERED',
        'UNCOVERED_PERSON_PRESENT', 'NOT_IN_AUDIENCE', 'NOT_ON_CASE_TEAM', 'RESTRICTED')),
    outcome TEXT NOT NULL CHECK (outcome ~ '^[a-z][A-Za-z]*$'),
    actor_kind TEXT NOT NULL CHECK (actor_kind ~ '^[a-z][A-Za-z]*$'),
    actor_id UUID,
    actor_organisation UUID,
    actor_unit UUID,
    source_organisation UUID,
    unit_id UUID,
    patient_id UUID,
    person_key BYTEA CHECK (length(person_key) = 32),
    case_id UUID,
    discussion_id UUID,
    request_id TEXT NOT NULL,
    subject_seq BIGINT,
    subject_prev BIGINT,
    leaf_hash BYTEA NOT NULL CHECK (length(leaf_hash) = 32),
    CHECK (subject_prev < idx)
);
CREATE INDEX log_entry_by_patient ON log_entry (patient_id, idx) WHERE patient_id IS NOT NULL;
CREATE UNIQUE INDEX log_entry_by_person ON log_entry (person_key, subject_seq) WHERE subject_seq IS NOT NULL;
CREATE INDEX log_entry_by_person_key ON log_entry (person_key, idx) WHERE person_key IS NOT NULL;
CREATE INDEX log_entry_by_actor ON log_entry (actor_id, idx) WHERE actor_id IS NOT NULL;
CREATE INDEX log_entry_by_actor_organisation ON log_entry (actor_organisation, idx) WHERE actor_organisation IS NOT NULL;
CREATE INDEX log_entry_by_source ON log_entry (source_organisation, idx) WHERE source_organisation IS NOT NULL;
CREATE INDEX log_entry_by_unit ON log_entry (unit_id, idx) WHERE unit_id IS NOT NULL;
CREATE INDEX log_entry_by_case ON log_entry (case_id, idx) WHERE case_id IS NOT NULL;
CREATE INDEX log_entry_by_discussion ON log_entry (discussion_id, idx) WHERE discussion_id IS NOT NULL;
CREATE INDEX log_entry_by_kind ON log_entry (kind, idx);
CREATE INDEX log_entry_by_reason ON log_entry (reason_code, idx) WHERE reason_code IS NOT NULL;
CREATE INDEX log_entry_by_time ON log_entry (recorded_ms);

-- The body beside the entry, so that it can be erased lawfully without breaking a proof.
CREATE TABLE log_body (
    idx BIGINT NOT NULL PRIMARY KEY REFERENCES log_entry (idx),
    salt BYTEA CHECK (length(salt) = 32),
    body_enc BYTEA,
    data_key_id UUID REFERENCES data_key (id),
    CHECK ((salt IS NULL) = (body_enc IS NULL))
);

CREATE TABLE log_recipient (
    idx BIGINT NOT NULL REFERENCES log_entry (idx),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    organisation_id UUID NOT NULL,
    unit_id UUID,
    person_id UUID,
    PRIMARY KEY (idx, ordinal)
);
CREATE INDEX log_recipient_by_organisation ON log_recipient (organisation_id, idx);
CREATE INDEX log_recipient_by_unit ON log_recipient (unit_id, idx);
CREATE INDEX log_recipient_by_person ON log_recipient (person_id, idx);

CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION log_body_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.idx = OLD.idx AND NEW.salt IS NULL AND NEW.body_enc IS NULL
        AND NEW.data_key_id IS NOT DISTINCT FROM OLD.data_key_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_body may only be erased' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION log_head_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = OLD.id AND NEW.size >= OLD.size AND NEW.last_ms >= OLD.last_ms THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_head only grows' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER log_entry_append_only BEFORE UPDATE OR DELETE ON log_entry
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_entry_no_truncate BEFORE TRUNCATE ON log_entry
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_recipient_append_only BEFORE UPDATE OR DELETE ON log_recipient
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_recipient_no_truncate BEFORE TRUNCATE ON log_recipient
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_body_no_delete BEFORE DELETE ON log_body
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_body_erase BEFORE UPDATE ON log_body
    FOR EACH ROW EXECUTE FUNCTION log_body_is_only_erased();
CREATE TRIGGER log_body_no_truncate BEFORE TRUNCATE ON log_body
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head
    FOR EACH ROW EXECUTE FUNCTION log_head_only_grows();
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

GRANT SELECT, UPDATE ON log_head TO samrad_app;
GRANT SELECT, INSERT ON log_entry TO samrad_app;
GRANT SELECT, INSERT ON log_recipient TO samrad_app;
GRANT SELECT, INSERT, UPDATE (salt, body_enc) ON log_body TO samrad_app;
