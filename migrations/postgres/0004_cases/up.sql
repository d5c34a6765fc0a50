-- The owner's file about one matter of one patient, or a general question with no patient.

CREATE TABLE case_file (
    id UUID NOT NULL PRIMARY KEY,
    owner_unit UUID NOT NULL REFERENCES unit (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    patient_id UUID REFERENCES patient (id),
    person_key BYTEA CHECK (length(person_key) = 32),
    data_key_id UUID NOT NULL REFERENCES data_key (id),
    subject_enc BYTEA,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_by UUID NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    CHECK ((patient_id IS NULL) = (person_key IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX case_file_by_owner_unit ON case_file (owner_unit);
CREATE INDEX case_file_by_patient ON case_file (patient_id);
CREATE INDEX case_file_by_person_key ON case_file (person_key);

CREATE TABLE case_member (
    case_id UUID NOT NULL REFERENCES case_file (id),
    person_id UUID NOT NULL REFERENCES person (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL CHECK (role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    basis TEXT NOT NULL CHECK (basis IN ('team', 'hpl25')),
    added_by UUID NOT NULL REFERENCES person (id),
    added_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ CHECK (ended_at >= added_at),
    PRIMARY KEY (case_id, person_id, unit_id, added_at)
);
CREATE UNIQUE INDEX case_member_current ON case_member (case_id, person_id, unit_id) WHERE ended_at IS NULL;
CREATE INDEX case_member_by_person ON case_member (person_id);

CREATE TABLE statement (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES case_file (id),
    category TEXT NOT NULL CHECK (category IN (
        'identity', 'contact', 'functionalAbility', 'workReadiness', 'treatmentTiming',
        'diagnosis', 'medication', 'substanceUse', 'benefits', 'economyAndDebt', 'housing',
        'family', 'employmentHistory', 'employerFacts', 'education', 'plan')),
    text_enc BYTEA NOT NULL,
    author_person UUID NOT NULL REFERENCES person (id),
    written_at TIMESTAMPTZ NOT NULL,
    corrects UUID REFERENCES statement (id)
);
CREATE INDEX statement_by_case ON statement (case_id);

-- The anonymised summary, each version as it was attested.
CREATE TABLE summary (
    case_id UUID NOT NULL REFERENCES case_file (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    body_enc BYTEA NOT NULL,
    draws_on TEXT NOT NULL,
    attested_by UUID NOT NULL REFERENCES person (id),
    attested_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, version)
);

GRANT SELECT, INSERT, UPDATE ON case_file TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON case_member TO samrad_app;
GRANT SELECT, INSERT ON statement TO samrad_app;
GRANT SELECT, INSERT ON summary TO samrad_app;
