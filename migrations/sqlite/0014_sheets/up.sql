-- Who takes the head of the log learns with it how often the registry has changed.
ALTER TABLE log_head ADD COLUMN registry INTEGER NOT NULL DEFAULT 0;
UPDATE log_head SET registry = (SELECT version FROM registry_version);
-- Renamed, so that a build that knows of no sheets, and would strike none out, can do nothing here.
ALTER TABLE registry_version RENAME COLUMN version TO changes;
CREATE TRIGGER registry_version_known AFTER UPDATE ON registry_version BEGIN
    UPDATE log_head SET registry = NEW.changes;
END;

-- A discussion's sheet: all that a reading of it may show or is decided by, sealed as one, so that a
-- reading fetches one row. It lasts until somebody holds alone the locks that go by its tag, as whoever
-- changes any of it does; the next reading writes it anew. Nothing is only here.
CREATE TABLE sheet (
    discussion_id TEXT NOT NULL PRIMARY KEY,
    tag INTEGER NOT NULL,
    data_key_id TEXT NOT NULL,
    body_enc BLOB NOT NULL
) STRICT;
CREATE INDEX sheet_by_tag ON sheet (tag);
-- Few keys are destroyed: whether a sheet's was is found in one small page.
CREATE INDEX data_key_destroyed ON data_key (id) WHERE destroyed_at IS NOT NULL;
