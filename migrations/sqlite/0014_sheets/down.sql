DROP TRIGGER registry_version_known;
ALTER TABLE registry_version RENAME COLUMN changes TO version;
ALTER TABLE log_head DROP COLUMN registry;
DROP INDEX data_key_destroyed;
DROP TABLE sheet;
