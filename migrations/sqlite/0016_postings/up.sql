-- Which entries an organisation takes part in, and which somebody wrote, in lists (docs/adr/0010): an index
-- takes an insertion a column and entry, a list is a row for all of some thousand.

CREATE TABLE log_posting (
    party TEXT NOT NULL,
    -- The index that the offsets count from.
    first INTEGER NOT NULL CHECK (first >= 0),
    -- Two bytes each, the higher first, in ascending order.
    offsets BLOB NOT NULL CHECK (length(offsets) > 0 AND length(offsets) % 2 = 0),
    PRIMARY KEY (party, first)
) STRICT;

-- Below which index entries are in lists.
CREATE TABLE log_posted (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;
INSERT INTO log_posted (id, size) VALUES (1, 0);

DROP INDEX log_entry_by_actor;
DROP INDEX log_entry_by_actor_organisation;
DROP INDEX log_entry_by_source;
DROP INDEX log_recipient_by_organisation;

CREATE TRIGGER log_posting_no_update BEFORE UPDATE ON log_posting BEGIN
    SELECT RAISE(ABORT, 'log_posting is append-only');
END;
CREATE TRIGGER log_posting_no_delete BEFORE DELETE ON log_posting BEGIN
    SELECT RAISE(ABORT, 'log_posting is append-only');
END;
CREATE TRIGGER log_posting_no_replace BEFORE INSERT ON log_posting
WHEN EXISTS (SELECT 1 FROM log_posting WHERE party = NEW.party AND first = NEW.first) BEGIN
    SELECT RAISE(ABORT, 'log_posting is append-only');
END;
CREATE TRIGGER log_posted_grows BEFORE UPDATE ON log_posted
WHEN NEW.id <> OLD.id OR NEW.size < OLD.size BEGIN
    SELECT RAISE(ABORT, 'log_posted only grows');
END;
CREATE TRIGGER log_posted_no_delete BEFORE DELETE ON log_posted BEGIN
    SELECT RAISE(ABORT, 'log_posted only grows');
END;
CREATE TRIGGER log_posted_no_replace BEFORE INSERT ON log_posted
WHEN EXISTS (SELECT 1 FROM log_posted) BEGIN
    SELECT RAISE(ABORT, 'log_posted only grows');
END;
