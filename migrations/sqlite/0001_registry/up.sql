-- Organisations, units, persons and what they are: kept by administrators.

CREATE TABLE organisation (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE CHECK (number GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    name TEXT NOT NULL CHECK (name <> ''),
    recipients_policy TEXT NOT NULL CHECK (recipients_policy IN ('unit', 'person')),
    oral_policy TEXT NOT NULL CHECK (oral_policy IN ('no', 'singleUse', 'yes')),
    retention_years INTEGER NOT NULL CHECK (retention_years >= 5),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE unit (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN (
        'dps', 'bup', 'rupo', 'rph', 'fact', 'gpOffice', 'navOffice', 'municipalService',
        'ipsTeam', 'school', 'employer', 'arbeidslivssenter', 'competenceCentre')),
    compartment_kind TEXT NOT NULL CHECK (compartment_kind IN ('health', 'navState', 'municipalSocial', 'ips', 'none')),
    compartment_key TEXT,
    created_at TEXT NOT NULL,
    CHECK ((compartment_kind = 'none') = (compartment_key IS NULL)),
    CHECK (compartment_kind NOT IN ('health', 'ips') OR compartment_key = organisation_id),
    CHECK (compartment_kind NOT IN ('navState', 'municipalSocial') OR compartment_key GLOB '[0-9][0-9][0-9][0-9]')
) STRICT;
CREATE INDEX unit_by_organisation ON unit (organisation_id);

CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE person_identity (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('token', 'navIdent', 'hpr')),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (subject <> ''),
    linked_at TEXT NOT NULL,
    unlinked_at TEXT CHECK (unlinked_at >= linked_at)
) STRICT;
CREATE UNIQUE INDEX person_identity_linked ON person_identity (kind, issuer, subject) WHERE unlinked_at IS NULL;
CREATE INDEX person_identity_by_person ON person_identity (person_id);

CREATE TABLE affiliation (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    unit_id TEXT NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL CHECK (role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    position_percent INTEGER NOT NULL CHECK (position_percent BETWEEN 0 AND 100),
    valid_from TEXT NOT NULL,
    valid_until TEXT CHECK (valid_until >= valid_from),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX affiliation_by_person ON affiliation (person_id);
CREATE INDEX affiliation_by_unit ON affiliation (unit_id);

-- A system of one organisation, which may do what its scopes say and no more.
CREATE TABLE client (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL CHECK (name <> ''),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (subject <> ''),
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT CHECK (ended_at >= created_at)
) STRICT;
CREATE UNIQUE INDEX client_current ON client (issuer, subject) WHERE ended_at IS NULL;
CREATE INDEX client_by_organisation ON client (organisation_id);
