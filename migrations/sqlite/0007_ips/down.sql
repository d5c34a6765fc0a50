DROP TABLE ips_note;
DROP TABLE ips_member;
DROP TABLE ips_participation;
