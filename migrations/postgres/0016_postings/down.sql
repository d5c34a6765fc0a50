CREATE INDEX log_entry_by_actor ON log_entry (actor_id, idx) WHERE actor_id IS NOT NULL;
CREATE INDEX log_entry_by_actor_organisation ON log_entry (actor_organisation, idx) WHERE actor_organisation IS NOT NULL;
CREATE INDEX log_entry_by_source ON log_entry (source_organisation, idx) WHERE source_organisation IS NOT NULL;
CREATE INDEX log_recipient_by_organisation ON log_recipient (organisation_id, idx);
DROP TABLE log_posting, log_posted;
DROP FUNCTION log_posted_only_grows();
