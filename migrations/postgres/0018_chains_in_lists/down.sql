CREATE INDEX log_entry_by_subject ON log_entry (subject_id, idx) WITH (deduplicate_items = off) WHERE subject_id IS NOT NULL;
DROP TRIGGER log_tile_whose ON log_tile;
DROP FUNCTION log_tile_has_whose();
DROP TABLE log_whose, log_chain, log_chained;
DROP FUNCTION log_chained_only_grows();
