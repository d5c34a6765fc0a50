-- What the health side must file in the patient's journal (R5), and the NAV side in its case file.
-- Closed fields and no free text. There is no kind for IPS follow-up, nor may there be (R4).

CREATE TABLE record_note (
    id TEXT NOT NULL PRIMARY KEY,
    register TEXT NOT NULL CHECK (register IN ('journal', 'caseFile')),
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    unit_id TEXT NOT NULL REFERENCES unit (id),
    patient_id TEXT NOT NULL REFERENCES patient (id),
    kind TEXT NOT NULL CHECK (kind IN (
        'informationGiven', 'consentGranted', 'consentRefused', 'consentWithdrawn',
        'disclosureMade')),
    information_id TEXT REFERENCES information_record (id),
    discussion_id TEXT REFERENCES discussion (id),
    consent_id TEXT REFERENCES consent (id),
    consent_version INTEGER,
    recipient_kind TEXT CHECK (recipient_kind IN ('person', 'unit', 'roleInUnit')),
    recipient_id TEXT,
    recipient_role TEXT CHECK (recipient_role IN (
        'clinician', 'gp', 'navAdviser', 'jobSpecialist', 'methodSupervisor', 'coordinator',
        'employerContact', 'auditor', 'administrator', 'privacyOfficer')),
    categories TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN (
        'caseDiscussion', 'ipsCooperation', 'rphNavCooperation', 'threeWayTalk',
        'coordinatedPlan', 'schoolCooperation')),
    occurred_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'filed')),
    reference_enc BLOB,
    filed_by_kind TEXT CHECK (filed_by_kind IN ('person', 'client')),
    filed_by TEXT,
    filed_at TEXT,
    CHECK ((consent_id IS NULL) = (consent_version IS NULL)),
    CHECK ((recipient_kind IS NULL) = (recipient_id IS NULL)),
    CHECK ((recipient_role IS NOT NULL) = (recipient_kind IS NOT NULL AND recipient_kind = 'roleInUnit')),
    CHECK ((kind = 'informationGiven') = (information_id IS NOT NULL)),
    CHECK (kind <> 'disclosureMade' OR (discussion_id IS NOT NULL AND recipient_id IS NOT NULL)),
    CHECK (kind = 'informationGiven' OR consent_id IS NOT NULL),
    CHECK ((state = 'filed') = (filed_at IS NOT NULL)),
    CHECK ((filed_at IS NULL) = (filed_by IS NULL)),
    CHECK ((filed_by IS NULL) = (filed_by_kind IS NULL)),
    CHECK ((filed_at IS NULL) = (reference_enc IS NULL))
) STRICT;
-- One note for each discussion, recipient, consent version and set of categories; not one a read.
CREATE UNIQUE INDEX record_note_one_a_disclosure ON record_note (
    register, discussion_id, recipient_kind, recipient_id, coalesce(recipient_role, ''),
    consent_id, consent_version, categories
) WHERE kind = 'disclosureMade';
CREATE INDEX record_note_to_file ON record_note (register, organisation_id, state, due_at);
CREATE INDEX record_note_by_patient ON record_note (patient_id);
