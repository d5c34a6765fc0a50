DROP INDEX discussion_by_audience;
CREATE INDEX discussion_by_audience ON discussion (audience_unit, state);
