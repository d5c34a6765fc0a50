DROP TABLE log_recipient;
DROP TABLE log_body;
DROP TABLE log_entry;
DROP TABLE log_head;
