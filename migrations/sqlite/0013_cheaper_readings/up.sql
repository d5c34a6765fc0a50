-- An index of a random column costs an entry as much as its row. What names a patient is found by the
-- chain of the patient's record, so these hold only what doesn't; and time grows with the index, so
-- that a moment is found among the indices.
DROP INDEX log_entry_by_case;
CREATE INDEX log_entry_by_case ON log_entry (case_id, idx) WHERE case_id IS NOT NULL AND patient_id IS NULL;
DROP INDEX log_entry_by_discussion;
CREATE INDEX log_entry_by_discussion ON log_entry (discussion_id, idx) WHERE discussion_id IS NOT NULL AND patient_id IS NULL;
DROP INDEX log_entry_by_person_key;
CREATE INDEX log_entry_by_person_key ON log_entry (person_key, idx) WHERE person_key IS NOT NULL AND subject_id IS NULL;
DROP INDEX log_entry_by_time;

-- By discussion and recipient first: a reading looks there for the notes that its disclosure has left
-- before. Of all notes those of disclosures alone name a discussion.
DROP INDEX record_note_one_a_disclosure;
CREATE UNIQUE INDEX record_note_one_a_disclosure ON record_note (
    discussion_id, recipient_id, register, recipient_kind, coalesce(recipient_role, ''),
    consent_id, consent_version, categories
) WHERE discussion_id IS NOT NULL;
