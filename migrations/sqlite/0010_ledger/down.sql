DROP TRIGGER log_body_erase;
DROP TABLE log_erasure;
DROP TABLE log_key_change;
DROP TABLE log_checkpoint;
DROP TABLE log_tile;
CREATE TRIGGER log_body_erase BEFORE UPDATE ON log_body
WHEN NEW.idx <> OLD.idx OR NEW.salt IS NOT NULL OR NEW.body_enc IS NOT NULL
    OR NEW.data_key_id IS NOT OLD.data_key_id BEGIN
    SELECT RAISE(ABORT, 'log_body may only be erased');
END;
ALTER TABLE log_head DROP COLUMN frontier;
DROP INDEX log_entry_by_subject;
CREATE INDEX log_entry_by_kind ON log_entry (kind, idx);
CREATE INDEX log_entry_by_reason ON log_entry (reason_code, idx) WHERE reason_code IS NOT NULL;
CREATE INDEX log_entry_by_unit ON log_entry (unit_id, idx) WHERE unit_id IS NOT NULL;
CREATE INDEX log_recipient_by_unit ON log_recipient (unit_id, idx);
CREATE INDEX log_recipient_by_person ON log_recipient (person_id, idx);
ALTER TABLE log_entry DROP COLUMN subject_id;
ALTER TABLE log_entry RENAME COLUMN commitment TO leaf_hash;
CREATE INDEX log_entry_by_patient ON log_entry (patient_id, idx) WHERE patient_id IS NOT NULL;
CREATE UNIQUE INDEX log_entry_by_person ON log_entry (person_key, subject_seq) WHERE subject_seq IS NOT NULL;
