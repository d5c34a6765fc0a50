ALTER TABLE log_entry
    DROP CONSTRAINT log_entry_check,
    ADD CONSTRAINT log_entry_idx_check CHECK (idx >= 0),
    ADD CONSTRAINT log_entry_check CHECK (subject_prev < idx),
    ADD CONSTRAINT log_entry_check1 CHECK ((subject_id IS NULL) = (subject_seq IS NULL)),
    ADD CONSTRAINT log_entry_chain CHECK (subject_seq >= 1 AND (subject_seq = 1) = (subject_prev IS NULL)),
    ADD CONSTRAINT log_entry_body CHECK ((salt IS NULL) = (body_enc IS NULL)),
    ADD CONSTRAINT log_entry_actor_ordinal_check CHECK (actor_ordinal >= 0);
ALTER INDEX log_entry_by_subject RESET (deduplicate_items);
ALTER TABLE log_entry ADD CONSTRAINT log_entry_event_id_key UNIQUE (event_id);
