-- The register of IPS follow-up (R4): nothing here refers to a journal note, nor the other way.

CREATE TABLE ips_participation (
    id UUID NOT NULL PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES unit (id),
    person_key BYTEA NOT NULL CHECK (length(person_key) = 32),
    consent_id UUID NOT NULL REFERENCES consent (id),
    discussion_id UUID NOT NULL REFERENCES discussion (id),
    data_key_id UUID NOT NULL REFERENCES data_key (id),
    label TEXT NOT NULL UNIQUE CHECK (label <> ''),
    opened_by UUID NOT NULL REFERENCES person (id),
    opened_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ CHECK (ended_at >= opened_at)
);
CREATE INDEX ips_participation_by_unit ON ips_participation (unit_id);
-- One open participation of a person with a job specialist.
CREATE UNIQUE INDEX ips_participation_open ON ips_participation (person_key, unit_id, opened_by) WHERE ended_at IS NULL;
CREATE INDEX ips_participation_by_person_key ON ips_participation (person_key);

CREATE TABLE ips_member (
    participation_id UUID NOT NULL REFERENCES ips_participation (id),
    person_id UUID NOT NULL REFERENCES person (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    function TEXT NOT NULL CHECK (function IN ('jobSpecialist', 'deputy', 'methodSupervisor')),
    added_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ CHECK (ended_at >= added_at),
    PRIMARY KEY (participation_id, person_id, unit_id, added_at)
);
CREATE UNIQUE INDEX ips_member_current ON ips_member (participation_id, person_id, unit_id) WHERE ended_at IS NULL;
CREATE INDEX ips_member_by_person ON ips_member (person_id);

CREATE TABLE ips_note (
    id UUID NOT NULL PRIMARY KEY,
    participation_id UUID NOT NULL REFERENCES ips_participation (id),
    author UUID NOT NULL REFERENCES person (id),
    text_enc BYTEA NOT NULL,
    written_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ips_note_by_participation ON ips_note (participation_id);

GRANT SELECT, INSERT, UPDATE ON ips_participation TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON ips_member TO samrad_app;
GRANT SELECT, INSERT ON ips_note TO samrad_app;
