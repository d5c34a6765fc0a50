DROP TABLE guardianship;
DROP TABLE objection;
DROP TABLE patient_registration;
DROP TABLE patient;
DROP TABLE data_key;
