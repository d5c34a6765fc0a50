-- The id of an entry carries its index, by which it is found, and by which no two are the same (docs/adr/0012): an index of
-- ids would cost each entry an insertion. Entries of before are found by the time that their ids carry.
-- A constraint can't be taken from a table here: the table is made anew, and what refers to it is looked at when all is done.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE log_entry_of_before AS SELECT * FROM log_entry;
DROP TABLE log_entry;
CREATE TABLE log_entry (
    idx INTEGER NOT NULL PRIMARY KEY CHECK (idx >= 0),
    event_id TEXT NOT NULL,
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
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    subject_id TEXT CHECK (
        (subject_id IS NULL) = (subject_seq IS NULL)
        AND (subject_seq IS NULL OR (subject_seq >= 1 AND (subject_seq = 1) = (subject_prev IS NULL)))),
    salt BLOB CHECK (length(salt) = 32),
    body_enc BLOB CHECK ((salt IS NULL) = (body_enc IS NULL)),
    data_key_id TEXT,
    actor_ordinal INTEGER CHECK (actor_ordinal >= 0),
    CHECK (subject_prev < idx)
) STRICT;
INSERT INTO log_entry SELECT * FROM log_entry_of_before;
DROP TABLE log_entry_of_before;

CREATE INDEX log_entry_by_subject ON log_entry (subject_id, idx) WHERE subject_id IS NOT NULL;
CREATE INDEX log_entry_by_case ON log_entry (case_id, idx) WHERE case_id IS NOT NULL AND patient_id IS NULL;
CREATE INDEX log_entry_by_discussion ON log_entry (discussion_id, idx) WHERE discussion_id IS NOT NULL AND patient_id IS NULL;
CREATE INDEX log_entry_by_person_key ON log_entry (person_key, idx) WHERE person_key IS NOT NULL AND subject_id IS NULL;
CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only');
END;
-- INSERT OR REPLACE removes the old row without telling the DELETE trigger.
CREATE TRIGGER log_entry_no_replace BEFORE INSERT ON log_entry
WHEN EXISTS (SELECT 1 FROM log_entry WHERE idx = NEW.idx) BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only');
END;
CREATE TRIGGER log_entry_erase BEFORE UPDATE ON log_entry
WHEN NEW.salt IS NOT NULL OR NEW.body_enc IS NOT NULL OR NEW.idx <> OLD.idx OR NEW.event_id <> OLD.event_id
    OR NEW.recorded_ms <> OLD.recorded_ms OR NEW.kind <> OLD.kind OR NEW.outcome <> OLD.outcome
    OR NEW.actor_kind <> OLD.actor_kind OR NEW.request_id <> OLD.request_id
    OR NEW.commitment <> OLD.commitment OR NEW.reason_code IS NOT OLD.reason_code
    OR NEW.actor_id IS NOT OLD.actor_id OR NEW.actor_organisation IS NOT OLD.actor_organisation
    OR NEW.actor_unit IS NOT OLD.actor_unit OR NEW.source_organisation IS NOT OLD.source_organisation
    OR NEW.unit_id IS NOT OLD.unit_id OR NEW.patient_id IS NOT OLD.patient_id
    OR NEW.person_key IS NOT OLD.person_key OR NEW.case_id IS NOT OLD.case_id
    OR NEW.discussion_id IS NOT OLD.discussion_id OR NEW.subject_id IS NOT OLD.subject_id
    OR NEW.subject_seq IS NOT OLD.subject_seq OR NEW.subject_prev IS NOT OLD.subject_prev
    OR NEW.data_key_id IS NOT OLD.data_key_id OR NEW.actor_ordinal IS NOT OLD.actor_ordinal
    OR NOT EXISTS (SELECT 1 FROM log_erasure WHERE idx = OLD.idx AND approved_by IS NOT NULL) BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only; a body may be erased, by two persons');
END;
