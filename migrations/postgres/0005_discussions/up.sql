-- A case put before one audience, and what was said there.

CREATE TABLE discussion (
    id UUID NOT NULL PRIMARY KEY,
    label TEXT NOT NULL UNIQUE CHECK (label <> ''),
    case_id UUID NOT NULL REFERENCES case_file (id),
    patient_id UUID REFERENCES patient (id),
    person_key BYTEA CHECK (length(person_key) = 32),
    audience_unit UUID NOT NULL REFERENCES unit (id),
    purpose TEXT NOT NULL CHECK (purpose IN (
        'caseDiscussion', 'ipsCooperation', 'rphNavCooperation', 'threeWayTalk',
        'coordinatedPlan', 'schoolCooperation')),
    state TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'closed')),
    outcome_enc BYTEA,
    summary_version INTEGER NOT NULL,
    drawn_categories TEXT NOT NULL,
    opened_by UUID NOT NULL REFERENCES person (id),
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    CHECK ((patient_id IS NULL) = (person_key IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    FOREIGN KEY (case_id, summary_version) REFERENCES summary (case_id, version)
);
CREATE INDEX discussion_by_case ON discussion (case_id);
CREATE INDEX discussion_by_audience ON discussion (audience_unit, state);
CREATE INDEX discussion_by_person_key ON discussion (person_key);

ALTER TABLE consent ADD CONSTRAINT consent_bound_discussion_fkey
    FOREIGN KEY (bound_discussion) REFERENCES discussion (id);

-- Who has seen it identified: never shown an anonymised view again.
CREATE TABLE discussion_sight (
    discussion_id UUID NOT NULL REFERENCES discussion (id),
    person_id UUID NOT NULL REFERENCES person (id),
    first_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (discussion_id, person_id)
);

-- Who pressed "recognised".
CREATE TABLE recognition (
    discussion_id UUID NOT NULL REFERENCES discussion (id),
    person_id UUID NOT NULL REFERENCES person (id),
    pressed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (discussion_id, person_id)
);

CREATE TABLE message (
    id UUID NOT NULL PRIMARY KEY,
    discussion_id UUID NOT NULL REFERENCES discussion (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('question', 'answer', 'advice', 'outcome')),
    class TEXT NOT NULL CHECK (class IN ('anonymised', 'identified')),
    categories TEXT NOT NULL,
    text_enc BYTEA NOT NULL,
    author_person UUID NOT NULL REFERENCES person (id),
    author_unit UUID NOT NULL REFERENCES unit (id),
    author_role TEXT NOT NULL CHECK (author_role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    written_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    UNIQUE (discussion_id, ordinal)
);

-- Said by word of mouth, and recorded afterwards by the case team.
CREATE TABLE oral_disclosure (
    id UUID NOT NULL PRIMARY KEY,
    discussion_id UUID NOT NULL REFERENCES discussion (id),
    disclosed_at TIMESTAMPTZ NOT NULL,
    recorded_by UUID NOT NULL REFERENCES person (id),
    recorded_at TIMESTAMPTZ NOT NULL,
    categories TEXT NOT NULL,
    recipients TEXT NOT NULL
);
CREATE INDEX oral_disclosure_by_discussion ON oral_disclosure (discussion_id);

GRANT SELECT, INSERT, UPDATE ON discussion TO samrad_app;
GRANT SELECT, INSERT ON discussion_sight TO samrad_app;
GRANT SELECT, INSERT ON recognition TO samrad_app;
GRANT SELECT, INSERT ON message TO samrad_app;
GRANT SELECT, INSERT ON oral_disclosure TO samrad_app;
