-- Counts the changes of the registry, so that whoever knows who a caller is from before can tell
-- whether that still holds.

CREATE TABLE registry_version (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO registry_version (id, version) VALUES (1, 1);

CREATE FUNCTION registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
    RETURN NULL;
END
$$;

CREATE TRIGGER organisation_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organisation
    FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
CREATE TRIGGER unit_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON unit
    FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
CREATE TRIGGER person_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON person
    FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
CREATE TRIGGER person_identity_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON person_identity
    FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
CREATE TRIGGER affiliation_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON affiliation
    FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();
CREATE TRIGGER client_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client
    FOR EACH STATEMENT EXECUTE FUNCTION registry_changed();

GRANT SELECT, UPDATE (version) ON registry_version TO samrad_app;
