CREATE INDEX log_entry_by_subject ON log_entry (subject_id, idx) WHERE subject_id IS NOT NULL;
DROP TRIGGER log_tile_whose;
DROP TABLE log_whose;
DROP TABLE log_chain;
DROP TABLE log_chained;
