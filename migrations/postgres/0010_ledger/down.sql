DROP TABLE log_erasure;
DROP TABLE log_key_change;
DROP TABLE log_checkpoint;
DROP TABLE log_tile;
DROP FUNCTION log_erasure_is_only_approved();
DROP FUNCTION log_checkpoint_only_grows();
CREATE OR REPLACE FUNCTION log_body_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.idx = OLD.idx AND NEW.salt IS NULL AND NEW.body_enc IS NULL
        AND NEW.data_key_id IS NOT DISTINCT FROM OLD.data_key_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_body may only be erased' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
ALTER TABLE log_head DROP COLUMN frontier;
CREATE INDEX log_entry_by_kind ON log_entry (kind, idx);
CREATE INDEX log_entry_by_reason ON log_entry (reason_code, idx) WHERE reason_code IS NOT NULL;
CREATE INDEX log_entry_by_unit ON log_entry (unit_id, idx) WHERE unit_id IS NOT NULL;
CREATE INDEX log_recipient_by_unit ON log_recipient (unit_id, idx);
CREATE INDEX log_recipient_by_person ON log_recipient (person_id, idx);
DROP INDEX log_entry_by_subject;
ALTER TABLE log_body ADD FOREIGN KEY (idx) REFERENCES log_entry (idx);
ALTER TABLE log_body ADD FOREIGN KEY (data_key_id) REFERENCES data_key (id);
ALTER TABLE log_recipient ADD FOREIGN KEY (idx) REFERENCES log_entry (idx);
ALTER TABLE log_entry DROP COLUMN subject_id;
ALTER TABLE log_entry DROP CONSTRAINT log_entry_chain;
ALTER TABLE log_entry RENAME COLUMN commitment TO leaf_hash;
CREATE INDEX log_entry_by_patient ON log_entry (patient_id, idx) WHERE patient_id IS NOT NULL;
CREATE UNIQUE INDEX log_entry_by_person ON log_entry (person_key, subject_seq) WHERE subject_seq IS NOT NULL;
