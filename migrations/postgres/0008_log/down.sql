DROP TABLE log_recipient;
DROP TABLE log_body;
DROP TABLE log_entry;
DROP TABLE log_head;
DROP FUNCTION log_head_only_grows();
DROP FUNCTION log_body_is_only_erased();
DROP FUNCTION log_is_append_only();
