-- A unit's inbox is read newest first, a page at a time.
DROP INDEX discussion_by_audience;
CREATE INDEX discussion_by_audience ON discussion (audience_unit, opened_at, id);
