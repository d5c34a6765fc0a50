DROP TABLE oral_disclosure;
DROP TABLE message;
DROP TABLE recognition;
DROP TABLE discussion_sight;
ALTER TABLE consent DROP CONSTRAINT consent_bound_discussion_fkey;
DROP TABLE discussion;
