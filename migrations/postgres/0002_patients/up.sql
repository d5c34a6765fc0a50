-- The records that a compartment keeps of a person: one for each registration, so that a second
-- one tells nothing of the first (docs/adr, "Registering a patient"). What names the person is
-- encrypted (columns *_enc); the person key, a keyed hash of the identity number, ties them together.

-- Keys of records, each wrapped by a master key. Destroying one is the erasure of all it sealed.
CREATE TABLE data_key (
    id UUID NOT NULL PRIMARY KEY,
    wrapped BYTEA,
    master_id TEXT NOT NULL,
    destroyed_at TIMESTAMPTZ,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX data_key_by_master ON data_key (master_id);

CREATE TABLE patient (
    id UUID NOT NULL PRIMARY KEY,
    compartment_kind TEXT NOT NULL CHECK (compartment_kind IN ('health', 'navState', 'municipalSocial', 'ips', 'none')),
    compartment_key TEXT NOT NULL DEFAULT '',
    person_key BYTEA NOT NULL CHECK (length(person_key) = 32),
    data_key_id UUID NOT NULL REFERENCES data_key (id),
    name_enc BYTEA NOT NULL,
    number_enc BYTEA NOT NULL,
    birth_date_enc BYTEA NOT NULL,
    municipality_enc BYTEA,
    contact_enc BYTEA,
    protection TEXT NOT NULL CHECK (protection IN ('none', 'code6', 'code7', 'shielded')),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMPTZ NOT NULL,
    CHECK ((compartment_kind = 'none') = (compartment_key = ''))
);
CREATE INDEX patient_by_person_key ON patient (person_key, compartment_kind, compartment_key);

-- Who of the compartment registered the patient, and for which unit.
CREATE TABLE patient_registration (
    patient_id UUID NOT NULL REFERENCES patient (id),
    person_id UUID NOT NULL REFERENCES person (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    registered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (patient_id, person_id, unit_id)
);

-- The patient's objection to sharing among health personnel (helsepersonelloven § 25).
CREATE TABLE objection (
    id UUID NOT NULL PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (id),
    scope TEXT NOT NULL CHECK (scope IN ('all', 'unit', 'person')),
    target_id UUID,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ CHECK (withdrawn_at >= recorded_at),
    CHECK ((scope = 'all') = (target_id IS NULL))
);
CREATE INDEX objection_by_patient ON objection (patient_id);

CREATE TABLE guardianship (
    id UUID NOT NULL PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (id),
    guardian_key BYTEA NOT NULL CHECK (length(guardian_key) = 32),
    name_enc BYTEA NOT NULL,
    authority TEXT NOT NULL CHECK (authority IN ('parent', 'verge', 'nextOfKin')),
    custody TEXT NOT NULL CHECK (custody IN ('sole', 'shared')),
    valid_from DATE NOT NULL,
    valid_until DATE CHECK (valid_until >= valid_from),
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ CHECK (ended_at >= recorded_at)
);
CREATE INDEX guardianship_by_patient ON guardianship (patient_id);
CREATE INDEX guardianship_by_guardian ON guardianship (guardian_key);

GRANT SELECT, INSERT, UPDATE ON data_key TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON patient TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON patient_registration TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON objection TO samrad_app;
GRANT SELECT, INSERT, UPDATE ON guardianship TO samrad_app;
