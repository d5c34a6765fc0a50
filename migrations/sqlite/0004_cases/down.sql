DROP TABLE summary;
DROP TABLE statement;
DROP TABLE case_member;
DROP TABLE case_file;
