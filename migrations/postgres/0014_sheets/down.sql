DROP TRIGGER registry_version_known ON registry_version;
DROP FUNCTION log_head_knows_the_registry();
ALTER TABLE registry_version RENAME COLUMN changes TO version;
CREATE OR REPLACE FUNCTION registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
    RETURN NULL;
END
$$;
ALTER TABLE log_head DROP COLUMN registry;
DROP INDEX data_key_destroyed;
DROP TABLE sheet;
