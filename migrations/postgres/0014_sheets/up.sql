-- Who takes the head of the log learns with it how often the registry has changed.
ALTER TABLE log_head ADD COLUMN registry BIGINT NOT NULL DEFAULT 0;
UPDATE log_head SET registry = (SELECT version FROM registry_version);
-- Renamed, so that a build that knows of no sheets, and would strike none out, can do nothing here.
ALTER TABLE registry_version RENAME COLUMN version TO changes;
CREATE OR REPLACE FUNCTION registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_version SET changes = changes + 1 WHERE id = 1;
    RETURN NULL;
END
$$;
CREATE FUNCTION log_head_knows_the_registry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE log_head SET registry = NEW.changes;
    RETURN NULL;
END
$$;
CREATE TRIGGER registry_version_known AFTER UPDATE ON registry_version
    FOR EACH ROW EXECUTE FUNCTION log_head_knows_the_registry();

-- A discussion's sheet: all that a reading of it may show or is decided by, sealed as one, so that a
-- reading fetches one row. It lasts until somebody holds alone the locks that go by its tag, as whoever
-- changes any of it does; the next reading writes it anew. Nothing is only here.
CREATE TABLE sheet (
    discussion_id UUID NOT NULL PRIMARY KEY,
    tag BIGINT NOT NULL,
    data_key_id UUID NOT NULL,
    body_enc BYTEA NOT NULL
) WITH (toast_tuple_target = 8160);
-- Sealed bytes don't compress, and a sheet of usual length stays in its row.
ALTER TABLE sheet ALTER COLUMN body_enc SET STORAGE EXTERNAL;
CREATE INDEX sheet_by_tag ON sheet (tag);
GRANT SELECT, INSERT, UPDATE, DELETE ON sheet TO samrad_app;
-- Few keys are destroyed: whether a sheet's was is found in one small page.
CREATE INDEX data_key_destroyed ON data_key (id) WHERE destroyed_at IS NOT NULL;
