DROP TABLE oral_disclosure;
DROP TABLE message;
DROP TABLE recognition;
DROP TABLE discussion_sight;
DROP TABLE discussion;
