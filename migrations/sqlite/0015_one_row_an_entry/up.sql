-- An entry is one row: a table more, with its index, cost an entry as much as all that it says.

ALTER TABLE log_entry ADD COLUMN salt BLOB CHECK (length(salt) = 32);
ALTER TABLE log_entry ADD COLUMN body_enc BLOB CHECK ((salt IS NULL) = (body_enc IS NULL));
ALTER TABLE log_entry ADD COLUMN data_key_id TEXT;
-- Where who acted stands among those who heard, from 0: they heard it where they act, which is said
-- already. The others are in log_recipient, as was everybody in entries of before.
ALTER TABLE log_entry ADD COLUMN actor_ordinal INTEGER CHECK (actor_ordinal >= 0);

DROP TRIGGER log_entry_no_update;
UPDATE log_entry SET (salt, body_enc, data_key_id)
    = (SELECT salt, body_enc, data_key_id FROM log_body WHERE log_body.idx = log_entry.idx);
DROP TABLE log_body;

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
