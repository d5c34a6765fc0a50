DROP TRIGGER organisation_changed ON organisation;
DROP TRIGGER unit_changed ON unit;
DROP TRIGGER person_changed ON person;
DROP TRIGGER person_identity_changed ON person_identity;
DROP TRIGGER affiliation_changed ON affiliation;
DROP TRIGGER client_changed ON client;
DROP FUNCTION registry_changed();
DROP TABLE registry_version;
