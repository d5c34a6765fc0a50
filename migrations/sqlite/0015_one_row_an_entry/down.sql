DROP TRIGGER log_entry_erase;
CREATE TABLE log_body (
    idx INTEGER NOT NULL PRIMARY KEY REFERENCES log_entry (idx),
    salt BLOB CHECK (length(salt) = 32),
    body_enc BLOB,
    data_key_id TEXT REFERENCES data_key (id),
    CHECK ((salt IS NULL) = (body_enc IS NULL))
) STRICT;
INSERT INTO log_body SELECT idx, salt, body_enc, data_key_id FROM log_entry;
INSERT INTO log_recipient (idx, ordinal, organisation_id, unit_id, person_id)
    SELECT idx, actor_ordinal, actor_organisation, actor_unit, actor_id FROM log_entry WHERE actor_ordinal IS NOT NULL;
ALTER TABLE log_entry DROP COLUMN body_enc;
ALTER TABLE log_entry DROP COLUMN salt;
ALTER TABLE log_entry DROP COLUMN data_key_id;
ALTER TABLE log_entry DROP COLUMN actor_ordinal;
CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry BEGIN
    SELECT RAISE(ABORT, 'log_entry is append-only');
END;
CREATE TRIGGER log_body_erase BEFORE UPDATE ON log_body
WHEN NEW.idx <> OLD.idx OR NEW.salt IS NOT NULL OR NEW.body_enc IS NOT NULL
    OR NEW.data_key_id IS NOT OLD.data_key_id
    OR NOT EXISTS (SELECT 1 FROM log_erasure WHERE idx = OLD.idx AND approved_by IS NOT NULL) BEGIN
    SELECT RAISE(ABORT, 'log_body may only be erased, by two persons');
END;
CREATE TRIGGER log_body_no_delete BEFORE DELETE ON log_body BEGIN
    SELECT RAISE(ABORT, 'log_body is append-only');
END;
CREATE TRIGGER log_body_no_replace BEFORE INSERT ON log_body
WHEN EXISTS (SELECT 1 FROM log_body WHERE idx = NEW.idx) BEGIN
    SELECT RAISE(ABORT, 'log_body is append-only');
END;
