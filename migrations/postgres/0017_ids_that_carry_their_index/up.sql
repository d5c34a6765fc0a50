-- The id of an entry carries its index, by which it is found, and by which no two are the same (docs/adr/0012): an index of
-- ids would cost each entry an insertion. Entries of before are found by the time that their ids carry.
ALTER TABLE log_entry DROP CONSTRAINT log_entry_event_id_key;

-- No two of its keys are the same: to look for such before a page is split is in vain.
ALTER INDEX log_entry_by_subject SET (deduplicate_items = off);

-- What each statement that writes entries reads once, and each entry is held against: one rule, and not six. Entries of before were held
-- against the six: they are not looked through again.
ALTER TABLE log_entry
    DROP CONSTRAINT log_entry_idx_check,
    DROP CONSTRAINT log_entry_check,
    DROP CONSTRAINT log_entry_check1,
    DROP CONSTRAINT log_entry_chain,
    DROP CONSTRAINT log_entry_body,
    DROP CONSTRAINT log_entry_actor_ordinal_check,
    ADD CONSTRAINT log_entry_check CHECK (
        idx >= 0
        AND (subject_id IS NULL) = (subject_seq IS NULL)
        AND subject_seq >= 1
        AND (subject_seq = 1) = (subject_prev IS NULL)
        AND subject_prev < idx
        AND (salt IS NULL) = (body_enc IS NULL)
        AND actor_ordinal >= 0) NOT VALID;
