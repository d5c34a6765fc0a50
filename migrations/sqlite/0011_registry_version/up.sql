-- Counts the changes of the registry, so that whoever knows who a caller is from before can tell
-- whether that still holds.

CREATE TABLE registry_version (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO registry_version (id, version) VALUES (1, 1);

CREATE TRIGGER organisation_insert_counts AFTER INSERT ON organisation BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER organisation_update_counts AFTER UPDATE ON organisation BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER organisation_delete_counts AFTER DELETE ON organisation BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER unit_insert_counts AFTER INSERT ON unit BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER unit_update_counts AFTER UPDATE ON unit BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER unit_delete_counts AFTER DELETE ON unit BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER person_insert_counts AFTER INSERT ON person BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER person_update_counts AFTER UPDATE ON person BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER person_delete_counts AFTER DELETE ON person BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER person_identity_insert_counts AFTER INSERT ON person_identity BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER person_identity_update_counts AFTER UPDATE ON person_identity BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER person_identity_delete_counts AFTER DELETE ON person_identity BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER affiliation_insert_counts AFTER INSERT ON affiliation BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER affiliation_update_counts AFTER UPDATE ON affiliation BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER affiliation_delete_counts AFTER DELETE ON affiliation BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER client_insert_counts AFTER INSERT ON client BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER client_update_counts AFTER UPDATE ON client BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
CREATE TRIGGER client_delete_counts AFTER DELETE ON client BEGIN
    UPDATE registry_version SET version = version + 1 WHERE id = 1;
END;
