-- Which entries an organisation takes part in, and which somebody wrote, in lists (docs/adr/0010): an index
-- takes an insertion a column and entry, a list is a row for all of some thousand.

CREATE TABLE log_posting (
    party UUID NOT NULL,
    -- The index that the offsets count from.
    first BIGINT NOT NULL CHECK (first >= 0),
    -- Two bytes each, the higher first, in ascending order.
    offsets BYTEA NOT NULL CHECK (length(offsets) > 0 AND length(offsets) % 2 = 0),
    PRIMARY KEY (party, first)
);

-- Below which index entries are in lists.
CREATE TABLE log_posted (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0)
);
INSERT INTO log_posted (id, size) VALUES (1, 0);

DROP INDEX log_entry_by_actor;
DROP INDEX log_entry_by_actor_organisation;
DROP INDEX log_entry_by_source;
DROP INDEX log_recipient_by_organisation;

CREATE FUNCTION log_posted_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = OLD.id AND NEW.size >= OLD.size THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'log_posted only grows' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER log_posting_append_only BEFORE UPDATE OR DELETE ON log_posting
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_posting_no_truncate BEFORE TRUNCATE ON log_posting
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_posted_grows BEFORE UPDATE ON log_posted
    FOR EACH ROW EXECUTE FUNCTION log_posted_only_grows();
CREATE TRIGGER log_posted_no_delete BEFORE DELETE ON log_posted
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_posted_no_truncate BEFORE TRUNCATE ON log_posted
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

GRANT SELECT, INSERT ON log_posting TO samrad_app;
GRANT SELECT, UPDATE (size) ON log_posted TO samrad_app;
