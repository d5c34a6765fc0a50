DROP TABLE record_note;
