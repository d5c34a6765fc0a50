-- The register of IPS follow-up (R4): nothing here refers to a journal note, nor the other way.

CREATE TABLE ips_participation (
    id TEXT NOT NULL PRIMARY KEY,
    unit_id TEXT NOT NULL REFERENCES unit (id),
    person_key BLOB NOT NULL CHECK (length(person_key) = 32),
    consent_id TEXT NOT NULL REFERENCES consent (id),
    discussion_id TEXT NOT NULL REFERENCES discussion (id),
    data_key_id TEXT NOT NULL REFERENCES data_key (id),
    label TEXT NOT NULL UNIQUE CHECK (label <> ''),
    opened_by TEXT NOT NULL REFERENCES person (id),
    opened_at TEXT NOT NULL,
    ended_at TEXT CHECK (ended_at >= opened_at)
) STRICT;
CREATE INDEX ips_participation_by_unit ON ips_participation (unit_id);
-- One open participation of a person with a job specialist.
CREATE UNIQUE INDEX ips_participation_open ON ips_participation (person_key, unit_id, opened_by) WHERE ended_at IS NULL;
CREATE INDEX ips_participation_by_person_key ON ips_participation (person_key);

CREATE TABLE ips_member (
    participation_id TEXT NOT NULL REFERENCES ips_participation (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    unit_id TEXT NOT NULL REFERENCES unit (id),
    function TEXT NOT NULL CHECK (function IN ('jobSpecialist', 'deputy', 'methodSupervisor')),
    added_at TEXT NOT NULL,
    ended_at TEXT CHECK (ended_at >= added_at),
    PRIMARY KEY (participation_id, person_id, unit_id, added_at)
) STRICT;
CREATE UNIQUE INDEX ips_member_current ON ips_member (participation_id, person_id, unit_id) WHERE ended_at IS NULL;
CREATE INDEX ips_member_by_person ON ips_member (person_id);

CREATE TABLE ips_note (
    id TEXT NOT NULL PRIMARY KEY,
    participation_id TEXT NOT NULL REFERENCES ips_participation (id),
    author TEXT NOT NULL REFERENCES person (id),
    text_enc BLOB NOT NULL,
    written_at TEXT NOT NULL
) STRICT;
CREATE INDEX ips_note_by_participation ON ips_note (participation_id);
