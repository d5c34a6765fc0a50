DROP INDEX record_note_one_a_disclosure;
CREATE UNIQUE INDEX record_note_one_a_disclosure ON record_note (
    register, discussion_id, recipient_kind, recipient_id, coalesce(recipient_role, ''),
    consent_id, consent_version, categories
) WHERE kind = 'disclosureMade';
CREATE INDEX log_entry_by_time ON log_entry (recorded_ms);
DROP INDEX log_entry_by_person_key;
CREATE INDEX log_entry_by_person_key ON log_entry (person_key, idx) WHERE person_key IS NOT NULL;
DROP INDEX log_entry_by_discussion;
CREATE INDEX log_entry_by_discussion ON log_entry (discussion_id, idx) WHERE discussion_id IS NOT NULL;
DROP INDEX log_entry_by_case;
CREATE INDEX log_entry_by_case ON log_entry (case_id, idx) WHERE case_id IS NOT NULL;
