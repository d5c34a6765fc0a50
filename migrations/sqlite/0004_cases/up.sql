-- The owner's file about one matter of one patient, or a general question with no patient.

CREATE TABLE case_file (
    id TEXT NOT NULL PRIMARY KEY,
    owner_unit TEXT NOT NULL REFERENCES unit (id),
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    patient_id TEXT REFERENCES patient (id),
    person_key BLOB CHECK (length(person_key) = 32),
    data_key_id TEXT NOT NULL REFERENCES data_key (id),
    subject_enc BLOB,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_by TEXT NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    closed_at TEXT,
    CHECK ((patient_id IS NULL) = (person_key IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;
CREATE INDEX case_file_by_owner_unit ON case_file (owner_unit);
CREATE INDEX case_file_by_patient ON case_file (patient_id);
CREATE INDEX case_file_by_person_key ON case_file (person_key);

CREATE TABLE case_member (
    case_id TEXT NOT NULL REFERENCES case_file (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    unit_id TEXT NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL CHECK (role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    basis TEXT NOT NULL CHECK (basis IN ('team', 'hpl25')),
    added_by TEXT NOT NULL REFERENCES person (id),
    added_at TEXT NOT NULL,
    ended_at TEXT CHECK (ended_at >= added_at),
    PRIMARY KEY (case_id, person_id, unit_id, added_at)
) STRICT;
CREATE UNIQUE INDEX case_member_current ON case_member (case_id, person_id, unit_id) WHERE ended_at IS NULL;
CREATE INDEX case_member_by_person ON case_member (person_id);

CREATE TABLE statement (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    category TEXT NOT NULL CHECK (category IN (
        'identity', 'contact', 'functionalAbility', 'workReadiness', 'treatmentTiming',
        'diagnosis', 'medication', 'substanceUse', 'benefits', 'economyAndDebt', 'housing',
        'family', 'employmentHistory', 'employerFacts', 'education', 'plan')),
    text_enc BLOB NOT NULL,
    author_person TEXT NOT NULL REFERENCES person (id),
    written_at TEXT NOT NULL,
    corrects TEXT REFERENCES statement (id)
) STRICT;
CREATE INDEX statement_by_case ON statement (case_id);

-- The anonymised summary, each version as it was attested.
CREATE TABLE summary (
    case_id TEXT NOT NULL REFERENCES case_file (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    body_enc BLOB NOT NULL,
    draws_on TEXT NOT NULL,
    attested_by TEXT NOT NULL REFERENCES person (id),
    attested_at TEXT NOT NULL,
    PRIMARY KEY (case_id, version)
) STRICT;
