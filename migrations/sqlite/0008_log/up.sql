-- The log. Append-only: triggers refuse to change or remove an entry.
-- An entry may name ids that never existed (a refusal), so it refers to no other table.

CREATE TABLE log_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    last_ms INTEGER NOT NULL
) STRICT;
INSERT INTO log_head (id, size, last_ms) VALUES (1, 0, 0);

CREATE TABLE log_entry (
    idx INTEGER NOT NULL PRIMARY KEY CHECK (idx >= 0),
    event_id TEXT NOT NULL UNIQUE,
    recorded_ms INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind GLOB '[a-z]*' AND kind NOT GLOB '*[^A-Za-z]*'),
    reason_code TEXT CHECK (reason_code IN (
        'INSIDE_TEAM', 'INSIDE_HPL25', 'CONSENT_ACTIVE', 'NO_CONSENT', 'CONSENT_NOT_YET_VALID',
        'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED', 'CONSENT_LAPSED', 'CONSENT_USED', 'EXCLUDED',
        'WRONG_RECIPIENT', 'WRONG_PURPOSE', 'CATEGORY_NOT_COVERED', 'SUMMARY_NOT_COVERED',
        'UNCOVERED_PERSON_PRESENT', 'NOT_IN_AUDIENCE', 'NOT_ON_CASE_TEAM', 'RESTRICTED')),
    outcome TEXT NOT NULL CHECK (outcome GLOB '[a-z]*' AND outcome NOT GLOB '*[^A-Za-z]*'),
    actor_kind TEXT NOT NULL CHECK (actor_kind GLOB '[a-z]*' AND actor_kind NOT GLOB '*[^A-Za-z]*'),
    actor_id TEXT,
    actor_organisation TEXT,
    actor_unit TEXT,
    source_organisation TEXT,
    unit_id TEXT,
    patient_id TEXT,
    person_key BLOB CHECK (length(person_key) = 32),
    case_id TEXT,
    discussion_id TEXT,
    request_id TEXT NOT NULL,
    subject_seq INTEGER,
    subject_prev INTEGER,
    leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
    CHECK (subject_prev < idx)
) STRICT;
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
    idx INTEGER NOT NULL PRIMARY KEY REFERENCES log_entry (idx),
    salt BLOB CHECK (length(salt) = 32),
    body_enc BLOB,
    data_key_id TEXT REFERENCES data_key (id),
    CHECK ((salt IS NULL) = (body_enc IS NULL))
) STRICT;

CREATE TABLE log_recipient (
    idx INTEGER NOT NULL REFERENCES log_entry (idx),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    organisation_id TEXT NOT NULL,
    unit_id TEXT,
    person_id TEXT,
    PRIMARY KEY (idx, ordinal)
) STRICT;
CREATE INDEX log_recipient_by_organisation ON log_recipient (organisation_id, idx);
CREATE INDEX log_recipient_by_unit ON log_recipient (unit_id, idx);
CREATE INDEX log_recipient_by_person ON log_recipient (person_id, idx);

CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only');
END;
CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only');
END;
-- INSERT OR REPLACE removes the old row without telling the DELETE trigger.
CREATE TRIGGER log_entry_no_replace BEFORE INSERT ON log_entry
WHEN EXISTS (SELECT 1 FROM log_entry WHERE idx = NEW.idx OR event_id = NEW.event_id) BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only');
END;
CREATE TRIGGER log_recipient_no_update BEFORE UPDATE ON log_recipient BEGIN
    SELECT RAISE(ABORT, 'log_recipient is append-only');
END;
CREATE TRIGGER log_recipient_no_delete BEFORE DELETE ON log_recipient BEGIN
    SELECT RAISE(ABORT, 'log_recipient is append-only');
END;
CREATE TRIGGER log_recipient_no_replace BEFORE INSERT ON log_recipient
WHEN EXISTS (SELECT 1 FROM log_recipient WHERE idx = NEW.idx AND ordinal = NEW.ordinal) BEGIN
    SELECT RAISE(ABORT, 'log_recipient is append-only');
END;
CREATE TRIGGER log_body_erase BEFORE UPDATE ON log_body
WHEN NEW.idx <> OLD.idx OR NEW.salt IS NOT NULL OR NEW.body_enc IS NOT NULL
    OR NEW.data_key_id IS NOT OLD.data_key_id BEGIN
    SELECT RAISE(ABORT, 'log_body may only be erased');
END;
CREATE TRIGGER log_body_no_delete BEFORE DELETE ON log_body BEGIN
    SELECT RAISE(ABORT, 'log_body is append-only');
END;
CREATE TRIGGER log_body_no_replace BEFORE INSERT ON log_body
WHEN EXISTS (SELECT 1 FROM log_body WHERE idx = NEW.idx) BEGIN
    SELECT RAISE(ABORT, 'log_body is append-only');
END;
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head
WHEN NEW.id <> OLD.id OR NEW.size < OLD.size OR NEW.last_ms < OLD.last_ms BEGIN
    SELECT RAISE(ABORT, 'log_head only grows');
END;
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head BEGIN
    SELECT RAISE(ABORT, 'log_head only grows');
END;
CREATE TRIGGER log_head_no_replace BEFORE INSERT ON log_head
WHEN EXISTS (SELECT 1 FROM log_head) BEGIN
    SELECT RAISE(ABORT, 'log_head only grows');
END;
