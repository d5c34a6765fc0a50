-- Information given (R1), and what the patient consented to (R2).

CREATE TABLE information_record (
    id UUID NOT NULL PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (id),
    person_key BYTEA NOT NULL CHECK (length(person_key) = 32),
    purpose TEXT NOT NULL CHECK (purpose IN (
        'caseDiscussion', 'ipsCooperation', 'rphNavCooperation', 'threeWayTalk',
        'coordinatedPlan', 'schoolCooperation')),
    given_by UUID NOT NULL REFERENCES person (id),
    given_role TEXT NOT NULL CHECK (given_role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    given_unit UUID NOT NULL REFERENCES unit (id),
    language TEXT NOT NULL CHECK (language <> ''),
    text_version TEXT NOT NULL CHECK (text_version <> ''),
    form TEXT NOT NULL CHECK (form IN ('written', 'electronic', 'oral')),
    given_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX information_record_by_patient ON information_record (patient_id);
CREATE INDEX information_record_by_person_key ON information_record (person_key);

CREATE TABLE consent (
    id UUID NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 1),
    patient_id UUID NOT NULL REFERENCES patient (id),
    person_key BYTEA NOT NULL CHECK (length(person_key) = 32),
    purpose TEXT NOT NULL CHECK (purpose IN (
        'caseDiscussion', 'ipsCooperation', 'rphNavCooperation', 'threeWayTalk',
        'coordinatedPlan', 'schoolCooperation')),
    given_by TEXT NOT NULL CHECK (given_by IN ('self', 'guardian', 'nextOfKin', 'verge')),
    guardianships TEXT NOT NULL,
    age_at_grant INTEGER CHECK (age_at_grant BETWEEN 0 AND 150),
    information_id UUID REFERENCES information_record (id),
    form TEXT CHECK (form IN ('written', 'electronic', 'oral')),
    evidence_enc BYTEA,
    single_use BOOLEAN NOT NULL,
    bound_discussion UUID,
    excluded_categories TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'refused', 'withdrawn', 'superseded')),
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    granted_at TIMESTAMPTZ,
    lapses_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    recorded_by_kind TEXT CHECK (recorded_by_kind IN ('person', 'patient', 'guardian')),
    recorded_by UUID,
    supersedes UUID REFERENCES consent (id),
    superseded_by UUID REFERENCES consent (id),
    drafted_by UUID NOT NULL,
    drafted_at TIMESTAMPTZ NOT NULL,
    CHECK (state NOT IN ('draft', 'refused') OR (granted_at IS NULL AND valid_from IS NULL AND valid_until IS NULL)),
    CHECK (state IN ('draft', 'refused') OR (granted_at IS NOT NULL AND valid_from IS NOT NULL AND valid_until IS NOT NULL
        AND information_id IS NOT NULL AND form IS NOT NULL AND recorded_by_kind IS NOT NULL)),
    CHECK (valid_from >= granted_at AND valid_from < valid_until),
    CHECK ((state IN ('refused', 'withdrawn', 'superseded')) = (ended_at IS NOT NULL)),
    CHECK ((state = 'superseded') = (superseded_by IS NOT NULL)),
    CHECK (recorded_by_kind <> 'person' OR recorded_by IS NOT NULL),
    CHECK (single_use OR bound_discussion IS NULL)
);
CREATE INDEX consent_by_patient ON consent (patient_id);
CREATE INDEX consent_by_person_key ON consent (person_key, state);

-- Directed: from one source to one recipient, these categories.
CREATE TABLE consent_grant (
    consent_id UUID NOT NULL REFERENCES consent (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    source_kind TEXT NOT NULL CHECK (source_kind IN ('unit', 'organisation')),
    source_id UUID NOT NULL,
    recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('person', 'unit', 'roleInUnit')),
    recipient_id UUID NOT NULL,
    recipient_role TEXT CHECK (recipient_role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    categories TEXT NOT NULL CHECK (categories <> ''),
    PRIMARY KEY (consent_id, ordinal),
    CHECK ((recipient_kind = 'roleInUnit') = (recipient_role IS NOT NULL))
);
CREATE INDEX consent_grant_by_recipient ON consent_grant (recipient_id);

CREATE TABLE consent_exclusion (
    consent_id UUID NOT NULL REFERENCES consent (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('person', 'unit', 'roleInUnit')),
    recipient_id UUID NOT NULL,
    recipient_role TEXT CHECK (recipient_role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    PRIMARY KEY (consent_id, ordinal),
    CHECK ((recipient_kind = 'roleInUnit') = (recipient_role IS NOT NULL))
);

-- Guardians who share custody: each must approve. The narrowest of their times holds.
CREATE TABLE consent_approval (
    consent_id UUID NOT NULL REFERENCES consent (id),
    guardian_key BYTEA NOT NULL CHECK (length(guardian_key) = 32),
    at TIMESTAMPTZ NOT NULL,
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    PRIMARY KEY (consent_id, guardian_key)
);

-- What happened to a consent, one row for each version.
CREATE TABLE consent_event (
    consent_id UUID NOT NULL REFERENCES consent (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    act TEXT NOT NULL CHECK (act IN (
        'drafted', 'granted', 'refused', 'withdrawn', 'narrowed', 'renewed', 'superseded',
        'approved', 'bound')),
    at TIMESTAMPTZ NOT NULL,
    by_kind TEXT NOT NULL CHECK (by_kind IN ('person', 'patient', 'guardian')),
    by_id UUID,
    form TEXT CHECK (form IN ('written', 'electronic', 'oral')),
    PRIMARY KEY (consent_id, version)
);

GRANT SELECT, INSERT ON information_record TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON consent TO samrad_app;
GRANT SELECT, INSERT ON consent_grant TO samrad_app;
GRANT SELECT, INSERT ON consent_exclusion TO samrad_app;
GRANT SELECT, INSERT ON consent_approval TO samrad_app;
GRANT SELECT, INSERT ON consent_event TO samrad_app;
