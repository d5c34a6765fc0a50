DROP TABLE consent_event;
DROP TABLE consent_approval;
DROP TABLE consent_exclusion;
DROP TABLE consent_grant;
DROP TABLE consent;
DROP TABLE information_record;
