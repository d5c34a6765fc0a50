-- Organisations, units, persons and what they are: kept by administrators.

-- The service's own role: `GRANT samrad_app TO <login role>`. It owns nothing.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'samrad_app') THEN
        CREATE ROLE samrad_app NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this cluster made it in the same moment
END
$$;
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO samrad_app', current_schema());
END
$$;
GRANT SELECT ON __diesel_schema_migrations TO samrad_app;

CREATE TABLE organisation (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE CHECK (number ~ '^[0-9]{9}$'),
    name TEXT NOT NULL CHECK (name <> ''),
    recipients_policy TEXT NOT NULL CHECK (recipients_policy IN ('unit', 'person')),
    oral_policy TEXT NOT NULL CHECK (oral_policy IN ('no', 'singleUse', 'yes')),
    retention_years INTEGER NOT NULL CHECK (retention_years >= 5),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE unit (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN (
        'dps', 'bup', 'rupo', 'rph', 'fact', 'gpOffice', 'navOffice', 'municipalService',
        'ipsTeam', 'school', 'employer', 'arbeidslivssenter', 'competenceCentre')),
    compartment_kind TEXT NOT NULL CHECK (compartment_kind IN ('health', 'navState', 'municipalSocial', 'ips', 'none')),
    compartment_key TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    CHECK ((compartment_kind = 'none') = (compartment_key IS NULL)),
    CHECK (compartment_kind NOT IN ('health', 'ips') OR compartment_key = organisation_id::text),
    CHECK (compartment_kind NOT IN ('navState', 'municipalSocial') OR compartment_key ~ '^[0-9]{4}$')
);
CREATE INDEX unit_by_organisation ON unit (organisation_id);

CREATE TABLE person (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE person_identity (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('token', 'navIdent', 'hpr')),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (subject <> ''),
    linked_at TIMESTAMPTZ NOT NULL,
    unlinked_at TIMESTAMPTZ CHECK (unlinked_at >= linked_at)
);
CREATE UNIQUE INDEX person_identity_linked ON person_identity (kind, issuer, subject) WHERE unlinked_at IS NULL;
CREATE INDEX person_identity_by_person ON person_identity (person_id);

CREATE TABLE affiliation (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL CHECK (role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    position_percent INTEGER NOT NULL CHECK (position_percent BETWEEN 0 AND 100),
    valid_from DATE NOT NULL,
    valid_until DATE CHECK (valid_until >= valid_from),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX affiliation_by_person ON affiliation (person_id);
CREATE INDEX affiliation_by_unit ON affiliation (unit_id);

-- A system of one organisation, which may do what its scopes say and no more.
CREATE TABLE client (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL CHECK (name <> ''),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (subject <> ''),
    scopes TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ CHECK (ended_at >= created_at)
);
CREATE UNIQUE INDEX client_current ON client (issuer, subject) WHERE ended_at IS NULL;
CREATE INDEX client_by_organisation ON client (organisation_id);

GRANT SELECT, INSERT, UPDATE ON organisation TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON unit TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON person TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON person_identity TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON affiliation TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON client TO samrad_app;
