DROP TABLE client;
DROP TABLE affiliation;
DROP TABLE person_identity;
DROP TABLE person;
DROP TABLE unit;
DROP TABLE organisation;
-- The role samrad_app stays: other databases of the cluster may use it.
