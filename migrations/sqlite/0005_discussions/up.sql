-- A case put before one audience, and what was said there.

CREATE TABLE discussion (
    id TEXT NOT NULL PRIMARY KEY,
    label TEXT NOT NULL UNIQUE CHECK (label <> ''),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    patient_id TEXT REFERENCES patient (id),
    person_key BLOB CHECK (length(person_key) = 32),
    audience_unit TEXT NOT NULL REFERENCES unit (id),
    purpose TEXT NOT NULL CHECK (purpose IN (
        'caseDiscussion', 'ipsCooperation', 'rphNavCooperation', 'threeWayTalk',
        'coordinatedPlan', 'schoolCooperation')),
    state TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'closed')),
    outcome_enc BLOB,
    summary_version INTEGER NOT NULL,
    drawn_categories TEXT NOT NULL,
    opened_by TEXT NOT NULL REFERENCES person (id),
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    CHECK ((patient_id IS NULL) = (person_key IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    FOREIGN KEY (case_id, summary_version) REFERENCES summary (case_id, version)
) STRICT;
CREATE INDEX discussion_by_case ON discussion (case_id);
CREATE INDEX discussion_by_audience ON discussion (audience_unit, state);
CREATE INDEX discussion_by_person_key ON discussion (person_key);

-- Who has seen it identified: never shown an anonymised view again.
CREATE TABLE discussion_sight (
    discussion_id TEXT NOT NULL REFERENCES discussion (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    first_seen_at TEXT NOT NULL,
    PRIMARY KEY (discussion_id, person_id)
) STRICT;

-- Who pressed "recognised".
CREATE TABLE recognition (
    discussion_id TEXT NOT NULL REFERENCES discussion (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    pressed_at TEXT NOT NULL,
    PRIMARY KEY (discussion_id, person_id)
) STRICT;

CREATE TABLE message (
    id TEXT NOT NULL PRIMARY KEY,
    discussion_id TEXT NOT NULL REFERENCES discussion (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('question', 'answer', 'advice', 'outcome')),
    class TEXT NOT NULL CHECK (class IN ('anonymised', 'identified')),
    categories TEXT NOT NULL,
    text_enc BLOB NOT NULL,
    author_person TEXT NOT NULL REFERENCES person (id),
    author_unit TEXT NOT NULL REFERENCES unit (id),
    author_role TEXT NOT NULL CHECK (author_role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    written_at TEXT NOT NULL,
    due_at TEXT,
    UNIQUE (discussion_id, ordinal)
) STRICT;

-- Said by word of mouth, and recorded afterwards by the case team.
CREATE TABLE oral_disclosure (
    id TEXT NOT NULL PRIMARY KEY,
    discussion_id TEXT NOT NULL REFERENCES discussion (id),
    disclosed_at TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES person (id),
    recorded_at TEXT NOT NULL,
    categories TEXT NOT NULL,
    recipients TEXT NOT NULL
) STRICT;
CREATE INDEX oral_disclosure_by_discussion ON oral_disclosure (discussion_id);
